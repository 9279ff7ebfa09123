//! E-mail addresses that somebody elsewhere can be written to.

use validator::ValidateEmail;

use crate::text::tidy::{Lines, tidy};

/// An address in order, without what was pasted around it.
#[must_use]
pub fn tidied(text: &str) -> String {
    let text = tidy(text, Lines::One);
    match text.split_at_checked("mailto:".len()) {
        Some((scheme, address)) if scheme.eq_ignore_ascii_case("mailto:") => address.to_owned(),
        _ => text.into_owned(),
    }
}

/// Whether an address in order is one: at a name of the public kind, not at this machine or a number.
#[must_use]
pub fn is_address(text: &str) -> bool {
    let Some((_, host)) = text.rsplit_once('@') else { return false };
    let top = host.rsplit('.').next().unwrap_or_default();
    let here = ["localhost", "invalid"].iter().any(|name| top.eq_ignore_ascii_case(name));
    let elsewhere = host.contains('.') && !host.starts_with('[') && !here;
    let named = top.chars().any(|letter| !letter.is_ascii_digit());
    text.validate_email() && elsewhere && named
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_leads_elsewhere() {
        for (typed, is) in [
            ("sam@example.org", true),
            ("jo@bücher.example", true),
            ("\u{202D}sam@example.org\u{202C}", true),
            (" sam@example.org\u{A0}", true),
            ("mailto:sam@example.org", true),
            ("MAILTO:sam@example.org", true),
            ("a@mail.LOCALHOST", false),
            ("a@localhost", false),
            ("a@mail.localhost", false),
            ("a@[127.0.0.1]", false),
            ("a@127.0.0.1", false),
            ("a@[IPv6:::1]", false),
            ("a@b", false),
            ("no address", false),
        ] {
            assert_eq!(is_address(&tidied(typed)), is, "{typed}");
        }
    }
}
