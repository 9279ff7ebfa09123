//! Characters that are there without being seen: one list, from which the patterns of texts are put together, and which
//! `subject_key` of the database holds, too.

use std::ops::RangeInclusive;
use std::sync::LazyLock;

/// The characters below U+10000, as a pattern's class writes them: of no width, steering direction or shape, or blank.
macro_rules! invisible {
    () => {
        r"\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180B-\u180F\u200B-\u200F\u2028-\u202F\u205F-\u206F\u3164\uFE00-\uFE0F\uFEFF\uFFA0\uFFF9-\uFFFB"
    };
}
pub(super) use invisible;

/// The same as text.
pub const INVISIBLE: &str = invisible!();

/// Beyond U+10000, where patterns of JSON Schema need not reach: tags and variants of shape.
const TAGS: RangeInclusive<char> = '\u{E0000}'..='\u{E0FFF}';

static RANGES: LazyLock<Vec<RangeInclusive<char>>> = LazyLock::new(|| {
    let mut ranges: Vec<RangeInclusive<char>> = Vec::new();
    let mut opened = false;
    for part in INVISIBLE.split("\\u").filter(|part| !part.is_empty()) {
        let (code, more) = (part.trim_end_matches('-'), part.ends_with('-'));
        let letter = u32::from_str_radix(code, 16).ok().and_then(char::from_u32).unwrap_or(char::MAX);
        match ranges.last_mut() {
            Some(range) if opened => *range = *range.start()..=letter,
            _ => ranges.push(letter..=letter),
        }
        opened = more;
    }
    ranges
});

/// Whether a character is there without being seen, such as a zero-width space or a change of direction.
#[must_use]
pub fn is_invisible(c: char) -> bool {
    c >= '\u{AD}' && (RANGES.iter().any(|range| range.contains(&c)) || TAGS.contains(&c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_read_as_it_is_written() {
        for c in
            ['\u{AD}', '\u{34F}', '\u{180B}', '\u{180D}', '\u{200D}', '\u{202E}', '\u{2069}', '\u{FEFF}', '\u{E0041}']
        {
            assert!(is_invisible(c), "{c:?}");
        }
        for c in ['a', ' ', '\u{AC}', '\u{AE}', '\u{2010}', '\u{2070}', 'é', '\u{FFFD}', '👩'] {
            assert!(!is_invisible(c), "{c:?}");
        }
        assert_eq!(RANGES.iter().filter(|range| range.start() > range.end()).count(), 0);
        assert_eq!(RANGES.len(), 16);
    }
}
