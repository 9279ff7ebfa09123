//! The keys that verify tokens: a shared secret, or the key set of a file, which is read again when it has changed.
//! Each key is used only with its own algorithm, which comes from the key and never from a token.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::SystemTime;

use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, JwkSet, KeyOperations, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, Header};

use crate::access::remembered::Remembered;
use crate::clock::Instant;

/// How long the keys of a file are used before the file is checked for changes, in microseconds.
const REFRESH: i64 = 30_000_000;

/// A key, and the only algorithm that it is used with.
#[derive(Debug)]
pub(super) struct Key {
    id: Option<String>,
    pub(super) algorithm: Algorithm,
    pub(super) key: DecodingKey,
}

/// Keys, and the tokens that they verified: with a key go the tokens that were accepted because of it.
#[derive(Debug)]
pub(super) struct KeySet {
    keys: Vec<Key>,
    /// Whether tokens say which key signed them.
    by_id: bool,
    pub(super) verified: Remembered,
}

/// Where keys come from.
#[derive(Debug)]
pub(super) enum Keys {
    Secret(Arc<KeySet>),
    File { path: PathBuf, loaded: RwLock<Loaded> },
}

#[derive(Debug, Clone)]
pub(super) struct Loaded {
    keys: Arc<KeySet>,
    modified: Option<SystemTime>,
    looked: Instant,
}

impl KeySet {
    fn of(keys: Vec<Key>, by_id: bool) -> Arc<Self> {
        Arc::new(Self { keys, by_id, verified: Remembered::default() })
    }

    /// The key that a token with this header must be signed with.
    pub(super) fn key(&self, header: &Header) -> Option<&Key> {
        let named = |key: &Key| match &header.kid {
            Some(_) => key.id == header.kid,
            None => self.keys.len() == 1,
        };
        self.keys.iter().find(|key| key.algorithm == header.alg && (!self.by_id || named(key)))
    }
}

impl Keys {
    pub(super) fn secret(secret: &str) -> Self {
        let key = DecodingKey::from_secret(secret.as_bytes());
        Self::Secret(KeySet::of(vec![Key { id: None, algorithm: Algorithm::HS256, key }], false))
    }

    /// The keys of a JWKS file; why not, where it can't be read or has no usable key.
    pub(super) fn file(path: &Path, now: Instant) -> Result<Self, String> {
        let loaded = Loaded { keys: read(path)?, modified: modified(path), looked: now };
        Ok(Self::File { path: path.to_owned(), loaded: RwLock::new(loaded) })
    }

    /// The keys to use now. A file is checked every 30 seconds, and read again if it has changed.
    pub(super) fn current(&self, now: Instant) -> Arc<KeySet> {
        let (path, loaded) = match self {
            Self::Secret(keys) => return Arc::clone(keys),
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
                Err(why) => log::warn!("the key set (JWT_JWKS) can't be read, so the previous keys stay in use: {why}"),
            }
        }
        Arc::clone(&loaded.keys)
    }
}

fn modified(path: &Path) -> Option<SystemTime> {
    std::fs::metadata(path).and_then(|meta| meta.modified()).ok()
}

fn read(path: &Path) -> Result<Arc<KeySet>, String> {
    let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
    let set: JwkSet = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    let keys: Vec<Key> = set.keys.iter().filter_map(usable).collect();
    if keys.is_empty() {
        return Err("the key set has no RS256, ES256 or EdDSA key".to_owned());
    }
    Ok(KeySet::of(keys, true))
}

fn usable(jwk: &Jwk) -> Option<Key> {
    let algorithm = match &jwk.algorithm {
        AlgorithmParameters::RSA(_) => Algorithm::RS256,
        AlgorithmParameters::EllipticCurve(ec) if ec.curve == EllipticCurve::P256 => Algorithm::ES256,
        AlgorithmParameters::OctetKeyPair(okp) if okp.curve == EllipticCurve::Ed25519 => Algorithm::EdDSA,
        _ => return None,
    };
    // A key for encryption signs nothing.
    let signs = jwk.common.public_key_use.as_ref().is_none_or(|purpose| *purpose == PublicKeyUse::Signature);
    let verifies = |ops: &Vec<KeyOperations>| ops.contains(&KeyOperations::Verify);
    if !signs || !jwk.common.key_operations.as_ref().is_none_or(verifies) {
        return None;
    }
    let said = jwk.common.key_algorithm.map(|alg| alg.to_string());
    if said.is_some_and(|said| said != format!("{algorithm:?}")) {
        return None;
    }
    DecodingKey::from_jwk(jwk).ok().map(|key| Key { id: jwk.common.key_id.clone(), algorithm, key })
}
