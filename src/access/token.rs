//! Bearer tokens (JWT): verification as RFC 8725 recommends, and the creation of tokens for development.
//! What a caller may do is in `policy`.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, JwkSet};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode};
use serde::{Deserialize, Serialize};

use crate::access::actor::{Actor, Role};
use crate::db::ids::VolunteerId;

/// Maximum length of a token, in bytes.
const LONGEST: usize = 8 * 1024;
/// Seconds by which the clocks of the service and the issuer may differ.
const LEEWAY_SECONDS: u64 = 30;
/// How long the keys of a file are used before the file is checked for changes.
const REFRESH: Duration = Duration::from_secs(30);

/// The verifier of tokens.
#[derive(Debug)]
pub struct Verifier {
    issuer: String,
    audience: String,
    keys: Keys,
}

#[derive(Debug)]
enum Keys {
    Secret(DecodingKey),
    File { path: PathBuf, set: RwLock<Loaded> },
}

#[derive(Debug, Clone)]
struct Loaded {
    keys: Arc<Vec<(Option<String>, Algorithm, DecodingKey)>>,
    modified: Option<SystemTime>,
    looked: SystemTime,
}

/// Why a token is not accepted. The text is for the log, never for the caller.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct BadToken(String);

impl BadToken {
    fn because(why: impl std::fmt::Display) -> Self {
        Self(why.to_string())
    }
}

/// The claims that the service reads and writes.
#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    aud: Option<serde_json::Value>,
    exp: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    iat: Option<u64>,
    #[serde(default)]
    roles: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    services: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    volunteer_id: Option<uuid::Uuid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
}

impl Verifier {
    /// A verifier of tokens signed with a shared secret, for development and tests.
    ///
    /// # Errors
    /// The secret has fewer than 32 bytes.
    pub fn with_secret(issuer: &str, audience: &str, secret: &str) -> Result<Self, BadToken> {
        if secret.len() < 32 {
            return Err(BadToken::because("must be at least 32 bytes long"));
        }
        let keys = Keys::Secret(DecodingKey::from_secret(secret.as_bytes()));
        Ok(Self { issuer: issuer.to_owned(), audience: audience.to_owned(), keys })
    }

    /// A verifier of tokens signed with a key of a JWKS file. The file is read again when it changes; if it can't be
    /// read, the previous keys stay in use.
    ///
    /// # Errors
    /// The file can't be read, or has no usable key.
    pub fn with_jwks_file(issuer: &str, audience: &str, path: &Path) -> Result<Self, BadToken> {
        let keys = read_jwks(path)?;
        let loaded = Loaded { keys: Arc::new(keys), modified: modified(path), looked: SystemTime::now() };
        let keys = Keys::File { path: path.to_owned(), set: RwLock::new(loaded) };
        Ok(Self { issuer: issuer.to_owned(), audience: audience.to_owned(), keys })
    }

    /// The issuer whose tokens are accepted.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The actor whose token this is.
    ///
    /// # Errors
    /// The token is not valid. The caller is not told why.
    pub fn verify(&self, token: &str) -> Result<Actor, BadToken> {
        if token.len() > LONGEST {
            return Err(BadToken::because("longer than 8 KiB"));
        }
        let header = decode_header(token).map_err(BadToken::because)?;
        if !matches!(header.typ.as_deref().map(str::to_ascii_lowercase).as_deref(), None | Some("jwt" | "at+jwt")) {
            return Err(BadToken::because("typ is neither at+jwt nor JWT"));
        }
        let claims = match &self.keys {
            Keys::Secret(key) => self.decode(token, key, Algorithm::HS256)?,
            Keys::File { path, set } => {
                let keys = current(path, set);
                let (_, algorithm, key) = keys
                    .iter()
                    .find(|(kid, algorithm, _)| {
                        *algorithm == header.alg
                            && (header.kid.is_some() && *kid == header.kid || header.kid.is_none() && keys.len() == 1)
                    })
                    .ok_or_else(|| BadToken::because("signed by no known key"))?;
                self.decode(token, key, *algorithm)?
            }
        };
        actor(claims)
    }

    fn decode(&self, token: &str, key: &DecodingKey, algorithm: Algorithm) -> Result<Claims, BadToken> {
        let mut validation = Validation::new(algorithm);
        validation.leeway = LEEWAY_SECONDS;
        validation.validate_nbf = true;
        validation.set_issuer(&[&self.issuer]);
        validation.set_audience(&[&self.audience]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        let claims = decode::<Claims>(token, key, &validation).map_err(BadToken::because)?.claims;
        match claims.iat {
            // The crate does not check `iat`: it must be present and not in the future.
            Some(iat) if iat <= jsonwebtoken::get_current_timestamp() + LEEWAY_SECONDS => Ok(claims),
            Some(_) => Err(BadToken::because("issued in the future")),
            None => Err(BadToken::because("iat is missing")),
        }
    }
}

fn actor(claims: Claims) -> Result<Actor, BadToken> {
    let plain = |text: &str| !text.is_empty() && text.len() <= 200 && !text.chars().any(char::is_control);
    if !plain(&claims.sub) || claims.name.as_deref().is_some_and(|name| !plain(name)) {
        return Err(BadToken::because("sub or name is empty, too long or has control characters"));
    }
    let mut roles: Vec<Role> = claims.roles.iter().filter_map(|word| word.parse().ok()).collect();
    roles.sort_unstable();
    roles.dedup();
    Ok(Actor {
        issuer: claims.iss,
        subject: claims.sub,
        name: claims.name,
        roles,
        services: claims.services,
        volunteer_id: claims.volunteer_id.map(VolunteerId::from),
        scope: claims.scope.map(|scope| scope.split(' ').filter(|s| !s.is_empty()).map(str::to_owned).collect()),
    })
}

fn modified(path: &Path) -> Option<SystemTime> {
    std::fs::metadata(path).and_then(|meta| meta.modified()).ok()
}

/// The keys to use now. The file is checked every 30 seconds, and read again if it has changed.
fn current(path: &Path, set: &RwLock<Loaded>) -> Arc<Vec<(Option<String>, Algorithm, DecodingKey)>> {
    let now = SystemTime::now();
    let loaded = set.read().unwrap_or_else(PoisonError::into_inner).clone();
    if now.duration_since(loaded.looked).is_ok_and(|age| age < REFRESH) {
        return loaded.keys;
    }
    let mut set = set.write().unwrap_or_else(PoisonError::into_inner);
    set.looked = now;
    let latest = modified(path);
    if latest != set.modified {
        match read_jwks(path) {
            Ok(keys) => {
                set.keys = Arc::new(keys);
                set.modified = latest;
            }
            Err(why) => log::warn!("the key set (JWT_JWKS) can't be read, so the previous keys stay in use: {why}"),
        }
    }
    Arc::clone(&set.keys)
}

fn read_jwks(path: &Path) -> Result<Vec<(Option<String>, Algorithm, DecodingKey)>, BadToken> {
    let text = std::fs::read_to_string(path).map_err(BadToken::because)?;
    let set: JwkSet = serde_json::from_str(&text).map_err(BadToken::because)?;
    let keys: Vec<_> = set.keys.iter().filter_map(usable).collect();
    if keys.is_empty() { Err(BadToken::because("the key set has no RS256, ES256 or EdDSA key")) } else { Ok(keys) }
}

/// A key with the only algorithm it may be used with, which comes from the key and never from a token.
fn usable(jwk: &Jwk) -> Option<(Option<String>, Algorithm, DecodingKey)> {
    let algorithm = match &jwk.algorithm {
        AlgorithmParameters::RSA(_) => Algorithm::RS256,
        AlgorithmParameters::EllipticCurve(ec) if ec.curve == EllipticCurve::P256 => Algorithm::ES256,
        AlgorithmParameters::OctetKeyPair(okp) if okp.curve == EllipticCurve::Ed25519 => Algorithm::EdDSA,
        _ => return None,
    };
    let said = jwk.common.key_algorithm.map(|alg| alg.to_string());
    if said.is_some_and(|said| said != format!("{algorithm:?}")) {
        return None;
    }
    DecodingKey::from_jwk(jwk).ok().map(|key| (jwk.common.key_id.clone(), algorithm, key))
}

/// Contents of a token for development.
#[derive(Clone, Debug, Default)]
pub struct Mint {
    /// Roles.
    pub roles: Vec<Role>,
    /// Codes of the services that a member of staff works for.
    pub services: Vec<String>,
    /// The volunteer who uses the token.
    pub volunteer_id: Option<VolunteerId>,
    /// Subject: the user's login name.
    pub subject: String,
    /// Name that histories show.
    pub name: Option<String>,
    /// Scopes that narrow the roles, separated by spaces.
    pub scope: Option<String>,
    /// Seconds until the token expires.
    pub ttl_seconds: u64,
}

/// Creates a token signed with the shared secret.
///
/// # Errors
/// The token can't be signed.
pub fn mint(what: &Mint, issuer: &str, audience: &str, secret: &str) -> Result<String, BadToken> {
    let now = jsonwebtoken::get_current_timestamp();
    let claims = Claims {
        iss: issuer.to_owned(),
        sub: what.subject.clone(),
        aud: Some(serde_json::Value::from(audience)),
        exp: now + what.ttl_seconds,
        iat: Some(now),
        roles: what.roles.iter().map(|role| role.as_str().to_owned()).collect(),
        services: what.services.clone(),
        volunteer_id: what.volunteer_id.map(uuid::Uuid::from),
        scope: what.scope.clone(),
        name: what.name.clone(),
    };
    encode(&Header::new(Algorithm::HS256), &claims, &EncodingKey::from_secret(secret.as_bytes()))
        .map_err(BadToken::because)
}
