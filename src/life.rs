//! A life cycle as one table of transitions. The check, the `allowed` member of a refusal, the documentation and the
//! tests all read that table. Each feature declares its own table in its `status.rs`.

use crate::refusal::{Kind, Refusal};

/// A state or verb of a life cycle: a value of a closed list.
pub trait Word: Copy + PartialEq + 'static {
    /// The value as the API sends it.
    fn word(self) -> &'static str;
}

/// A verb: what leads from one state to another.
pub trait Verb: Word {
    /// What an event is called once the step was taken.
    fn event(self) -> &'static str;
}

/// A life cycle: which verb leads from which state to which.
#[derive(Debug)]
pub struct Life<S: 'static, V: 'static> {
    /// Name of the resource, as in the record and in events.
    pub resource: &'static str,
    /// What people call it.
    pub name: &'static str,
    /// Every transition; any other is refused.
    pub edges: &'static [(S, V, S)],
}

impl<S: Word, V: Verb> Life<S, V> {
    /// The state to which the verb leads.
    ///
    /// # Errors
    /// `invalid-transition`, with the verbs that are allowed in this state.
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

/// Declares that closed lists are the states of a life cycle.
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
    /// What lives: the resource's name in the record.
    fn resource(&self) -> &'static str;
    /// What people call it.
    fn name(&self) -> &'static str;
    /// What the events of its steps are called.
    fn events(&self) -> Vec<&'static str>;
    /// Its steps as words: state, verb, state.
    fn steps(&self) -> Vec<(&'static str, &'static str, &'static str)>;
}

impl<S: Word + Sync, V: Verb + Sync> LifeCycle for Life<S, V> {
    fn resource(&self) -> &'static str {
        self.resource
    }

    fn name(&self) -> &'static str {
        self.name
    }

    fn events(&self) -> Vec<&'static str> {
        self.edges.iter().map(|(_, verb, _)| verb.event()).collect()
    }

    fn steps(&self) -> Vec<(&'static str, &'static str, &'static str)> {
        self.rows()
    }
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
