//! A list of words as JSON has it: in brackets, or one word by itself, as some issuers write a list of one.

use serde::Deserialize;

/// A list of words, or one word by itself.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(untagged)]
pub enum Words {
    /// In brackets.
    Several(Vec<String>),
    /// By itself.
    One(String),
}

impl Default for Words {
    fn default() -> Self {
        Self::Several(Vec::new())
    }
}

impl Words {
    /// The words.
    #[must_use]
    pub fn list(self) -> Vec<String> {
        match self {
            Self::Several(words) => words,
            Self::One(word) => vec![word],
        }
    }

    /// The words, to look at.
    #[must_use]
    pub fn as_slice(&self) -> &[String] {
        match self {
            Self::Several(words) => words,
            Self::One(word) => std::slice::from_ref(word),
        }
    }

    /// The words between spaces.
    #[must_use]
    pub fn spaced(self) -> Vec<String> {
        let words = self.list();
        words.iter().flat_map(|words| words.split(' ')).filter(|word| !word.is_empty()).map(str::to_owned).collect()
    }
}
