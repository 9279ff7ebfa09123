//! The creation of tokens for development and tests.

use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde::Serialize;

use crate::access::actor::Role;
use crate::access::bad_token::BadToken;
use crate::db::ids::VolunteerId;

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
    #[serde(skip_serializing_if = "Option::is_none")]
    jti: Option<&'m str>,
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
    /// Id of the token (`jti`).
    pub token_id: Option<String>,
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
        jti: what.token_id.as_deref(),
    };
    encode(&Header::new(Algorithm::HS256), &claims, &EncodingKey::from_secret(secret.as_bytes()))
        .map_err(BadToken::because)
}
