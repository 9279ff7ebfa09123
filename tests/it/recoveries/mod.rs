//! Recoveries: money that was paid by mistake comes back, by two people, never more than was paid, and never so that
//! somebody is paid less than nothing.

mod budget;
mod mileage;
mod offsets;
mod races;
mod repayments;
mod returned;

use serde_json::{Value, json};

use crate::support::make::{self, Engaged};
use crate::support::{App, Client};

/// An unused `Idempotency-Key`.
fn key() -> String {
    use std::sync::atomic::{AtomicU32, Ordering};
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    format!("a-key-of-recovering-{}", NUMBER.fetch_add(1, Ordering::Relaxed))
}

/// A volunteer who can be paid.
fn payee(app: &App) -> Engaged {
    let engaged = make::engaged(app);
    make::payee(app, &engaged.volunteer);
    engaged
}

/// An approved claim for parking of this many pence.
fn parking(app: &App, engaged: &Engaged, day: u32, pence: i64) -> Value {
    let at = format!("2026-06-{day:02}T09:00:00Z");
    let session = make::attended(app, &engaged.opportunity, &engaged.volunteer, &at, 240);
    let lines =
        json!([{ "kind": "parking", "session_id": session, "spent_pence": pence, "evidence_exception": "Lost." }]);
    make::approved(app, engaged, lines)
}

/// Creates a run of a route, and has it released; returns the run.
fn released(app: &App, route: &str) -> Value {
    let run = app.finance().post_once("/v1/payment-runs", &key(), json!({ "route": route })).expect(201);
    let path = format!("/v1/payment-runs/{}/release", make::id(&run));
    app.finance_called("finance.dan").post_once(&path, &key(), json!({})).expect(200)
}

/// Records one outcome for everything in a run.
fn results(app: &App, run: &Value, outcome: &str) -> Value {
    let id = make::id(run);
    let list = app.finance().get(&format!("/v1/payments?limit=100&payment_run_id={id}")).expect(200);
    let items = list["items"].as_array().unwrap();
    let results: Vec<Value> =
        items.iter().map(|one| json!({ "invoice_number": one["invoice_number"], "outcome": outcome })).collect();
    let path = format!("/v1/payment-runs/{id}/results");
    app.finance().post_once(&path, &key(), json!({ "results": results })).expect(200)
}

/// Pays everything that is due by a route.
fn pay(app: &App, route: &str) {
    let run = released(app, route);
    results(app, &run, "paid");
}

/// A proposal to recover this much of the first line of a claim.
fn proposal(claim: &Value, pence: i64, method: &str) -> Value {
    let mut body = json!({ "reason": "It was claimed twice.", "method": method, "lines": [{ "id": claim["lines"][0]["id"], "pence": pence }] });
    if method == "offset" {
        body["agreed_with_person"] = json!({ "on": "2026-06-15", "how": "By telephone" });
    }
    body
}

/// Proposes a recovery of the first line of a claim.
fn propose(who: &Client<'_>, claim: &Value, pence: i64, method: &str) -> crate::support::Answer {
    who.post(&format!("/v1/claims/{}/recoveries", make::id(claim)), proposal(claim, pence, method))
}

/// A recovery that was proposed and confirmed, as its path.
fn agreed(app: &App, claim: &Value, pence: i64, method: &str) -> String {
    let made = propose(&app.lead(), claim, pence, method).expect(201);
    let path = format!("/v1/recoveries/{}", make::id(&made));
    assert_eq!(app.finance().ask(&format!("{path}/confirm")).expect(200)["status"], "agreed");
    path
}

/// What people are told that is pending, by what it is about, with its message.
fn told(app: &App, engaged: &Engaged, about: &str) -> Option<String> {
    let list = app.volunteer(&engaged.volunteer).get("/v1/deliveries?limit=100&status=pending").expect(200);
    let found = list["items"].as_array().unwrap().iter().find(|one| one["about"] == about).cloned();
    found.map(|one| one["message"].as_str().unwrap_or_default().to_owned())
}
