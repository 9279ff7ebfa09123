//! Where the keys of an issuer come from: a shared secret, a file that is read again when it has changed, or an address.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::SystemTime;

use url::Url;

use crate::access::fetched::Fetched;
use crate::access::key_set::KeySet;
use crate::clock::Instant;

/// How long the keys of a file are used before the file is checked for changes, in microseconds.
const REFRESH: i64 = 30_000_000;

/// Where keys come from.
#[derive(Debug)]
pub(super) enum Keys {
    Secret(Arc<KeySet>),
    File { path: PathBuf, loaded: RwLock<Loaded> },
    Address(Arc<Fetched>),
}

#[derive(Debug, Clone)]
pub(super) struct Loaded {
    keys: Arc<KeySet>,
    modified: Option<SystemTime>,
    looked: Instant,
}

impl Keys {
    pub(super) fn secret(secret: &str) -> Self {
        Self::Secret(KeySet::secret(secret))
    }

    /// The keys of a JWKS file; why not, where it can't be read or has no usable key.
    pub(super) fn file(path: &Path, now: Instant) -> Result<Self, String> {
        let loaded = Loaded { keys: read(path)?, modified: modified(path), looked: now };
        Ok(Self::File { path: path.to_owned(), loaded: RwLock::new(loaded) })
    }

    /// The keys that an issuer with this name publishes at an address. They are fetched later.
    pub(super) fn at(name: &str, url: &Url) -> Self {
        Self::Address(Fetched::new(name, url.clone()))
    }

    /// The keys at an address, where they come from one.
    pub(super) fn fetched(&self) -> Option<&Arc<Fetched>> {
        if let Self::Address(keys) = self { Some(keys) } else { None }
    }

    /// The keys to use now. A file is checked every 30 seconds, and read again if it has changed.
    pub(super) fn current(&self, now: Instant) -> Arc<KeySet> {
        let (path, loaded) = match self {
            Self::Secret(keys) => return Arc::clone(keys),
            Self::Address(keys) => return keys.current(),
            Self::File { path, loaded } => (path, loaded),
        };
        let known = loaded.read().unwrap_or_else(PoisonError::into_inner).clone();
        if (0..REFRESH).contains(&known.looked.micros_until(now)) {
            return known.keys;
        }
        let mut loaded = loaded.write().unwrap_or_else(PoisonError::into_inner);
        loaded.looked = now;
        let latest = modified(path);
        if latest != loaded.modified {
            match read(path) {
                Ok(keys) => (loaded.keys, loaded.modified) = (keys, latest),
                Err(why) => log::warn!("a file of keys can't be read, so the previous keys stay in use: {why}"),
            }
        }
        Arc::clone(&loaded.keys)
    }
}

fn modified(path: &Path) -> Option<SystemTime> {
    std::fs::metadata(path).and_then(|meta| meta.modified()).ok()
}

fn read(path: &Path) -> Result<Arc<KeySet>, String> {
    KeySet::read(&std::fs::read(path).map_err(|error| error.to_string())?)
}
