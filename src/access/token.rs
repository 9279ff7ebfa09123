//! Bearer tokens (JWT): verification as RFC 8725 recommends.
//! What a caller may do is in `policy`; what claims mean is in `claims`, keys are in `keys`, and what is remembered of a
//! token in `remembered`.

use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::Deserialize;
use serde_json::Value;

use crate::access::actor::Actor;
pub use crate::access::bad_token::BadToken;
use crate::access::claims::{self, Claims};
use crate::access::issuers::IssuerRules;
use crate::access::key_set::KeySet;
use crate::access::keys::Keys;
pub use crate::access::mint::{Mint, mint};
use crate::access::remembered::Verified;
use crate::clock::{Clock, Instant};
use crate::digest::sha256;
use crate::text::comparable;

/// Maximum length of a token, in bytes.
const LONGEST: usize = 8 * 1024;
/// Seconds by which the clocks of the service and the issuer may differ.
const LEEWAY_SECONDS: u64 = 30;

/// The verifier of tokens.
#[derive(Debug)]
pub struct Verifier {
    issuers: Vec<Issuer>,
    clock: Clock,
}

/// An issuer, with its keys: what they signed is a token of this issuer and of no other.
#[derive(Debug)]
struct Issuer {
    rules: IssuerRules,
    keys: Keys,
}

/// The one claim that is read before a token is verified: it only says whose keys to try.
#[derive(Deserialize)]
struct Said {
    iss: String,
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
        Ok(Self::with(IssuerRules::only(issuer, audience), Keys::secret(secret)))
    }

    /// A verifier of tokens signed with a key of a JWKS file. The file is read again when it changes; if it can't be
    /// read, the previous keys stay in use.
    ///
    /// # Errors
    /// The file can't be read, or has no usable key.
    pub fn with_jwks_file(issuer: &str, audience: &str, path: &Path) -> Result<Self, BadToken> {
        let keys = Keys::file(path, Clock::System.now()).map_err(BadToken::because)?;
        Ok(Self::with(IssuerRules::only(issuer, audience), keys))
    }

    /// A verifier of tokens of several issuers, each with keys in a file, or at an address from which they are fetched.
    ///
    /// # Errors
    /// A file of keys can't be read, or has no usable key.
    pub fn of(issuers: Vec<IssuerRules>) -> Result<Self, BadToken> {
        let issuer = |rules: IssuerRules| {
            let keys = match rules.address() {
                Some(url) => Keys::at(&rules.name, &url),
                None => {
                    let path = Path::new(rules.jwks.trim_start_matches("file://"));
                    let wrong = |why| BadToken::because(format!("{}: {why}", rules.name));
                    Keys::file(path, Clock::System.now()).map_err(wrong)?
                }
            };
            Ok(Issuer { rules, keys })
        };
        let issuers: Result<Vec<Issuer>, BadToken> = issuers.into_iter().map(issuer).collect();
        Ok(Self { issuers: issuers?, clock: Clock::System })
    }

    fn with(rules: IssuerRules, keys: Keys) -> Self {
        Self { issuers: vec![Issuer { rules, keys }], clock: Clock::System }
    }

    /// This verifier with another clock. It says when a token that was verified before has ended, and when keys are read
    /// or fetched again; what is verified anew is held against the system's clock.
    #[must_use]
    pub fn with_clock(self, clock: Clock) -> Self {
        Self { clock, ..self }
    }

    /// The first issuer whose tokens are accepted.
    #[must_use]
    pub fn issuer(&self) -> &str {
        self.issuers.first().map(|issuer| issuer.rules.issuer.as_str()).unwrap_or_default()
    }

    /// Whether there are keys of any issuer. Those at addresses are fetched after the start.
    #[must_use]
    pub fn has_keys(&self) -> bool {
        let now = self.clock.now();
        self.issuers.iter().any(|issuer| !issuer.keys.current(now).is_empty())
    }

    /// The issuers whose keys are fetched, by name, and how many seconds ago that was, if ever.
    pub fn key_ages(&self) -> impl Iterator<Item = (&str, Option<i64>)> {
        let age = |at: Instant| at.micros_until(self.clock.now()).div_euclid(1_000_000);
        self.issuers
            .iter()
            .filter_map(move |issuer| Some((issuer.rules.name.as_str(), issuer.keys.fetched()?.fetched_at().map(age))))
    }

    /// Whether keys are so old that they are to be fetched now.
    #[must_use]
    pub fn keys_are_old(&self) -> bool {
        let now = self.clock.now();
        self.issuers.iter().filter_map(|issuer| issuer.keys.fetched()).any(|keys| keys.is_due(now))
    }

    /// Fetches the keys that are old. Must run where tokio does.
    pub async fn refresh(&self) {
        let now = self.clock.now();
        futures_util::future::join_all(
            self.issuers.iter().filter_map(|issuer| issuer.keys.fetched()).map(|keys| keys.refresh(now)),
        )
        .await;
    }

    /// The actor whose token this is, after looking for newer keys where it names one that is not known.
    ///
    /// # Errors
    /// The token is not valid. The caller is not told why.
    pub async fn verify_with_newest_keys(&self, token: &str) -> Result<Actor, BadToken> {
        let outcome = self.verify(token);
        let unknown = outcome.as_ref().err().and_then(|bad| bad.unknown_key_of).and_then(|at| self.issuers.get(at));
        let Some(keys) = unknown.and_then(|issuer| issuer.keys.fetched()) else { return outcome };
        keys.look_again(self.clock.now()).await;
        self.verify(token)
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
        let place = self.place(token)?;
        let issuer = self.issuers.get(place).ok_or_else(|| BadToken::because("of no known issuer"))?;
        let (keys, seconds) = (issuer.keys.current(now), u64::try_from(now.as_seconds()).unwrap_or(0));
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
        let (claims, until) = issuer.signed(token, &keys, place)?;
        let actor = claims::actor(&claims, &issuer.rules)?;
        self.belongs(&actor, place)?;
        keys.verified.keep(hash, Verified { actor: actor.clone(), at: seconds, until });
        Ok(actor)
    }

    /// Whose keys a token is to be verified with: what it says of its issuer is believed only once they do.
    fn place(&self, token: &str) -> Result<usize, BadToken> {
        if self.issuers.len() == 1 {
            return Ok(0);
        }
        let said = token.split('.').nth(1).and_then(|claims| URL_SAFE_NO_PAD.decode(claims).ok());
        let said: Option<Said> = said.and_then(|claims| serde_json::from_slice(&claims).ok());
        let known = |said: &Said| self.issuers.iter().position(|issuer| issuer.rules.issuer == said.iss);
        said.as_ref().and_then(known).ok_or_else(|| BadToken::because("of no known issuer"))
    }

    /// Refuses a subject that reads like one of another issuer, with the prefix that those have.
    fn belongs(&self, actor: &Actor, place: usize) -> Result<(), BadToken> {
        let subject = comparable(&actor.subject);
        let own = self.issuers.get(place).map(|issuer| issuer.rules.subject_prefix.as_str()).unwrap_or_default();
        let prefixes = self.issuers.iter().map(|issuer| issuer.rules.subject_prefix.as_str());
        let foreign = prefixes.filter(|prefix| !prefix.is_empty() && *prefix != own).any(|it| subject.starts_with(it));
        if foreign { Err(BadToken::because("sub begins like those of another issuer")) } else { Ok(()) }
    }
}

impl Issuer {
    /// What a token says, once its signature, issuer, audience and times are verified, and until when it is accepted.
    fn signed(&self, token: &str, keys: &KeySet, place: usize) -> Result<(Claims, u64), BadToken> {
        let header = decode_header(token).map_err(BadToken::because)?;
        let kind = header.typ.as_deref().map(str::to_ascii_lowercase);
        let kind = kind.as_deref().map(|kind| kind.strip_prefix("application/").unwrap_or(kind));
        if !matches!(kind, None | Some("jwt" | "at+jwt")) {
            return Err(BadToken::because("typ is neither at+jwt nor JWT"));
        }
        if header.crit.is_some() {
            return Err(BadToken::because("crit asks for what this service does not know"));
        }
        let key = keys
            .key(&header)
            .ok_or_else(|| BadToken { unknown_key_of: Some(place), ..BadToken::because("signed by no known key") })?;
        self.decode(token, &key.key, key.algorithm)
    }

    fn decode(&self, token: &str, key: &DecodingKey, algorithm: Algorithm) -> Result<(Claims, u64), BadToken> {
        let mut validation = Validation::new(algorithm);
        validation.leeway = LEEWAY_SECONDS;
        validation.validate_nbf = true;
        validation.set_issuer(&[&self.rules.issuer]);
        validation.set_audience(self.rules.audience.as_slice());
        validation.set_required_spec_claims(&["exp", "iss", "aud"]);
        let claims = decode::<Value>(token, key, &validation).map_err(BadToken::because)?.claims;
        let claims = Claims(claims);
        let until = claims.seconds("exp")?.ok_or_else(|| BadToken::because("exp is missing"))?;
        match claims.seconds("iat")? {
            // The crate does not check `iat`: it must be present and not in the future.
            Some(iat) if iat <= jsonwebtoken::get_current_timestamp() + LEEWAY_SECONDS => {
                Ok((claims, until.saturating_add(LEEWAY_SECONDS)))
            }
            Some(_) => Err(BadToken::because("issued in the future")),
            None => Err(BadToken::because("iat is missing")),
        }
    }
}
