//! SHA-256 in the forms in which it is used: bytes, hexadecimal, fingerprints of several parts, `Content-Digest`.
//! What is digested, and why, is the business of those who ask.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// The SHA-256 of bytes.
#[must_use]
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// The SHA-256 of bytes, in hexadecimal.
#[must_use]
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex::encode(sha256(bytes))
}

/// A SHA-256 over what comes piece by piece.
#[derive(Clone, Debug, Default)]
pub struct Hasher(Sha256);

impl Hasher {
    /// The next piece.
    pub fn add(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The hash of all of it, in hexadecimal.
    #[must_use]
    pub fn finish(self) -> String {
        hex::encode(self.0.finalize())
    }
}

/// SHA-256 over parts that can't run into one another, in hexadecimal.
#[must_use]
pub fn fingerprint(parts: &[&str]) -> String {
    let mut hash = Hasher::default();
    for part in parts {
        hash.add(format!("{}:{part}", part.len()).as_bytes());
    }
    hash.finish()
}

/// `Content-Digest` (RFC 9530) of bytes with this SHA-256, given in hexadecimal.
///
/// # Errors
/// Where it is no hexadecimal.
pub fn content_digest(sha256: &str) -> Result<String, hex::FromHexError> {
    Ok(format!("sha-256=:{}:", STANDARD.encode(hex::decode(sha256)?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_a_fingerprint_cannot_run_into_one_another() {
        assert_ne!(fingerprint(&["ab", "c"]), fingerprint(&["a", "bc"]));
    }

    #[test]
    fn a_digest_is_of_the_very_bytes() {
        let nothing = sha256_hex(b"");
        assert_eq!(nothing, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assert_eq!(content_digest(&nothing).unwrap(), "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:");
        assert!(content_digest("no digest").is_err());
    }

    #[test]
    fn what_comes_in_pieces_has_the_hash_of_the_whole() {
        let mut hash = Hasher::default();
        hash.add(b"in ");
        hash.add(b"pieces");
        assert_eq!(hash.finish(), sha256_hex(b"in pieces"));
    }
}
