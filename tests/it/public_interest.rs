//! Interest from somebody without a login: always the same answer, never merged with a volunteer, shown to leads with
//! possible duplicates.

use serde_json::{Value, json};

use crate::support::{App, make};

fn body(email: &str) -> Value {
    json!({ "name": "Sam Adeyemi", "email": email, "statement": "I used the café last winter.",
        "communication_needs": [{ "kind": "large_print" }], "privacy_notice_version": "2026-04" })
}

fn open(app: &App) -> String {
    make::policies(app);
    let service = make::service(app, "crisis-cafe");
    make::published(app, &make::approved_plan(app, &service), json!({}))
}

#[test]
fn the_answer_never_says_whether_somebody_is_known() {
    let app = App::start();
    let opportunity = open(&app);
    let known = make::volunteer(&app, "Known Person");
    let path = format!("/v1/public/opportunities/{opportunity}/expressions-of-interest");
    let mut answers = Vec::new();
    for (name, email) in [
        ("Sam Adeyemi", "somebody@example.org"),
        ("Sal Adeyemi", "SOMEBODY@EXAMPLE.ORG"),
        ("Sam Adeyemi", "new@example.org"),
        ("Sal Adeyemi", "new@example.org"),
    ] {
        let answer = app.public().post(&path, make::with(body(email), json!({ "name": name })));
        let mut names: Vec<String> = answer.headers.iter().map(|(name, _)| name.clone()).collect();
        names.sort();
        answers.push((answer.status, answer.text.clone(), names));
    }
    assert_eq!(answers[0].0, 202);
    assert_eq!(answers[0].1, r#"{"received":true}"#);
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    let of_opportunity = format!("/v1/opportunities/{opportunity}/expressions-of-interest?order=oldest");
    let seen = app.lead().get(&of_opportunity).expect(200);
    let flags: Vec<Value> =
        seen["items"].as_array().expect("items").iter().map(|it| it["possible_duplicate"].clone()).collect();
    // Each is shown with the first other one of the same address.
    let id = |n: usize| seen["items"][n]["volunteer_id"].clone();
    let others: Vec<Value> = flags.iter().map(|flag| flag["volunteer_id"].clone()).collect();
    assert_eq!(others, [json!(known), json!(known), id(3), id(2)]);
    let person = seen["items"][2]["volunteer_id"].as_str().expect("an id").to_owned();
    let person = app.lead().get(&format!("/v1/volunteers/{person}")).expect(200);
    assert_eq!((&person["status"], &person["preferred_contact"]), (&json!("prospective"), &json!("email")));
    assert_eq!(
        (&person["possible_duplicate"]["volunteer_id"], &person["privacy_notice_version"]),
        (&id(3), &json!("2026-04"))
    );
    assert_eq!(person["communication_alerts"].as_array().expect("alerts").len(), 1);
    assert_eq!(person["created_by"], "public");
    let staff = app.staff(&["crisis-cafe"]).get(&of_opportunity).expect(200);
    assert!(staff["items"][0].get("possible_duplicate").is_none(), "that is for leads");
    let alone =
        app.public().post(&path, json!({ "name": "Al", "phone": "01223 555 0199", "privacy_notice_version": "1" }));
    alone.expect(202);
    let newest = app.lead().get(&format!("/v1/opportunities/{opportunity}/expressions-of-interest")).expect(200);
    assert_eq!(newest["items"][0]["possible_duplicate"], Value::Null);
}

#[test]
fn it_needs_a_published_opportunity_a_way_back_and_no_token() {
    let app = App::start();
    let opportunity = open(&app);
    let path = format!("/v1/public/opportunities/{opportunity}/expressions-of-interest");
    for (field, value) in [
        ("email", Value::Null),
        ("name", json!("")),
        ("privacy_notice_version", Value::Null),
        ("email", json!("no address")),
    ] {
        let mut bad = body("a@example.org");
        bad[field] = value;
        app.public().post(&path, bad).refused(422, "invalid");
    }
    let letter = make::with(body("a@example.org"), json!({ "preferred_contact": "letter" }));
    app.public().post(&path, letter).refused(422, "invalid");
    let asked = make::with(body("a@example.org"), json!({ "volunteer_id": opportunity }));
    app.public().post(&path, asked).refused(422, "invalid");
    for somebody in [app.lead(), app.staff(&["crisis-cafe"]), app.finance()] {
        somebody.post(&path, body("a@example.org")).refused(403, "forbidden");
    }
    app.bearer("rubbish").post(&path, body("a@example.org")).refused(401, "unauthenticated");
    app.lead().ask(&format!("/v1/opportunities/{opportunity}/close")).expect(200);
    app.public().post(&path, body("a@example.org")).refused(404, "not-found");
    let unknown = format!("/v1/public/opportunities/{}/expressions-of-interest", uuid::Uuid::now_v7());
    app.public().post(&unknown, body("a@example.org")).refused(404, "not-found");
    assert_eq!(app.lead().get("/v1/volunteers").expect(200)["items"], json!([]), "nobody was entered");
}

#[test]
fn the_same_interest_again_makes_nothing_new_until_it_is_answered() {
    let app = App::start();
    let opportunity = open(&app);
    let path = format!("/v1/public/opportunities/{opportunity}/expressions-of-interest");
    let of_opportunity = format!("/v1/opportunities/{opportunity}/expressions-of-interest");
    let count = || app.lead().get(&of_opportunity).expect(200)["items"].as_array().unwrap().len();
    let first = app.public().post(&path, body("sam@example.org"));
    for again in ["sam@example.org", "SAM@example.org"] {
        let answer = app.public().post(&path, make::with(body(again), json!({ "name": " sam  ADEYEMI" })));
        assert_eq!((answer.status, &answer.text), (first.status, &first.text));
    }
    assert_eq!((count(), app.lead().get("/v1/volunteers").expect(200)["items"].as_array().unwrap().len()), (1, 1));
    // By telephone, written at home and abroad.
    for phone in ["01223 555 0199", "+44 1223 555-0199", "+44 (0)1223 555 0199"] {
        let body = json!({ "name": "Al", "phone": phone, "privacy_notice_version": "1" });
        app.public().post(&path, body).expect(202);
    }
    assert_eq!(count(), 2);
    app.public().post(&path, make::with(body("sam@example.org"), json!({ "name": "Sue Adeyemi" }))).expect(202);
    assert_eq!(count(), 3);
    let at_once = crate::support::together::at_once(4, |_| app.public().post(&path, body("crowd@example.org")));
    assert!(at_once.iter().all(|answer| answer.status == 202));
    assert_eq!(count(), 4);
    // Once it is answered, somebody may ask anew.
    let newest = app.lead().get(&of_opportunity).expect(200)["items"][0].clone();
    let decline = format!("/v1/expressions-of-interest/{}/decline", make::id(&newest));
    let answer = json!({ "reason_code": "places_filled", "message": "We are full." });
    app.lead().post(&decline, answer).expect(200);
    app.public().post(&path, body("crowd@example.org")).expect(202);
    assert_eq!(count(), 5);
}

#[test]
fn what_a_repetition_adds_is_kept() {
    let app = App::start();
    let opportunity = open(&app);
    let path = format!("/v1/public/opportunities/{opportunity}/expressions-of-interest");
    let of_opportunity = format!("/v1/opportunities/{opportunity}/expressions-of-interest");
    let count = || app.lead().get(&of_opportunity).expect(200)["items"].as_array().unwrap().len();
    let first = app.public().post(&path, body("sam@example.org"));
    let less = json!({ "name": "Sam Adeyemi", "email": "sam@example.org", "privacy_notice_version": "2026-04" });
    app.public().post(&path, less).expect(202);
    assert_eq!(count(), 1, "it says nothing new");
    for (n, more) in [
        json!({ "adjustments": "Step-free access, please." }),
        json!({ "statement": "I am a nurse, too." }),
        json!({ "communication_needs": [{ "kind": "bsl" }] }),
        json!({ "phone": "01223 555 0199" }),
        json!({ "heard_from": "waiting_room" }),
    ]
    .into_iter()
    .enumerate()
    {
        let answer = app.public().post(&path, make::with(body("sam@example.org"), more.clone()));
        assert_eq!((answer.status, &answer.text), (first.status, &first.text), "{more}");
        assert_eq!(count(), n + 2, "{more}");
        app.public().post(&path, make::with(body("sam@example.org"), more.clone())).expect(202);
        assert_eq!(count(), n + 2, "{more}, again");
    }
    let newest = app.lead().get(&of_opportunity).expect(200)["items"][0].clone();
    assert!(newest["possible_duplicate"]["name"].is_string(), "a lead sees that they may be one person");
}

#[test]
fn a_key_is_honoured_without_a_log_in() {
    let app = App::start();
    let opportunity = open(&app);
    let path = format!("/v1/public/opportunities/{opportunity}/expressions-of-interest");
    let key = "a-key-of-the-public-1";
    app.public().post_once(&path, key, body("sam@example.org")).expect(202);
    let again = app.public().post_once(&path, key, body("sam@example.org"));
    assert_eq!((again.status, again.header("idempotency-replayed")), (202, Some("true")));
    app.public().post_once(&path, key, body("other@example.org")).refused(422, "idempotency-key-reused");
    app.public().post_once(&path, "short", body("other@example.org")).refused(400, "invalid-parameter");
    let seen = app.lead().get(&format!("/v1/opportunities/{opportunity}/expressions-of-interest")).expect(200);
    assert_eq!(seen["items"].as_array().unwrap().len(), 1);
}
