//! "Sorry, I can't come": people say so themselves or by telephone, until the session starts, and are excused.

use serde_json::{Value, json};

use super::{joined, planned};
use crate::support::together::{ROUNDS, at_once};
use crate::support::{App, books, make};

#[test]
fn people_reply_and_the_register_proposes_to_excuse_them() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let maggie = joined(&app, &engaged.opportunity, "Maggie Doyle");
    let stranger = make::volunteer(&app, "Sam Stranger");
    let session = planned(&app, &engaged.opportunity, "2026-07-07T13:00:00Z", "2026-07-07T15:00:00Z");
    let path = |who: &str| format!("/v1/sessions/{session}/replies/{who}");
    let own = app.volunteer(&engaged.volunteer);
    let no = json!({ "reply": "not_coming", "note": "I have a hospital appointment, sorry." });
    let reply = own.put(&path(&engaged.volunteer), no.clone()).expect(200);
    assert_eq!((&reply["reply"], &reply["version"]), (&json!("not_coming"), &json!(1)));
    assert_eq!(own.put(&path(&engaged.volunteer), no.clone()).expect(200), reply, "the same again changes nothing");
    assert_eq!(own.get(&format!("/v1/sessions/{session}")).expect(200)["reply"], "not_coming");
    assert!(app.lead().get(&format!("/v1/sessions/{session}")).expect(200).get("reply").is_none());
    own.put(&path(&maggie), no.clone()).refused(404, "not-found");
    app.volunteer(&stranger).put(&path(&stranger), no.clone()).refused(404, "not-found");
    app.lead().put(&path(&stranger), no.clone()).refused(409, "not-engaged");
    app.staff(&["elsewhere"]).put(&path(&maggie), no.clone()).refused(404, "not-found");
    app.finance().put(&path(&maggie), no.clone()).refused(403, "forbidden");
    app.staff(&["crisis-cafe"]).put(&path(&maggie), json!({ "reply": "maybe" })).refused(422, "invalid");
    // She rang, and staff wrote it down.
    let told = app.staff(&["crisis-cafe"]).put(&path(&maggie), json!({ "reply": "coming" })).expect(200);
    assert_eq!(told["updated_by"], "nurse.ben");

    let register = || app.lead().get(&format!("/v1/sessions/{session}/attendance")).expect(200);
    let expected = register()["expected"].clone();
    assert_eq!(expected[0]["volunteer_name"], "Maggie Doyle");
    assert_eq!((&expected[0]["reply"], &expected[0]["proposed_outcome"]), (&json!("coming"), &Value::Null));
    assert_eq!((&expected[1]["reply"], &expected[1]["proposed_outcome"]), (&json!("not_coming"), &json!("excused")));
    assert_eq!(expected[1]["reply_note"], "I have a hospital appointment, sorry.");
    // A reply before the session was moved may no longer hold.
    app.now_is("2026-06-15T11:00:00Z");
    app.lead().change(&format!("/v1/sessions/{session}"), json!({ "venue": "Library" })).expect(200);
    assert_eq!(register()["expected"][1]["moved_since"], true);
    own.put(&path(&engaged.volunteer), json!({ "reply": "unsure" })).expect(200);
    assert_eq!(register()["expected"][1]["moved_since"], false);

    // From its start on, what happened is recorded; nothing is held against anyone.
    app.now_is("2026-07-07T13:00:00Z");
    own.put(&path(&engaged.volunteer), no.clone()).refused(409, "not-editable");
    make::attend(&app, &session, &engaged.volunteer, "attended");
    let left: Vec<Value> = register()["expected"].as_array().unwrap().clone();
    assert_eq!(left.len(), 1, "who is recorded is expected no more");
    let cancelled = planned(&app, &engaged.opportunity, "2026-08-07T13:00:00Z", "2026-08-07T15:00:00Z");
    app.lead().post(&format!("/v1/sessions/{cancelled}/cancel"), json!({ "reason": "Ill." })).expect(200);
    own.put(&format!("/v1/sessions/{cancelled}/replies/{}", engaged.volunteer), no).refused(409, "not-editable");
}

#[test]
fn a_reply_meets_another_or_a_cancellation_at_the_same_moment() {
    let app = App::with_pool(8);
    let engaged = make::engaged(&app);
    for round in 0..ROUNDS.min(6) {
        let starts = format!("2026-09-{:02}T13:00:00Z", round + 1);
        let session = planned(&app, &engaged.opportunity, &starts, &starts.replace("T13", "T15"));
        let reply = format!("/v1/sessions/{session}/replies/{}", engaged.volunteer);
        let own = app.volunteer(&engaged.volunteer);
        let words = ["coming", "not_coming", "unsure", "coming"];
        let answers = at_once(4, |n| own.put(&reply, json!({ "reply": words[n] })));
        assert!(answers.iter().all(|answer| answer.status == 200), "{}", answers[0].text);
        let kept = format!("SELECT count(*) FROM session_replies WHERE session_id = '{session}'");
        assert_eq!(books::number(&app, &kept), 1);
        let answers = at_once(2, |n| match (n + round) % 2 {
            0 => own.put(&reply, json!({ "reply": "not_coming", "note": "Sorry." })),
            _ => app.lead().post(&format!("/v1/sessions/{session}/cancel"), json!({ "reason": "Ill." })),
        });
        let statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
        assert!(statuses.contains(&200) && statuses.iter().all(|status| [200, 409].contains(status)), "{statuses:?}");
        own.put(&reply, json!({ "reply": "coming" })).refused(409, "not-editable");
    }
    assert_eq!(
        books::number(
            &app,
            "SELECT count(*) FROM session_replies r WHERE r.version <> (SELECT count(*) FROM audit_records a WHERE a.resource_id = r.id)"
        ),
        0,
        "every version is in the record"
    );
}
