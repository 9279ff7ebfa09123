//! A set of keys that verify tokens, read from a JSON Web Key Set or made from a shared secret.
//! Each key is used only with its own algorithm, which comes from the key and never from a token.

use std::sync::Arc;

use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, JwkSet, KeyOperations, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, Header};

use crate::access::remembered::Remembered;

/// A key, and the only algorithm that it is used with.
#[derive(Debug)]
pub(super) struct Key {
    id: Option<String>,
    pub(super) algorithm: Algorithm,
    pub(super) key: DecodingKey,
}

/// Keys, and the tokens that they verified: with a key go the tokens that were accepted because of it.
#[derive(Debug, Default)]
pub(super) struct KeySet {
    keys: Vec<Key>,
    /// Whether tokens say which key signed them.
    by_id: bool,
    pub(super) verified: Remembered,
}

impl KeySet {
    /// The key of a shared secret.
    pub(super) fn secret(secret: &str) -> Arc<Self> {
        let key = DecodingKey::from_secret(secret.as_bytes());
        let keys = vec![Key { id: None, algorithm: Algorithm::HS256, key }];
        Arc::new(Self { keys, ..Self::default() })
    }

    /// The usable keys of a JSON Web Key Set; why not, where there is none.
    pub(super) fn read(json: &[u8]) -> Result<Arc<Self>, String> {
        let set: JwkSet = serde_json::from_slice(json).map_err(|error| error.to_string())?;
        let keys: Vec<Key> = set.keys.iter().filter_map(usable).collect();
        if keys.is_empty() {
            return Err("the key set has no RS256, ES256 or EdDSA key".to_owned());
        }
        Ok(Arc::new(Self { keys, by_id: true, verified: Remembered::default() }))
    }

    /// Whether there is any key.
    pub(super) fn is_empty(&self) -> bool {
        self.keys.is_empty()
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
