//! Text that somebody typed, made safe for a page: escaped, isolated, and split into sentences for easy read.
//! The limits on typed text are in `text`.

use std::fmt;

use askama::filters::{Html, HtmlSafe, escape};

use crate::documents::{mailto, tel};
use crate::text::tidy::turns;
use crate::text::{email, phone};

/// Abbreviations whose full stop does not end a sentence.
const SHORTENED: [&str; 12] = ["Dr", "Mr", "Mrs", "Ms", "Mx", "Prof", "St", "No", "Rd", "Ave", "approx", "etc"];

/// Text that somebody typed. On a page it is escaped and isolated, so that right-to-left text does not reorder the text
/// around it; characters that override the direction are removed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed(String);

impl Typed {
    /// Makes typed text safe for a page.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(text.chars().filter(|letter| !turns(*letter)).collect::<String>().trim().to_owned())
    }

    /// Like `new`, for optional text.
    #[must_use]
    pub fn maybe(text: Option<impl AsRef<str>>) -> Self {
        text.map(|text| Self::new(text.as_ref())).unwrap_or_default()
    }

    /// Whether there is no text.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text without markup, for plain text and titles.
    #[must_use]
    pub fn plain(&self) -> &str {
        &self.0
    }

    /// The lines that are not empty.
    #[must_use]
    pub fn lines(&self) -> Vec<Self> {
        self.0.lines().map(str::trim).filter(|line| !line.is_empty()).map(|line| Self(line.to_owned())).collect()
    }

    /// The first sentences, as far as there is room for them; of one that is too long, the first words.
    #[must_use]
    pub fn brief(&self, most: usize) -> Self {
        let mut said = String::new();
        for sentence in self.sentences() {
            let length = said.chars().count() + sentence.0.chars().count() + 1;
            if length > most {
                break;
            }
            if !said.is_empty() {
                said.push(' ');
            }
            said.push_str(&sentence.0);
        }
        if said.is_empty() {
            return self.cut(most);
        }
        Self(said)
    }

    /// The first words, as far as there is room for them.
    #[must_use]
    pub fn cut(&self, most: usize) -> Self {
        if self.length() <= most {
            return self.clone();
        }
        let start: String = self.0.chars().take(most.saturating_sub(1)).collect();
        let words = start.rsplit_once(char::is_whitespace).map_or(start.as_str(), |(words, _)| words);
        let words = words.trim_end_matches(|last: char| last.is_whitespace() || ",;:.".contains(last));
        if words.is_empty() { Self::default() } else { Self(format!("{words}…")) }
    }

    /// The text as the address of a link, where it is an e-mail address or a telephone number and nothing else.
    #[must_use]
    pub fn link(&self) -> Option<String> {
        if email::is_address(&self.0) {
            return Some(mailto(&self.0));
        }
        phone::is_number(&self.0).then(|| tel(&self.0))
    }

    /// The number of characters.
    #[must_use]
    pub fn length(&self) -> usize {
        self.0.chars().count()
    }

    /// The sentences, so that easy read shows each on a line of its own.
    #[must_use]
    pub fn sentences(&self) -> Vec<Self> {
        self.lines().iter().flat_map(|line| sentences(&line.0)).map(|sentence| Self(sentence.to_owned())).collect()
    }
}

fn sentences(line: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut begin = 0;
    for (place, _) in line.match_indices([' ', '\t']) {
        let (Some(before), Some(after)) = (line.get(begin..place), line.get(place..)) else { continue };
        let begins = after.trim_start().chars().next().is_some_and(|first| first.is_uppercase() || first.is_numeric());
        if begins && ends_sentence(before.trim_end()) {
            found.push(before.trim());
            begin = place;
        }
    }
    found.extend(line.get(begin..).map(str::trim));
    found.retain(|sentence| !sentence.is_empty());
    found
}

fn ends_sentence(text: &str) -> bool {
    let word = text.rsplit([' ', '\t']).next().unwrap_or_default();
    match word.chars().last() {
        Some('!' | '?') => true,
        Some('.') => {
            let word = word.trim_end_matches('.').trim_start_matches(['(', '"', '\'']);
            word.chars().count() > 1 && !word.contains('.') && !SHORTENED.contains(&word)
        }
        _ => false,
    }
}

impl fmt::Display for Typed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match escape(&self.0, Html) {
            Ok(escaped) => write!(f, "<bdi>{escaped}</bdi>"),
            Err(never) => match never {},
        }
    }
}

impl HtmlSafe for Typed {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_escaped_set_apart_and_turns_nothing() {
        let typed = Typed::new("\u{202E}<script>alert('x')</script>\u{2066} & \"so\" \u{2069}مرحبا\u{202C}");
        let shown = typed.to_string();
        assert_eq!(shown, "<bdi>&#60;script&#62;alert(&#39;x&#39;)&#60;/script&#62; &#38; &#34;so&#34; مرحبا</bdi>");
        assert!(!shown.contains(turns));
        assert_eq!(Typed::maybe(None::<&str>), Typed::default());
        assert!(Typed::new(" \n\u{202E} ").is_empty());
    }

    #[test]
    fn what_is_brief_ends_with_a_sentence_or_says_that_there_is_more() {
        for (text, most, wanted) in [
            ("", 10, ""),
            ("One.", 10, "One."),
            ("Come and see. Bring a friend. There is tea.", 30, "Come and see. Bring a friend."),
            ("Come and see what we have made of it", 20, "Come and see what…"),
            ("Donaudampfschifffahrt", 10, "Donaudamp…"),
            ("Come and see.", 13, "Come and see."),
            ("Come and see.", 0, ""),
        ] {
            assert_eq!(Typed::new(text).brief(most).plain(), wanted, "{text}");
        }
    }

    #[test]
    fn what_is_cut_ends_with_a_word_and_says_that_there_is_more() {
        for (text, most, wanted) in [
            ("", 10, ""),
            ("Room 2, Riverside Centre", 24, "Room 2, Riverside Centre"),
            ("Room 2, Riverside Centre", 12, "Room 2…"),
            ("Come. See. Bring a friend.", 14, "Come. See…"),
            ("Mühlenweg über den Bach", 12, "Mühlenweg…"),
            ("Riverside", 1, ""),
            ("Riverside", 0, ""),
        ] {
            let cut = Typed::new(text).cut(most);
            assert_eq!(cut.plain(), wanted, "{text}");
            assert!(cut.length() <= most, "{text}");
        }
    }

    #[test]
    fn a_contact_that_can_be_dialled_or_written_to_is_a_link() {
        for (text, wanted) in [
            ("pat.doyle+1@example.org", Some("mailto:pat.doyle+1@example.org")),
            ("01223 555 0143", Some("tel:012235550143")),
            ("+44 (0)1223 555 0143 ext 12", Some("tel:+4412235550143;ext=12")),
            ("14 Willow Walk\nCambridge", None),
            ("01223 555 0143, or pat@example.org", None),
            ("Ask at the desk", None),
            ("", None),
        ] {
            assert_eq!(Typed::new(text).link().as_deref(), wanted, "{text}");
        }
    }

    #[test]
    fn sentences_are_cut_where_one_ends() {
        for (text, wanted) in [
            ("", &[][..]),
            ("One.", &["One."]),
            (
                "Tell us how it feels. We listen! Do you?  Yes",
                &["Tell us how it feels.", "We listen!", "Do you?", "Yes"],
            ),
            ("Ask Dr. Reed, e.g. On Monday. Or J. Bell.", &["Ask Dr. Reed, e.g. On Monday.", "Or J. Bell."]),
            ("At 9.30 we meet. 12 people come.", &["At 9.30 we meet.", "12 people come."]),
            ("a line\n\n  another. yes", &["a line", "another. yes"]),
            ("Café. Über uns.", &["Café.", "Über uns."]),
        ] {
            let sentences = Typed::new(text).sentences();
            assert_eq!(sentences.iter().map(Typed::plain).collect::<Vec<_>>(), wanted, "{text}");
        }
    }
}
