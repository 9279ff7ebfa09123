//! Bearer tokens (JWT): verification as RFC 8725 recommends, and the creation of tokens for development.
//! What a caller may do is in `policy`; keys are in `keys`, and what is remembered of a token in `remembered`.

use std::path::Path;

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode};
use serde::{Deserialize, Serialize};

use crate::access::actor::{Actor, Role};
use crate::access::keys::{KeySet, Keys};
use crate::access::remembered::Verified;
use crate::clock::Clock;
use crate::db::ids::VolunteerId;
use crate::digest::sha256;

/// Maximum length of a token, in bytes.
const LONGEST: usize = 8 * 1024;
/// Seconds by which the clocks of the service and the issuer may differ.
const LEEWAY_SECONDS: u64 = 30;

/// The verifier of tokens.
#[derive(Debug)]
pub struct Verifier {
    issuer: String,
    audience: String,
    keys: Keys,
    clock: Clock,
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
        Ok(Self::with(issuer, audience, Keys::secret(secret)))
    }

    /// A verifier of tokens signed with a key of a JWKS file. The file is read again when it changes; if it can't be
    /// read, the previous keys stay in use.
    ///
    /// # Errors
    /// The file can't be read, or has no usable key.
    pub fn with_jwks_file(issuer: &str, audience: &str, path: &Path) -> Result<Self, BadToken> {
        let keys = Keys::file(path, Clock::System.now()).map_err(BadToken::because)?;
        Ok(Self::with(issuer, audience, keys))
    }

    fn with(issuer: &str, audience: &str, keys: Keys) -> Self {
        Self { issuer: issuer.to_owned(), audience: audience.to_owned(), keys, clock: Clock::System }
    }

    /// This verifier with another clock. It says when a token that was verified before has ended, and when a file of keys
    /// is checked again; what is verified anew is held against the system's clock.
    #[must_use]
    pub fn with_clock(self, clock: Clock) -> Self {
        Self { clock, ..self }
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
        let now = self.clock.now();
        let (keys, seconds) = (self.keys.current(now), u64::try_from(now.as_seconds()).unwrap_or(0));
        let hash = sha256(token.as_bytes());
        // Where the clock went back, the token is verified anew: it may not be valid yet.
        if let Some(known) = keys.verified.get(&hash).filter(|known| known.at <= seconds) {
            let lasts = seconds <= known.until;
            return if lasts {
                Ok(known.actor.clone())
            } else {
                Err(BadToken::because("verified before, and expired"))
            };
        }
        let claims = self.signed(token, &keys)?;
        let until = claims.exp.saturating_add(LEEWAY_SECONDS);
        let actor = actor(claims)?;
        keys.verified.keep(hash, Verified { actor: actor.clone(), at: seconds, until });
        Ok(actor)
    }

    /// What a token says, once its signature, issuer, audience and times are verified.
    fn signed(&self, token: &str, keys: &KeySet) -> Result<Claims, BadToken> {
        let header = decode_header(token).map_err(BadToken::because)?;
        if !matches!(header.typ.as_deref().map(str::to_ascii_lowercase).as_deref(), None | Some("jwt" | "at+jwt")) {
            return Err(BadToken::because("typ is neither at+jwt nor JWT"));
        }
        let key = keys.key(&header).ok_or_else(|| BadToken::because("signed by no known key"))?;
        self.decode(token, &key.key, key.algorithm)
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
