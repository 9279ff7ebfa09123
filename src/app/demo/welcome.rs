//! The welcome that `demo` prints: the address of Swagger UI, a token for each role, and a first request to try.

use std::fmt::Write;
use std::net::SocketAddr;

use crate::access::token::{Mint, mint};
use crate::app::StartError;
use crate::app::demo::{Loaded, PEOPLE, SCRIPTS};
use crate::db::ids::{VolunteerId, numbered};
use crate::settings::{Settings, TokenKeys};

/// Tokens of the demonstration are valid for 12 hours.
const TTL_SECONDS: u64 = 12 * 3600;

/// The welcome, in plain text.
///
/// # Errors
/// A token can't be signed.
pub fn welcome(settings: &Settings, address: SocketAddr, loaded: Loaded) -> Result<String, StartError> {
    let failed = |error: &dyn std::fmt::Display| StartError::Demo(error.to_string());
    let mut text = String::new();
    let said = match loaded {
        Loaded::Now => "The demonstration data is loaded.",
        Loaded::Before => "The demonstration data from an earlier start was kept.",
    };
    // Behind a proxy or in a container, clients use another address than the one that the service listens on.
    let home = if settings.bind.port() == 0 { format!("http://{address}") } else { settings.public_url.clone() };
    writeln!(text, "\n{said}\n\nSwagger UI   {home}/swagger-ui/\n").map_err(|error| failed(&error))?;
    let TokenKeys::Secret(secret) = &settings.keys else {
        text.push_str("Get a token from the issuer of your keys (JWT_JWKS or JWT_ISSUERS).\n");
        return Ok(text);
    };
    let parts: std::collections::BTreeMap<String, crate::app::demo::Part> =
        serde_json::from_str(PEOPLE).map_err(|error| failed(&error))?;
    let mut lead = String::new();
    for name in ["staff", "lead", "lead2", "finance", "finance2", "volunteer"] {
        let Some(part) = parts.get(name) else { continue };
        let what = Mint {
            roles: part.roles.clone(),
            services: part.services.clone(),
            volunteer_id: part.volunteer.as_deref().and_then(made_as),
            subject: part.subject.clone(),
            name: Some(part.name.clone()),
            scope: None,
            ttl_seconds: TTL_SECONDS,
            token_id: None,
        };
        let token = mint(&what, &settings.issuer, &settings.audience, secret).map_err(|error| failed(&error))?;
        let roles: Vec<&str> = part.roles.iter().map(|role| role.as_str()).collect();
        writeln!(text, "{name} – {} ({})\n{token}\n", part.name, roles.join(", ")).map_err(|error| failed(&error))?;
        if name == "lead" {
            lead = token;
        }
    }
    writeln!(text, "To try a token, paste it under Authorize in Swagger UI, or run this in another terminal:\n\n  curl -s {home}/v1/me -H 'Authorization: Bearer {lead}'\n\nPress Ctrl-C to stop.")
        .map_err(|error| failed(&error))?;
    Ok(text)
}

/// The id that a record of the scripts is created with, by its name in the script.
fn made_as(name: &str) -> Option<VolunteerId> {
    SCRIPTS.iter().enumerate().find_map(|(position, (_, text))| {
        let steps: Vec<serde_json::Value> = serde_json::from_str(text).ok()?;
        let place = steps.iter().position(|step| step["save"] == name)?;
        let number = 1_000 * u64::try_from(position + 1).ok()? + u64::try_from(place).ok()? + 1;
        Some(VolunteerId::from(numbered(number, 1)))
    })
}
