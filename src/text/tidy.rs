//! Text that people type or paste, put in order before it is judged: composed, without characters that only steer how
//! it is shown, with one kind of space and line end. What is left must fit the limits of its type.

use std::borrow::Cow;

use unicode_normalization::{UnicodeNormalization, is_nfc};

use crate::text::invisible::is_invisible;

/// How many lines a text may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lines {
    /// One; space around it goes.
    One,
    /// Several.
    Several,
}

/// A text in order: composed (NFC); without overrides of direction and without characters of no width; line and
/// paragraph separators are line ends, or spaces in one line; every space of one line is a plain one.
#[must_use]
pub fn tidy(text: &str, lines: Lines) -> Cow<'_, str> {
    if text.is_ascii() {
        return plain(text, lines);
    }
    let mut tidied = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    // A flag of England, Scotland or Wales is a black flag with tags.
    let mut in_flag = false;
    while let Some(letter) = letters.next() {
        match letter {
            '\r' if lines == Lines::Several && letters.peek() == Some(&'\n') => {}
            '\u{2028}' | '\u{2029}' => tidied.push(if lines == Lines::One { ' ' } else { '\n' }),
            '\u{2010}' | '\u{2011}' if lines == Lines::One => tidied.push('-'),
            '\u{200C}' | '\u{200D}' => {
                // Between letters of scripts that need them, and within emoji; nowhere else.
                let needed = |letter: Option<char>| letter.is_some_and(|letter| !letter.is_ascii() && shows(letter));
                let before = tidied.chars().next_back().map(|last| if is_variant(last) { '\u{2764}' } else { last });
                if needed(before) && needed(letters.peek().copied()) {
                    tidied.push(letter);
                }
            }
            letter if in_flag && is_tag(letter) => tidied.push(letter),
            letter if steers(letter) => {}
            letter if lines == Lines::One && letter != ' ' && is_space(letter) => tidied.push(' '),
            letter => tidied.push(letter),
        }
        in_flag = letter == '\u{1F3F4}' || (in_flag && is_tag(letter));
    }
    // Last, because a letter and its accent may have stood apart.
    let composed: String = if is_nfc(&tidied) { tidied } else { tidied.nfc().collect() };
    if lines == Lines::One { Cow::Owned(composed.trim_matches(' ').to_owned()) } else { Cow::Owned(composed) }
}

/// The same for a text of ASCII alone.
fn plain(text: &str, lines: Lines) -> Cow<'_, str> {
    match lines {
        Lines::One => Cow::Borrowed(text.trim_matches(' ')),
        Lines::Several if text.contains("\r\n") => Cow::Owned(text.replace("\r\n", "\n")),
        Lines::Several => Cow::Borrowed(text),
    }
}

/// What no text may hold: a control character, but for the ends of lines and tabs where there are lines, or one of the
/// code points that Unicode keeps for programs, which XML does not allow.
#[must_use]
pub fn is_foreign(letter: char, lines: Lines) -> bool {
    let code = u32::from(letter);
    let noncharacter = (0xFDD0..=0xFDEF).contains(&code) || code & 0xFFFE == 0xFFFE;
    noncharacter || (letter.is_control() && !(lines == Lines::Several && matches!(letter, '\n' | '\t')))
}

/// Whether a reader sees anything of a text.
#[must_use]
pub fn is_visible(text: &str) -> bool {
    text.chars().any(shows)
}

fn shows(letter: char) -> bool {
    let blank = letter == '\u{2800}';
    !(blank || is_invisible(letter) || steers(letter) || letter.is_whitespace() || letter.is_control())
}

/// Whether a character says how the one before it looks.
fn is_variant(letter: char) -> bool {
    matches!(letter, '\u{180B}'..='\u{180D}' | '\u{180F}' | '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}')
}

/// A space of any width.
fn is_space(letter: char) -> bool {
    matches!(letter, ' ' | '\u{A0}' | '\u{1680}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}' | '\u{3000}')
}

/// A letter in the tags of a flag, or their end.
fn is_tag(letter: char) -> bool {
    matches!(letter, '\u{E0020}'..='\u{E007F}')
}

/// Whether a character embeds, overrides or isolates a direction.
#[must_use]
pub fn turns(letter: char) -> bool {
    matches!(letter, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Whether a character is of no width and steers only how others are shown or broken: of those that are not seen, the
/// ones that no script and no emoji needs.
fn steers(letter: char) -> bool {
    turns(letter)
        || matches!(letter, '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{FEFF}')
        || matches!(letter, '\u{2060}'..='\u{2065}' | '\u{206A}'..='\u{206F}' | '\u{FFF9}'..='\u{FFFB}')
        || matches!(letter, '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E007F}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_is_composed_stripped_and_spaced_plainly() {
        for (typed, wanted) in [
            ("Ada Bell", "Ada Bell"),
            ("  Ada Bell ", "Ada Bell"),
            ("Zoe\u{308}", "Zoë"),
            ("Ada\u{A0}Bell\u{3000}", "Ada Bell"),
            ("\u{202D}Ada\u{202C} \u{202E}lleB", "Ada lleB"),
            ("A\u{200B}d\u{2060}a\u{FEFF}\u{AD}", "Ada"),
            ("Jo\u{200D}hn", "John"),
            ("Ada\u{2028}Bell\u{2029}", "Ada Bell"),
            ("Anne\u{2011}Marie", "Anne-Marie"),
            ("e\u{200B}\u{301}", "é"),
            (
                "\u{1F3F4}\u{E0067}\u{E0062}\u{E0077}\u{E006C}\u{E0073}\u{E007F}",
                "\u{1F3F4}\u{E0067}\u{E0062}\u{E0077}\u{E006C}\u{E0073}\u{E007F}",
            ),
            ("A\u{E0067}da", "Ada"),
            ("9–5 — always", "9–5 — always"),
            ("می\u{200C}خواهم", "می\u{200C}خواهم"),
            ("👩\u{200D}🦰 ❤\u{FE0F}\u{200D}🔥", "👩\u{200D}🦰 ❤\u{FE0F}\u{200D}🔥"),
            ("\u{200B}\u{2060}\u{200D}", ""),
        ] {
            assert_eq!(tidy(typed, Lines::One), wanted, "{typed:?}");
            assert_eq!(tidy(wanted, Lines::One), wanted, "{wanted:?} is in order");
        }
        assert_eq!(tidy("a\r\nb\u{2028}c\u{202E}\u{A0}d", Lines::Several), "a\nb\nc\u{A0}d");
        assert_eq!(tidy("a\r\nb ", Lines::Several), "a\nb ");
    }

    #[test]
    fn what_is_not_seen_says_nothing() {
        for nothing in ["", "  ", "\u{3164}", "\u{200D}", "\u{2800}", "\u{FE0F}", "\u{115F}\u{1160}\u{FFA0}"] {
            assert!(!is_visible(nothing), "{nothing:?}");
        }
        assert!(is_visible("é") && is_visible("."));
    }

    #[test]
    fn controls_and_noncharacters_are_foreign() {
        for letter in ['\0', '\u{1B}', '\u{7F}', '\u{85}', '\u{FDD0}', '\u{FDEF}', '\u{FFFE}', '\u{FFFF}', '\u{1FFFE}']
        {
            assert!(is_foreign(letter, Lines::Several) && is_foreign(letter, Lines::One), "{letter:?}");
        }
        assert!(is_foreign('\n', Lines::One) && !is_foreign('\n', Lines::Several));
        assert!(!is_foreign('\u{FFFD}', Lines::One) && !is_foreign('é', Lines::One));
    }
}
