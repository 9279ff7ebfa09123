//! Advertising where the right people are (docs/rules.md, point 9): channels and their rules, placements, and what came of them.

mod placements;
mod rules;

use serde_json::{Value, json};

use crate::support::{App, make};

/// Creates a service of this kind with an approved plan.
fn plan_of(app: &App, domain: &str) -> (String, String) {
    let code = domain.replace('_', "-");
    let body = json!({
        "code": code, "name": format!("Service {domain}"), "domain": domain, "cost_centre": "C20417",
        "subjective_expense": "73105", "subjective_payment": "73110", "contact_email": "service@trust.example",
    });
    let service = make::id(&app.lead().post("/v1/services", body).expect(201));
    let plan = make::approved_plan(app, &service);
    (service, plan)
}

fn draft(app: &App, plan: &str, more: Value) -> String {
    make::id(&app.lead().post("/v1/opportunities", make::with(make::opportunity_body(plan), more)).expect(201))
}
