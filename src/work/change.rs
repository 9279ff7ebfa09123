//! What happened to one thing, as the record keeps it: ids, names of fields and states, never values.

use uuid::Uuid;

use crate::life::{Life, Word};

/// What happened to one thing.
#[derive(Clone, Debug)]
pub struct Change {
    pub(crate) resource: &'static str,
    pub(crate) id: Uuid,
    pub(crate) version: i32,
    pub(crate) action: &'static str,
    pub(crate) from: Option<&'static str>,
    pub(crate) to: Option<&'static str>,
    pub(crate) fields: Vec<String>,
}

impl Change {
    /// A change that is no step of a life cycle: what, which, its new version, and the verb (`create`, `change` …).
    pub fn new(resource: &'static str, id: impl Into<Uuid>, version: i32, action: &'static str) -> Self {
        Self { resource, id: id.into(), version, action, from: None, to: None, fields: Vec::new() }
    }

    /// A step of a life cycle.
    pub fn step<S: Word, V: Word>(life: &Life<S, V>, id: impl Into<Uuid>, version: i32, step: (S, V, S)) -> Self {
        let (from, verb, to) = step;
        Self { from: Some(from.word()), to: Some(to.word()), ..Self::new(life.resource, id, version, verb.word()) }
    }

    /// With the state that it begins or is in.
    #[must_use]
    pub fn to(mut self, state: impl Word) -> Self {
        self.to = Some(state.word());
        self
    }

    /// With the names of the fields that changed; never their values.
    #[must_use]
    pub fn fields<F: Into<String>>(mut self, fields: impl IntoIterator<Item = F>) -> Self {
        self.fields = fields.into_iter().map(Into::into).collect();
        self
    }
}
