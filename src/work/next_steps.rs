//! The steps that a caller may take next with a resource: those of its life cycle that its status allows and the caller's
//! rights and scopes include. Other rules, such as that nobody approves their own claim, are looked at when the step is
//! taken.

use std::sync::Arc;

use crate::access::{Action, Actor, may};

/// A step that an operation takes.
#[derive(Clone, Debug)]
pub struct NextStep {
    /// The verb, as the last part of the operation's path has it.
    pub verb: &'static str,
    /// The statuses that allow it.
    pub from: Vec<&'static str>,
    /// The right that it takes.
    pub action: Action,
}

/// The steps of a resource.
#[derive(Clone, Debug, Default)]
pub struct NextSteps(Arc<[NextStep]>);

impl NextSteps {
    /// Of these.
    #[must_use]
    pub fn of(steps: Vec<NextStep>) -> Self {
        Self(steps.into())
    }

    /// The verbs that somebody may use in a status.
    #[must_use]
    pub fn verbs(&self, status: &str, actor: Option<&Actor>) -> Vec<&'static str> {
        let Some(actor) = actor else { return Vec::new() };
        let possible = self.0.iter().filter(|step| step.from.contains(&status) && may(actor, step.action));
        possible.map(|step| step.verb).collect()
    }
}
