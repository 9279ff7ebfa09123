//! Limits on what callers may send: how many requests in a minute, and how much of the database those without a token may
//! use at a time. Counted in this copy of the service alone; a trust with several sets limits at its gateway, too.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::clock::Instant;
use crate::db::pool::Db;
use crate::refusal::{Failure, Kind, Refusal};

const MINUTE: i64 = 60_000_000;
/// More callers than this in one minute are counted anew.
const MOST: usize = 100_000;

/// Requests of this minute, by caller.
#[derive(Debug)]
pub struct Limit {
    name: &'static str,
    a_minute: u32,
    counted: Mutex<(i64, HashMap<String, u32>)>,
}

impl Limit {
    /// So many requests a minute for each caller.
    #[must_use]
    pub fn of(a_minute: u32) -> Self {
        Self { name: "caller", a_minute, counted: Mutex::new((0, HashMap::new())) }
    }

    /// The same under another name, by which clients are told of it.
    #[must_use]
    pub fn named(self, name: &'static str) -> Self {
        Self { name, ..self }
    }

    /// What clients are told of it (`RateLimit-Policy`).
    #[must_use]
    pub fn policy(&self) -> String {
        format!("\"{}\";q={};w=60", self.name, self.a_minute)
    }

    /// What clients are told of where they stand (`RateLimit`), with so many requests left.
    #[must_use]
    pub fn standing(&self, left: u32, now: Instant) -> String {
        format!("\"{}\";r={left};t={}", self.name, Self::seconds_left(now))
    }

    /// Counts one request; answers how many are left in this minute.
    ///
    /// # Errors
    /// `too-many-requests` once the caller has used up the minute.
    pub fn count(&self, caller: &str, now: Instant) -> Result<u32, Refusal> {
        let minute = now.as_micros().div_euclid(MINUTE);
        let mut counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        if counted.0 != minute || counted.1.len() >= MOST {
            *counted = (minute, HashMap::new());
        }
        let sent = counted.1.entry(caller.to_owned()).or_default();
        *sent = sent.saturating_add(1);
        if *sent <= self.a_minute {
            return Ok(self.a_minute - *sent);
        }
        Err(Refusal::new(Kind::TooManyRequests, format!("Each caller may send {} requests a minute.", self.a_minute)))
    }

    /// Seconds, rounded up, until the next minute begins.
    #[must_use]
    pub fn seconds_left(now: Instant) -> i64 {
        (MINUTE - now.as_micros().rem_euclid(MINUTE) + 999_999).div_euclid(1_000_000)
    }
}

/// The longest that a request without a token waits for one of their turns.
const WAIT: Duration = Duration::from_millis(1_500);

/// Turns at the database for requests without a token, so that those never take all: half of what there is.
#[derive(Debug)]
pub(super) struct AnonymousTurns(Arc<Semaphore>);

impl AnonymousTurns {
    /// Half of the turns at this database, and one at least.
    pub fn beside(db: &Db) -> Self {
        Self(Arc::new(Semaphore::new(usize::try_from(db.size() / 2).unwrap_or(1).max(1))))
    }

    /// Waits for one of them.
    ///
    /// # Errors
    /// `Unavailable` if all stay in use.
    pub async fn turn(&self) -> Result<OwnedSemaphorePermit, Failure> {
        match tokio::time::timeout(WAIT, Arc::clone(&self.0).acquire_owned()).await {
            Ok(Ok(permit)) => Ok(permit),
            _ => Err(Failure::Unavailable("every connection for requests without a token is in use".to_owned())),
        }
    }
}
