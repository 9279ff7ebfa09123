//! The headers of what is downloaded: its name, and the hash of its bytes.
//! The bytes are the feature's business.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// `Content-Digest` (RFC 9530) of bytes with this SHA-256, given in hexadecimal.
#[must_use]
pub fn content_digest(sha256: &str) -> String {
    let nibble =
        |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok()).unwrap_or_default();
    let bytes: Vec<u8> =
        sha256.as_bytes().chunks(2).map(|pair| pair.iter().fold(0, |all, c| (all << 4) | nibble(*c))).collect();
    format!("sha-256=:{}:", STANDARD.encode(bytes))
}

/// `Content-Disposition` of a download with this name (RFC 6266): plain for old readers, exact for all others.
#[must_use]
pub fn attachment(name: &str) -> String {
    let plain: String = name.chars().map(|c| if is_plain(c) { c } else { '_' }).collect();
    if plain == name {
        return format!("attachment; filename=\"{name}\"");
    }
    let exact: String = name.bytes().map(encoded).collect();
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{exact}")
}

fn is_plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ' ')
}

/// RFC 8187: what is no letter, digit or one of a few signs goes by its number.
fn encoded(byte: u8) -> String {
    let c = char::from(byte);
    if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') { c.to_string() } else { format!("%{byte:02X}") }
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

    #[test]
    fn a_digest_is_of_the_very_bytes() {
        // The SHA-256 of nothing.
        let nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(content_digest(nothing), "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:");
    }
}
