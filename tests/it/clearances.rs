//! Clearances: what leads record, the status on each day, and how little staff see.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::app::faults;
use crate::support::{App, make};
use crate::volunteers::engage;

fn enhanced() -> Value {
    json!({
        "kind": "dbs_enhanced", "workforce": "adult", "state": "cleared", "issued_on": "2026-05-01", "policy_expires_on": "2026-10-01",
        "reference_last4": "0417", "eligibility_reason": "Visits wards without staff present.",
    })
}

#[test]
fn a_clearance_stands_as_the_day_says() {
    let app = App::start();
    let vera = make::volunteer(&app, "Vera Volunteer");
    let path = format!("/v1/volunteers/{vera}/clearances");
    let answer = app.lead().post(&path, enhanced());
    let place = answer.header("location").unwrap().to_owned();
    assert_eq!(answer.header("etag"), Some("\"1-valid\""));
    let created = answer.expect(201);
    assert_eq!(
        (&created["status"], &created["valid_until"], &created["warning"]),
        (&json!("valid"), &json!("2026-10-01"), &Value::Null)
    );
    for (on, status) in [
        ("2026-04-30", "pending"),
        ("2026-05-01", "valid"),
        ("2026-08-01", "valid"),
        ("2026-08-02", "expiring"),
        ("2026-10-01", "valid"),
        ("2026-10-02", "expired"),
    ] {
        assert_eq!(app.lead().get(&format!("{place}?on={on}")).expect(200)["status"], status, "{on}");
        assert_eq!(app.lead().get(&format!("{path}?on={on}")).expect(200)["items"][0]["status"], status, "{on}");
    }
    app.lead().get(&format!("{place}?on=2026-02-30")).refused(400, "invalid-parameter");
    // The answer changes with the clearance and with the date, and so does its ETag.
    let person = format!("/v1/volunteers/{vera}");
    let before = app.lead().get(&person);
    let etag = before.header("etag").unwrap().to_owned();
    assert_eq!(
        before.expect(200)["clearance_summary"],
        json!([{ "kind": "dbs_enhanced", "status": "valid", "valid_until": "2026-10-01" }])
    );
    app.lead().change(&place, json!({ "state": "cleared_with_restrictions" })).expect(200);
    assert_eq!(app.lead().get(&place).expect(200)["warning"], "restrictions");
    assert_eq!(app.lead().send("GET", &person, &[("if-none-match", &etag)], None).status, 304);
    app.now_is("2026-10-02T10:00:00Z");
    let later = app.lead().send("GET", &person, &[("if-none-match", &etag)], None);
    assert_eq!(later.expect(200)["clearance_summary"][0]["status"], "expired");
    assert_eq!(app.lead().get(&place).header("etag"), Some("\"2-expired\""));
}

#[test]
fn a_clearance_needs_its_reason_and_its_dates_in_order() {
    let app = App::start();
    let vera = make::volunteer(&app, "Vera Volunteer");
    let path = format!("/v1/volunteers/{vera}/clearances");
    let wrong = json!({ "kind": "dbs_standard", "workforce": "child", "state": "cleared", "issued_on": "2026-05-01", "policy_expires_on": "2026-04-01" });
    let problem = app.lead().post(&path, wrong).refused(422, "invalid");
    let wanted =
        [("/eligibility_reason", "required"), ("/policy_expires_on", "unordered"), ("/workforce", "not-allowed")];
    assert_eq!(faults(&problem), wanted.map(|(pointer, code)| (pointer.to_owned(), code.to_owned())));
    let problem = app
        .lead()
        .post(
            &path,
            json!({ "kind": "training:Ünknown", "state": "ok", "reference_last4": "12345", "status": "valid" }),
        )
        .refused(422, "invalid");
    assert_eq!(faults(&problem).len(), 4);
    let basic = app.lead().post(&path, json!({ "kind": "dbs_basic", "state": "requested" })).expect(201);
    assert_eq!(basic["status"], "pending");
    let place = format!("{path}/{}", make::id(&basic));
    // The record must also be valid as a whole after a change.
    app.lead().change(&place, json!({ "kind": "dbs_enhanced" })).refused(422, "invalid");
    app.lead().patch(&place, 7, json!({ "state": "cleared" })).refused(412, "precondition-failed");
    assert_eq!(app.lead().change(&place, json!({ "state": "requested" })).expect(200)["version"], 1);
    assert_eq!(app.lead().change(&place, json!({ "state": "cleared" })).expect(200)["version"], 2);
}

#[test]
fn staff_see_kind_status_and_until_when() {
    let app = App::start();
    let service = make::service(&app, "crisis-cafe");
    let plan = make::approved_plan(&app, &service);
    let (vera, other) = (make::volunteer(&app, "Vera Volunteer"), make::volunteer(&app, "Other Person"));
    let path = format!("/v1/volunteers/{vera}/clearances");
    let place = format!("{path}/{}", make::id(&app.lead().post(&path, enhanced()).expect(201)));
    let nurse = app.staff(&["crisis-cafe"]);
    nurse.get(&path).refused(404, "not-found");
    engage(&app, &plan, &service, &vera, "accepted");
    let seen = nurse.get(&place);
    assert_eq!(seen.header("etag"), Some("\"1-valid-brief\""));
    let names: BTreeSet<String> = seen.expect(200).as_object().unwrap().keys().cloned().collect();
    let wanted = ["id", "version", "volunteer_id", "kind", "status", "valid_until"];
    assert_eq!(names, wanted.map(str::to_owned).into());
    assert!(nurse.get(&path).expect(200)["items"][0].get("eligibility_reason").is_none());
    nurse.post(&path, enhanced()).refused(403, "forbidden");
    assert_eq!(app.volunteer(&vera).get(&place).expect(200)["reference_last4"], "0417");
    app.volunteer(&vera).post(&path, enhanced()).refused(403, "forbidden");
    app.volunteer(&other).get(&place).refused(404, "not-found");
    app.lead()
        .get(&format!("/v1/volunteers/{other}/clearances/{}", place.rsplit('/').next().unwrap()))
        .refused(404, "not-found");
    app.finance().get(&path).refused(403, "forbidden");
}
