//! What happened to one thing, as the record keeps it: ids, names of fields and states, never values.

use uuid::Uuid;

use crate::clock::Instant;
use crate::life::{Life, Verb, Word};

/// The version of a thing, and when it was last changed.
pub type Revision = (i32, Instant);

/// What happened to one thing.
#[derive(Clone, Debug)]
pub struct Change {
    pub(crate) resource: &'static str,
    pub(crate) id: Uuid,
    pub(crate) version: i32,
    pub(crate) action: &'static str,
    pub(crate) event: &'static str,
    pub(crate) from: Option<&'static str>,
    pub(crate) to: Option<&'static str>,
    pub(crate) fields: Vec<String>,
    pub(crate) digest: Option<String>,
}

impl Change {
    /// A change that is no step of a life cycle: what, which, its new version, the verb, and what its event is called.
    pub fn new(
        resource: &'static str,
        id: impl Into<Uuid>,
        version: i32,
        action: &'static str,
        event: &'static str,
    ) -> Self {
        Self { resource, id: id.into(), version, action, event, from: None, to: None, fields: Vec::new(), digest: None }
    }

    /// Something new.
    pub fn created(resource: &'static str, id: impl Into<Uuid>) -> Self {
        Self::new(resource, id, 1, "create", "created")
    }

    /// Fields of something, which is in this version since.
    pub fn changed(resource: &'static str, id: impl Into<Uuid>, version: i32) -> Self {
        Self::new(resource, id, version, "change", "changed")
    }

    /// A step of a life cycle.
    pub fn step<S: Word, V: Verb>(life: &Life<S, V>, id: impl Into<Uuid>, version: i32, step: (S, V, S)) -> Self {
        let (from, verb, to) = step;
        let change = Self::new(life.resource, id, version, verb.word(), verb.event());
        Self { from: Some(from.word()), to: Some(to.word()), ..change }
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

    /// With the digest of values that the record vouches for and does not say.
    #[must_use]
    pub fn vouching(mut self, digest: Option<String>) -> Self {
        self.digest = digest;
        self
    }
}
