//! The keys that verify tokens, from a secret or a file.

use std::path::PathBuf;

use crate::settings::variable::{Lookup, Wrong, secret, wrong};

/// The keys that verify tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenKeys {
    /// A shared secret, for development and tests (`JWT_HS256_SECRET`).
    Secret(String),
    /// A file with a JSON Web Key Set (`JWT_JWKS`).
    JwksFile(PathBuf),
}

/// The keys that verify tokens.
///
/// # Errors
/// None or both of `JWT_JWKS` and `JWT_HS256_SECRET` are set, or the secret is too short.
pub fn token_keys(get: Lookup<'_>) -> Result<TokenKeys, Wrong> {
    match (secret(get, "JWT_HS256_SECRET", "JWT_HS256_SECRET_FILE")?, get("JWT_JWKS")) {
        (Some(_), Some(_)) => Err(wrong("JWT_JWKS", "and JWT_HS256_SECRET are both set: set only one of them")),
        (Some(secret), None) if secret.len() < 32 => Err(wrong("JWT_HS256_SECRET", "must be at least 32 bytes long")),
        (Some(secret), None) => Ok(TokenKeys::Secret(secret)),
        (None, Some(jwks)) if jwks.starts_with("http://") || jwks.starts_with("https://") => {
            Err(wrong("JWT_JWKS", "must be the path of a file: key sets at a URL are not supported yet"))
        }
        (None, Some(jwks)) => Ok(TokenKeys::JwksFile(PathBuf::from(jwks.trim_start_matches("file://")))),
        (None, None) => Err(wrong("JWT_JWKS", "is not set: name a JWKS file, or set JWT_HS256_SECRET for development")),
    }
}
