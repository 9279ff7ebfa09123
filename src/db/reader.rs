//! The reading road: one connection, the grant, and the moment at which the question was asked.
//! Made by the service for one request; a feature can't get at data without one.

use diesel::connection::AnsiTransactionManager;
use diesel::connection::TransactionManager;
use diesel::pg::PgConnection;
use uuid::Uuid;

use crate::access::{Actor, Grant};
use crate::clock::{Day, Instant};
use crate::db::ids::VolunteerId;
use crate::privacy::{Look, What};
use crate::refusal::{Done, Failure};

/// What is known of a request before it reaches the database.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Who asks; none for operations open to all.
    pub actor: Option<Actor>,
    /// What they may reach.
    pub grant: Grant,
    /// When.
    pub now: Instant,
    /// The request's id, in the log, the answer and the audit record.
    pub request_id: Uuid,
    /// The version that `If-Match` names.
    pub if_match: Option<Vec<i32>>,
    /// The key under which the answer is kept, and the request's fingerprint.
    pub idempotency: Option<Key>,
}

/// An Idempotency-Key, whose it is, and what it was used for.
#[derive(Clone, Debug)]
pub struct Key {
    /// Issuer and subject.
    pub scope: String,
    /// The key itself.
    pub key: String,
    /// A digest of method, path and body.
    pub fingerprint: String,
}

/// A connection for one question.
pub struct Reader<'c> {
    /// The connection, for stores.
    pub conn: &'c mut PgConnection,
    asked: &'c Asked,
    looks: Vec<Look>,
}

impl std::fmt::Debug for Reader<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader").field("asked", &self.asked).finish_non_exhaustive()
    }
}

impl<'c> Reader<'c> {
    pub(crate) fn new(conn: &'c mut PgConnection, asked: &'c Asked) -> Self {
        Self { conn, asked, looks: Vec::new() }
    }

    /// What was asked, by whom.
    #[must_use]
    pub fn asked(&self) -> &'c Asked {
        self.asked
    }

    /// What the asker may reach.
    #[must_use]
    pub fn grant(&self) -> &'c Grant {
        &self.asked.grant
    }

    /// The asker, where the operation needs a token.
    ///
    /// # Errors
    /// A fault of ours where the operation is open to all.
    pub fn actor(&self) -> Done<&'c Actor> {
        self.asked.actor.as_ref().ok_or_else(|| Failure::broken("no actor on an open operation"))
    }

    /// When it was asked.
    #[must_use]
    pub fn now(&self) -> Instant {
        self.asked.now
    }

    /// The day in London on which it was asked.
    #[must_use]
    pub fn today(&self) -> Day {
        self.asked.now.london_day()
    }

    /// Several statements that see one moment of the database.
    ///
    /// # Errors
    /// Those of the work.
    pub fn snapshot<T>(&mut self, work: impl FnOnce(&mut Reader<'_>) -> Done<T>) -> Done<T> {
        if AnsiTransactionManager::transaction_manager_status_mut(self.conn).transaction_depth()?.is_some() {
            return work(self);
        }
        let asked = self.asked;
        let looks = &mut self.looks;
        self.conn.build_transaction().repeatable_read().read_only().run(|conn| {
            let mut within = Reader::new(conn, asked);
            let found = work(&mut within)?;
            looks.append(&mut within.looks);
            Ok(found)
        })
    }

    /// Says that the answer shows something sensitive of this person; it is written down before the answer is given,
    /// unless they are the one who asks.
    pub fn looked(&mut self, of: VolunteerId, what: What, thing: Option<Uuid>) {
        let own = self.asked.actor.as_ref().is_none_or(|actor| actor.volunteer_id == Some(of));
        let look = Look { volunteer: of, what, thing };
        if !own && !self.looks.contains(&look) {
            self.looks.push(look);
        }
    }

    /// What the answer shows of people.
    pub(crate) fn take_looks(&mut self) -> Vec<Look> {
        std::mem::take(&mut self.looks)
    }
}
