//! A connection: how it is set up, and whether it can still be used.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use diesel::connection::{InstrumentationEvent, SimpleConnection};
use diesel::pg::PgConnection;
use diesel::r2d2::ManageConnection;
use diesel::result::QueryResult;
use diesel::{Connection, ConnectionError};

use crate::db::address::with_limits;
use crate::db::budget::{LOCKS, STATEMENT};
use crate::db::migrate;
use crate::db::statement::MOST_KEPT;
use crate::refusal::{Failure, Result};

/// A connection that was idle for longer is tested before it is used.
const RESTED: Duration = Duration::from_secs(5);
/// Settings of every connection: limited waits; UTC, because London time is calculated by the service, not by
/// PostgreSQL. `random_page_cost` fits memory and solid state disks. PostgreSQL's default fits spinning disks, and
/// makes it scan a table where an index would find the few rows that are needed. A page in two parts needs them in turn,
/// not at the same time (`db::parts`). PostgreSQL compiles no statement (`jit`): it would where it expects one to be costly, and
/// compiling a long one takes many seconds, where running it takes 0.05.
const SETTINGS: &str = "SET idle_in_transaction_session_timeout = '60s'; SET timezone = 'UTC'; \
    SET plan_cache_mode = 'auto'; SET random_page_cost = 1.1; SET enable_parallel_append = off; SET jit = off";
/// A connection to a standby can't write, whatever becomes of the server.
const READ_ONLY: &str = "SET default_transaction_read_only = on";
/// The role that the service works as, whichever login connected.
const ROLE: &str = "SET ROLE involvement_service";

/// A connection, and whether it can still be used.
pub struct Link {
    pub(super) conn: PgConnection,
    /// Whether it is closed instead of being used again.
    pub(super) dead: bool,
    pub(super) used: Instant,
    /// How many connections had been lost when it was last known to work.
    works_at: u64,
    /// How long it waits for a lock.
    locks: Duration,
    /// Number of statements that are prepared on it.
    kept: Arc<AtomicUsize>,
}

impl std::fmt::Debug for Link {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Link").field("dead", &self.dead).finish_non_exhaustive()
    }
}

impl Deref for Link {
    type Target = PgConnection;
    fn deref(&self) -> &PgConnection {
        &self.conn
    }
}

impl DerefMut for Link {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.conn
    }
}

impl Link {
    /// Whether it still works. It is asked where it was idle, and where another connection was found dead since: a server
    /// that ends rarely ends one alone.
    pub(super) fn works(&mut self, lost: u64) -> bool {
        let fresh = self.works_at == lost && self.used.elapsed() < RESTED;
        if !fresh && self.conn.batch_execute("SELECT 1").is_err() {
            return false;
        }
        self.works_at = lost;
        true
    }

    /// Has its statements wait for locks for so long.
    pub(super) fn wait_for_locks(&mut self, locks: Duration) -> QueryResult<()> {
        if locks != self.locks {
            self.conn.batch_execute(&format!("SET lock_timeout = {}", locks.as_millis()))?;
            self.locks = locks;
        }
        Ok(())
    }
}

/// Makes connections for a pool.
#[derive(Debug)]
pub(super) struct Manager {
    pub(super) url: String,
    pub(super) read_only: bool,
    /// Number of connections that were found dead.
    pub(super) lost: Arc<AtomicU64>,
}

#[derive(Debug, thiserror::Error)]
pub(super) enum LinkError {
    #[error("{0}")]
    Connect(#[from] ConnectionError),
    #[error("{0}")]
    Query(#[from] diesel::result::Error),
}

impl ManageConnection for Manager {
    type Connection = Link;
    type Error = LinkError;

    fn connect(&self) -> Result<Link, LinkError> {
        let works_at = self.lost.load(Ordering::SeqCst);
        let mut conn = PgConnection::establish(&self.url)?;
        conn.batch_execute(SETTINGS)?;
        let (locks, statement) = (LOCKS.as_millis(), STATEMENT.as_millis());
        conn.batch_execute(&format!("SET lock_timeout = {locks}; SET statement_timeout = {statement}"))?;
        conn.batch_execute(ROLE)?;
        // Of each connection: the language may change while the service runs.
        migrate::learn_language(&mut conn)?;
        if self.read_only {
            conn.batch_execute(READ_ONLY)?;
        }
        let kept = count_kept(&mut conn);
        Ok(Link { conn, dead: false, used: Instant::now(), works_at, locks: LOCKS, kept })
    }

    fn is_valid(&self, link: &mut Link) -> Result<(), LinkError> {
        Ok(link.conn.batch_execute("SELECT 1")?)
    }

    fn has_broken(&self, link: &mut Link) -> bool {
        link.dead
            || link.kept.load(Ordering::Relaxed) > MOST_KEPT
            || std::thread::panicking()
            || diesel::r2d2::R2D2Connection::is_broken(&mut link.conn)
    }
}

/// Counts the statements that are prepared on a connection from now on.
fn count_kept(conn: &mut PgConnection) -> Arc<AtomicUsize> {
    let kept = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&kept);
    conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
        if matches!(event, InstrumentationEvent::CacheQuery { .. }) {
            count.fetch_add(1, Ordering::Relaxed);
        }
    });
    kept
}

/// A connection without limits on time, for a command that goes through everything.
///
/// # Errors
/// `Unavailable` if there is no connection.
pub fn unhurried(url: &str) -> Result<PgConnection> {
    let mut conn =
        PgConnection::establish(&with_limits(url)).map_err(|error| Failure::Unavailable(error.to_string()))?;
    conn.batch_execute(SETTINGS)?;
    conn.batch_execute("SET lock_timeout = 0; SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0")?;
    conn.batch_execute(ROLE)?;
    Ok(conn)
}

/// Logs the pool's errors, without the address, which may hold a password.
#[derive(Debug)]
pub(super) struct Quiet;

impl diesel::r2d2::HandleError<LinkError> for Quiet {
    fn handle_error(&self, error: LinkError) {
        log::debug!("no connection to the database: {error}");
    }
}
