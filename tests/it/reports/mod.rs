//! Financial reports: every penny counted once, as in claims and payments; and payment times.

mod accruals;
mod payment_times;
mod spend;

use serde_json::{Value, json};

use crate::support::make::Engaged;
use crate::support::{App, Client, make};

fn reference(claim: &Value, tail: &str) -> String {
    format!("{}-{tail}", claim["reference"].as_str().unwrap())
}

fn times(who: &Client<'_>, query: &str) -> Value {
    who.get(&format!("/v1/reports/payment-times?{query}")).expect(200)
}

fn bus(app: &App, engaged: &Engaged, day: &str) -> Value {
    let session = make::attended(app, &engaged.opportunity, &engaged.volunteer, &format!("{day}T09:00:00Z"), 60);
    json!([{ "kind": "public_transport", "session_id": session, "spent_pence": 100, "evidence_exception": "Lost." }])
}
