//! Two records of one person become one: what moves, what stands in the way, where the emptied one leads, and that nothing is
//! lost or doubled, at the same moment as something else too.

mod moves;
mod races;
mod refused;
mod seen;

use serde_json::{Value, json};

use crate::support::{Answer, App, Client};

/// The path of a volunteer, or of something of theirs.
fn of(volunteer: &str, tail: &str) -> String {
    format!("/v1/volunteers/{volunteer}{tail}")
}

/// Asks that a record become part of another one.
fn merge(who: &Client<'_>, from: &str, into: &str) -> Answer {
    who.post(&of(from, "/merge"), json!({ "into": into }))
}

/// The codes of a refusal's faults, in their order.
fn codes(problem: &Value) -> Vec<String> {
    let codes = problem["errors"].as_array().unwrap().iter().map(|fault| fault["code"].as_str().unwrap().to_owned());
    codes.collect()
}

/// Adds an active volunteer without anything that others share.
fn person(app: &App, name: &str) -> String {
    let body = json!({ "legal_name": name, "preferred_contact": "phone", "phone": "01223 555 0101" });
    let id = crate::support::make::id(&app.lead().post("/v1/volunteers", body).expect(201));
    app.lead().ask(&of(&id, "/activate")).expect(200);
    id
}
