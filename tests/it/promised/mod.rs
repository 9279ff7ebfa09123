//! What was signed is paid: an agreement keeps the terms of its tariff, and time comes to the greater of them and the policy
//! in force on its day.

mod claimed;
mod estimated;
mod printed;
mod terms;
mod topped_up;

use serde_json::{Value, json};

use crate::support::{App, make};

const YES: fn() -> Value = || json!({ "no_close_relationship": true });

/// A tariff in two bands, the edge at four hours.
fn bands(short: i64, long: i64) -> Value {
    json!({ "kind": "bands", "bands": [{ "up_to_minutes": 240, "pence": short }, { "up_to_minutes": null, "pence": long }] })
}

/// Publishes the example policy from a day on, with these members of its tariffs replaced; null takes one out.
fn policy(app: &App, from: &str, tariffs: Value) -> String {
    policy_with(app, from, json!({ "tariffs": tariffs }))
}

/// The same with a merge patch of its terms.
fn policy_with(app: &App, from: &str, terms: Value) -> String {
    let mut body: Value = serde_json::from_str(include_str!("../../../src/policies/examples/2026-27.json")).unwrap();
    body["name"] = json!(format!("Policy from {from}"));
    body["effective_from"] = json!(from);
    merge(&mut body, &terms);
    let policy = make::id(&app.lead().post("/v1/reimbursement-policies", body).expect(201));
    app.lead().ask(&format!("/v1/reimbursement-policies/{policy}/publish")).expect(200);
    policy
}

fn merge(target: &mut Value, patch: &Value) {
    let Some(members) = patch.as_object() else {
        *target = patch.clone();
        return;
    };
    for (name, value) in members {
        if value.is_null() {
            target.as_object_mut().unwrap().remove(name);
        } else {
            merge(&mut target[name], value);
        }
    }
}

/// A meeting for £75 from 2026 on, with everything up to an agreement of 1 May.
fn signed_in_may(app: &App) -> make::Engaged {
    app.now_is("2026-05-01T10:00:00Z");
    policy(app, "2026-01-01", json!({}));
    let service = make::service(app, "crisis-cafe");
    let plan = make::approved_plan(app, &service);
    let opportunity = make::published(app, &plan, json!({}));
    let volunteer = make::volunteer(app, "Vera Volunteer");
    let agreement = make::agreement(app, &opportunity, &volunteer, json!({}));
    make::Engaged { service, plan, opportunity, volunteer, agreement }
}

/// The same tariff in June, for £50.
fn fifty_from_june(app: &App) -> String {
    policy(app, "2026-06-01", json!({ "meeting": bands(5000, 10_000) }))
}

/// A session of three hours that was attended, as a line for its time.
fn time(app: &App, engaged: &make::Engaged, day: &str) -> Value {
    let session = make::attended(app, &engaged.opportunity, &engaged.volunteer, &format!("{day}T09:00:00Z"), 180);
    json!({ "kind": "time", "session_id": session })
}

fn first_line(claim: &Value) -> (i64, Vec<&str>) {
    let line = &claim["lines"][0];
    let steps = line["explanation"].as_array().unwrap().iter().map(|step| step.as_str().unwrap());
    (line["payable_pence"].as_i64().unwrap(), steps.collect())
}
