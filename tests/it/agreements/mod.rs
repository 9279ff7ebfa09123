//! Agreements: from draft to accepted, never worse than offered, never without clearances, one at a time, text frozen.

mod accepted;
mod in_force;
mod terms;

use serde_json::{Value, json};

use crate::support::{App, make};

fn link_person() -> Value {
    json!({ "name": "Amara Okafor", "email": "Amara.Okafor@trust.example" })
}

/// The body of a draft agreement for paid involvement, as the builders' opportunity offers it.
fn draft(opportunity: &str, volunteer: &str, more: Value) -> Value {
    let body = json!({
        "volunteer_id": volunteer, "opportunity_id": opportunity, "basis": "paid_involvement", "role": "Workshop member",
        "offer": make::offer(), "payment_route": "payroll", "link_person": link_person(), "starts_on": "2026-06-01",
    });
    make::with(body, more)
}

fn expenses() -> Value {
    json!({ "travel": true, "subsistence": true, "care": false, "access_support": true, "other": false, "tariff": null,
        "statement": "There is no payment for time, and this is no CONTRACT." })
}

struct Ready {
    opportunity: String,
    volunteer: String,
}

/// A volunteer whose expression of interest was accepted.
fn ready(app: &App, opportunity: Value) -> Ready {
    make::policies(app);
    let service = make::service(app, "crisis-cafe");
    let plan = make::approved_plan(app, &service);
    let opportunity = make::published(app, &plan, opportunity);
    let volunteer = make::volunteer(app, "Vera Volunteer");
    make::accepted(app, &opportunity, &volunteer);
    Ready { opportunity, volunteer }
}

fn create(app: &App, ready: &Ready, more: Value) -> String {
    let body = draft(&ready.opportunity, &ready.volunteer, more);
    let answer = app.lead().post("/v1/agreements", body).expect(201);
    format!("/v1/agreements/{}", make::id(&answer))
}
