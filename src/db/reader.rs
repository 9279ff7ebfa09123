//! Reading for one request: a connection, what the caller may reach, and the time of the request.
//! Only the service makes a `Reader`; a feature can't read data without it.

use diesel::connection::AnsiTransactionManager;
use diesel::connection::TransactionManager;
use diesel::pg::PgConnection;
use uuid::Uuid;

use crate::access::{Actor, Grant};
use crate::clock::{Day, Instant};
use crate::db::ids::VolunteerId;
use crate::privacy::{Look, What};
use crate::refusal::{Done, Failure};

/// The context of a request, known before it reaches the database.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The caller; `None` for operations that need no token.
    pub actor: Option<Actor>,
    /// What the caller may reach.
    pub grant: Grant,
    /// Time of the request.
    pub now: Instant,
    /// Id of the request, shown in the log, the answer and the audit record.
    pub request_id: Uuid,
    /// Versions in the `If-Match` header.
    pub if_match: Option<Vec<i32>>,
    /// The `Idempotency-Key` under which the answer is stored.
    pub idempotency: Option<Key>,
}

/// An `Idempotency-Key`, its owner, and the request that it was sent with.
#[derive(Clone, Debug)]
pub struct Key {
    /// Owner of the key: issuer and subject of the token.
    pub scope: String,
    /// The key, as sent.
    pub key: String,
    /// Digest of the method, path and body of the request.
    pub fingerprint: String,
}

/// Read access to the database for one request.
pub struct Reader<'c> {
    /// The connection, for the features' stores.
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

    /// The context of the request.
    #[must_use]
    pub fn asked(&self) -> &'c Asked {
        self.asked
    }

    /// What the caller may reach.
    #[must_use]
    pub fn grant(&self) -> &'c Grant {
        &self.asked.grant
    }

    /// The caller, in an operation that needs a token.
    ///
    /// # Errors
    /// An internal fault if the operation needs no token.
    pub fn actor(&self) -> Done<&'c Actor> {
        self.asked.actor.as_ref().ok_or_else(|| Failure::broken("no actor on an open operation"))
    }

    /// Time of the request.
    #[must_use]
    pub fn now(&self) -> Instant {
        self.asked.now
    }

    /// Date of the request in London.
    #[must_use]
    pub fn today(&self) -> Day {
        self.asked.now.london_day()
    }

    /// Runs several statements that all see the same snapshot of the database.
    ///
    /// # Errors
    /// Errors of the work.
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

    /// Notes that the answer shows sensitive data of this volunteer. It is written to the access log before the answer
    /// is given, unless the volunteer is the caller.
    pub fn looked(&mut self, of: VolunteerId, what: What, thing: Option<Uuid>) {
        let own = self.asked.actor.as_ref().is_none_or(|actor| actor.volunteer_id == Some(of));
        let look = Look { volunteer: of, what, thing };
        if !own && !self.looks.contains(&look) {
            self.looks.push(look);
        }
    }

    /// Takes what was noted for the access log.
    pub(crate) fn take_looks(&mut self) -> Vec<Look> {
        std::mem::take(&mut self.looks)
    }
}
