//! A life cycle as one table: the check, the error's `allowed`, the documentation and the test read it.
//! It knows no feature; each feature's `status.rs` holds its own table.

use crate::refusal::{Kind, Refusal};

/// A state or verb: a word from a closed list.
pub trait Word: Copy + PartialEq + 'static {
    /// The word on the wire.
    fn word(self) -> &'static str;
}

/// A verb: what leads from one state to another.
pub trait Verb: Word {
    /// What an event is called once the step was taken.
    fn event(self) -> &'static str;
}

/// One life cycle: which verb leads from which state to which.
#[derive(Debug)]
pub struct Life<S: 'static, V: 'static> {
    /// What lives: the resource's name in the record and in events.
    pub resource: &'static str,
    /// What people call it.
    pub name: &'static str,
    /// Every edge there is; anything else is refused.
    pub edges: &'static [(S, V, S)],
}

impl<S: Word, V: Verb> Life<S, V> {
    /// Where the verb leads from here.
    ///
    /// # Errors
    /// `invalid-transition` with the verbs that are allowed here.
    pub fn step(&self, from: S, verb: V) -> Result<S, Refusal> {
        let edge = self.edges.iter().find(|(state, by, _)| *state == from && *by == verb);
        edge.map(|(_, _, to)| *to).ok_or_else(|| self.refused(from, verb))
    }

    fn refused(&self, from: S, verb: V) -> Refusal {
        let allowed = self.allowed(from);
        let (name, from, verb) = (self.name, from.word(), verb.word());
        let next = if allowed.is_empty() { "nothing".to_owned() } else { format!("`{}`", allowed.join("`, `")) };
        let detail =
            format!("This {name} has the status `{from}`, which does not allow `{verb}`. Allowed now: {next}.");
        Refusal { allowed: Some(allowed), ..Refusal::new(Kind::InvalidTransition, detail) }
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

/// Declares that closed lists are the states of a life cycle.
#[macro_export]
macro_rules! words {
    ($($name:ty),+) => {$(
        impl $crate::life::Word for $name {
            fn word(self) -> &'static str { self.as_str() }
        }
    )+};
}

/// Declares that a closed list is the verbs of a life cycle, each with the name of the event that it makes.
#[macro_export]
macro_rules! verbs {
    ($name:ident: $($verb:ident => $event:literal,)+) => {
        $crate::words!($name);
        impl $crate::life::Verb for $name {
            fn event(self) -> &'static str {
                match self { $(Self::$verb => $event,)+ }
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Copy, Debug, PartialEq)]
    struct Of(&'static str);

    impl Word for Of {
        fn word(self) -> &'static str {
            self.0
        }
    }

    impl Verb for Of {
        fn event(self) -> &'static str {
            "taken"
        }
    }

    const LIFE: Life<Of, Of> = Life {
        resource: "expression",
        name: "expression of interest",
        edges: &[(Of("offered"), Of("turn-down"), Of("over"))],
    };

    #[test]
    fn a_refused_step_names_the_status_and_what_is_allowed() {
        for (from, detail, allowed) in [
            (
                Of("offered"),
                "This expression of interest has the status `offered`, which does not allow `offer`. Allowed now: `turn-down`.",
                vec!["turn-down"],
            ),
            (
                Of("over"),
                "This expression of interest has the status `over`, which does not allow `offer`. Allowed now: nothing.",
                vec![],
            ),
        ] {
            let refusal = LIFE.step(from, Of("offer")).unwrap_err();
            assert_eq!((refusal.detail.as_ref(), refusal.allowed), (detail, Some(allowed)));
        }
    }
}
