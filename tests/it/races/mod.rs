//! Races, each repeated fifty times. Every round must have one effect; at the end, all invariants and the audit record
//! are checked.

mod budget;
mod claims;
mod engagement;
mod keys;
mod payees;
mod payments;
mod places;
mod undone;

use serde_json::{Value, json};

use crate::support::make::{self, Engaged};
use crate::support::{App, Client, books};

/// A server with enough connections for a race, and a volunteer with an agreement.
fn ground() -> (App, Engaged) {
    let app = App::with_pool(8);
    let engaged = make::engaged(&app);
    (app, engaged)
}

/// A parking line for a session: such a claim does not affect the next one.
fn parking(session: &str) -> Value {
    json!([{ "kind": "parking", "session_id": session, "spent_pence": 300, "evidence_exception": "Lost." }])
}

fn session(app: &App, engaged: &Engaged) -> String {
    make::attended(app, &engaged.opportunity, &engaged.volunteer, "2026-06-08T09:00:00Z", 240)
}

/// Creates a draft claim, and returns its path.
fn draft(who: &Client<'_>, engaged: &Engaged, lines: Value) -> String {
    format!("/v1/claims/{}", make::id(&make::claim(who, &engaged.agreement, lines)))
}

/// Creates a submitted claim, and returns its path.
fn submitted(who: &Client<'_>, engaged: &Engaged, lines: Value) -> String {
    let path = draft(who, engaged, lines);
    who.ask(&format!("{path}/submit")).expect(200);
    path
}

fn yes() -> Value {
    json!({ "no_close_relationship": true })
}

fn reason() -> Value {
    json!({ "reason": "Think again." })
}

/// Status, version and payments of a claim, as a lead sees them.
fn stands(app: &App, path: &str) -> (String, i64, usize) {
    let claim = app.lead().get(path).expect(200);
    let payments = claim["payments"].as_array().expect("payments").len();
    (claim["status"].as_str().expect("a state").to_owned(), claim["version"].as_i64().expect("a version"), payments)
}

/// The number of audit records of a verb on claims and payment runs.
fn recorded(app: &App, action: &str) -> i64 {
    let sql = format!(
        "SELECT count(*) FROM audit_records WHERE resource_type IN ('claim', 'payment_run') AND action = '{action}'"
    );
    books::number(app, &sql)
}
