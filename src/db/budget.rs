//! How long work at the database may wait for others and take itself. Each request has one budget for all its waits: for
//! its turn, for a connection and for locks.

use std::time::{Duration, Instant};

use diesel::connection::{AnsiTransactionManager, TransactionManager};
use diesel::pg::PgConnection;
use diesel::result::Error;

use crate::refusal::{Failure, Result};

/// The longest that a request waits in all.
const WAITS: Duration = Duration::from_secs(2);
/// The longest that one statement of an ordinary request may take; PostgreSQL ends it then.
pub(super) const STATEMENT: Duration = Duration::from_secs(10);
/// The same for work that is known to be long.
const LONG_STATEMENT: Duration = Duration::from_secs(60);
/// What is left for the answer of a server that ends a statement.
const GRACE: Duration = Duration::from_secs(2);

/// What work at the database may wait and take.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    waits_until: Option<Instant>,
    long: bool,
}

impl Budget {
    /// Of a request, from now on. Long work may take longer, not wait longer.
    #[must_use]
    pub fn of_request(long: bool) -> Self {
        Self { waits_until: Some(Instant::now() + WAITS), long }
    }

    /// Of work that nobody waits for.
    #[must_use]
    pub fn unattended() -> Self {
        Self { waits_until: None, long: true }
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

    /// What begins its transaction, in one message: a lock is waited for as long as there is time left.
    fn begin(&self) -> Result<String> {
        let mut sql = "BEGIN".to_owned();
        if self.waits_until.is_some() {
            let left = self.left(WAITS).as_millis();
            if left == 0 {
                return Err(Failure::Unavailable("no time is left for the request".to_owned()));
            }
            sql.push_str(&format!("; SET LOCAL lock_timeout = {left}"));
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
        let fresh = Budget::of_request(false);
        let sql = fresh.begin().expect("time");
        let left: u64 = sql.rsplit(' ').next().and_then(|ms| ms.parse().ok()).expect("milliseconds");
        assert!((1_500..=2_000).contains(&left), "{sql}");
        assert_eq!(fresh.left(Duration::from_millis(100)), Duration::from_millis(100));
        let spent = Budget { waits_until: Some(Instant::now()), long: false };
        assert!(matches!(spent.begin(), Err(Failure::Unavailable(_))));
        let nobody = Budget::unattended().begin().expect("time");
        assert_eq!(nobody, "BEGIN; SET LOCAL statement_timeout = 60000");
    }

    #[test]
    fn postgresql_ends_a_statement_before_the_request_is_given_up() {
        assert!(Budget::of_request(false).patience() > STATEMENT);
        assert!(Budget::of_request(true).patience() > LONG_STATEMENT);
    }
}
