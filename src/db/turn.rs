//! A turn at the database: the permit to use one connection, given in the order of the requests.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// A permit to use one connection.
#[derive(Debug)]
pub struct Turn {
    permits: Mutex<Vec<OwnedSemaphorePermit>>,
    /// How many connections had been lost when it was given.
    pub(super) lost: u64,
    given_up: AtomicBool,
    /// How much work that was given up has not ended.
    hanging: Arc<AtomicUsize>,
}

impl Turn {
    pub(super) fn new(permits: Vec<OwnedSemaphorePermit>, lost: u64, hanging: &Arc<AtomicUsize>) -> Self {
        Self { permits: Mutex::new(permits), lost, given_up: AtomicBool::new(false), hanging: Arc::clone(hanging) }
    }

    /// Passes the permits on to others, though the work has not ended.
    pub(super) fn give_up(&self) {
        if !self.given_up.swap(true, Ordering::SeqCst) {
            self.hanging.fetch_add(1, Ordering::SeqCst);
        }
        self.permits.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if self.given_up.load(Ordering::SeqCst) {
            self.hanging.fetch_sub(1, Ordering::SeqCst);
        }
    }
}

/// How many connections are for those who write.
pub(super) fn for_writes(size: u32) -> u32 {
    size.saturating_sub((size / 4).max(1)).max(1)
}

pub(super) fn semaphore(size: u32) -> Arc<Semaphore> {
    Arc::new(Semaphore::new(usize::try_from(size).unwrap_or(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn somebody_can_always_read_and_somebody_can_always_write() {
        for (size, writes) in [(1, 1), (2, 1), (3, 2), (4, 3), (8, 6), (16, 12)] {
            assert_eq!(for_writes(size), writes, "{size}");
        }
    }
}
