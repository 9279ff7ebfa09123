//! Who issues tokens, and the keys that verify them: a secret, a key set in a file or at an address, or a file of issuers.

use std::path::PathBuf;

use url::Url;

use crate::access::issuers::{self, IssuerRules};
use crate::outgoing::is_guarded;
use crate::settings::variable::{Lookup, Wrong, secret, wrong};

/// The keys that verify tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenKeys {
    /// A shared secret, for development and tests (`JWT_HS256_SECRET`).
    Secret(String),
    /// A file with a JSON Web Key Set (`JWT_JWKS`).
    JwksFile(PathBuf),
    /// The address of a JSON Web Key Set (`JWT_JWKS`).
    JwksUrl(Url),
    /// Several issuers, each with its keys (`JWT_ISSUERS`).
    Issuers(Vec<IssuerRules>),
}

/// The variables of which one says who issues tokens.
const ONE_OF: [&str; 3] = ["JWT_ISSUERS", "JWT_JWKS", "JWT_HS256_SECRET"];

/// The keys that verify tokens.
///
/// # Errors
/// None or several of `JWT_ISSUERS`, `JWT_JWKS` and `JWT_HS256_SECRET` are set, or the one that is set is wrong.
pub fn token_keys(get: Lookup<'_>) -> Result<TokenKeys, Wrong> {
    let secret = secret(get, "JWT_HS256_SECRET", "JWT_HS256_SECRET_FILE")?;
    let given = [get("JWT_ISSUERS"), get("JWT_JWKS"), secret];
    let set: Vec<&'static str> =
        ONE_OF.into_iter().zip(&given).filter(|(_, one)| one.is_some()).map(|(name, _)| name).collect();
    if let [first, second, ..] = set.as_slice() {
        return Err(wrong(first, format!("and {second} are both set: set only one of them")));
    }
    match given {
        [Some(file), ..] => issuers(get, &file).map(TokenKeys::Issuers),
        [_, Some(jwks), _] => jwks_at(&jwks),
        [.., Some(secret)] if secret.len() < 32 => Err(wrong("JWT_HS256_SECRET", "must be at least 32 bytes long")),
        [.., Some(secret)] => Ok(TokenKeys::Secret(secret)),
        [None, None, None] => Err(wrong(
            "JWT_JWKS",
            "is not set: give the address or the file of a JWKS, a file of issuers in JWT_ISSUERS, or set \
             JWT_HS256_SECRET for development",
        )),
    }
}

fn jwks_at(jwks: &str) -> Result<TokenKeys, Wrong> {
    if !jwks.starts_with("http://") && !jwks.starts_with("https://") {
        return Ok(TokenKeys::JwksFile(PathBuf::from(jwks.trim_start_matches("file://"))));
    }
    match Url::parse(jwks) {
        Ok(url) if is_guarded(&url) => Ok(TokenKeys::JwksUrl(url)),
        _ => Err(wrong("JWT_JWKS", "must be an https address, an http address of this machine, or a file")),
    }
}

fn issuers(get: Lookup<'_>, file: &str) -> Result<Vec<IssuerRules>, Wrong> {
    if let Some(name) = ["JWT_ISSUER", "JWT_AUDIENCE"].into_iter().find(|name| get(name).is_some()) {
        return Err(wrong("JWT_ISSUERS", format!("and {name} are both set: the file says it for each issuer")));
    }
    let text = std::fs::read_to_string(file)
        .map_err(|error| wrong("JWT_ISSUERS", format!("names a file that can't be read: {error}")))?;
    issuers::read(&text).map_err(|why| wrong("JWT_ISSUERS", format!("names a file in which something is wrong: {why}")))
}

/// Whether leads give staff their services here where a token names none (`STAFF_SERVICES`).
pub(super) fn gives_services(get: Lookup<'_>) -> Result<bool, Wrong> {
    match get("STAFF_SERVICES").as_deref() {
        None | Some("token") => Ok(false),
        Some("service") => Ok(true),
        Some(_) => Err(wrong("STAFF_SERVICES", "must be token or service")),
    }
}
