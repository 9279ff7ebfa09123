//! The connection pool: limited in size, first come first served, with short waits, and without dead connections.
//! Connections are used through `Reader` and `Writer`.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

use diesel::Connection;
use diesel::pg::PgConnection;
use diesel::r2d2::{Pool, PooledConnection};
use tokio::sync::Semaphore;

use crate::db::address::with_limits;
use crate::db::budget::Budget;
use crate::db::link::{Link, Manager, Quiet};
use crate::db::turn::{for_writes, semaphore};
use crate::db::{fit, migrate};
use crate::refusal::{Failure, Result};

pub use crate::db::turn::Turn;

/// Connections to a standby beyond those of its turns, so that a look at it never waits for reads that are slow.
const FOR_LOOKS: u32 = 1;
/// The longest that a request waits for its turn at the database, and after that for a connection.
const TURN: Duration = Duration::from_millis(1_500);
const CONNECTION: Duration = Duration::from_millis(400);

/// The connections of the present, until all of them are given up.
struct Connections {
    pool: Pool<Manager>,
    fit: Mutex<Fit>,
}

/// Whether a connection stays one connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fit {
    /// Nobody has looked.
    Unknown,
    /// It does not: nothing is done.
    No,
    /// It did when so many connections had been lost.
    Yes(u64),
}

/// The database, used with the service's role.
#[derive(Clone)]
pub struct Db {
    connections: Arc<RwLock<Arc<Connections>>>,
    url: Arc<str>,
    turns: Arc<Semaphore>,
    /// Turns of those who write: fewer, so that writes that wait for something don't keep others from reading.
    writes: Arc<Semaphore>,
    size: u32,
    read_only: bool,
    lost: Arc<AtomicU64>,
    hanging: Arc<AtomicUsize>,
}

impl std::fmt::Debug for Db {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Db").field("size", &self.size).finish_non_exhaustive()
    }
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
        let lost = Arc::default();
        Self {
            connections: Arc::new(RwLock::new(Arc::new(connections(url, size, read_only, &lost)))),
            url: url.into(),
            turns: semaphore(size),
            writes: semaphore(for_writes(size)),
            size,
            read_only,
            lost,
            hanging: Arc::default(),
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
        self.is_not_hanging(budget)?;
        let waiting = async {
            let mut permits = Vec::with_capacity(2);
            if budget.writes() {
                permits.push(Arc::clone(&self.writes).acquire_owned().await?);
            }
            permits.push(Arc::clone(&self.turns).acquire_owned().await?);
            Ok::<_, tokio::sync::AcquireError>(permits)
        };
        match tokio::time::timeout(budget.left(TURN), waiting).await {
            Ok(Ok(permits)) => Ok(Turn::new(permits, self.lost(), &self.hanging)),
            _ => Err(Failure::Unavailable("every connection is in use".to_owned())),
        }
    }

    /// Refuses more work where much that was given up has not ended: each keeps a thread here and a connection there. What
    /// hangs is mostly writes, at a commit that waits for a standby, so reads go on for longer.
    fn is_not_hanging(&self, budget: &Budget) -> Result<()> {
        let hanging = self.hanging.load(Ordering::SeqCst);
        let most = usize::try_from(self.size).unwrap_or(1) * if budget.writes() { 2 } else { 3 };
        if hanging < most {
            return Ok(());
        }
        Err(Failure::Unavailable(format!("{hanging} requests that were given up still wait for the database")))
    }

    /// Gives up the work of a turn that does not end, because its server has stopped without a word: the turn goes to
    /// somebody else, and new connections are made, which may lead to another server. What hangs, hangs on its own; its
    /// connection is closed when it ends.
    pub fn give_up(&self, turn: &Turn) {
        turn.give_up();
        // Of several that hang, the first one replaces the connections of all.
        if self.lost.compare_exchange(turn.lost, turn.lost + 1, Ordering::SeqCst, Ordering::SeqCst).is_ok() {
            log::error!("the database does not answer: its connections are given up, new ones will be made");
            let new = connections(&self.url, self.size, self.read_only, &self.lost);
            *self.connections.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(new);
        }
    }

    /// Runs work that nobody waits for on a connection.
    ///
    /// # Errors
    /// Those of [`Db::within`].
    pub fn with<T>(&self, work: impl FnOnce(&mut PgConnection) -> Result<T>) -> Result<T> {
        self.within(&Budget::unattended(), work)
    }

    /// Runs work that nobody waits for in a transaction of its own.
    ///
    /// # Errors
    /// Those of [`Db::within`].
    pub fn unattended<T>(&self, work: impl FnOnce(&mut PgConnection) -> Result<T>) -> Result<T> {
        let budget = Budget::unattended();
        self.within(&budget, |conn| budget.transaction(conn, work))
    }

    /// Runs work on a connection, which waits for locks as long as the budget allows. The connection is closed, not
    /// returned to the pool, after a failure that it may have caused.
    ///
    /// # Errors
    /// Errors of the work; `Unavailable` if there is no connection.
    pub fn within<T>(&self, budget: &Budget, work: impl FnOnce(&mut PgConnection) -> Result<T>) -> Result<T> {
        let connections = Arc::clone(&self.connections.read().unwrap_or_else(PoisonError::into_inner));
        let mut link = self.usable(&connections, budget, false)?;
        let outcome = work(&mut link.conn);
        link.used = Instant::now();
        let outcome = outcome.map_err(|failure| not_migrated(&mut link.conn, failure));
        if matches!(outcome, Err(Failure::Unavailable(_) | Failure::Broken(_))) {
            self.doubt(&mut link);
        }
        outcome
    }

    /// Closes a connection that something failed on. Opening a new one is cheap; a dead one in the pool would fail the next
    /// request, too.
    fn doubt(&self, link: &mut Link) {
        link.dead = true;
        // What was not understood may have been said in a language that was set since.
        if migrate::learn_language(&mut link.conn).is_err() {
            self.lose(link);
        }
    }

    /// A connection that works, and that stays one.
    fn usable(&self, connections: &Connections, budget: &Budget, anew: bool) -> Result<PooledConnection<Manager>> {
        let mut link = self.link(connections, budget)?;
        let fit = self.must_be_fit(connections, &mut link, anew);
        fit.inspect_err(|_| self.doubt(&mut link))?;
        Ok(link)
    }

    fn link(&self, connections: &Connections, budget: &Budget) -> Result<PooledConnection<Manager>> {
        loop {
            let left = budget.left(CONNECTION).max(Duration::from_millis(1));
            let mut link = connections.pool.get_timeout(left).map_err(|error| away(&error))?;
            if link.works(self.lost()) && link.wait_for_locks(budget.locks()?).is_ok() {
                return Ok(link);
            }
            self.lose(&mut link);
        }
    }

    /// Looks anew, where connections were lost since the last time, whether a connection stays one connection.
    ///
    /// # Errors
    /// `Unavailable` if there is no connection, or if it does not.
    pub fn look(&self) -> Result<()> {
        let connections = Arc::clone(&self.connections.read().unwrap_or_else(PoisonError::into_inner));
        self.usable(&connections, &Budget::unattended(), true).map(|_| ())
    }

    /// Nothing is done on connections of which nobody knows that they stay one. A request looks only if nobody did before:
    /// it takes a second connection, which may be hard to get when many are made at the same time.
    fn must_be_fit(&self, connections: &Connections, link: &mut Link, anew: bool) -> Result<()> {
        let lost = self.lost();
        let mut fit = connections.fit.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(*fit, Fit::Yes(then) if then == lost || !anew) {
            return Ok(());
        }
        let mut other = PgConnection::establish(&with_limits(&self.url)).map_err(|error| away(&error))?;
        let keeps = fit::keeps_settings(&mut link.conn, &mut other).map_err(|error| away(&error))?;
        if !keeps {
            if *fit != Fit::No {
                log::error!("{}", fit::POOLED);
            }
            *fit = Fit::No;
            return Err(away(&fit::POOLED));
        }
        *fit = Fit::Yes(lost);
        Ok(())
    }
}

fn away(error: &dyn std::fmt::Display) -> Failure {
    Failure::Unavailable(error.to_string())
}

fn connections(url: &str, size: u32, read_only: bool, lost: &Arc<AtomicU64>) -> Connections {
    let pool = Pool::builder()
        .max_size(if read_only { size + FOR_LOOKS } else { size })
        .min_idle(Some(1))
        .test_on_check_out(false)
        .connection_timeout(CONNECTION)
        .idle_timeout(Some(Duration::from_secs(300)))
        .error_handler(Box::new(Quiet))
        .build_unchecked(Manager { url: with_limits(url), read_only, lost: Arc::clone(lost) });
    Connections { pool, fit: Mutex::new(Fit::Unknown) }
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
