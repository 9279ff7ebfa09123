//! Communication needs are reviewed (Accessible Information Standard): a day for everyone who has one, and a list of those past it.

use serde_json::{Value, json};

use crate::support::app::faults;
use crate::support::{App, make};

fn overdue(app: &App) -> Vec<String> {
    let list = app.lead().get("/v1/volunteers?needs_review=overdue&order=oldest").expect(200);
    let waiting = app.lead().get("/v1/me").expect(200)["waiting"]["needs_reviews_overdue"].as_u64();
    let items = list["items"].as_array().unwrap();
    assert_eq!(waiting, u64::try_from(items.len()).ok());
    items.iter().map(make::id).collect()
}

fn person(app: &App, more: Value) -> Value {
    let body = json!({ "legal_name": "Nadia Needs", "preferred_contact": "email", "email": "nadia@example.org" });
    app.lead().post("/v1/volunteers", make::with(body, more)).expect(201)
}

#[test]
fn needs_are_reviewed_in_a_year_unless_a_day_is_said() {
    let app = App::start();
    let bsl = json!({ "communication_needs": [{ "kind": "bsl" }] });
    assert_eq!(person(&app, json!({}))["needs_review_due"], Value::Null);
    assert_eq!(
        person(&app, make::with(bsl.clone(), json!({ "needs_review_due": "2026-09-01" })))["needs_review_due"],
        "2026-09-01"
    );
    let made = person(&app, bsl.clone());
    assert_eq!(made["needs_review_due"], "2027-06-15");
    let path = format!("/v1/volunteers/{}", make::id(&made));
    let due = || app.lead().get(&path).expect(200)["needs_review_due"].clone();

    app.now_is("2026-07-01T10:00:00Z");
    app.lead().change(&path, json!({ "phone": "01223 555 0199" })).expect(200);
    assert_eq!(due(), "2027-06-15", "nothing of the needs changed");
    app.volunteer(&make::id(&made))
        .change(&path, json!({ "communication_needs": [{ "kind": "braille" }] }))
        .expect(200);
    assert_eq!(due(), "2027-07-01");
    let audit = app.lead().get(&format!("/v1/audit?resource_id={}", make::id(&made))).expect(200);
    assert_eq!(audit["items"][0]["fields"], json!(["communication_needs", "needs_review_due"]));
    app.lead().change(&path, json!({ "needs_review_due": "2026-08-01" })).expect(200);
    assert_eq!(due(), "2026-08-01");
    app.lead().change(&path, json!({ "communication_needs": [] })).expect(200);
    assert_eq!(due(), Value::Null);
}

#[test]
fn who_is_past_their_day_is_listed_until_they_are_asked_again() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let bsl = json!({ "communication_needs": [{ "kind": "bsl" }], "needs_review_due": "2026-06-15" });
    let path = format!("/v1/volunteers/{}", engaged.volunteer);
    app.lead().change(&path, bsl.clone()).expect(200);
    let without = person(&app, json!({ "needs_review_due": "2026-06-01" }));
    let left = make::id(&person(&app, bsl));
    app.lead().post(&format!("/v1/volunteers/{left}/leave"), json!({ "reason": "other" })).expect(200);
    assert_eq!(overdue(&app), Vec::<String>::new(), "the day itself is in time; {without} needs nothing");
    app.now_is("2026-06-16T10:00:00Z");
    assert_eq!(overdue(&app), [engaged.volunteer.as_str()]);
    assert!(app.staff(&["crisis-cafe"]).get("/v1/me").expect(200)["waiting"].get("needs_reviews_overdue").is_none());

    let review = format!("{path}/review-needs");
    app.staff(&["crisis-cafe"]).ask(&review).refused(403, "forbidden");
    let stranger = make::volunteer(&app, "Sam Stranger");
    app.volunteer(&stranger).ask(&review).refused(404, "not-found");
    let problem = app.lead().post(&review, json!({ "next_review_due": "2026-06-16" })).refused(422, "invalid");
    assert_eq!(faults(&problem), [("/next_review_due".to_owned(), "out-of-range".to_owned())]);
    let reviewed = app.volunteer(&engaged.volunteer).ask(&review).expect(200);
    assert_eq!(reviewed["needs_review_due"], "2027-06-16");
    assert_eq!(overdue(&app), Vec::<String>::new());
    let again = app.lead().post(&review, json!({ "next_review_due": "2026-06-17" })).expect(200);
    assert_eq!(again["needs_review_due"], "2026-06-17");
    let audit = app.lead().get(&format!("/v1/audit?resource_id={}", engaged.volunteer)).expect(200);
    assert_eq!(
        (&audit["items"][0]["action"], &audit["items"][0]["fields"]),
        (&json!("review-needs"), &json!(["needs_review_due"]))
    );
    app.lead().get("/v1/volunteers?needs_review=soon").refused(400, "invalid-parameter");
}
