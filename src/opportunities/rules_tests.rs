//! Both sides of each rule of publication, and which fields can be changed in which status.
//! The integration tests do the same through the API.

use super::*;
use crate::refusal::Place;
use serde_json::{Value, json};

const REASON: &str = "/clearances_required/0/eligibility_reason";
const READY: Background = Background { plan_in_force: true, has_link_person: true, tariff_known: true };

fn ready() -> Value {
    json!({
        "plan_id": "01970000-0000-7000-8000-000000000001", "title": "Panel", "summary": "Choose a nurse.", "kind": "interview_panel",
        "involvement_level": "co_produce", "audience": "both", "commitment": "One day.", "starts_on": "2026-06-01", "mode": "in_person",
        "venue": "Room 1", "places": 2, "basis": "paid_involvement", "closes_at": "2026-05-20T16:00:00Z",
        "offer": { "travel": true, "subsistence": false, "care": false, "access_support": true, "other": false, "tariff": "sessions", "statement": "Travel and time." },
        "clearances_required": [{ "kind": "dbs_enhanced", "eligibility_reason": "Alone with patients." }, { "kind": "dbs_basic" }],
        "contact": { "name": "Ada", "email": "ada@trust.example" }, "panel": { "role": "member", "scoring": "equal" },
    })
}

fn found(change: Value, background: Background) -> Vec<(String, &'static str)> {
    let mut new = ready();
    for (name, value) in change.as_object().unwrap() {
        new[name] = value.clone();
    }
    let now = "2026-05-01T12:00:00Z".parse().unwrap();
    unpublishable(&serde_json::from_value(new).unwrap(), background, now)
        .into_iter()
        .map(|fault| match fault.place {
            Place::Pointer(pointer) => (pointer, fault.code),
            other => panic!("{other:?}"),
        })
        .collect()
}

#[test]
fn what_is_complete_can_be_published() {
    assert_eq!(found(json!({}), READY), []);
    let trained =
        json!({ "panel": { "role": "chair", "scoring": "equal" }, "training_required": ["interview-panels"] });
    assert_eq!(found(trained, READY), []);
    assert_eq!(found(json!({ "panel": { "role": "separate_panel", "scoring": "advisory" } }), READY), []);
    assert_eq!(found(json!({ "starts_on": "2026-04-01", "mode": "online", "venue": null }), READY), []);
}

#[test]
fn each_thing_that_is_missing_is_found() {
    let offer = |tariff: Value, statement: &str| json!({ "travel": false, "subsistence": false, "care": false, "access_support": false, "other": false, "tariff": tariff, "statement": statement });
    let unready = |f: fn(&mut Background)| {
        let mut background = READY;
        f(&mut background);
        background
    };
    for (change, background, pointer, code) in [
        (json!({ "summary": " \n" }), READY, "/summary", "required"),
        (json!({ "involvement_level": null }), READY, "/involvement_level", "required"),
        (json!({ "audience": null }), READY, "/audience", "required"),
        (json!({ "commitment": null }), READY, "/commitment", "required"),
        (json!({ "starts_on": null }), READY, "/starts_on", "required"),
        (json!({ "mode": null }), READY, "/mode", "required"),
        (json!({ "venue": null }), READY, "/venue", "required"),
        (json!({ "mode": "hybrid", "venue": null }), READY, "/venue", "required"),
        (json!({ "basis": null }), READY, "/basis", "required"),
        (json!({ "offer": null }), READY, "/offer", "required"),
        (json!({ "offer": offer(json!("sessions"), "") }), READY, "/offer/statement", "required"),
        (json!({ "offer": offer(json!(null), "Nothing.") }), READY, "/offer/tariff", "required"),
        (json!({ "basis": "expenses_only" }), READY, "/offer/tariff", "not-allowed"),
        (json!({}), unready(|b| b.tariff_known = false), "/offer/tariff", "unknown-tariff"),
        (json!({ "contact": null }), READY, "/contact", "required"),
        (json!({ "closes_at": null }), READY, "/closes_at", "required"),
        (json!({ "closes_at": "2026-05-01T12:00:00Z" }), READY, "/closes_at", "out-of-range"),
        (json!({ "panel": null }), READY, "/panel", "required"),
        (json!({ "panel": { "role": "chair", "scoring": "equal" } }), READY, "/training_required", "required"),
        (json!({ "clearances_required": [{ "kind": "dbs_standard" }] }), READY, REASON, "required"),
        (json!({ "clearances_required": [{ "kind": "dbs_enhanced" }] }), READY, REASON, "required"),
        (json!({ "clearances_required": [{ "kind": "dbs_enhanced_barred" }] }), READY, REASON, "required"),
        (
            json!({ "clearances_required": [{ "kind": "dbs_enhanced", "eligibility_reason": " \n" }] }),
            READY,
            REASON,
            "required",
        ),
        (json!({}), unready(|b| b.plan_in_force = false), "/plan_id", "plan-not-approved"),
        (json!({}), unready(|b| b.has_link_person = false), "/plan_id", "link-person-missing"),
    ] {
        assert_eq!(found(change.clone(), background), [(pointer.to_owned(), code)], "{change}");
    }
}

#[test]
fn on_the_other_side_of_each_edge_nothing_is_found() {
    let nothing = json!({ "travel": false, "subsistence": false, "care": false, "access_support": false, "other": false, "tariff": null, "statement": "Nothing is paid back." });
    let unknown = Background { tariff_known: false, ..READY };
    for (change, background) in [
        (json!({ "closes_at": "2026-05-01T12:00:00.000001Z" }), READY),
        (json!({ "starts_on": "2020-01-01" }), READY),
        (json!({ "starts_on": "2026-05-02", "closes_at": "2027-05-01T12:00:00Z" }), READY),
        (json!({ "summary": "x", "commitment": "x" }), READY),
        (json!({ "skills": null, "access_notes": null, "ends_on": null }), READY),
        (json!({ "mode": "hybrid" }), READY),
        (json!({ "kind": "forum", "panel": null }), READY),
        (json!({ "basis": "expenses_only", "offer": nothing }), unknown),
        (
            json!({ "clearances_required": [{ "kind": "dbs_basic" }, { "kind": "occupational_health" }, { "kind": "identity" }] }),
            READY,
        ),
        (json!({ "clearances_required": [], "training_required": ["interview-panels"] }), READY),
    ] {
        assert_eq!(found(change.clone(), background), [], "{change}");
    }
}

#[test]
fn all_findings_come_at_once() {
    let bare = json!({
        "summary": null, "involvement_level": null, "audience": null, "commitment": null, "starts_on": null, "mode": null, "basis": null,
        "offer": null, "contact": null, "closes_at": null, "panel": null, "clearances_required": [{ "kind": "identity" }, { "kind": "dbs_enhanced" }],
    });
    let background = Background { plan_in_force: false, has_link_person: false, tariff_known: false };
    let mut missing: Vec<String> =
        found(bare, background).into_iter().map(|(pointer, code)| format!("{pointer} {code}")).collect();
    missing.sort();
    assert_eq!(
        missing,
        [
            "/audience required",
            "/basis required",
            "/clearances_required/1/eligibility_reason required",
            "/closes_at required",
            "/commitment required",
            "/contact required",
            "/involvement_level required",
            "/mode required",
            "/offer required",
            "/panel required",
            "/plan_id link-person-missing",
            "/plan_id plan-not-approved",
            "/starts_on required",
            "/summary required",
        ]
    );
}

#[test]
fn what_is_published_already_is_judged_by_its_text_alone() {
    let late = json!({ "closes_at": "2020-01-01T00:00:00Z", "offer": { "travel": true, "subsistence": false, "care": false, "access_support": false, "other": false, "tariff": "gone", "statement": "Travel." } });
    let judged = |change: Value| {
        let mut new = ready();
        new.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        unfit(&serde_json::from_value(new).unwrap()).len()
    };
    assert_eq!(judged(late), 0, "the closing date may have passed and policies may have changed");
    assert_eq!(
        judged(json!({ "summary": " ", "contact": null, "clearances_required": [{ "kind": "dbs_standard" }] })),
        3
    );
}

#[test]
fn what_was_promised_stands_once_published() {
    for (status, fields, fixed) in [
        (OpportunityStatus::Draft, vec!["offer", "plan_id"], 0),
        (OpportunityStatus::Published, vec!["offer", "summary", "basis"], 2),
        (OpportunityStatus::Closed, vec!["closes_at", "venue"], 1),
        (OpportunityStatus::Cancelled, vec!["venue"], 1),
    ] {
        let refused = editable(status, fields.into_iter()).err().map_or(0, |refusal| refusal.errors.len());
        assert_eq!(refused, fixed, "{status}");
    }
}
