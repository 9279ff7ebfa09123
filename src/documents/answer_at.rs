//! An address at which somebody answers a question of a message, as e-mails and letters show it.

use crate::documents::qr;

/// What is answered, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnswerAt {
    /// What is answered there, in words.
    pub says: String,
    /// The address, with a secret that is nowhere else.
    pub address: String,
}

impl AnswerAt {
    /// The address in parts, between which a line can break: nobody types a word that goes on in the next line. It breaks after a
    /// slash, and within the last part, which is the secret, after a hyphen.
    #[must_use]
    pub fn parts(&self) -> Vec<&str> {
        let secret = self.address.rfind('/').unwrap_or_default();
        let mut parts = Vec::new();
        let mut from = 0;
        for (at, sign) in self.address.char_indices() {
            let next = at + sign.len_utf8();
            let is_end = match sign {
                '/' => !self.address[next..].starts_with('/'),
                '-' => at > secret,
                _ => false,
            };
            if is_end {
                parts.push(&self.address[from..next]);
                from = next;
            }
        }
        parts.push(&self.address[from..]);
        parts
    }

    /// The address as a code for the camera of a telephone.
    #[must_use]
    pub fn code(&self) -> String {
        qr::svg(&self.address, "Code of the address for your answer")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_breaks_after_slashes_and_in_the_secret_after_hyphens() {
        for (address, parts) in [
            ("https://trust.example/a/4f7k-9m2p", vec!["https://", "trust.example/", "a/", "4f7k-", "9m2p"]),
            ("https://north-trust.example/4f7k", vec!["https://", "north-trust.example/", "4f7k"]),
            ("4f7k-9m2p", vec!["4f7k-", "9m2p"]),
        ] {
            let at = AnswerAt { says: String::new(), address: address.to_owned() };
            assert_eq!(at.parts(), parts, "{address}");
        }
    }
}
