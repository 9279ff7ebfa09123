//! How long work at the database may wait for others and take itself. Each request has one budget for all its waits: for
//! its turn, for a connection and for locks.

use std::time::{Duration, Instant};

use diesel::connection::{AnsiTransactionManager, TransactionManager};
use diesel::pg::PgConnection;
use diesel::result::Error;

use crate::refusal::{Failure, Result};

/// The longest that a request waits in all.
const WAITS: Duration = Duration::from_secs(2);
/// The longest that a statement waits for a lock. Connections have it from the start: a transaction is told only where less
/// is left, because each setting takes PostgreSQL as long as `BEGIN` itself.
pub(super) const LOCKS: Duration = Duration::from_millis(1_500);
/// The longest that one statement of an ordinary request may take; PostgreSQL ends it then.
pub(super) const STATEMENT: Duration = Duration::from_secs(10);
/// The same for work that is known to be long.
const LONG_STATEMENT: Duration = Duration::from_secs(60);
/// What a statement of a request that writes may take beyond what it may wait, in milliseconds.
const BEYOND: u128 = 500;
/// What is left for the answer of a server that ends a statement.
const GRACE: Duration = Duration::from_secs(2);

const SPENT: &str = "no time is left for the request";

/// What work at the database may wait and take.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    waits_until: Option<Instant>,
    writes: bool,
    long: bool,
}

impl Budget {
    /// Of a request that only reads, from now on.
    #[must_use]
    pub fn of_read() -> Self {
        Self { waits_until: Some(Instant::now() + WAITS), writes: false, long: false }
    }

    /// Of a request that may write, from now on. Long work may take longer, not wait longer.
    #[must_use]
    pub fn of_write(long: bool) -> Self {
        Self { writes: true, long, ..Self::of_read() }
    }

    /// Of work that nobody waits for.
    #[must_use]
    pub fn unattended() -> Self {
        Self { waits_until: None, writes: true, long: true }
    }

    /// Whether it may write.
    pub(super) fn writes(&self) -> bool {
        self.writes
    }

    /// What is left for waiting; `most` where that is less, or where nobody waits.
    #[must_use]
    pub fn left(&self, most: Duration) -> Duration {
        self.waits_until.map_or(most, |until| until.saturating_duration_since(Instant::now()).min(most))
    }

    /// How long it may take until it counts as lost, because PostgreSQL itself would have ended it before.
    #[must_use]
    pub fn patience(&self) -> Duration {
        GRACE + if self.long { LONG_STATEMENT } else { STATEMENT }
    }

    /// How long the statements of its connection wait for a lock: the usual time, or what is left, in tenths of a second, so
    /// that a connection is rarely told another time.
    ///
    /// # Errors
    /// `Unavailable` if nothing is left.
    pub(super) fn locks(&self) -> Result<Duration> {
        let left = self.left(LOCKS);
        if left.is_zero() {
            return Err(Failure::Unavailable(SPENT.to_owned()));
        }
        let tenths = left.as_millis().div_ceil(100);
        Ok(Duration::from_millis(u64::try_from(tenths * 100).unwrap_or(u64::MAX)))
    }

    /// What begins its transaction, in one message: a lock is waited for no longer than there is time left.
    fn begin(&self) -> Result<String> {
        let mut sql = "BEGIN".to_owned();
        if self.waits_until.is_some() {
            let left = self.left(WAITS).as_millis();
            if left == 0 {
                return Err(Failure::Unavailable(SPENT.to_owned()));
            }
            if left < LOCKS.as_millis() {
                sql.push_str(&format!("; SET LOCAL lock_timeout = {left}"));
            }
            if !self.long {
                // Whoever queues for a row waits twice, for the queue and for the row: the statement has to end, too.
                sql.push_str(&format!("; SET LOCAL statement_timeout = {}", left.max(BEYOND) + BEYOND));
            }
        }
        if self.long {
            sql.push_str(&format!("; SET LOCAL statement_timeout = {}", LONG_STATEMENT.as_millis()));
        }
        Ok(sql)
    }

    /// Runs work in a transaction.
    ///
    /// # Errors
    /// Errors of the work; `Unavailable` if there is no time left.
    pub fn transaction<T>(
        &self,
        conn: &mut PgConnection,
        work: impl FnOnce(&mut PgConnection) -> Result<T>,
    ) -> Result<T> {
        AnsiTransactionManager::begin_transaction_sql(conn, &self.begin()?)?;
        match work(conn) {
            Ok(done) => {
                AnsiTransactionManager::commit_transaction(conn)?;
                Ok(done)
            }
            Err(failure) => match AnsiTransactionManager::rollback_transaction(conn) {
                // The first failure says more about what happened.
                Ok(()) | Err(Error::BrokenTransactionManager) => Err(failure),
                Err(error) => Err(error.into()),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_is_waited_for_as_long_as_is_left_of_the_request_s_time() {
        let fresh = Budget::of_write(false);
        let set = |sql: &str, name: &str| -> Option<u64> {
            let (_, rest) = sql.split_once(name)?;
            rest.trim_start_matches(" = ").split(';').next()?.parse().ok()
        };
        let sql = fresh.begin().expect("time");
        assert_eq!(set(&sql, "lock_timeout"), None, "the connection has it");
        assert!(set(&sql, "statement_timeout").is_some_and(|ms| (2_000..=2_500).contains(&ms)), "{sql}");
        assert_eq!(fresh.left(Duration::from_millis(100)), Duration::from_millis(100));
        assert_eq!(fresh.locks().expect("time"), LOCKS);
        let hurried = Budget { waits_until: Some(Instant::now() + Duration::from_millis(720)), ..fresh };
        assert_eq!(hurried.locks().expect("time"), Duration::from_millis(800));
        let sql = hurried.begin().expect("time");
        let lock = set(&sql, "lock_timeout").expect("a limit");
        assert!(lock <= 720, "{sql}");
        assert_eq!(set(&sql, "statement_timeout"), Some(lock.max(500) + 500));
        let spent = Budget { waits_until: Some(Instant::now()), ..fresh };
        assert!(matches!(spent.begin(), Err(Failure::Unavailable(_))));
        assert!(matches!(spent.locks(), Err(Failure::Unavailable(_))));
        assert_eq!(Budget::unattended().locks().expect("time"), LOCKS);
        let nobody = Budget::unattended().begin().expect("time");
        assert_eq!(nobody, "BEGIN; SET LOCAL statement_timeout = 60000");
    }

    #[test]
    fn postgresql_ends_a_statement_before_the_request_is_given_up() {
        assert!(Budget::of_read().patience() > STATEMENT);
        assert!(Budget::of_write(true).patience() > LONG_STATEMENT);
    }
}
