//! The one road of every change: key, lock, rule, rows, version, history, audit and event in one transaction.
//! A feature is handed a `Writer`, and answers with a `Changed` that only the writer can make.

use std::ops::{Deref, DerefMut};

use uuid::Uuid;

use crate::audit::record;
use crate::db::ids::{ActorId, IdSource};
use crate::db::reader::Reader;
use crate::life::{Life, Verb, Word};
use crate::privacy::looks;
use crate::refusal::{Done, Kind, Refusal};

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
        Self { resource, id: id.into(), version, action, event, from: None, to: None, fields: Vec::new() }
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
}

/// The proof that a change was recorded, with what the caller is answered.
#[derive(Debug)]
pub struct Changed<V>(V);

impl<V> Changed<V> {
    /// What the caller is answered.
    pub fn into_inner(self) -> V {
        self.0
    }

    /// The answer made into something else.
    pub fn map<U>(self, f: impl FnOnce(V) -> U) -> Changed<U> {
        Changed(f(self.0))
    }
}

/// A transaction in which something changes.
pub struct Writer<'c> {
    reader: Reader<'c>,
    ids: &'c IdSource,
    actor_id: ActorId,
    sends_mail: bool,
    changes: Vec<Change>,
}

impl std::fmt::Debug for Writer<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Writer").field("changes", &self.changes).finish_non_exhaustive()
    }
}

impl<'c> Deref for Writer<'c> {
    type Target = Reader<'c>;
    fn deref(&self) -> &Reader<'c> {
        &self.reader
    }
}

impl DerefMut for Writer<'_> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.reader
    }
}

impl<'c> Writer<'c> {
    pub(crate) fn new(reader: Reader<'c>, ids: &'c IdSource, actor_id: ActorId, sends_mail: bool) -> Self {
        Self { reader, ids, actor_id, sends_mail, changes: Vec::new() }
    }

    /// Whether the service can send e-mail itself.
    #[must_use]
    pub fn sends_mail(&self) -> bool {
        self.sends_mail
    }

    /// Who acts.
    #[must_use]
    pub fn actor_id(&self) -> ActorId {
        self.actor_id
    }

    /// A new id.
    pub fn new_id<I: From<Uuid>>(&self) -> I {
        self.ids.of_a_new_thing()
    }

    /// Refuses where `If-Match` names another version than the current one.
    ///
    /// # Errors
    /// `precondition-failed`.
    pub fn matches(&self, version: i32) -> Result<(), Refusal> {
        match &self.asked().if_match {
            Some(versions) if !versions.contains(&version) => {
                Err(Refusal::new(Kind::PreconditionFailed, "It has changed since the version in If-Match."))
            }
            _ => Ok(()),
        }
    }

    /// Where a verb leads a thing of this version and state: If-Match first, then the life cycle.
    ///
    /// # Errors
    /// `precondition-failed`, `invalid-transition`.
    pub fn step<S: Word, V: Verb>(&self, life: &Life<S, V>, version: i32, from: S, verb: V) -> Result<S, Refusal> {
        self.matches(version)?;
        life.step(from, verb)
    }

    /// Notes a change beside the main one.
    pub fn note(&mut self, change: Change) {
        self.changes.push(change);
    }

    /// Notes the change that was asked for, with the caller's answer.
    pub fn changed<V>(&mut self, change: Change, answer: V) -> Changed<V> {
        self.changes.push(change);
        Changed(answer)
    }

    /// Says that nothing had to change: what was asked for is so already.
    pub fn unchanged<V>(&self, answer: V) -> Changed<V> {
        Changed(answer)
    }

    /// Writes what the answer shows of people, and history, audit and events of everything noted, a statement each.
    pub(crate) fn settle(&mut self) -> Done<()> {
        let changes = std::mem::take(&mut self.changes);
        let (now, request_id) = (self.now(), self.asked().request_id);
        let looks = self.reader.take_looks();
        let by = looks::By { actor: self.actor_id, at: now, request_id };
        looks::write(self.reader.conn, &looks, by, self.ids, false)?;
        if changes.is_empty() {
            return Ok(());
        }
        record::write(self.reader.conn, &changes, self.actor_id, now, request_id, self.ids)
    }
}
