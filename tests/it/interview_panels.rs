//! Interview panels (docs/rules.md, point 5): trained people, a chair who has sat in on one, conflicts looked at, no candidate's data.

use std::collections::BTreeSet;

use involvement::app::demo::SCRIPTS;
use involvement::app::{generated, routes};
use serde_json::{Value, json};

use crate::support::app::faults;
use crate::support::{App, make};

fn panel(role: &str) -> Value {
    json!({ "kind": "interview_panel", "panel": { "role": role, "scoring": "equal" }, "training_required": ["interview-panels"], "places": 9 })
}

struct House {
    app: App,
    plan: String,
    vera: String,
}

/// A trained volunteer, under a plan with or without its own agreements.
fn house(agreements: bool) -> House {
    let app = App::start();
    make::policies(&app);
    let service = make::service(&app, "crisis-cafe");
    let plan =
        make::approved_plan_with(&app, &service, json!({ "agreement": { "needed": agreements, "ongoing": false } }));
    let vera = make::volunteer(&app, "Vera Volunteer");
    let training = json!({ "kind": "training:interview-panels", "state": "cleared", "issued_on": "2026-01-01" });
    app.lead().post(&format!("/v1/volunteers/{vera}/clearances"), training).expect(201);
    House { app, plan, vera }
}

/// Offers a place to a volunteer who declared this about conflicts of interest.
fn offered(house: &House, opportunity: &str, conflict: bool) -> String {
    let path = format!("/v1/opportunities/{opportunity}/expressions-of-interest");
    let body = json!({ "conflict_declared": conflict });
    let path = format!(
        "/v1/expressions-of-interest/{}",
        make::id(&house.app.volunteer(&house.vera).post(&path, body).expect(201))
    );
    house.app.lead().post(&format!("{path}/offer"), json!({})).expect(200);
    path
}

fn drafted(house: &House, opportunity: &str) -> String {
    let body = json!({ "volunteer_id": house.vera, "opportunity_id": opportunity, "basis": "paid_involvement", "role": "On the panel",
        "offer": make::offer(), "payment_route": "payroll", "starts_on": "2026-06-01",
        "link_person": { "name": "Amara Okafor", "email": "amara.okafor@trust.example" } });
    format!("/v1/agreements/{}", make::id(&house.app.lead().post("/v1/agreements", body).expect(201)))
}

#[test]
fn a_chair_has_sat_in_on_a_panel_before() {
    let house = house(true);
    let app = &house.app;
    let vera = app.volunteer(&house.vera);
    let chair = make::published(app, &house.plan, panel("chair"));
    vera.ask(&format!("{}/accept", offered(&house, &chair, false))).expect(200);
    let leading = drafted(&house, &chair);
    let issue = || app.lead().ask(&format!("{leading}/issue"));
    let refused = |answer: crate::support::Answer| {
        assert_eq!(
            faults(&answer.refused(409, "not-issuable")),
            [("/volunteer_id".to_owned(), "shadowing-missing".to_owned())]
        );
    };
    refused(issue());

    // A session of something else, or one that was left early, does not count as shadowing.
    let other = make::published(app, &house.plan, json!({}));
    make::agreement(app, &other, &house.vera, json!({}));
    make::attended(app, &other, &house.vera, "2026-06-10T09:00:00Z", 60);
    refused(issue());
    let member = make::published(app, &house.plan, panel("member"));
    vera.ask(&format!("{}/accept", offered(&house, &member, false))).expect(200);
    let sitting = drafted(&house, &member);
    app.lead().ask(&format!("{sitting}/issue")).expect(200);
    vera.ask(&format!("{sitting}/accept")).expect(200);
    let session = make::attended(app, &member, &house.vera, "2026-06-11T09:00:00Z", 60);
    make::attend(app, &session, &house.vera, "left_early");
    refused(issue());
    make::attend(app, &session, &house.vera, "attended");
    let issued = issue().expect(200);
    let body = issued["body"].as_str().unwrap();
    assert!(body.contains("Panel chair.") && body.contains("Your scores count as much as everybody else's."), "{body}");
    let advert = app.lead().get(&format!("/v1/opportunities/{chair}/advert?format=text"));
    assert!(advert.text.contains("Your scores count as much as everybody else's."), "{}", advert.text);
}

#[test]
fn sitting_in_on_a_panel_before_the_service_counts_where_a_lead_recorded_it() {
    let house = house(true);
    let app = &house.app;
    let chair = make::published(app, &house.plan, panel("chair"));
    app.volunteer(&house.vera).ask(&format!("{}/accept", offered(&house, &chair, false))).expect(200);
    let leading = drafted(&house, &chair);
    app.lead().ask(&format!("{leading}/issue")).refused(409, "not-issuable");
    let clearances = format!("/v1/volunteers/{}/clearances", house.vera);
    let sat = json!({ "kind": "training:panel-shadowing", "state": "cleared", "issued_on": "2025-10-08" });
    for how in [json!({}), json!({ "how": "here" })] {
        let problem = app.lead().post(&clearances, make::with(sat.clone(), how)).refused(422, "invalid");
        assert_eq!(faults(&problem), [("/how".to_owned(), "required".to_owned())]);
    }
    let before = app.lead().post(&clearances, make::with(sat, json!({ "how": "before" }))).expect(201);
    assert_eq!(before["how"], "before");
    app.lead().ask(&format!("{leading}/issue")).expect(200);
}

#[test]
fn an_advert_says_what_whoever_chairs_needs() {
    let house = house(true);
    let said = |role: &str| {
        let id = make::published(&house.app, &house.plan, panel(role));
        house.app.lead().get(&format!("/v1/opportunities/{id}/advert?format=text")).text
    };
    let (chair, member) = (said("chair"), said("member"));
    assert!(chair.contains("An interview panel that you have sat in on"), "{chair}");
    assert!(chair.contains("Training: Interview panels"), "{chair}");
    assert!(!member.contains("sat in on"), "{member}");
}

#[test]
fn the_short_form_asks_a_chair_likewise() {
    let house = house(false);
    let chair = make::published(&house.app, &house.plan, panel("chair"));
    let expression = offered(&house, &chair, false);
    house.app.volunteer(&house.vera).ask(&format!("{expression}/accept")).refused(409, "not-issuable");
}

/// The kind of clearance that people in the demonstration have who were trained for panels.
fn training_in_the_demonstration() -> String {
    let scripts = SCRIPTS.iter().flat_map(|(_, text)| text.split('"'));
    let kinds: BTreeSet<&str> = scripts.filter(|word| word.starts_with("training:interview")).collect();
    assert_eq!(kinds.len(), 1, "{kinds:?}");
    kinds.into_iter().map(str::to_owned).collect()
}

#[test]
fn a_panel_by_its_defaults_is_open_to_people_trained_as_in_the_demonstration() {
    let house = house(true);
    let app = &house.app;
    let kinds = app.lead().get("/v1/opportunity-kinds").expect(200);
    let defaults = kinds["items"].as_array().unwrap().iter().find(|one| one["kind"] == "interview_panel").unwrap();
    let usual = json!({ "training_required": defaults["training_usual"], "clearances_required": [], "basis": defaults["basis"] });
    assert_eq!(defaults["clearances_usual"], json!([]));
    let member = make::published(app, &house.plan, make::with(panel("member"), usual));
    let vera = make::volunteer(app, "Vera Trained");
    let training = json!({ "kind": training_in_the_demonstration(), "state": "cleared", "issued_on": "2026-01-01" });
    let house = House { vera, ..house };
    let path = format!("/v1/volunteers/{}/clearances", house.vera);
    house.app.lead().post(&path, training).expect(201);
    house.app.volunteer(&house.vera).ask(&format!("{}/accept", offered(&house, &member, false))).expect(200);
    house.app.lead().ask(&format!("{}/issue", drafted(&house, &member))).expect(200);
}

#[test]
fn training_that_a_panel_requires_is_met_by_the_clearance_of_its_code() {
    let house = house(true);
    let needs = make::with(panel("member"), json!({ "training_required": ["interview-panels", "equality"] }));
    let member = make::published(&house.app, &house.plan, needs);
    house.app.volunteer(&house.vera).ask(&format!("{}/accept", offered(&house, &member, false))).expect(200);
    let path = drafted(&house, &member);
    house.app.lead().ask(&format!("{path}/issue")).refused(409, "clearance-missing");
    let training = json!({ "kind": "training:equality", "state": "cleared", "issued_on": "2026-06-15" });
    house.app.lead().post(&format!("/v1/volunteers/{}/clearances", house.vera), training).expect(201);
    house.app.lead().ask(&format!("{path}/issue")).expect(200);
}

#[test]
fn a_declared_conflict_waits_for_a_lead() {
    let house = house(true);
    let app = &house.app;
    let vera = app.volunteer(&house.vera);
    let member = make::published(app, &house.plan, panel("member"));
    let path = format!("/v1/opportunities/{member}/expressions-of-interest");
    vera.post(&path, json!({})).refused(409, "conflict-declaration-needed");
    let expression = offered(&house, &member, true);
    let waits = || app.lead().get("/v1/me").expect(200)["waiting"]["conflicts_to_decide"].clone();
    assert_eq!(waits(), 1);
    vera.ask(&format!("{expression}/accept")).refused(409, "conflict-undecided");
    app.lead().ask(&format!("{expression}/accept")).refused(409, "conflict-undecided");
    let clear = format!("{expression}/clear-conflict");
    app.staff(&["crisis-cafe"]).ask(&clear).refused(403, "forbidden");
    vera.ask(&clear).refused(403, "forbidden");
    let seen = app.lead().ask(&clear).expect(200);
    assert_eq!(
        (&seen["conflict_declared"], &seen["conflict_cleared_at"]),
        (&json!(true), &json!("2026-06-15T10:00:00Z"))
    );
    assert_eq!(app.lead().ask(&clear).expect(200)["version"], seen["version"], "nothing changed");
    assert_eq!(waits(), 0);
    vera.ask(&format!("{expression}/accept")).expect(200);
    app.lead().ask(&clear).refused(409, "not-editable");
}

#[test]
fn nothing_is_kept_about_candidates() {
    let document: Value = serde_json::from_str(&generated::document(&routes())).unwrap();
    let mut open = vec![&document["components"]["schemas"], &document["paths"]];
    let mut names = Vec::new();
    while let Some(value) = open.pop() {
        if let Some(members) = value.as_object() {
            if let Some(properties) = members.get("properties").and_then(Value::as_object) {
                names.extend(properties.keys().cloned());
            }
            names.extend(members.get("name").and_then(Value::as_str).map(str::to_owned));
            open.extend(members.values());
        }
        open.extend(value.as_array().into_iter().flatten());
    }
    assert!(names.len() > 300 && names.iter().any(|name| name == "scoring"), "the names are where they are looked for");
    let about = ["candidate", "applicant", "interviewee", "shortlisted_for", "score_given"];
    let found: Vec<&String> = names.iter().filter(|name| about.iter().any(|word| name.contains(word))).collect();
    assert_eq!(found, Vec::<&String>::new());
}
