//! Terms: never worse than offered, never without clearances.

use serde_json::{Value, json};

use super::{create, draft, expenses, ready};
use crate::support::app::faults;
use crate::support::{App, make};

#[test]
fn an_agreement_follows_an_accepted_expression_and_is_never_worse_than_the_offer() {
    let app = App::start();
    let ready = ready(&app, json!({}));
    let other = make::volunteer(&app, "Olu Other");
    let lead = app.lead();
    let try_with =
        |volunteer: &str, more: Value| lead.post("/v1/agreements", draft(&ready.opportunity, volunteer, more));
    try_with(&other, json!({})).refused(409, "no-accepted-expression");
    let nobody = "01900000-0000-7000-8000-000000000000";
    let unknown = lead.post("/v1/agreements", draft(nobody, nobody, json!({}))).refused(409, "unknown-reference");
    assert_eq!(faults(&unknown).len(), 2);
    let worse = make::with(make::offer(), json!({ "travel": false, "tariff": null }));
    let problem = try_with(&ready.volunteer, json!({ "offer": worse })).refused(409, "worse-than-offered");
    let pointers: Vec<String> = faults(&problem).into_iter().map(|(pointer, _)| pointer).collect();
    assert_eq!(pointers, ["/offer/travel", "/offer/tariff"]);
    let bad = json!({ "basis": "expenses_only", "role": "A Job", "expectations": "Payment", "ends_on": "2026-05-01" });
    let problem = try_with(&ready.volunteer, bad).refused(422, "invalid");
    let pointers: Vec<String> = faults(&problem).into_iter().map(|(pointer, _)| pointer).collect();
    assert_eq!(pointers, ["/ends_on", "/expectations", "/offer/tariff", "/payment_route", "/role"]);

    let path = create(&app, &ready, json!({}));
    try_with(&ready.volunteer, json!({})).refused(409, "agreement-exists");
    lead.patch(&path, 1, json!({ "offer": { "care": false } })).refused(409, "worse-than-offered");
    lead.patch(&path, 1, json!({ "volunteer_id": other })).refused(409, "not-editable");
    lead.patch(&path, 1, json!({ "replaces_id": nobody })).refused(409, "unknown-reference");
    let found = lead.get("/v1/agreements?link_person_email=amara.okafor@TRUST.example&status=draft,issued").expect(200);
    assert_eq!(found["items"][0]["version"], 1, "{found}");
    assert!(found["items"][0].get("pauses").is_none());
    let none = lead.get(&format!("/v1/agreements?volunteer_id={other}")).expect(200);
    assert_eq!(none["items"], json!([]));
}

#[test]
fn nothing_is_issued_without_every_clearance_or_a_way_to_pay() {
    let app = App::start();
    let required = json!([{ "kind": "dbs_enhanced", "eligibility_reason": "Alone with children" }]);
    let ready = ready(&app, json!({ "clearances_required": required }));
    let route = json!({ "payment_route": "accounts_payable", "starts_on": "2026-08-01" });
    let path = create(&app, &ready, route);
    let issue = format!("{path}/issue");
    let problem = app.lead().ask(&issue).refused(409, "not-issuable");
    assert_eq!(faults(&problem)[0].0, "/employment_status");
    let status =
        |outcome: &str| json!({ "outcome": outcome, "determined_by": "Finance", "determined_on": "2026-05-01" });
    let free =
        app.lead().patch(&path, 1, json!({ "employment_status": status("outside_ir35") })).refused(422, "invalid");
    assert_eq!(faults(&free), [("/employment_status/outcome".to_owned(), "not-one-of".to_owned())]);
    let mut early = status("self_employed");
    early["review_on"] = json!("2026-04-30");
    let early = app.lead().patch(&path, 1, json!({ "employment_status": early })).refused(422, "invalid");
    assert_eq!(faults(&early), [("/employment_status/review_on".to_owned(), "unordered".to_owned())]);
    app.lead().patch(&path, 1, json!({ "employment_status": status("employed") })).expect(200);
    let problem = app.lead().ask(&issue).refused(409, "not-issuable");
    let all = [("/payment_route", "employed-needs-payroll"), ("", "clearance-missing")];
    assert_eq!(faults(&problem), all.map(|(place, code)| (place.to_owned(), code.to_owned())), "every fault at once");
    app.lead().patch(&path, 2, json!({ "employment_status": status("self_employed") })).expect(200);
    app.lead().ask(&issue).refused(409, "clearance-missing");

    let clearances = format!("/v1/volunteers/{}/clearances", ready.volunteer);
    let clearance = json!({ "kind": "dbs_enhanced", "workforce": "child", "state": "cleared", "issued_on": "2026-01-01",
        "policy_expires_on": "2026-07-31", "eligibility_reason": "Alone with children" });
    let clearance = make::id(&app.lead().post(&clearances, clearance).expect(201));
    app.lead().ask(&issue).refused(409, "clearance-missing");
    let clearance = format!("{clearances}/{clearance}");
    app.lead().change(&clearance, json!({ "policy_expires_on": "2026-08-01" })).expect(200);
    assert_eq!(app.lead().ask(&issue).expect(200)["status"], "issued");

    let told = app.staff(&["crisis-cafe"]).get("/v1/deliveries?status=pending&order=newest").expect(200);
    assert_eq!(told["items"][0]["about"], "agreement_issued");
    assert_eq!(told["items"][0]["subject_id"], path.rsplit('/').next().unwrap());
}

#[test]
fn better_terms_are_never_worse_than_those_in_force() {
    let app = App::start();
    let modest = make::with(make::offer(), json!({ "care": false }));
    let engaged = make::engaged_with(&app, json!({ "offer": modest }), json!({}));
    let body = |offer: &Value| {
        let more = json!({ "replaces_id": engaged.agreement, "starts_on": "2026-06-20", "offer": offer });
        draft(&engaged.opportunity, &engaged.volunteer, more)
    };
    // The opportunity never promised care; the agreement in force does.
    let problem = app.lead().post("/v1/agreements", body(&modest)).refused(409, "worse-than-offered");
    assert_eq!(faults(&problem), [("/offer/care".to_owned(), "worse-than-offered".to_owned())]);
    let path =
        format!("/v1/agreements/{}", make::id(&app.lead().post("/v1/agreements", body(&make::offer())).expect(201)));
    app.lead().patch(&path, 1, json!({ "offer": { "care": false } })).refused(409, "worse-than-offered");
    app.lead().ask(&format!("{path}/issue")).expect(200);
}

#[test]
fn where_the_plan_needs_none_accepting_the_offer_makes_a_short_one() {
    let app = App::start();
    make::policies(&app);
    let service = make::service(&app, "crisis-cafe");
    let plan = make::approved_plan_with(&app, &service, json!({ "agreement": { "needed": false, "ongoing": false } }));
    let expenses_only = json!({ "basis": "expenses_only", "offer": expenses(), "title": "Payments leaflet" });
    let opportunity = make::published(&app, &plan, expenses_only);
    let volunteer = make::volunteer(&app, "Vera Volunteer");
    make::accepted(&app, &opportunity, &volunteer);
    let found = app.volunteer(&volunteer).get("/v1/agreements").expect(200);
    let short = &found["items"][0];
    assert_eq!(
        (&short["status"], &short["short_form"], &short["version"]),
        (&json!("active"), &json!(true), &json!(1))
    );
    assert_eq!(short["offer"], expenses());
    let body = short["body"].as_str().unwrap().to_lowercase();
    assert!(!["contract", "job", "payment"].iter().any(|word| body.contains(word)), "{body}");
}

#[test]
fn issuing_tells_everything_at_once() {
    let app = App::start();
    make::policies(&app);
    let service = make::service(&app, "crisis-cafe");
    let plan = make::approved_plan(&app, &service);
    let needs = json!({ "kind": "interview_panel", "panel": { "role": "chair", "scoring": "equal" },
        "training_required": ["interview-panels"], "clearances_required": [{ "kind": "identity" }] });
    let opportunity = make::published(&app, &plan, needs);
    let vera = make::volunteer(&app, "Vera Volunteer");
    let path = format!("/v1/opportunities/{opportunity}/expressions-of-interest");
    let conflict = json!({ "conflict_declared": false });
    let expression = make::id(&app.volunteer(&vera).post(&path, conflict).expect(201));
    app.lead().post(&format!("/v1/expressions-of-interest/{expression}/offer"), json!({})).expect(200);
    app.volunteer(&vera).ask(&format!("/v1/expressions-of-interest/{expression}/accept")).expect(200);
    let body = json!({ "volunteer_id": vera, "opportunity_id": opportunity, "basis": "paid_involvement", "role": "Chair",
        "offer": make::offer(), "starts_on": "2026-06-20",
        "link_person": { "name": "Amara Okafor", "email": "amara.okafor@trust.example" } });
    let agreement = make::id(&app.lead().post("/v1/agreements", body).expect(201));
    let refused = app.lead().ask(&format!("/v1/agreements/{agreement}/issue")).refused(409, "not-issuable");
    let codes: Vec<String> = crate::support::app::faults(&refused).into_iter().map(|(_, code)| code).collect();
    assert_eq!(codes, ["required", "shadowing-missing", "clearance-missing", "clearance-missing"]);
}
