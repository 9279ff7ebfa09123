//! Reading for one request: a connection, what the caller may reach, and the time of the request.
//! Only the service makes a `Reader`; a feature can't read data without it.

use std::collections::BTreeSet;

use diesel::connection::AnsiTransactionManager;
use diesel::connection::TransactionManager;
use diesel::pg::PgConnection;

use crate::access::{Actor, Grant};
use crate::clock::{Day, Instant};
use crate::refusal::{Failure, Result};
use crate::trust::Trust;
use crate::work::access_log::SensitiveRead;
use crate::work::context::RequestContext;
use crate::work::titles::Titles;

/// Read access to the database for one request.
pub struct Reader<'c> {
    /// The connection, for the features' stores.
    pub conn: &'c mut PgConnection,
    context: &'c RequestContext,
    titles: &'static [Titles],
    accesses: BTreeSet<SensitiveRead>,
}

impl std::fmt::Debug for Reader<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader").field("context", &self.context).finish_non_exhaustive()
    }
}

impl<'c> Reader<'c> {
    pub(crate) fn new(conn: &'c mut PgConnection, context: &'c RequestContext, titles: &'static [Titles]) -> Self {
        Self { conn, context, titles, accesses: BTreeSet::new() }
    }

    /// The context of the request.
    #[must_use]
    pub fn context(&self) -> &'c RequestContext {
        self.context
    }

    /// What resources are called, of every feature that is told about to people.
    #[must_use]
    pub fn titles(&self) -> &'static [Titles] {
        self.titles
    }

    /// The trust that runs the service.
    #[must_use]
    pub fn trust(&self) -> &'c Trust {
        &self.context.trust
    }

    /// What the caller may reach.
    #[must_use]
    pub fn grant(&self) -> &'c Grant {
        &self.context.grant
    }

    /// The caller, in an operation that needs a token.
    ///
    /// # Errors
    /// An internal fault if the operation needs no token.
    pub fn actor(&self) -> Result<&'c Actor> {
        self.context.actor.as_ref().ok_or_else(|| Failure::broken("no actor on an open operation"))
    }

    /// Time of the request.
    #[must_use]
    pub fn now(&self) -> Instant {
        self.context.now
    }

    /// Date of the request in London.
    #[must_use]
    pub fn today(&self) -> Day {
        self.context.now.london_day()
    }

    /// Runs several statements that all see the same snapshot of the database.
    ///
    /// # Errors
    /// Errors of the work.
    pub fn snapshot<T>(&mut self, work: impl FnOnce(&mut Reader<'_>) -> Result<T>) -> Result<T> {
        if AnsiTransactionManager::transaction_manager_status_mut(self.conn).transaction_depth()?.is_some() {
            return work(self);
        }
        let (context, titles) = (self.context, self.titles);
        let accesses = &mut self.accesses;
        self.conn.build_transaction().repeatable_read().read_only().run(|conn| {
            let mut within = Reader::new(conn, context, titles);
            let found = work(&mut within)?;
            accesses.append(&mut within.accesses);
            Ok(found)
        })
    }

    /// Notes that the answer shows sensitive data of a volunteer. It is written to the access log before the answer
    /// is given, unless the volunteer is the caller.
    pub fn note_access(&mut self, look: SensitiveRead) {
        let own = self.context.actor.as_ref().is_none_or(|actor| actor.volunteer_id == Some(look.volunteer));
        if !own {
            self.accesses.insert(look);
        }
    }

    /// Takes what was noted for the access log.
    pub(crate) fn take_accesses(&mut self) -> BTreeSet<SensitiveRead> {
        std::mem::take(&mut self.accesses)
    }
}
