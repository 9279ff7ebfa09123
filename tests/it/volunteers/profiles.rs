//! Profiles: entered, changed field by field, paused and left.

use std::collections::BTreeSet;
use std::thread;

use serde_json::{Value, json};

use super::person;
use crate::support::app::faults;
use crate::support::{App, make};

#[test]
fn a_person_is_entered_shown_and_told_of_everywhere() {
    let app = App::start();
    let body = make::with(
        person("Rosalind Hart"),
        json!({
            "preferred_name": "Roz", "communication_needs": [{ "kind": "large_print", "detail": "18 point" }, { "kind": "bsl" }],
            "interests": ["workshop", "forum"], "skills": ["minute taking"], "memberships": ["trust_membership"],
            "update_preferences": { "methods": ["email", "letter"], "frequency": "monthly" },
            "other_miles": [{ "tax_year": "2026/27", "miles": 120.5 }], "staff_subject": "nurse.hart",
        }),
    );
    let answer = app.lead().post("/v1/volunteers", body);
    let location = answer.header("location").unwrap().to_owned();
    let etag = answer.header("etag").unwrap().to_owned();
    let created = answer.expect(201);
    assert_eq!((&created["status"], &created["version"]), (&json!("prospective"), &json!(1)));
    assert_eq!(created["communication_alerts"], json!(["Large print: 18 point", "British Sign Language"]));
    assert_eq!(created["other_miles"], json!([{ "tax_year": "2026/27", "miles": 120.5 }]));
    assert_eq!((&created["clearance_summary"], &created["phone"]), (&json!([]), &Value::Null));
    let read = app.lead().get(&location);
    assert_eq!(read.header("etag"), Some(etag.as_str()));
    assert_eq!(read.expect(200), created);
    let item = app.lead().get("/v1/volunteers?q=hart").expect(200)["items"][0].clone();
    assert_eq!(item["communication_alerts"], created["communication_alerts"]);
    for list in ["communication_needs", "interests", "skills", "memberships", "other_miles", "clearance_summary"] {
        assert!(item.get(list).is_none(), "{list}");
    }
    assert_eq!(item["update_preferences"]["frequency"], "monthly");
}

#[test]
fn a_body_is_told_everything_that_is_wrong() {
    let app = App::start();
    let wrong = json!({
        "preferred_contact": "pigeon", "email": "nobody", "interests": ["forum", "forum"], "status": "active",
        "communication_needs": [{ "kind": "shouting" }], "other_miles": [{ "tax_year": "2026-27", "miles": 1.25 }],
        "link_person": { "name": "Amara" }, "weekly_alert_pence": -1, "communication_alerts": [],
    });
    let problem = app.lead().post("/v1/volunteers", wrong).refused(422, "invalid");
    let wanted = [
        ("/legal_name", "required"),
        ("/preferred_contact", "not-one-of"),
        ("/email", "bad-format"),
        ("/interests/1", "repeated"),
        ("/status", "read-only"),
        ("/communication_needs/0/kind", "not-one-of"),
        ("/other_miles/0/tax_year", "bad-format"),
        ("/other_miles/0/miles", "out-of-range"),
        ("/link_person/email", "required"),
        ("/weekly_alert_pence", "out-of-range"),
        ("/communication_alerts", "read-only"),
    ];
    let found: BTreeSet<_> = faults(&problem).into_iter().collect();
    assert_eq!(found, wanted.map(|(pointer, code)| (pointer.to_owned(), code.to_owned())).into());
    let twice =
        json!({ "other_miles": [{ "tax_year": "2026/27", "miles": 1 }, { "tax_year": "2026/27", "miles": 2 }] });
    let problem = app.lead().post("/v1/volunteers", make::with(person("A B"), twice)).refused(422, "invalid");
    assert_eq!(faults(&problem), [("/other_miles".to_owned(), "repeated".to_owned())]);
}

#[test]
fn each_field_has_its_writer() {
    let app = App::start();
    let id = make::volunteer(&app, "Vera Volunteer");
    let (path, vera) = (format!("/v1/volunteers/{id}"), app.volunteer(&id));
    let problem = vera
        .change(&path, json!({ "legal_name": "X", "memberships": [], "link_person": null, "staff_subject": "x", "phone": "01223 555 0101" }))
        .refused(403, "field-forbidden");
    assert_eq!(faults(&problem).len(), 4);
    let changed = vera
        .change(&path, json!({ "phone": "01223 555 0101", "weekly_alert_pence": 10_000, "other_miles": [{ "tax_year": "2026/27", "miles": 12 }] }))
        .expect(200);
    assert_eq!((&changed["phone"], &changed["weekly_alert_pence"]), (&json!("01223 555 0101"), &json!(10_000)));
    assert!(changed.get("staff_subject").is_none());
    let seen = app.lead().get(&path).expect(200);
    assert!(seen.get("weekly_alert_pence").is_none());
    assert_eq!(seen["staff_subject"], Value::Null);
    app.lead().change(&path, json!({ "weekly_alert_pence": 1 })).refused(403, "field-forbidden");
    app.lead()
        .post("/v1/volunteers", make::with(person("A B"), json!({ "weekly_alert_pence": 1 })))
        .refused(403, "field-forbidden");
    app.lead().change(&path, json!({ "legal_name": "Vera V. Volunteer", "staff_subject": "nurse.vera" })).expect(200);
    assert_eq!(vera.get(&path).expect(200)["weekly_alert_pence"], 10_000);
    let other = make::volunteer(&app, "Another");
    let taken = app.lead().change(&format!("/v1/volunteers/{other}"), json!({ "staff_subject": "nurse.vera" }));
    assert_eq!(faults(&taken.refused(409, "already-exists"))[0].0, "/staff_subject");
    // A change that changes nothing keeps the version.
    let before = vera.get(&path).expect(200)["version"].clone();
    assert_eq!(
        vera.change(&path, json!({ "phone": "01223 555 0101", "pronouns": null })).expect(200)["version"],
        before
    );
}

#[test]
fn a_person_pauses_comes_back_and_leaves() {
    let app = App::start();
    let id = make::volunteer(&app, "Vera Volunteer");
    let (path, lead) = (format!("/v1/volunteers/{id}"), app.lead());
    app.volunteer(&id).ask(&format!("{path}/pause")).refused(403, "forbidden");
    assert_eq!(lead.ask(&format!("{path}/pause")).expect(200)["status"], "paused");
    let problem = lead.ask(&format!("{path}/pause")).refused(409, "invalid-transition");
    assert_eq!(problem["allowed"], json!(["activate", "leave", "merge"]));
    lead.send("POST", &format!("{path}/activate"), &[("if-match", "\"1\"")], None).refused(412, "precondition-failed");
    lead.ask(&format!("{path}/activate")).expect(200);
    assert_eq!(
        app.volunteer(&id).post(&format!("{path}/leave"), json!({ "reason": "other" })).expect(200)["status"],
        "left"
    );
    lead.ask(&format!("{path}/activate")).refused(409, "invalid-transition");
}

#[test]
fn two_changes_at_once_never_lose_one() {
    let app = App::start();
    let id = make::volunteer(&app, "Vera Volunteer");
    let path = format!("/v1/volunteers/{id}");
    let version = app.lead().get(&path).expect(200)["version"].as_i64().unwrap();
    let statuses: Vec<u16> = thread::scope(|scope| {
        let (app, path) = (&app, &path);
        let changes: Vec<_> = (0..6)
            .map(|n| {
                scope.spawn(move || app.lead().patch(path, version, json!({ "pronouns": format!("p{n}") })).status)
            })
            .collect();
        changes.into_iter().map(|change| change.join().unwrap()).collect()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| [200, 412].contains(status)), "{statuses:?}");
    assert_eq!(app.lead().get(&path).expect(200)["version"], version + 1);
}
