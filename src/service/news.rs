//! What requests that wait for events are told: that there are more.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

/// The most requests that wait at a time; others are answered at once.
const MOST: usize = 256;
/// The most of them that are of one caller, so that nobody takes all places.
const MOST_OF_ONE: usize = 8;

/// How many requests of each caller wait.
type Waiting = Arc<Mutex<HashMap<String, usize>>>;

/// The last place of the feed that this copy of the service has heard of, and who waits for more.
#[derive(Debug)]
pub struct News {
    latest: watch::Sender<i64>,
    places: Arc<Semaphore>,
    waiting: Waiting,
}

/// A place among those who wait, until it is dropped.
pub(super) struct Place {
    _place: OwnedSemaphorePermit,
    waiting: Waiting,
    caller: String,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(places) = waiting.get_mut(&self.caller) {
            *places -= 1;
            if *places == 0 {
                waiting.remove(&self.caller);
            }
        }
    }
}

impl Default for News {
    fn default() -> Self {
        let (latest, places) = (watch::Sender::new(0), Arc::new(Semaphore::new(MOST)));
        Self { latest, places, waiting: Waiting::default() }
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

    /// A place among those who wait, if one is free and the caller has not as many as one may have.
    pub(super) fn place(&self, caller: &str) -> Option<Place> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.get(caller).is_some_and(|places| *places >= MOST_OF_ONE) {
            return None;
        }
        let place = Arc::clone(&self.places).try_acquire_owned().ok()?;
        *waiting.entry(caller.to_owned()).or_default() += 1;
        Some(Place { _place: place, waiting: Arc::clone(&self.waiting), caller: caller.to_owned() })
    }

    /// Ends all waiting: the service stops.
    pub(super) fn end(&self) {
        self.places.close();
        self.latest.send_modify(|_| {});
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caller_has_some_places_and_gets_them_again_when_they_are_free() {
        let news = News::default();
        let mut own: Vec<Place> = (0..MOST_OF_ONE).map(|_| news.place("a").expect("a place")).collect();
        assert!(news.place("a").is_none());
        assert!(news.place("b").is_some(), "others have their own");
        own.pop();
        own.push(news.place("a").expect("a free place"));
        assert!(news.place("a").is_none());
        drop(own);
        assert!(news.waiting.lock().expect("not poisoned").is_empty(), "nobody is remembered");
        let all: Vec<Place> = (0..MOST).map(|n| news.place(&n.to_string()).expect("a place")).collect();
        assert!(news.place("another").is_none(), "{} wait", all.len());
    }
}
