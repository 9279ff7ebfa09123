//! A life cycle as one table of transitions. The check, the `allowed` member of a refusal, the documentation and the
//! tests all read that table. Each feature declares its own table in its `status.rs`.

use crate::refusal::{Kind, Refusal};

/// A state or verb of a life cycle: a value of a closed list.
pub trait Word: Copy + PartialEq + 'static {
    /// The value as the API sends it.
    fn word(self) -> &'static str;
}

/// A life cycle: which verb leads from which state to which.
#[derive(Debug)]
pub struct Life<S: 'static, V: 'static> {
    /// Name of the resource, as in the glossary.
    pub resource: &'static str,
    /// Every transition; any other is refused.
    pub edges: &'static [(S, V, S)],
}

impl<S: Word, V: Word> Life<S, V> {
    /// The state to which the verb leads.
    ///
    /// # Errors
    /// `invalid-transition`, with the verbs that are allowed in this state.
    pub fn step(&self, from: S, verb: V) -> Result<S, Refusal> {
        self.edges.iter().find(|(state, by, _)| *state == from && *by == verb).map(|(_, _, to)| *to).ok_or_else(|| {
            let mut refusal = Refusal::new(
                Kind::InvalidTransition,
                format!(
                    "This {} has the status `{}`, which does not allow `{}`.",
                    self.resource,
                    from.word(),
                    verb.word()
                ),
            );
            refusal.allowed = Some(self.allowed(from));
            refusal
        })
    }

    /// The verbs that a state allows, in the order of the table.
    #[must_use]
    pub fn allowed(&self, from: S) -> Vec<&'static str> {
        self.edges.iter().filter(|(state, ..)| *state == from).map(|(_, verb, _)| verb.word()).collect()
    }

    /// The states that allow a verb, for the documentation.
    #[must_use]
    pub fn sources(&self, verb: V) -> Vec<&'static str> {
        self.edges.iter().filter(|(_, by, _)| *by == verb).map(|(state, ..)| state.word()).collect()
    }

    /// The transitions as rows of state, verb and state, for `docs/states.md` and the tests.
    #[must_use]
    pub fn rows(&self) -> Vec<(&'static str, &'static str, &'static str)> {
        self.edges.iter().map(|(from, verb, to)| (from.word(), verb.word(), to.word())).collect()
    }
}

/// Declares closed lists to be states or verbs of a life cycle.
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
