//! The keys of an issuer that publishes them at an address. They are fetched by age, and when a token names a key that is
//! not among them; the last good set stays in use while the issuer can't be reached.

use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};
use std::time::Duration;

use url::Url;

use crate::access::key_set::KeySet;
use crate::clock::Instant;
use crate::digest::sha256;
use crate::outgoing;

/// How old keys become before they are fetched again, in microseconds.
const REFRESH: i64 = 300_000_000;
/// How long nothing is fetched after a fetch, whatever tokens name, in microseconds.
const GAP: i64 = 30_000_000;
/// The same while there are no keys at all.
const GAP_AT_FIRST: i64 = 5_000_000;
/// How long a fetch may take.
const WITHIN: Duration = Duration::from_secs(5);
/// The most bytes of a key set.
const MOST: usize = 256 * 1024;

/// Keys at an address.
#[derive(Debug)]
pub(super) struct Fetched {
    name: String,
    url: Url,
    state: RwLock<State>,
    turn: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct State {
    keys: Arc<KeySet>,
    /// What the keys were read from.
    digest: Option<[u8; 32]>,
    fetched: Option<Instant>,
    tried: Option<Instant>,
    /// Whether the log knows that they can't be fetched.
    told: bool,
}

impl Fetched {
    /// Keys that were not fetched yet, of an issuer with this name.
    pub(super) fn new(name: &str, url: Url) -> Arc<Self> {
        let (state, turn) = (RwLock::default(), tokio::sync::Mutex::default());
        Arc::new(Self { name: name.to_owned(), url, state, turn })
    }

    fn state(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The keys to use now; none before the first fetch.
    pub(super) fn current(&self) -> Arc<KeySet> {
        Arc::clone(&self.state().keys)
    }

    /// When the keys were fetched.
    pub(super) fn fetched_at(&self) -> Option<Instant> {
        self.state().fetched
    }

    /// Whether enough time has passed since the last try to fetch them.
    fn may_be_fetched(&self, now: Instant) -> bool {
        let state = self.state();
        let gap = if state.fetched.is_none() { GAP_AT_FIRST } else { GAP };
        // Requests that wait have each read the clock for themselves: one may be a little before the try.
        state.tried.is_none_or(|tried| !(-gap..gap).contains(&tried.micros_until(now)))
    }

    /// Whether the keys are so old that they are to be fetched now.
    pub(super) fn is_due(&self, now: Instant) -> bool {
        let fetched = self.state().fetched;
        let old = fetched.is_none_or(|fetched| !(0..REFRESH).contains(&fetched.micros_until(now)));
        old && self.may_be_fetched(now)
    }

    /// Fetches the keys if they are old. Must run where tokio does.
    pub(super) async fn refresh(&self, now: Instant) {
        if self.is_due(now) {
            self.fetch(now).await;
        }
    }

    /// Has the keys fetched because a token names one that is not among them, unless that was done lately; waits for it.
    /// The fetch goes on if the caller leaves.
    pub(super) async fn look_again(self: &Arc<Self>, now: Instant) {
        // Whoever comes while they are being fetched waits for the same.
        if self.may_be_fetched(now) || self.turn.try_lock().is_err() {
            let keys = Arc::clone(self);
            tokio::spawn(async move { keys.fetch(now).await }).await.ok();
        }
    }

    /// Fetches the keys, unless somebody did while this waited for its turn.
    async fn fetch(&self, now: Instant) {
        let _turn = self.turn.lock().await;
        if !self.may_be_fetched(now) {
            return;
        }
        self.state.write().unwrap_or_else(PoisonError::into_inner).tried = Some(now);
        let read = outgoing::read(&self.url, MOST, WITHIN).await;
        let read = read.and_then(|json| Ok((KeySet::read(&json)?, sha256(&json))));
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        match read {
            Ok((keys, digest)) => {
                // The same keys remember the tokens that they verified.
                if state.digest != Some(digest) {
                    (state.keys, state.digest) = (keys, Some(digest));
                }
                state.fetched = Some(now);
                if std::mem::take(&mut state.told) {
                    log::warn!("the keys of the issuer {} were fetched again", self.name);
                }
            }
            Err(why) => {
                let kept = if state.keys.is_empty() {
                    "its tokens are refused until then"
                } else {
                    "the last ones stay in use"
                };
                if !std::mem::replace(&mut state.told, true) {
                    log::warn!("the keys of the issuer {} can't be fetched, {kept}: {why}", self.name);
                }
            }
        }
    }
}
