//! Every change goes through here: rows, version, history, audit record and event are written in one transaction.
//! A feature is given a `Writer`, and must return a `Changed`, which only the writer can make.

use std::ops::{Deref, DerefMut};

use uuid::Uuid;

use crate::db::ids::{ActorId, IdSource};
use crate::life::{Life, Verb, Word};
use crate::refusal::{Kind, Refusal, Result};
use crate::work::access_log::{SensitiveRead, WrittenToday};
use crate::work::change::Change;
use crate::work::context::{By, RequestContext};
use crate::work::idempotency::KeptAnswer;
use crate::work::reader::Reader;
use crate::work::record;

/// So many changes are recorded before the next are made.
const MANY: usize = 1_000;

/// The proof that a change was recorded, with the answer to the caller.
#[derive(Debug)]
pub struct Changed<V>(V);

impl<V> Changed<V> {
    /// The answer to the caller.
    pub fn into_inner(self) -> V {
        self.0
    }

    /// Converts the answer.
    pub fn map<U>(self, f: impl FnOnce(V) -> U) -> Changed<U> {
        Changed(f(self.0))
    }
}

/// Write access to the database for one request, within a transaction.
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

    /// A writer in the same transaction for another context and actor; what it changes, it records itself.
    pub(super) fn within<'s>(&'s mut self, context: &'s RequestContext, actor_id: ActorId) -> Writer<'s> {
        let titles = self.reader.titles();
        Writer::new(Reader::new(self.reader.conn, context, titles), self.ids, actor_id, self.sends_mail)
    }

    /// The source of new ids.
    pub(super) fn ids(&self) -> &'c IdSource {
        self.ids
    }

    /// Whether the service can send email.
    #[must_use]
    pub fn sends_mail(&self) -> bool {
        self.sends_mail
    }

    /// Id of the actor who makes the change.
    #[must_use]
    pub fn actor_id(&self) -> ActorId {
        self.actor_id
    }

    /// A new id for a record.
    pub fn new_id<I: From<Uuid>>(&self) -> I {
        self.ids.of_a_new_thing()
    }

    /// Refuses if `If-Match` does not name the current version.
    ///
    /// # Errors
    /// `precondition-failed`.
    pub fn matches(&self, version: i32) -> Result<(), Refusal> {
        match &self.context().if_match {
            Some(versions) if !versions.contains(&version) => Err(Refusal::new(
                Kind::PreconditionFailed,
                "This record has changed since the version in If-Match. Read it again and send its current version.",
            )),
            _ => Ok(()),
        }
    }

    /// The state to which a verb leads, after checking `If-Match` and the life cycle.
    ///
    /// # Errors
    /// `precondition-failed`, `invalid-transition`.
    pub fn step<S: Word, V: Verb>(&self, life: &Life<S, V>, version: i32, from: S, verb: V) -> Result<S, Refusal> {
        self.matches(version)?;
        life.step(from, verb)
    }

    /// Records a further change, caused by the requested one.
    pub fn note(&mut self, change: Change) {
        self.changes.push(change);
    }

    /// Records the requested change, with the answer to the caller.
    pub fn changed<V>(&mut self, change: Change, answer: V) -> Changed<V> {
        self.changes.push(change);
        Changed(answer)
    }

    /// Says that nothing had to change, because the record is already as requested.
    pub fn unchanged<V>(&self, answer: V) -> Changed<V> {
        Changed(answer)
    }

    /// Writes the record of what was noted so far, if that is much: where very many things change at once, their changes are
    /// not all held in memory.
    ///
    /// # Errors
    /// Database errors.
    pub fn record_if_many(&mut self) -> Result<()> {
        if self.changes.len() < MANY {
            return Ok(());
        }
        let changes = std::mem::take(&mut self.changes);
        record::write(self.reader.conn, &changes, self.by(), self.ids, (None, &[]))
    }

    fn by(&self) -> By {
        let RequestContext { request_id, client_request_id, .. } = *self.context();
        By { actor: self.actor_id, at: self.now(), request_id, client_request_id }
    }

    /// Writes what the changes leave behind (history, audit records, events, the answer kept for a retry, the access log)
    /// with one statement; returns what it wrote into the access log.
    pub(crate) fn record_changes(
        &mut self,
        answer: Option<KeptAnswer<'_>>,
        written: &WrittenToday,
    ) -> Result<Vec<SensitiveRead>> {
        let changes = std::mem::take(&mut self.changes);
        let by = self.by();
        let mut looks = self.reader.take_accesses();
        // A change stands in the record, which the person's export tells, too.
        looks.retain(|look| changes.is_empty() || look.what.once_a_day());
        let looks = written.missing(looks, by.actor, by.at.london_day());
        record::write(self.reader.conn, &changes, by, self.ids, (answer, &looks))?;
        Ok(looks)
    }
}
