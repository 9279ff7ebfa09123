//! Claims: drafted, calculated, submitted with every check, decided by another person, and shown to each role as
//! allowed.

mod answers;
mod decide;
mod drafts;
mod news;
mod reopened;
mod seen;
mod submit;
mod work;

use serde_json::{Value, json};

use crate::support::app::faults;
use crate::support::make::Engaged;
use crate::support::{App, make};

const YES: fn() -> Value = || json!({ "no_close_relationship": true });

fn told(problem: &Value) -> Vec<(String, String)> {
    faults(problem)
}

fn pairs(wanted: &[(&str, &str)]) -> Vec<(String, String)> {
    wanted.iter().map(|(pointer, code)| ((*pointer).to_owned(), (*code).to_owned())).collect()
}

fn path(claim: &Value) -> String {
    format!("/v1/claims/{}", make::id(claim))
}

fn morning(app: &App, engaged: &Engaged) -> String {
    make::attended(app, &engaged.opportunity, &engaged.volunteer, "2026-06-08T09:00:00Z", 240)
}

fn time(session: &str) -> Value {
    json!([{ "kind": "time", "session_id": session }])
}
