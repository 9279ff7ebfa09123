//! What requests that wait for events are told: that there are more.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

/// The most requests that wait at a time; others are answered at once.
const MOST: usize = 256;

/// The last place of the feed that this copy of the service has heard of, and who waits for more.
#[derive(Debug)]
pub struct News {
    latest: watch::Sender<i64>,
    places: Arc<Semaphore>,
}

impl Default for News {
    fn default() -> Self {
        Self { latest: watch::Sender::new(0), places: Arc::new(Semaphore::new(MOST)) }
    }
}

impl News {
    /// Tells everybody who waits that the feed goes up to this place, if that is new.
    pub fn tell(&self, latest: i64) {
        self.latest.send_if_modified(|known| std::mem::replace(known, latest) != latest);
    }

    /// For somebody who waits.
    pub(super) fn listen(&self) -> watch::Receiver<i64> {
        self.latest.subscribe()
    }

    /// A place among those who wait, if one is free.
    pub(super) fn place(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.places).try_acquire_owned().ok()
    }

    /// Ends all waiting: the service stops.
    pub(super) fn end(&self) {
        self.places.close();
        self.latest.send_modify(|_| {});
    }
}
