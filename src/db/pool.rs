//! The pool of connections: bounded, fair, never waited on for long, and rid of dead connections at once.
//! What a connection is used for is decided by `reader` and `writer`.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::pg::PgConnection;
use diesel::r2d2::{ManageConnection, Pool, PooledConnection};
use diesel::{Connection, ConnectionError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::refusal::{Done, Failure};

/// The longest a request waits for its turn at the database, and then for the connection itself.
const TURN: Duration = Duration::from_millis(1_500);
const CONNECTION: Duration = Duration::from_millis(400);
/// A connection that rested longer is asked whether it lives before it is used.
const RESTED: Duration = Duration::from_secs(5);
/// Settings of every connection: bounded waits, London is never the server's business. A row by its index costs little more
/// than the next one of the table, as it does in memory and on disks of today: PostgreSQL's own figure is of turning ones,
/// and makes it walk a table from its end where an index would find the few.
const SETTINGS: &str = "SET lock_timeout = '1500ms'; SET statement_timeout = '60s'; \
    SET idle_in_transaction_session_timeout = '60s'; SET timezone = 'UTC'; SET plan_cache_mode = 'auto'; \
    SET random_page_cost = 1.1";
/// The role as which the service works, whoever logged in.
const ROLE: &str = "SET ROLE involvement_service";

/// One connection and whether it can still be trusted.
pub struct Link {
    conn: PgConnection,
    dead: bool,
    used: Instant,
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
        conn.batch_execute(ROLE)?;
        Ok(Link { conn, dead: false, used: Instant::now() })
    }

    fn is_valid(&self, link: &mut Link) -> Result<(), LinkError> {
        Ok(link.conn.batch_execute("SELECT 1")?)
    }

    fn has_broken(&self, link: &mut Link) -> bool {
        link.dead || std::thread::panicking() || diesel::r2d2::R2D2Connection::is_broken(&mut link.conn)
    }
}

/// The database as the service's own role.
#[derive(Clone)]
pub struct Db {
    pool: Pool<Manager>,
    turns: Arc<Semaphore>,
    size: u32,
}

impl std::fmt::Debug for Db {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Db").field("size", &self.size).finish_non_exhaustive()
    }
}

/// Leave to use one connection, given in the order of asking.
#[derive(Debug)]
pub struct Turn {
    _permit: OwnedSemaphorePermit,
}

impl Db {
    /// A pool of at most `size` connections; the database need not be up yet.
    #[must_use]
    pub fn new(url: &str, size: u32) -> Self {
        let pool = Pool::builder()
            .max_size(size)
            .min_idle(Some(1))
            .test_on_check_out(false)
            .connection_timeout(CONNECTION)
            .idle_timeout(Some(Duration::from_secs(300)))
            .error_handler(Box::new(Quiet))
            .build_unchecked(Manager { url: url.to_owned() });
        Self { pool, turns: Arc::new(Semaphore::new(usize::try_from(size).unwrap_or(1))), size }
    }

    /// How many connections there may be.
    #[must_use]
    pub fn size(&self) -> u32 {
        self.size
    }

    /// How many connections are in use now.
    #[must_use]
    pub fn in_use(&self) -> u32 {
        let free = u32::try_from(self.turns.available_permits()).unwrap_or(0);
        self.size.saturating_sub(free)
    }

    /// Waits for a turn at the database, in order and not for long.
    ///
    /// # Errors
    /// `Unavailable` where no turn came in time.
    pub async fn turn(&self) -> Done<Turn> {
        match tokio::time::timeout(TURN, Arc::clone(&self.turns).acquire_owned()).await {
            Ok(Ok(permit)) => Ok(Turn { _permit: permit }),
            _ => Err(Failure::Unavailable("every connection is in use".to_owned())),
        }
    }

    /// Runs a piece of work on a connection, which is thrown away when it turns out to be dead.
    ///
    /// # Errors
    /// Those of the work, and `Unavailable` where there is no connection.
    pub fn with<T>(&self, work: impl FnOnce(&mut PgConnection) -> Done<T>) -> Done<T> {
        let mut link = self.link()?;
        let outcome = work(&mut link.conn);
        link.used = Instant::now();
        if matches!(outcome, Err(Failure::Unavailable(_) | Failure::Broken(_))) {
            // Cheap beside the fault; a dead connection must not wait in the pool for its next victim.
            link.dead = true;
        }
        outcome
    }

    fn link(&self) -> Done<PooledConnection<Manager>> {
        loop {
            let mut link = self.pool.get().map_err(|error| Failure::Unavailable(error.to_string()))?;
            if link.used.elapsed() < RESTED || link.conn.batch_execute("SELECT 1").is_ok() {
                return Ok(link);
            }
            link.dead = true;
        }
    }
}

/// The pool's own complaints: one line each, without an address that could hold a password.
#[derive(Debug)]
struct Quiet;

impl diesel::r2d2::HandleError<LinkError> for Quiet {
    fn handle_error(&self, error: LinkError) {
        log::debug!("no connection to the database: {error}");
    }
}
