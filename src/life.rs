//! A life cycle as one table: the check, the error's `allowed`, the documentation and the test read it.
//! It knows no feature; each feature's `status.rs` holds its own table.

use crate::refusal::{Kind, Refusal};

/// A state or verb: a word from a closed list.
pub trait Word: Copy + PartialEq + 'static {
    /// The word on the wire.
    fn word(self) -> &'static str;
}

/// One life cycle: which verb leads from which state to which.
#[derive(Debug)]
pub struct Life<S: 'static, V: 'static> {
    /// What lives: the resource's name in the glossary.
    pub resource: &'static str,
    /// Every edge there is; anything else is refused.
    pub edges: &'static [(S, V, S)],
}

impl<S: Word, V: Word> Life<S, V> {
    /// Where the verb leads from here.
    ///
    /// # Errors
    /// `invalid-transition` with the verbs that are allowed here.
    pub fn step(&self, from: S, verb: V) -> Result<S, Refusal> {
        self.edges.iter().find(|(state, by, _)| *state == from && *by == verb).map(|(_, _, to)| *to).ok_or_else(|| {
            let mut refusal = Refusal::new(
                Kind::InvalidTransition,
                format!("A {} that is {} can't be asked to {}.", self.resource, from.word(), verb.word()),
            );
            refusal.allowed = Some(self.allowed(from));
            refusal
        })
    }

    /// The verbs that a state knows, in the table's order.
    #[must_use]
    pub fn allowed(&self, from: S) -> Vec<&'static str> {
        self.edges.iter().filter(|(state, ..)| *state == from).map(|(_, verb, _)| verb.word()).collect()
    }

    /// The states from which a verb leads on, for the documentation.
    #[must_use]
    pub fn sources(&self, verb: V) -> Vec<&'static str> {
        self.edges.iter().filter(|(_, by, _)| *by == verb).map(|(state, ..)| state.word()).collect()
    }

    /// The table as rows of words, for `docs/states.md` and the tests.
    #[must_use]
    pub fn rows(&self) -> Vec<(&'static str, &'static str, &'static str)> {
        self.edges.iter().map(|(from, verb, to)| (from.word(), verb.word(), to.word())).collect()
    }
}

/// Declares that closed lists are words of a life cycle.
#[macro_export]
macro_rules! words {
    ($($name:ty),+) => {$(
        impl $crate::life::Word for $name {
            fn word(self) -> &'static str { self.as_str() }
        }
    )+};
}

/// A life cycle whose types are forgotten, for lists of them all.
pub trait LifeCycle: Sync {
    /// What lives: the resource's name in the glossary.
    fn resource(&self) -> &'static str;
    /// Its steps as words: state, verb, state.
    fn steps(&self) -> Vec<(&'static str, &'static str, &'static str)>;
}

impl<S: Word + Sync, V: Word + Sync> LifeCycle for Life<S, V> {
    fn resource(&self) -> &'static str {
        self.resource
    }

    fn steps(&self) -> Vec<(&'static str, &'static str, &'static str)> {
        self.rows()
    }
}
