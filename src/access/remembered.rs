//! Tokens that were verified already, so that a signature is verified once and not at every request.
//! Only what the token itself says is remembered, never what the database or the settings say, and never a refusal.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::access::actor::Actor;

/// Number of tokens in a generation. Two generations are remembered, about 1 MB at most for ordinary tokens.
const GENERATION: usize = 1_000;

/// The SHA-256 of a token: the token itself is not kept.
pub(super) type Hash = [u8; 32];

/// What a token said when it was verified.
#[derive(Debug)]
pub(super) struct Verified {
    /// Whose token it is.
    pub(super) actor: Actor,
    /// When it was verified, and until when it is accepted, in seconds since 1970.
    pub(super) at: u64,
    pub(super) until: u64,
}

/// The tokens that were verified last: new ones go into the young generation. When that is full, it becomes the old one,
/// and what was in the old one and not asked for since is forgotten.
#[derive(Debug, Default)]
pub(super) struct Remembered(Mutex<Generations>);

#[derive(Debug, Default)]
struct Generations {
    young: HashMap<Hash, Arc<Verified>>,
    old: HashMap<Hash, Arc<Verified>>,
}

impl Remembered {
    /// What is remembered of a token, whether or not it has ended since.
    pub(super) fn get(&self, token: &Hash) -> Option<Arc<Verified>> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = all.young.get(token) {
            return Some(Arc::clone(known));
        }
        let known = all.old.remove(token)?;
        all.keep(*token, Arc::clone(&known));
        Some(known)
    }

    /// Remembers a token.
    pub(super) fn keep(&self, token: Hash, verified: Verified) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).keep(token, Arc::new(verified));
    }
}

impl Generations {
    fn keep(&mut self, token: Hash, verified: Arc<Verified>) {
        if self.young.len() >= GENERATION {
            std::mem::swap(&mut self.young, &mut self.old);
            self.young.clear();
        }
        self.young.insert(token, verified);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::sha256;

    #[test]
    fn no_more_than_two_generations_are_remembered_and_those_in_use_stay() {
        let remembered = Remembered::default();
        let token = |number: usize| sha256(&number.to_be_bytes());
        for number in 0..5 * GENERATION {
            remembered.keep(token(number), Verified { actor: Actor::public(), at: 0, until: 1 });
            assert!(remembered.get(&token(0)).is_some(), "asked for all the time, forgotten at {number}");
        }
        let all = remembered.0.lock().expect("the generations");
        assert!(all.young.len() + all.old.len() <= 2 * GENERATION);
        drop(all);
        assert!(remembered.get(&token(5 * GENERATION - 1)).is_some(), "the last one");
        assert!(remembered.get(&token(1)).is_none(), "not asked for since");
    }
}
