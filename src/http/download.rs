//! The header that names what is downloaded.
//! The bytes are the feature's business; their hash is in `digest`.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// RFC 8187: what is no letter, digit or one of a few signs goes by its number.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'.').remove(b'-').remove(b'_');

/// `Content-Disposition` of a download with this name (RFC 6266): plain for old readers, exact for all others.
#[must_use]
pub fn attachment(name: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ' ');
    if name.chars().all(is_plain) {
        return format!("attachment; filename=\"{name}\"");
    }
    let plain: String = name.chars().map(|c| if is_plain(c) { c } else { '_' }).collect();
    let exact = utf8_percent_encode(name, ENCODED);
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{exact}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_breaks_out_of_no_header() {
        for (name, header) in [
            ("RUN-2026-000001-ap.csv", "attachment; filename=\"RUN-2026-000001-ap.csv\""),
            ("bus ticket.pdf", "attachment; filename=\"bus ticket.pdf\""),
            ("a\"b\\.pdf", "attachment; filename=\"a_b_.pdf\"; filename*=UTF-8''a%22b%5C.pdf"),
            (
                "reçu;x=1\r\n.pdf",
                "attachment; filename=\"re_u_x_1__.pdf\"; filename*=UTF-8''re%C3%A7u%3Bx%3D1%0D%0A.pdf",
            ),
        ] {
            assert_eq!(attachment(name), header);
        }
    }
}
