//! The reports of involvement: what services did, the evidence for the duty to involve, clearances, communication
//! needs.

mod clearances;
mod duty;
mod needs;
mod services;

use serde_json::{Value, json};

use crate::support::make::Engaged;
use crate::support::{App, make};

fn report(app: &App, path: &str) -> Value {
    app.lead().get(&format!("/v1/reports/{path}")).expect(200)
}

/// The members of an object that are numbers other than 0.
fn counted(row: &Value) -> Vec<(String, i64)> {
    let members = row.as_object().unwrap().iter();
    members.filter_map(|(name, value)| Some((name.clone(), value.as_i64().filter(|count| *count != 0)?))).collect()
}

#[track_caller]
fn counts(row: &Value, wanted: &[(&str, i64)]) {
    let wanted: Vec<(String, i64)> = wanted.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect();
    assert_eq!(counted(row), wanted, "{row}");
}

fn feedback(app: &App, plan: &str, response: Option<Value>, publish: bool) {
    let said = json!({ "plan_id": plan, "you_said": "Open later.", "source": "session" });
    let path = format!("/v1/feedback/{}", make::id(&app.lead().post("/v1/feedback", said).expect(201)));
    if let Some(response) = response {
        app.lead().post(&format!("{path}/respond"), response).expect(200);
    }
    if publish {
        app.lead().ask(&format!("{path}/publish")).expect(200);
    }
}

/// Creates a service with a year of work, and a volunteer who is engaged with two services.
fn year(app: &App) -> (Engaged, String) {
    let engaged = make::engaged(app);
    let opportunity = &engaged.opportunity;
    let session = make::attended(app, opportunity, &engaged.volunteer, "2026-06-08T09:00:00Z", 241);
    app.lead().ask(&format!("/v1/sessions/{session}/hold")).expect(200);
    let left = make::session(app, opportunity, "2026-03-31T22:59:00Z", 30);
    make::attend(app, &left, &engaged.volunteer, "left_early");
    app.lead().ask(&format!("/v1/sessions/{left}/hold")).expect(200);
    // The first minute of April in London is still March in UTC.
    make::attended(app, opportunity, &engaged.volunteer, "2026-03-31T23:00:00Z", 10);
    let missed = make::session(app, opportunity, "2026-06-09T09:00:00Z", 60);
    make::attend(app, &missed, &engaged.volunteer, "no_show");
    let off = make::session(app, opportunity, "2026-07-01T09:00:00Z", 60);
    app.lead().post(&format!("/v1/sessions/{off}/cancel"), json!({ "reason": "Flood." })).expect(200);
    feedback(app, &engaged.plan, None, false);
    feedback(app, &engaged.plan, Some(json!({ "decision": "exploring" })), false);
    feedback(app, &engaged.plan, Some(json!({ "decision": "done", "we_did": "Open until ten." })), true);
    feedback(app, &engaged.plan, Some(json!({ "decision": "not_doing", "because": "No staff." })), false);
    make::plan(app, &engaged.service);
    for level in ["consult", "co_design", "co_produce"] {
        let plan = make::approved_plan(app, &engaged.service);
        let done = json!({ "achieved_level": level, "reflection": "Evenings matter." });
        app.lead().post(&format!("/v1/plans/{plan}/complete"), done).expect(200);
    }
    let other = make::service(app, "memory-clinic");
    let plan = make::approved_plan_with(app, &other, json!({ "period_start": "2026-09-01" }));
    let opportunity = make::published(app, &plan, json!({}));
    make::agreement(app, &opportunity, &engaged.volunteer, json!({}));
    (engaged, other)
}
