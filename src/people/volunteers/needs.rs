//! Contact methods and communication needs (Accessible Information Standard, DAPB1605).
//! Whether a message meets a need is decided where messages are made.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::text::ShortText;

crate::text_enum! {
    /// How a person can be contacted.
    pub enum ContactWay {
        /// By e-mail.
        Email = "email",
        /// By telephone.
        Phone = "phone",
        /// By text message.
        Sms = "sms",
        /// By post.
        Letter = "letter",
        /// In person.
        InPerson = "in_person",
    }
}

/// What stands in an empty profile, such as an erased one.
impl Default for ContactWay {
    fn default() -> Self {
        Self::Letter
    }
}

crate::text_enum! {
    /// What a person needs to understand information and to be understood.
    pub enum NeedKind {
        /// Large print.
        LargePrint = "large_print",
        /// Easy read: simple words with pictures.
        EasyRead = "easy_read",
        /// Braille.
        Braille = "braille",
        /// Audio recording.
        Audio = "audio",
        /// British Sign Language.
        Bsl = "bsl",
        /// Interpreter for a spoken language.
        Interpreter = "interpreter",
        /// Lip reading: needs to see the speaker's face.
        LipReading = "lip_reading",
        /// Advocate who helps them to speak or speaks for them.
        Advocate = "advocate",
        /// Another need, explained in the detail.
        Other = "other",
    }
}

impl NeedKind {
    /// The kind of need in words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::LargePrint => "Large print",
            Self::EasyRead => "Easy read",
            Self::Braille => "Braille",
            Self::Audio => "Audio",
            Self::Bsl => "British Sign Language",
            Self::Interpreter => "Interpreter",
            Self::LipReading => "Lip reading",
            Self::Advocate => "Advocate",
            Self::Other => "Other need",
        }
    }
}

/// A communication need of a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CommunicationNeed {
    /// Kind of need.
    pub kind: NeedKind,
    /// More about the need, such as a print size or a language.
    /// Example: 18 point
    #[serde(default)]
    pub detail: Option<ShortText>,
}

impl CommunicationNeed {
    /// The need in words, shown to everyone who deals with the person.
    #[must_use]
    pub fn alert(&self) -> String {
        let what = self.kind.words();
        self.detail.as_ref().map_or_else(|| what.to_owned(), |detail| format!("{what}: {detail}"))
    }
}

/// All needs of a person in words.
#[must_use]
pub fn alerts(needs: &[CommunicationNeed]) -> Vec<String> {
    needs.iter().map(CommunicationNeed::alert).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_need_is_told_in_words() {
        let needs = [
            CommunicationNeed { kind: NeedKind::LargePrint, detail: Some("18 point".into()) },
            CommunicationNeed { kind: NeedKind::Bsl, detail: None },
        ];
        assert_eq!(alerts(&needs), ["Large print: 18 point", "British Sign Language"]);
        assert!(alerts(&[]).is_empty());
    }
}
