//! The demonstration as people try it: who asks, and how what a page filled in becomes a request.

use std::collections::BTreeMap;

use involvement::access::Role;
use involvement::access::policy::{Reach, reach};
use involvement::access::token::Mint;
use involvement::app::demo::{PEOPLE, Part};
use involvement::app::routes;

use super::drawn::{Drawn, Filled};
use crate::support::app::{mint_defaults, token};
use crate::support::{Answer, App, Client};

/// Who tries an operation: the first of these whose role may.
const ORDER: [(&str, Role); 4] = [
    ("lead", Role::InvolvementLead),
    ("finance", Role::Finance),
    ("volunteer", Role::Volunteer),
    ("staff", Role::Staff),
];

/// A demonstration, with the people who try it.
pub struct Tried<'a> {
    app: &'a App,
    clients: Vec<(Role, Client<'a>)>,
    /// Who tries each operation, by its id.
    roles: BTreeMap<&'static str, Option<Role>>,
}

impl<'a> Tried<'a> {
    pub fn of(app: &'a App) -> Self {
        let parts: BTreeMap<String, Part> = serde_json::from_str(PEOPLE).expect("people");
        let found = app.lead().get("/v1/volunteers?q=Grace%20Mensah").expect(200);
        let grace: uuid::Uuid = found["items"][0]["id"].as_str().expect("an id").parse().expect("an id");
        let clients = ORDER.map(|(name, role)| {
            let Part { roles, subject, name, services, volunteer } = parts[name].clone();
            let volunteer_id = volunteer.map(|_| grace.into());
            (
                role,
                app.bearer(token(Mint { roles, subject, name: Some(name), services, volunteer_id, ..mint_defaults() })),
            )
        });
        let may = |role: Role, action| reach(action, role) != Reach::None;
        let roles = routes().operations.into_iter().map(|it| {
            let role = it.action.and_then(|action| ORDER.iter().map(|(_, role)| *role).find(|role| may(*role, action)));
            (it.id, role)
        });
        Self { app, clients: clients.into(), roles: roles.collect() }
    }

    /// The client of a role.
    pub fn client(&self, role: Role) -> &Client<'a> {
        &self.clients.iter().find(|(known, _)| *known == role).expect("a person of the role").1
    }

    /// Who tries it.
    pub fn who(&self, drawn: &Drawn) -> Client<'a> {
        match self.roles[drawn.id.as_str()] {
            Some(role) if !drawn.is_open() => self.client(role).clone(),
            _ => self.app.public(),
        }
    }

    /// Sends what is filled in; if something has to be filled in first, says what.
    pub fn send(&self, drawn: &Drawn, filled: &Filled) -> Result<Answer, String> {
        let (mut path, mut query, mut headers) = (drawn.path.clone(), Vec::new(), Vec::new());
        for it in &filled.parameters {
            let Some(value) = &it.value else {
                if it.needed {
                    return Err(format!("`{}` has to be filled in first", it.name));
                }
                continue;
            };
            match it.place.as_str() {
                "path" => path = path.replace(&format!("{{{}}}", it.name), &encoded(value)),
                "query" => query.push(format!("{}={}", it.name, encoded(value))),
                _ => headers.push((it.name.as_str(), value.as_str())),
            }
        }
        if !query.is_empty() {
            path = format!("{path}?{}", query.join("&"));
        }
        headers.extend(drawn.answers().map(|media| ("accept", media)));
        let body = filled.body.as_ref().map(|(media, body)| {
            headers.push(("content-type", media));
            body.to_string()
        });
        Ok(self.who(drawn).send(&drawn.method, &path, &headers, body))
    }
}

/// A value as a part of an address.
pub fn encoded(value: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:@".contains(&byte);
    value.bytes().map(|it| if plain(it) { char::from(it).to_string() } else { format!("%{it:02X}") }).collect()
}
