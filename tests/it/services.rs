//! Services, and what every resource shares: lists, versions, idempotency keys, and the order of checks.

use std::collections::BTreeSet;

use serde_json::json;

use crate::support::app::faults;
use crate::support::{App, make};

fn body(code: &str) -> serde_json::Value {
    json!({
        "code": code, "name": "Crisis café", "domain": "mental_health", "cost_centre": "C20417",
        "subjective_expense": "73105", "subjective_payment": "73110", "contact_email": "service@trust.example",
    })
}

#[test]
fn a_lead_creates_a_service_and_finance_sees_its_codes_alone() {
    let app = App::start();
    let answer = app.lead().post("/v1/services", body("crisis-cafe"));
    let location = answer.header("location").unwrap().to_owned();
    assert_eq!(answer.header("etag"), Some("\"1\""));
    let created = answer.expect(201);
    assert_eq!(created["created_by"], "lead.ann");
    assert_eq!(app.lead().get(&location).expect(200), created);
    let seen = app.finance().get(&location);
    assert_eq!(seen.header("etag"), Some("\"1-money\""));
    let names: BTreeSet<String> = seen.expect(200).as_object().unwrap().keys().cloned().collect();
    let wanted = ["id", "version", "cost_centre", "subjective_expense", "subjective_payment"];
    assert_eq!(names, wanted.map(str::to_owned).into());
    app.staff(&["crisis-cafe"]).post("/v1/services", body("another")).refused(403, "forbidden");
    app.lead().post("/v1/services", body("crisis-cafe")).refused(409, "already-exists");
}

#[test]
fn every_fault_of_a_body_is_told_at_once() {
    let app = App::start();
    let problem = app
        .lead()
        .post("/v1/services", json!({ "code": "Not A Code", "domain": "magic", "cost_centre": 5, "id": "x", "shoe_size": 9, "subjective_expense": "", "subjective_payment": "73110", "contact_email": "nobody" }))
        .refused(422, "invalid");
    let found: BTreeSet<(String, String)> = faults(&problem).into_iter().collect();
    let wanted = [
        ("/code", "bad-format"),
        ("/name", "required"),
        ("/domain", "not-one-of"),
        ("/cost_centre", "wrong-type"),
        ("/id", "read-only"),
        ("/shoe_size", "unknown-field"),
        ("/subjective_expense", "too-short"),
        ("/contact_email", "bad-format"),
    ];
    assert_eq!(found, wanted.map(|(pointer, code)| (pointer.to_owned(), code.to_owned())).into());
}

#[test]
fn a_change_needs_the_version_that_it_was_made_from() {
    let app = App::start();
    let id = make::service(&app, "crisis-cafe");
    let path = format!("/v1/services/{id}");
    app.lead()
        .send("PATCH", &path, &[], Some(json!({ "name": "New" }).to_string()))
        .refused(428, "precondition-required");
    app.lead().patch(&path, 2, json!({ "name": "New" })).refused(412, "precondition-failed");
    assert_eq!(app.lead().patch(&path, 1, json!({ "name": "New" })).expect(200)["version"], 2);
    app.lead().patch(&path, 1, json!({ "name": "Newer" })).refused(412, "precondition-failed");
    app.lead().patch(&path, 2, json!({ "code": "other" })).refused(409, "not-editable");
    assert_eq!(app.lead().patch(&path, 2, json!({ "name": "New" })).expect(200)["version"], 2, "nothing changed");
    let known = app.lead().send("GET", &path, &[("if-none-match", "\"2\"")], None);
    assert_eq!((known.status, known.text.as_str()), (304, ""));
}

#[test]
fn of_fifty_changes_from_one_version_one_succeeds() {
    let app = App::start();
    let path = format!("/v1/services/{}", make::service(&app, "crisis-cafe"));
    let changed = std::thread::scope(|scope| {
        let tries: Vec<_> = (0..50)
            .map(|n| {
                let (app, path) = (&app, &path);
                scope.spawn(move || app.lead().patch(path, 1, json!({ "name": format!("Name {n}") })).status)
            })
            .collect();
        tries.into_iter().map(|one| one.join().unwrap()).filter(|status| *status == 200).count()
    });
    assert_eq!(changed, 1);
    assert_eq!(app.lead().get(&path).expect(200)["version"], 2);
}

#[test]
fn a_list_is_walked_by_its_cursor_without_missing_or_repeating() {
    let app = App::start();
    let made: Vec<String> = (0..7).map(|n| make::service(&app, &format!("s{n}"))).collect();
    for (order, wanted) in [("oldest", made.clone()), ("newest", made.iter().rev().cloned().collect())] {
        let mut seen = Vec::new();
        let mut next = format!("/v1/services?limit=3&order={order}");
        loop {
            let page = app.lead().get(&next);
            let link = page.header("link").map(|link| link[1..link.find('>').unwrap()].to_owned());
            let page = page.expect(200);
            seen.extend(page["items"].as_array().unwrap().iter().map(make::id));
            match page["next_cursor"].as_str() {
                None => break,
                Some(cursor) => {
                    assert!(link.as_ref().unwrap().contains(cursor));
                    next = link.unwrap();
                }
            }
        }
        assert_eq!(seen, wanted);
    }
    let cursor = app.lead().get("/v1/services?limit=1").expect(200)["next_cursor"].as_str().unwrap().to_owned();
    app.lead().get(&format!("/v1/services?order=oldest&cursor={cursor}")).refused(400, "invalid-cursor");
    app.lead().get(&format!("/v1/services?cursor=Z{}", &cursor[1..])).refused(400, "invalid-cursor");
    for bad in ["limit=0", "limit=101", "limit=x", "shoe=1", "limit=1&limit=2", "order=up", "q=%00", "%ff=1", "limit=%"]
    {
        app.lead().get(&format!("/v1/services?{bad}")).refused(400, "invalid-parameter");
    }
}

#[test]
fn a_key_gives_the_first_answer_again_and_a_refusal_leaves_it_free() {
    let app = App::start();
    let key = "0123456789abcdef-key";
    app.lead().post_once("/v1/services", key, json!({})).refused(422, "invalid");
    let first = app.lead().post_once("/v1/services", key, body("one"));
    let again = app.lead().post_once("/v1/services", key, body("one"));
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!((again.status, &again.json, again.header("location")), (201, &first.json, first.header("location")));
    app.lead().post_once("/v1/services", key, body("two")).refused(422, "idempotency-key-reused");
    app.lead().post_once("/v1/services", "short", body("two")).refused(400, "invalid-parameter");
    assert_eq!(app.lead_called("lead.zoe").post_once("/v1/services", key, body("three")).expect(201)["code"], "three");
    app.finance().post_once("/v1/services", key, body("one")).refused(403, "forbidden");
    app.now_is("2026-06-16T10:00:01Z");
    app.lead().post_once("/v1/services", key, body("four")).expect(201);
}

#[test]
fn of_twenty_requests_with_one_key_one_has_an_effect() {
    let app = App::start();
    let key = "0123456789abcdef-key";
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let tries: Vec<_> =
            (0..20).map(|_| scope.spawn(|| app.lead().post_once("/v1/services", key, body("one")).status)).collect();
        tries.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert!(statuses.iter().all(|status| matches!(status, 201 | 409)), "{statuses:?}");
    assert_eq!(app.lead().get("/v1/services").expect(200)["items"].as_array().unwrap().len(), 1);
}
