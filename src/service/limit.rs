//! A limit on how many requests one caller may send in a minute, where the configuration sets one.
//! Counted in this copy of the service alone; a trust with several sets it at its gateway.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::clock::Instant;
use crate::refusal::{Kind, Refusal};

const MINUTE: i64 = 60_000_000;
/// More callers than this in one minute are counted anew.
const MOST: usize = 100_000;

/// Requests of this minute, by caller.
#[derive(Debug)]
pub struct Limit {
    a_minute: u32,
    counted: Mutex<(i64, HashMap<String, u32>)>,
}

impl Limit {
    /// So many requests a minute for each caller.
    #[must_use]
    pub fn of(a_minute: u32) -> Self {
        Self { a_minute, counted: Mutex::new((0, HashMap::new())) }
    }

    /// Counts one request.
    ///
    /// # Errors
    /// `too-many-requests` once the caller has used up the minute.
    pub fn count(&self, caller: &str, now: Instant) -> Result<(), Refusal> {
        let minute = now.as_micros().div_euclid(MINUTE);
        let mut counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        if counted.0 != minute || counted.1.len() >= MOST {
            *counted = (minute, HashMap::new());
        }
        let sent = counted.1.entry(caller.to_owned()).or_default();
        *sent = sent.saturating_add(1);
        if *sent <= self.a_minute {
            return Ok(());
        }
        Err(Refusal::new(Kind::TooManyRequests, format!("Each caller may send {} requests a minute.", self.a_minute)))
    }

    /// Seconds, rounded up, until the next minute begins.
    #[must_use]
    pub fn seconds_left(now: Instant) -> i64 {
        (MINUTE - now.as_micros().rem_euclid(MINUTE) + 999_999).div_euclid(1_000_000)
    }
}
