//! Telephone numbers as people write them and paste them from their contacts.

use crate::text::tidy::{Lines, tidy};

/// Pattern of a telephone number: at least five digits, with what stands between them in any familiar format, and an
/// extension at the end.
pub const PHONE: &str = r"^[^0-9A-Za-z]*([0-9][^0-9A-Za-z]*){5,20}(([Ee][Xx][Tt]([Ee][Nn][Ss][Ii][Oo][Nn])?|[Xx])[^0-9A-Za-z]*[0-9]{1,8}[^0-9A-Za-z]*)?$";

/// The fewest and the most digits of a number, without its extension.
const DIGITS: std::ops::RangeInclusive<usize> = 5..=20;

/// A number in order: plain spaces, hyphens and digits.
#[must_use]
pub fn tidied(text: &str) -> String {
    let plain = |letter: char| match letter {
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE63}' | '\u{FF0D}' => '-',
        '\u{FF0B}' => '+',
        '\u{FF08}' => '(',
        '\u{FF09}' => ')',
        '\u{FF10}'..='\u{FF19}' => char::from_digit(u32::from(letter) - 0xFF10, 10).unwrap_or(letter),
        other => other,
    };
    tidy(text, Lines::One).chars().map(plain).collect()
}

/// A number in order, and its extension with the sign before it.
fn parts(text: &str) -> (&str, &str) {
    let sign = |letter: char| letter.is_alphabetic() || letter == '#';
    text.split_at(text.find(sign).unwrap_or(text.len()))
}

/// Whether a number in order is one: digits in a familiar format, and at most an extension.
#[must_use]
pub fn is_number(text: &str) -> bool {
    let (number, rest) = parts(text);
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).count();
    let word = rest.to_ascii_lowercase();
    let extension = ["extension", "ext", "x", "#"].iter().find_map(|sign| word.strip_prefix(sign));
    let extended = match extension {
        None => rest.is_empty(),
        Some(rest) => (1..=8).contains(&digits(rest)) && !rest.contains(char::is_alphabetic),
    };
    DIGITS.contains(&digits(number)) && extended
}

/// The number as an address that a telephone dials (RFC 3966): a plus where it is international, digits, the extension.
#[must_use]
pub fn dialled(text: &str) -> String {
    let (number, extension) = parts(text);
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let international = number.trim_start_matches(|letter: char| !letter.is_ascii_digit() && letter != '+');
    // The trunk's zero is dialled at home alone: +44 (0)1223.
    let number = if international.starts_with('+') { number.replace("(0)", "") } else { number.to_owned() };
    let plus = if international.starts_with('+') { "+" } else { "" };
    let extension = digits(extension);
    let extension = if extension.is_empty() { extension } else { format!(";ext={extension}") };
    format!("{plus}{}{extension}", digits(&number))
}

/// The digits of a number in every way in which the same one is written, at home (01223 …) and abroad (+44 1223 …,
/// 0044 1223 …, +44 (0)1223 …); the first is the same for all of them. `people::volunteers::duplicates` has the same
/// for numbers that are stored.
#[must_use]
pub fn writings(text: &str) -> Vec<String> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let own = ["0044", "44", "00", "0"].iter().find_map(|before| digits.strip_prefix(before)).unwrap_or(&digits);
    let own = own.strip_prefix('0').unwrap_or(own);
    ["", "0", "00", "44", "440", "0044", "00440"].iter().map(|before| format!("{before}{own}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_familiar_format_is_a_number_and_blanks_are_none() {
        for (typed, kept) in [
            ("01223 555 0101", "01223 555 0101"),
            ("\u{202D}+44 7700 900123\u{202C}", "+44 7700 900123"),
            ("+44\u{A0}7700\u{A0}900123", "+44 7700 900123"),
            ("01223–555–0101", "01223-555-0101"),
            ("01223 555 0101 ext 12", "01223 555 0101 ext 12"),
            ("01223 555 0101 x12", "01223 555 0101 x12"),
            ("01223.555.0101", "01223.555.0101"),
            ("+44 (0)1223/555 0101", "+44 (0)1223/555 0101"),
            ("+49 30 12345-67 #8", "+49 30 12345-67 #8"),
        ] {
            assert_eq!((tidied(typed).as_str(), is_number(kept)), (kept, true), "{typed}");
            assert!(regex_lite::Regex::new(PHONE).unwrap().is_match(typed), "{typed}");
        }
        for none in
            ["      ", "-----", "()", "1234", "call me", "01223 555 0101 or 0102", "01223 ext", "123456789012345678901"]
        {
            assert!(!is_number(&tidied(none)), "{none}");
            assert!(!regex_lite::Regex::new(PHONE).unwrap().is_match(none), "{none}");
        }
    }

    #[test]
    fn national_and_international_writings_of_a_number_meet() {
        for one in ["01223 555 0101", "+44 1223 555 0101", "0044 1223 555-0101", "+44 (0)1223 5550101"] {
            for other in ["012235550101", "4412235550101", "004412235550101", "44012235550101"] {
                assert!(writings(one).contains(&other.to_owned()), "{one} {other}");
            }
            assert_eq!(writings(one)[0], "12235550101");
        }
        assert!(!writings("01223 555 0101").contains(&"012235550102".to_owned()));
    }

    #[test]
    fn a_number_is_dialled_by_its_digits() {
        for (kept, dial) in [
            ("01223 555 0101", "012235550101"),
            ("+44 (0)1223 555 0101", "+4412235550101"),
            ("(+44) 7700-900123 ext 12", "+447700900123;ext=12"),
            ("+49 30 12345-67 #8", "+49301234567;ext=8"),
        ] {
            assert_eq!(dialled(kept), dial);
        }
    }
}
