//! Bearer tokens (JWT): verification as RFC 8725 recommends, and the creation of tokens for development.
//! What a caller may do is in `policy`; keys are in `keys`, and what is remembered of a token in `remembered`.

use std::path::Path;

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};

use crate::access::actor::{Actor, BUILT_IN, Role};
use crate::access::keys::{KeySet, Keys};
use crate::access::remembered::Verified;
use crate::clock::Clock;
use crate::db::ids::VolunteerId;
use crate::digest::sha256;
use crate::text::tidy::{Lines, is_foreign, is_visible, tidy};
use crate::text::{comparable, is_invisible};

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

/// The most bytes of a subject, and of a name as it is shown.
const LONGEST_NAME: usize = 200;

/// Why a token is not accepted. The text is for the log, never for the caller.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct BadToken(String);

impl BadToken {
    fn because(why: impl std::fmt::Display) -> Self {
        Self(why.to_string())
    }
}

/// The claims that the service reads, in the ways in which standards and issuers write them.
#[derive(Debug, Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    #[serde(deserialize_with = "whole_seconds")]
    exp: u64,
    #[serde(default)]
    iat: Option<Seconds>,
    #[serde(default)]
    roles: Words,
    #[serde(default)]
    services: Words,
    #[serde(default)]
    volunteer_id: Option<uuid::Uuid>,
    #[serde(default)]
    scope: Option<Words>,
    /// What Entra ID calls `scope`.
    #[serde(default)]
    scp: Option<Words>,
    /// Only shown, and never a reason not to let somebody in, whatever it is.
    #[serde(default)]
    name: serde_json::Value,
}

/// A moment as seconds since 1970, which may have a fraction (RFC 7519, section 2); it is cut off.
#[derive(Clone, Copy, Debug, Deserialize)]
struct Seconds(#[serde(deserialize_with = "whole_seconds")] u64);

fn whole_seconds<'de, D: Deserializer<'de>>(from: D) -> Result<u64, D::Error> {
    let number = serde_json::Number::deserialize(from)?;
    let whole =
        number.as_u64().or_else(|| format!("{:.0}", number.as_f64().filter(|it| *it >= 0.0)?.floor()).parse().ok());
    whole.ok_or_else(|| D::Error::custom("is no moment"))
}

/// A list of words, or one word by itself, as some issuers write a list of one.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum Words {
    Several(Vec<String>),
    One(String),
}

impl Default for Words {
    fn default() -> Self {
        Self::Several(Vec::new())
    }
}

impl Words {
    fn list(self) -> Vec<String> {
        match self {
            Self::Several(words) => words,
            Self::One(word) => vec![word],
        }
    }

    /// The words between spaces.
    fn spaced(self) -> Vec<String> {
        let words = self.list();
        words.iter().flat_map(|words| words.split(' ')).filter(|word| !word.is_empty()).map(str::to_owned).collect()
    }
}

/// The claims that the service writes, for development.
#[derive(Debug, Serialize)]
struct Minted<'m> {
    iss: &'m str,
    sub: &'m str,
    aud: &'m str,
    exp: u64,
    iat: u64,
    roles: Vec<&'static str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    services: &'m [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    volunteer_id: Option<uuid::Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<&'m str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'m str>,
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
        let kind = header.typ.as_deref().map(str::to_ascii_lowercase);
        let kind = kind.as_deref().map(|kind| kind.strip_prefix("application/").unwrap_or(kind));
        if !matches!(kind, None | Some("jwt" | "at+jwt")) {
            return Err(BadToken::because("typ is neither at+jwt nor JWT"));
        }
        if header.crit.is_some() {
            return Err(BadToken::because("crit asks for what this service does not know"));
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
            Some(Seconds(iat)) if iat <= jsonwebtoken::get_current_timestamp() + LEEWAY_SECONDS => Ok(claims),
            Some(_) => Err(BadToken::because("issued in the future")),
            None => Err(BadToken::because("iat is missing")),
        }
    }
}

fn actor(claims: Claims) -> Result<Actor, BadToken> {
    let sub = &claims.sub;
    if sub.is_empty() || sub.len() > LONGEST_NAME || sub.chars().any(char::is_control) {
        return Err(BadToken::because("sub is empty, too long or has control characters"));
    }
    if sub.trim() != sub || sub.chars().any(is_invisible) {
        return Err(BadToken::because("sub has invisible characters, or white space at an end"));
    }
    if claims.iss == BUILT_IN {
        return Err(BadToken::because("iss is that of the service's own actors"));
    }
    let mut roles: Vec<Role> = claims.roles.list().iter().filter_map(|word| word.parse().ok()).collect();
    roles.sort_unstable();
    roles.dedup();
    // A token that says both is narrowed by both.
    let scope = match (claims.scope.map(Words::spaced), claims.scp.map(Words::spaced)) {
        (Some(scope), Some(scp)) => Some(scope.into_iter().filter(|word| scp.contains(word)).collect()),
        (scope, scp) => scope.or(scp),
    };
    Ok(Actor {
        issuer: claims.iss,
        subject: claims.sub,
        name: claims.name.as_str().and_then(shown),
        roles,
        services: claims.services.list().iter().map(|code| comparable(code)).collect(),
        volunteer_id: claims.volunteer_id.map(VolunteerId::from),
        scope,
    })
}

/// A name as it is shown: on one line, and no longer than there is room for; none where nothing is left of it.
fn shown(name: &str) -> Option<String> {
    let name: String = tidy(name, Lines::One).chars().filter(|letter| !is_foreign(*letter, Lines::One)).collect();
    let end =
        name.char_indices().map(|(at, letter)| at + letter.len_utf8()).take_while(|end| *end <= LONGEST_NAME).last();
    let name = name.get(..end?)?.trim();
    is_visible(name).then(|| name.to_owned())
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
    let claims = Minted {
        iss: issuer,
        sub: &what.subject,
        aud: audience,
        exp: now + what.ttl_seconds,
        iat: now,
        roles: what.roles.iter().map(|role| role.as_str()).collect(),
        services: &what.services,
        volunteer_id: what.volunteer_id.map(uuid::Uuid::from),
        scope: what.scope.as_deref(),
        name: what.name.as_deref(),
    };
    encode(&Header::new(Algorithm::HS256), &claims, &EncodingKey::from_secret(secret.as_bytes()))
        .map_err(BadToken::because)
}
