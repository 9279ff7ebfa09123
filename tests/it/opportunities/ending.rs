//! Closing on the closing date, and cancelling.

use serde_json::{Value, json};

use super::{drafted, path};
use crate::support::app::faults;
use crate::support::{App, make};

#[test]
fn it_closes_by_itself_at_the_very_moment_and_the_record_follows() {
    let app = App::start();
    let (_, id) = drafted(&app, json!({ "closes_at": "2026-06-20T12:00:00Z" }));
    app.lead().ask(&path(&id, "publish")).expect(200);
    let one = format!("/v1/opportunities/{id}");
    let before = app.lead().get(&one);
    app.now_is("2026-06-20T11:59:59Z");
    assert_eq!(app.lead().get(&one).expect(200)["status"], "published");
    app.now_is("2026-06-20T12:00:00Z");
    let after = app.lead().get(&one);
    assert_ne!(before.header("etag"), after.header("etag"));
    assert_eq!(after.expect(200)["status"], "closed");
    let count = |status: &str| {
        let list = app.lead().get(&format!("/v1/opportunities?status={status}")).expect(200);
        list["items"].as_array().unwrap().len()
    };
    assert_eq!((count("published"), count("closed"), count("draft,closed")), (0, 1, 1));
    app.lead().ask(&path(&id, "close")).refused(409, "invalid-transition");
    let problem = app.lead().post(&path(&id, "reopen"), json!({ "closes_at": "2026-06-20T12:00:00Z" }));
    assert_eq!(
        faults(&problem.refused(409, "not-publishable")),
        [("/closes_at".to_owned(), "out-of-range".to_owned())]
    );
    let reopened = app.lead().post(&path(&id, "reopen"), json!({ "closes_at": "2026-06-30T12:00:00Z" })).expect(200);
    // The scheduled closing counts as a version: published, closed, published again.
    assert_eq!((&reopened["status"], &reopened["version"]), (&json!("published"), &json!(4)));
    app.lead().ask(&path(&id, "close")).expect(200);
}

#[test]
fn cancelling_declines_nobody_in_silence() {
    let app = App::start();
    let (_, id) = drafted(&app, json!({}));
    app.lead().ask(&path(&id, "publish")).expect(200);
    let (vera, otto) = (make::volunteer(&app, "Vera"), make::volunteer(&app, "Otto"));
    make::accepted(&app, &id, &vera);
    let interest = app.volunteer(&otto).post(&path(&id, "expressions-of-interest"), json!({})).expect(201);
    app.lead().post(&path(&id, "cancel"), json!({})).refused(422, "invalid");
    let reason = "The building is closed.";
    let cancelled = app.staff(&["crisis-cafe"]).post(&path(&id, "cancel"), json!({ "reason": reason })).expect(200);
    assert_eq!((&cancelled["status"], &cancelled["cancel_reason"]), (&json!("cancelled"), &json!(reason)));
    let one = format!("/v1/expressions-of-interest/{}", make::id(&interest));
    let declined = app.volunteer(&otto).get(&one).expect(200);
    assert_eq!(
        (&declined["status"], &declined["decline_reason_code"]),
        (&json!("declined"), &json!("opportunity_cancelled"))
    );
    assert_eq!(declined["decline_message"], reason);
    for person in [&vera, &otto] {
        let told = app.volunteer(person).get("/v1/deliveries").expect(200);
        let messages: Vec<&Value> = told["items"].as_array().unwrap().iter().map(|item| &item["message"]).collect();
        assert!(messages.contains(&&json!(reason)), "{told}");
    }
    app.lead().ask(&path(&id, "publish")).refused(409, "invalid-transition");
    app.lead().change(&format!("/v1/opportunities/{id}"), json!({ "venue": "X" })).refused(409, "not-editable");
}
