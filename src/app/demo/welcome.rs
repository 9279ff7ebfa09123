//! The people of the demonstration with their tokens, and the welcome that `demo` prints: where to begin, a token for each
//! of them, and a first request to try.

use std::collections::BTreeMap;
use std::fmt::{Display, Write};
use std::net::SocketAddr;

use crate::access::token::{Mint, mint};
use crate::app::StartError;
use crate::app::demo::{Loaded, PEOPLE, Part, SCRIPTS};
use crate::db::ids::{VolunteerId, numbered};
use crate::service::SignIn;
use crate::settings::{Settings, TokenKeys};

/// Tokens of the demonstration are valid for 12 hours.
const TTL_SECONDS: u64 = 12 * 3600;
/// Who can be signed in as, and in which order they are shown: the lead first, who meets most.
const SHOWN: [&str; 6] = ["lead", "lead2", "staff", "finance", "finance2", "volunteer"];

fn failed(error: impl Display) -> StartError {
    StartError::Demo(error.to_string())
}

/// The people of the demonstration, each with a token; nobody where the tokens are those of another issuer.
///
/// # Errors
/// A token can't be signed.
pub fn sign_ins(settings: &Settings) -> Result<Vec<SignIn>, StartError> {
    let TokenKeys::Secret(secret) = &settings.keys else { return Ok(Vec::new()) };
    let parts: BTreeMap<String, Part> = serde_json::from_str(PEOPLE).map_err(failed)?;
    let shown = SHOWN.iter().filter_map(|name| parts.get(*name));
    let sign_in = |part: &Part| {
        let what = Mint {
            roles: part.roles.clone(),
            services: part.services.clone(),
            volunteer_id: part.volunteer.as_deref().and_then(made_as),
            subject: part.subject.clone(),
            name: Some(part.name.clone()),
            scope: None,
            ttl_seconds: TTL_SECONDS,
        };
        let token = mint(&what, &settings.issuer, &settings.audience, secret).map_err(failed)?;
        let roles: Vec<String> = part.roles.iter().map(|role| role.as_str().replace('_', " ")).collect();
        Ok(SignIn { name: part.name.clone(), roles: roles.join(", "), token })
    };
    shown.map(sign_in).collect()
}

/// The welcome, in plain text.
///
/// # Errors
/// It can't be written.
pub fn welcome(
    settings: &Settings,
    address: SocketAddr,
    loaded: Loaded,
    people: &[SignIn],
) -> Result<String, StartError> {
    let said = match loaded {
        Loaded::Now => "The demonstration data is loaded.",
        Loaded::Before => "The demonstration data from an earlier start was kept.",
    };
    // Behind a proxy or in a container, clients use another address than the one that the service listens on.
    let home = if settings.bind.port() == 0 { format!("http://{address}") } else { settings.public_url.clone() };
    let mut text = format!("\n{said}\n\nStart here   {home}/\nSwagger UI   {home}/swagger-ui/\n\n");
    let Some(first) = people.first() else {
        text.push_str("Get a token from the issuer of your key set (JWT_JWKS).\n");
        return Ok(text);
    };
    for SignIn { name, roles, token } in people {
        writeln!(text, "{name} ({roles})\n{token}\n").map_err(failed)?;
    }
    writeln!(text, "To try a token, open the start page and choose a person, or run this in another terminal:\n\n  curl -s {home}/v1/me -H 'Authorization: Bearer {}'\n\nPress Ctrl-C to stop.", first.token)
        .map_err(failed)?;
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
