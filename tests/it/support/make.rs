//! Builders of test data. They use the API, as a client does, and take only what matters to a test.

use serde_json::{Value, json};

use super::{App, Client};

/// Creates a service with this code.
pub fn service(app: &App, code: &str) -> String {
    let body = json!({
        "code": code, "name": format!("Service {code}"), "domain": "mental_health", "cost_centre": "C20417",
        "subjective_expense": "73105", "subjective_payment": "73110", "contact_email": "service@trust.example",
    });
    id(&app.lead().post("/v1/services", body).expect(201))
}

/// The `id` of an answer.
pub fn id(answer: &Value) -> String {
    answer["id"].as_str().expect("an id").to_owned()
}

/// A plan body in which all ten points are met.
pub fn ready_points() -> Value {
    serde_json::from_str(include_str!("../../../src/plans/examples/ready.json")).expect("an example")
}

/// The second object merged into the first.
pub fn with(mut base: Value, more: Value) -> Value {
    if let (Some(base), Some(more)) = (base.as_object_mut(), more.as_object()) {
        base.extend(more.clone());
    }
    base
}

/// Creates a draft plan in which every point is met.
pub fn plan(app: &App, service_id: &str) -> String {
    plan_with(app, service_id, json!({}))
}

/// Does the same with some members changed.
pub fn plan_with(app: &App, service_id: &str, more: Value) -> String {
    let head = json!({ "service_id": service_id, "title": "Crisis café", "period_start": "2026-01-01", "period_end": "2027-03-31", "budget_pence": 500_000 });
    id(&app.lead().post("/v1/plans", with(with(head, ready_points()), more)).expect(201))
}

/// Creates an approved plan.
pub fn approved_plan(app: &App, service_id: &str) -> String {
    approved_plan_with(app, service_id, json!({}))
}

/// Does the same with some members changed.
pub fn approved_plan_with(app: &App, service_id: &str, more: Value) -> String {
    let plan = plan_with(app, service_id, more);
    app.lead().ask(&format!("/v1/plans/{plan}/submit")).expect(200);
    app.lead().ask(&format!("/v1/plans/{plan}/approve")).expect(200);
    plan
}

/// Publishes the reimbursement policy of the worked examples, in force from a day.
pub fn policy(app: &App, effective_from: &str, car_pence: i64) -> String {
    let mut body: Value =
        serde_json::from_str(include_str!("../../../src/policies/examples/2026-27.json")).expect("an example");
    body["name"] = json!(format!("Policy from {effective_from}"));
    body["effective_from"] = json!(effective_from);
    body["mileage"]["car"]["first_pence_per_mile"] = json!(car_pence);
    body["mileage_ceiling"]["car"]["first_pence_per_mile"] = json!(car_pence);
    let policy = id(&app.lead().post("/v1/reimbursement-policies", body).expect(201));
    app.lead().ask(&format!("/v1/reimbursement-policies/{policy}/publish")).expect(200);
    policy
}

/// Publishes the two policies of the worked examples: 45p a mile before 6 April 2026, 55p from then on.
pub fn policies(app: &App) {
    policy(app, "2025-04-06", 45);
    policy(app, "2026-04-06", 55);
}

/// An offer of every expense, and of pay for time by the meeting tariff.
pub fn offer() -> Value {
    json!({ "travel": true, "subsistence": true, "care": true, "access_support": true, "other": true, "tariff": "meeting", "statement": "Travel and time." })
}

/// The body of a complete opportunity.
pub fn opportunity_body(plan_id: &str) -> Value {
    json!({
        "plan_id": plan_id, "title": "Evening workshops", "summary": "Help to design the evening offer.", "kind": "workshop",
        "involvement_level": "co_design", "audience": "service_users",
        "experience_wanted": [], "skills": "None", "commitment": "Three evenings",
        "starts_on": "2026-01-10", "mode": "in_person", "venue": "Room 1", "access_notes": "Step-free", "places": 2,
        "basis": "paid_involvement", "offer": offer(), "clearances_required": [], "training_required": [],
        "contact": { "name": "Amara Okafor", "email": "amara.okafor@trust.example" }, "closes_at": "2026-12-31T12:00:00Z",
    })
}

/// Creates and publishes an opportunity.
pub fn published(app: &App, plan_id: &str, more: Value) -> String {
    let opportunity = id(&app.lead().post("/v1/opportunities", with(opportunity_body(plan_id), more)).expect(201));
    app.lead().post(&format!("/v1/opportunities/{opportunity}/publish"), all_cautions()).expect(200);
    opportunity
}

/// An answer to every caution there can be.
pub fn all_cautions() -> Value {
    let codes = [
        "level-below-plan",
        "pay-differs-from-plan",
        "outside-plan-period",
        "more-people-than-plan",
        "checks-missing",
        "access-support-not-offered",
        "chair-needs-shadowing",
    ];
    json!({ "cautions": codes.map(|code| json!({ "code": code, "reason": "So agreed with the team." })) })
}

/// Adds a training to the list.
pub fn training(app: &App, code: &str) {
    app.lead().post("/v1/trainings", json!({ "code": code, "name": format!("Training {code}") })).expect(201);
}

/// Publishes feedback whose contributors were told in person.
pub fn published_feedback(app: &App, path: &str) -> Value {
    let today = app.clock.now().london_day();
    app.lead().post(&format!("{path}/publish"), json!({ "told": { "on": today, "how": "in_person" } })).expect(200)
}

/// Creates an active volunteer.
pub fn volunteer(app: &App, name: &str) -> String {
    let body = json!({ "legal_name": name, "preferred_contact": "email", "email": "somebody@example.org" });
    let volunteer = id(&app.lead().post("/v1/volunteers", body).expect(201));
    app.lead().ask(&format!("/v1/volunteers/{volunteer}/activate")).expect(200);
    volunteer
}

/// Creates an expression of interest and has it accepted.
pub fn accepted(app: &App, opportunity: &str, volunteer: &str) -> String {
    let path = format!("/v1/opportunities/{opportunity}/expressions-of-interest");
    let expression = id(&app.volunteer(volunteer).post(&path, json!({})).expect(201));
    app.lead().post(&format!("/v1/expressions-of-interest/{expression}/offer"), json!({})).expect(200);
    app.volunteer(volunteer).ask(&format!("/v1/expressions-of-interest/{expression}/accept")).expect(200);
    expression
}

/// Creates an active agreement after an accepted expression of interest.
pub fn agreement(app: &App, opportunity: &str, volunteer: &str, more: Value) -> String {
    accepted(app, opportunity, volunteer);
    let body = json!({
        "volunteer_id": volunteer, "opportunity_id": opportunity, "basis": "paid_involvement", "role": "Workshop member",
        "expectations": "Come as you are.", "offer": offer(), "payment_route": "payroll",
        "link_person": { "name": "Amara Okafor", "email": "amara.okafor@trust.example" }, "starts_on": "2026-01-10",
    });
    let agreement = id(&app.lead().post("/v1/agreements", with(body, more)).expect(201));
    app.lead().ask(&format!("/v1/agreements/{agreement}/issue")).expect(200);
    app.volunteer(volunteer).ask(&format!("/v1/agreements/{agreement}/accept")).expect(200);
    agreement
}

/// Creates a session of this many minutes and records one volunteer's attendance.
pub fn attended(app: &App, opportunity: &str, volunteer: &str, starts_at: &str, minutes: i64) -> String {
    let session = session(app, opportunity, starts_at, minutes);
    attend(app, &session, volunteer, "attended");
    session
}

/// Creates a session of this many minutes.
pub fn session(app: &App, opportunity: &str, starts_at: &str, minutes: i64) -> String {
    let ends_at = super::app::instant(starts_at).plus_minutes(minutes).to_string();
    let body = json!({ "starts_at": starts_at, "ends_at": ends_at, "venue": "Room 1" });
    id(&app.lead().post(&format!("/v1/opportunities/{opportunity}/sessions"), body).expect(201))
}

pub fn attend(app: &App, session: &str, volunteer: &str, outcome: &str) {
    app.lead()
        .put(&format!("/v1/sessions/{session}/attendance/{volunteer}"), json!({ "outcome": outcome }))
        .expect(200);
}

/// Creates everything up to an active agreement, under the policies of the worked examples.
pub struct Engaged {
    pub service: String,
    pub plan: String,
    pub opportunity: String,
    pub volunteer: String,
    pub agreement: String,
}

pub fn engaged(app: &App) -> Engaged {
    engaged_with(app, json!({}), json!({}))
}

/// Does the same with changes to the opportunity and the agreement.
pub fn engaged_with(app: &App, opportunity: Value, more: Value) -> Engaged {
    policies(app);
    let service = service(app, "crisis-cafe");
    let plan = approved_plan(app, &service);
    let opportunity = published(app, &plan, opportunity);
    let volunteer = volunteer(app, "Vera Volunteer");
    let agreement = agreement(app, &opportunity, &volunteer, more);
    Engaged { service, plan, opportunity, volunteer, agreement }
}

/// Creates a draft claim with these lines.
pub fn claim(who: &Client<'_>, agreement: &str, lines: Value) -> Value {
    who.post("/v1/claims", json!({ "agreement_id": agreement, "lines": lines })).expect(201)
}

/// Creates a claim and has the volunteer submit it.
pub fn submitted(app: &App, engaged: &Engaged, lines: Value) -> Value {
    let who = app.volunteer(&engaged.volunteer);
    let claim = id(&claim(&who, &engaged.agreement, lines));
    who.ask(&format!("/v1/claims/{claim}/submit")).expect(200)
}

/// Creates a claim and has a lead approve it.
pub fn approved(app: &App, engaged: &Engaged, lines: Value) -> Value {
    let claim = id(&submitted(app, engaged, lines));
    app.lead().post(&format!("/v1/claims/{claim}/approve"), json!({ "no_close_relationship": true })).expect(200)
}

/// Records the numbers that finance needs to pay a volunteer.
pub fn payee(app: &App, volunteer: &str) {
    numbers(app, volunteer, json!({ "supplier_number": "S10023", "supplier_site": "HOME", "payroll_number": "P4471" }));
}

/// Has one member of finance propose these numbers, and another confirm them.
pub fn numbers(app: &App, volunteer: &str, numbers: Value) -> Value {
    let at = format!("/v1/volunteers/{volunteer}/payee");
    app.finance().change(&at, numbers).expect(200);
    app.finance_called("finance.dan").ask(&format!("{at}/confirm")).expect(200)
}
