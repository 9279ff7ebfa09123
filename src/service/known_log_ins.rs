//! What this copy of the service knows of the decisions about log-ins, and how fresh that is. It is read in `entry`.

use std::sync::atomic::AtomicU64;
use std::sync::{Arc, PoisonError, RwLock};

use crate::access::LogIns;
use crate::clock::Instant;

/// How old what is known of log-ins may be, in microseconds: a refusal is in force after this at the latest, on every copy
/// of the service.
const FRESH: i64 = 2_000_000;

/// What this copy of the service knows of the decisions about log-ins.
#[derive(Debug, Default)]
pub(super) struct Entry {
    known: RwLock<Option<Known>>,
    /// One request reads them at a time.
    pub(super) turn: tokio::sync::Mutex<()>,
    /// How often they could not be read.
    pub(super) failures: AtomicU64,
}

#[derive(Clone, Debug)]
pub(super) struct Known {
    pub revision: i64,
    pub log_ins: Arc<LogIns>,
    /// When it was begun to be read, and how many connections had been lost by then.
    pub at: Instant,
    pub lost: u64,
}

impl Entry {
    /// What was read last.
    pub(super) fn known(&self) -> Option<Known> {
        self.known.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What was read, if that is fresh now, and no connection was lost since.
    pub(super) fn fresh(&self, now: Instant, lost: u64) -> Option<Arc<LogIns>> {
        let fresh = |known: &Known| known.lost == lost && (0..FRESH).contains(&known.at.micros_until(now));
        self.known().filter(fresh).map(|known| known.log_ins)
    }

    /// Keeps what was read.
    pub(super) fn keep(&self, known: Known) {
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = Some(known);
    }

    /// Has what is known read again before the next caller is let in.
    pub(super) fn is_outdated(&self) {
        if let Some(known) = self.known.write().unwrap_or_else(PoisonError::into_inner).as_mut() {
            known.at = known.at.plus_minutes(-1);
        }
    }
}
