//! The secret of an address: 128 random bits, written so that people can type it from a letter.

use aws_lc_rs::rand::{SecureRandom, SystemRandom};

use crate::digest::sha256;
use crate::refusal::{Failure, Result};

/// Bytes of a secret.
const BYTES: usize = 16;
/// Letters and digits of a written secret, five bits each.
const LENGTH: usize = 26;
/// Crockford's Base32: no `i`, `l`, `o` and `u`, which people take for something else.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// A hyphen stands after so many of them, but not near the end.
const GROUP: usize = 5;

/// What somebody holds who was told an address. It is in no log, no record and no table.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Secret(u128);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl Secret {
    /// A new one.
    ///
    /// # Errors
    /// The system gives no random bytes.
    pub fn new() -> Result<Self> {
        let mut bytes = [0; BYTES];
        SystemRandom::new().fill(&mut bytes).map_err(|_| Failure::broken("the system gives no random bytes"))?;
        Ok(Self(u128::from_be_bytes(bytes)))
    }

    /// Reads a secret as it is written in an address or typed from a letter: in capitals or not, with or without
    /// hyphens and spaces, with `o` for 0 and `i` or `l` for 1.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let (mut bits, mut length) = (0_u128, 0);
        for letter in text.bytes().filter(|letter| !matches!(letter, b'-' | b' ')) {
            let letter = match letter.to_ascii_lowercase() {
                b'o' => b'0',
                b'i' | b'l' => b'1',
                other => other,
            };
            let digit = ALPHABET.iter().position(|known| *known == letter)?;
            // The first has three bits: 26 times five is two more than there are.
            if length == LENGTH || (length == 0 && digit > 7) {
                return None;
            }
            bits = (bits << 5) | u128::try_from(digit).ok()?;
            length += 1;
        }
        (length == LENGTH).then_some(Self(bits))
    }

    /// As it stands in an address: `4t7qz-0h3mk-…`.
    #[must_use]
    pub fn shown(self) -> String {
        let mut text = String::with_capacity(LENGTH + LENGTH / GROUP);
        for place in 0..LENGTH {
            if place > 0 && place % GROUP == 0 && LENGTH - place >= GROUP {
                text.push('-');
            }
            let digit = usize::try_from((self.0 >> (5 * (LENGTH - 1 - place))) & 31).unwrap_or_default();
            text.push(char::from(ALPHABET[digit]));
        }
        text
    }

    /// What is kept of it. A secret has 128 random bits, so a plain SHA-256 is as good as a slow one.
    #[must_use]
    pub fn hash(self) -> Vec<u8> {
        sha256(&self.0.to_be_bytes()).to_vec()
    }
}

/// The hash of what stands in an address. What is no secret has one that nothing has, and is looked for all the same:
/// nobody can tell by the time whether it might have been one.
#[must_use]
pub fn hash_of(text: &str) -> Vec<u8> {
    Secret::read(text).map_or_else(|| sha256(text.as_bytes()).to_vec(), Secret::hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_read_however_it_is_typed() {
        let secret = Secret::new().unwrap();
        let shown = secret.shown();
        assert_eq!(shown.split('-').map(str::len).collect::<Vec<_>>(), [5, 5, 5, 5, 6]);
        for typed in [shown.clone(), shown.to_uppercase(), shown.replace('-', ""), shown.replace('-', " - ")] {
            assert!(Secret::read(&typed) == Some(secret), "as it is typed");
        }
        let zero = "0".repeat(26);
        let typed = format!("O{}IlL", &zero[4..]);
        assert!(Secret::read(&typed) == Secret::read(&format!("{}111", &zero[3..])));
        assert_eq!(Secret(u128::MAX).shown(), "7zzzz-zzzzz-zzzzz-zzzzz-zzzzzz");
        assert!(Secret::read("7zzzz-zzzzz-zzzzz-zzzzz-zzzzzz") == Some(Secret(u128::MAX)));
    }

    #[test]
    fn what_is_no_secret_is_none() {
        let good = "0".repeat(26);
        for bad in ["", "0", &good[1..], &format!("{good}0"), &format!("8{}", &good[1..]), &format!("{}u", &good[1..])]
        {
            assert!(Secret::read(bad).is_none(), "{bad}");
        }
        assert!(Secret::read(&good[1..]).is_none() && Secret::read(&format!("{}é", &good[2..])).is_none());
        assert_ne!(hash_of("no secret"), hash_of(&good));
        assert_eq!(hash_of(&good).len(), 32);
    }

    #[test]
    fn a_secret_is_not_shown_by_chance_and_no_two_are_alike() {
        let (one, other) = (Secret::new().unwrap(), Secret::new().unwrap());
        assert!(one != other && one.hash() != other.hash());
        assert_eq!(format!("{one:?}"), "Secret(…)");
    }
}
