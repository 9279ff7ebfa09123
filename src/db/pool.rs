//! The connection pool: limited in size, first come first served, with short waits, and without dead connections.
//! Connections are used through `Reader` and `Writer`.

use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

use diesel::connection::{InstrumentationEvent, SimpleConnection};
use diesel::pg::PgConnection;
use diesel::r2d2::{ManageConnection, Pool, PooledConnection};
use diesel::{Connection, ConnectionError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::db::address::with_limits;
use crate::db::budget::{Budget, STATEMENT};
use crate::db::statement::MOST_KEPT;
use crate::db::{fit, migrate};
use crate::refusal::{Failure, Result};

/// The longest that a request waits for its turn at the database, and after that for a connection.
const TURN: Duration = Duration::from_millis(1_500);
const CONNECTION: Duration = Duration::from_millis(400);
/// A connection that was idle for longer is tested before it is used.
const RESTED: Duration = Duration::from_secs(5);
/// Settings of every connection: limited waits; UTC, because London time is calculated by the service, not by
/// PostgreSQL. `random_page_cost` fits memory and solid state disks. PostgreSQL's default fits spinning disks, and
/// makes it scan a table where an index would find the few rows that are needed. A page in two parts needs them in turn,
/// not at the same time (`db::parts`).
const SETTINGS: &str = "SET lock_timeout = '1500ms'; \
    SET idle_in_transaction_session_timeout = '60s'; SET timezone = 'UTC'; SET plan_cache_mode = 'auto'; \
    SET random_page_cost = 1.1; SET enable_parallel_append = off";
/// A connection to a standby can't write, whatever becomes of the server.
const READ_ONLY: &str = "SET default_transaction_read_only = on";
/// The role that the service works as, whichever login connected.
const ROLE: &str = "SET ROLE involvement_service";

/// A connection, and whether it can still be used.
pub struct Link {
    conn: PgConnection,
    dead: bool,
    used: Instant,
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

#[derive(Debug)]
struct Manager {
    url: String,
    read_only: bool,
}

#[derive(Debug, thiserror::Error)]
enum LinkError {
    #[error("{0}")]
    Connect(#[from] ConnectionError),
    #[error("{0}")]
    Query(#[from] diesel::result::Error),
}

impl ManageConnection for Manager {
    type Connection = Link;
    type Error = LinkError;

    fn connect(&self) -> Result<Link, LinkError> {
        let mut conn = PgConnection::establish(&self.url)?;
        conn.batch_execute(SETTINGS)?;
        conn.batch_execute(&format!("SET statement_timeout = {}", STATEMENT.as_millis()))?;
        conn.batch_execute(ROLE)?;
        if self.read_only {
            conn.batch_execute(READ_ONLY)?;
        }
        let kept = count_kept(&mut conn);
        Ok(Link { conn, dead: false, used: Instant::now(), kept })
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

/// The database, used with the service's role.
#[derive(Clone)]
pub struct Db {
    pool: Arc<RwLock<Pool<Manager>>>,
    url: Arc<str>,
    turns: Arc<Semaphore>,
    size: u32,
    read_only: bool,
    lost: Arc<AtomicU64>,
    /// How many connections had been lost when it was last found that a connection stays one connection.
    fit: Arc<Mutex<Option<u64>>>,
}

impl std::fmt::Debug for Db {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Db").field("size", &self.size).finish_non_exhaustive()
    }
}

/// A permit to use one connection, given in the order of the requests.
#[derive(Debug)]
pub struct Turn {
    permit: Mutex<Option<OwnedSemaphorePermit>>,
    lost: u64,
}

impl Db {
    /// A pool of at most `size` connections; the database need not be running yet.
    #[must_use]
    pub fn new(url: &str, size: u32) -> Self {
        Self::of(url, size, false)
    }

    /// The same, whose connections can't write.
    pub(super) fn read_only(url: &str, size: u32) -> Self {
        Self::of(url, size, true)
    }

    fn of(url: &str, size: u32, read_only: bool) -> Self {
        Self {
            pool: Arc::new(RwLock::new(pool(url, size, read_only))),
            url: url.into(),
            turns: Arc::new(Semaphore::new(usize::try_from(size).unwrap_or(1))),
            size,
            read_only,
            lost: Arc::default(),
            fit: Arc::default(),
        }
    }

    /// Maximum number of connections.
    #[must_use]
    pub fn size(&self) -> u32 {
        self.size
    }

    /// Number of connections that are in use.
    #[must_use]
    pub fn in_use(&self) -> u32 {
        let free = u32::try_from(self.turns.available_permits()).unwrap_or(0);
        self.size.saturating_sub(free)
    }

    /// Number of connections that were found dead. Where it grew, another server may have taken over, or the same one may
    /// have gone back to an earlier state: what was remembered of the database before that may not hold any more.
    #[must_use]
    pub fn lost(&self) -> u64 {
        self.lost.load(Ordering::SeqCst)
    }

    fn lose(&self, link: &mut Link) {
        link.dead = true;
        self.lost.fetch_add(1, Ordering::SeqCst);
    }

    /// Waits for a turn at the database, in the order of the requests, as long as the budget allows.
    ///
    /// # Errors
    /// `Unavailable` if every connection stays in use.
    pub async fn turn(&self, budget: &Budget) -> Result<Turn> {
        match tokio::time::timeout(budget.left(TURN), Arc::clone(&self.turns).acquire_owned()).await {
            Ok(Ok(permit)) => Ok(Turn { permit: Mutex::new(Some(permit)), lost: self.lost() }),
            _ => Err(Failure::Unavailable("every connection is in use".to_owned())),
        }
    }

    /// Gives up the work of a turn that does not end, because its server has stopped without a word: the turn goes to
    /// somebody else, and new connections are made, which may lead to another server. What hangs, hangs on its own; its
    /// connection is closed when it ends.
    pub fn give_up(&self, turn: &Turn) {
        turn.permit.lock().unwrap_or_else(PoisonError::into_inner).take();
        // Of several that hang, the first one replaces the connections of all.
        if self.lost.compare_exchange(turn.lost, turn.lost + 1, Ordering::SeqCst, Ordering::SeqCst).is_ok() {
            log::error!("the database does not answer: its connections are given up, new ones will be made");
            *self.pool.write().unwrap_or_else(PoisonError::into_inner) = pool(&self.url, self.size, self.read_only);
        }
    }

    /// Runs work on a connection. The connection is closed, not returned to the pool, after a failure that it may have
    /// caused.
    ///
    /// # Errors
    /// Errors of the work; `Unavailable` if there is no connection.
    pub fn with<T>(&self, work: impl FnOnce(&mut PgConnection) -> Result<T>) -> Result<T> {
        let mut link = self.link()?;
        let outcome = work(&mut link.conn);
        link.used = Instant::now();
        let outcome = outcome.map_err(|failure| not_migrated(&mut link.conn, failure));
        if matches!(outcome, Err(Failure::Unavailable(_) | Failure::Broken(_))) {
            // Opening a new connection is cheap. A dead connection in the pool would fail the next request, too.
            link.dead = true;
            if link.conn.batch_execute("SELECT 1").is_err() {
                self.lose(&mut link);
            }
        }
        outcome
    }

    fn link(&self) -> Result<PooledConnection<Manager>> {
        let pool = self.pool.read().unwrap_or_else(PoisonError::into_inner).clone();
        let mut link = loop {
            let mut link = pool.get().map_err(|error| Failure::Unavailable(error.to_string()))?;
            if link.used.elapsed() < RESTED || link.conn.batch_execute("SELECT 1").is_ok() {
                break link;
            }
            self.lose(&mut link);
        };
        self.must_be_fit(&mut link)?;
        Ok(link)
    }

    /// Looks once, and again after each loss, whether a connection stays one connection, and which language the server
    /// speaks.
    fn must_be_fit(&self, link: &mut Link) -> Result<()> {
        let lost = self.lost();
        if *self.fit.lock().unwrap_or_else(PoisonError::into_inner) == Some(lost) {
            return Ok(());
        }
        let away = |error: &dyn std::fmt::Display| Failure::Unavailable(error.to_string());
        let mut other = PgConnection::establish(&with_limits(&self.url)).map_err(|error| away(&error))?;
        if !fit::keeps_settings(&mut link.conn, &mut other).map_err(|error| away(&error))? {
            log::error!("{}", fit::POOLED);
            link.dead = true;
            return Err(away(&fit::POOLED));
        }
        migrate::learn_language(&mut link.conn).map_err(|error| away(&error))?;
        *self.fit.lock().unwrap_or_else(PoisonError::into_inner) = Some(lost);
        Ok(())
    }
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

fn pool(url: &str, size: u32, read_only: bool) -> Pool<Manager> {
    Pool::builder()
        .max_size(size)
        .min_idle(Some(1))
        .test_on_check_out(false)
        .connection_timeout(CONNECTION)
        .idle_timeout(Some(Duration::from_secs(300)))
        .error_handler(Box::new(Quiet))
        .build_unchecked(Manager { url: with_limits(url), read_only })
}

/// What looks like a fault of ours is none where the database lacks what this version needs.
fn not_migrated(conn: &mut PgConnection, failure: Failure) -> Failure {
    match failure {
        Failure::Broken(why) if !migrate::is_current(conn).unwrap_or(false) => {
            Failure::Unavailable(format!("the database is not migrated to this version ({why})"))
        }
        failure => failure,
    }
}

/// Logs the pool's errors in one line each, without the address, which may hold a password.
#[derive(Debug)]
struct Quiet;

impl diesel::r2d2::HandleError<LinkError> for Quiet {
    fn handle_error(&self, error: LinkError) {
        // libpq says several lines, one for each address that it tried.
        let said = error.to_string();
        log::debug!("no connection to the database: {}", said.split_whitespace().collect::<Vec<_>>().join(" "));
    }
}
