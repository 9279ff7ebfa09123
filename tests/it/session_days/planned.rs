//! A forum's year is one call, all or none, at the same time of day in London; a slip of the keys is deleted while nobody knows.

use serde_json::{Value, json};

use super::{joined, news, pending, planned, tell};
use crate::support::app::faults;
use crate::support::post_office::{Mood, PostOffice};
use crate::support::together::{at_once, one_behind_the_other};
use crate::support::{Answer, App, books, make};

fn series(more: Value) -> Value {
    let session = json!({ "starts_at": "2026-09-08T13:00:00Z", "ends_at": "2026-09-08T15:00:00Z", "venue": "Hall" });
    make::with(json!({ "session": session, "every": "month_same_weekday" }), more)
}

#[test]
fn a_forums_year_is_one_call_and_one_message() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let path = format!("/v1/opportunities/{}/sessions/series", engaged.opportunity);
    let staff = app.staff(&["crisis-cafe"]);
    let made = staff.post(&path, series(json!({ "count": 5, "except": ["2026-12-08"] }))).expect(201);
    let starts: Vec<&str> =
        made["items"].as_array().unwrap().iter().map(|one| one["starts_at"].as_str().unwrap()).collect();
    // The second Tuesday at two in the afternoon, in summer and in winter.
    assert_eq!(
        starts,
        ["2026-09-08T13:00:00Z", "2026-10-13T13:00:00Z", "2026-11-10T14:00:00Z", "2027-01-12T14:00:00Z"]
    );
    let told = pending(&app, &engaged.volunteer);
    assert_eq!(told.len(), 1, "one message: {told:?}");
    assert_eq!(told[0].0, "session_planned");
    assert_eq!(told[0].1.lines().count(), 4);
    assert!(told[0].1.contains("Tuesday 10 November 2026, 2pm to 4pm, Hall."), "{}", told[0].1);
    assert_eq!(books::number(&app, "SELECT count(*) FROM events WHERE type = 'involvement.session.created.v1'"), 4);

    // All or none, by rules that the body shows.
    for (more, pointer, code) in [
        (json!({}), "/count", "required"),
        (json!({ "count": 2, "until": "2027-01-01" }), "/until", "not-allowed"),
        (json!({ "count": 61 }), "/count", "out-of-range"),
        (json!({ "until": "2032-01-01" }), "/until", "out-of-range"),
        (json!({ "until": "2026-09-07" }), "/until", "unordered"),
        (json!({ "count": 3, "except": ["2026-09-09"] }), "/except/0", "not-in-series"),
        (json!({ "count": 2, "every": "daily" }), "/every", "not-one-of"),
    ] {
        let problem = staff.post(&path, series(more)).refused(422, "invalid");
        assert_eq!(faults(&problem)[0], (pointer.to_owned(), code.to_owned()));
    }
    let backwards = json!({ "starts_at": "2026-09-08T13:00:00Z", "ends_at": "2026-09-08T12:00:00Z" });
    let problem =
        staff.post(&path, json!({ "session": backwards, "every": "week", "count": 2 })).refused(422, "invalid");
    assert_eq!(faults(&problem)[0].0, "/session/ends_at");
    assert_eq!(books::number(&app, "SELECT count(*) FROM sessions"), 4);
    app.volunteer(&engaged.volunteer).post(&path, series(json!({ "count": 1 }))).refused(403, "forbidden");
    app.staff(&["elsewhere"]).post(&path, series(json!({ "count": 1 }))).refused(404, "not-found");
    // Sent twice under one key, it is planned once.
    let key = "a-key-of-a-series-0001";
    let first = staff.post_once(&path, key, series(json!({ "count": 2 }))).expect(201);
    assert_eq!(staff.post_once(&path, key, series(json!({ "count": 2 }))).expect(201), first);
    assert_eq!(books::number(&app, "SELECT count(*) FROM sessions"), 6);
}

#[test]
fn a_slip_of_the_keys_is_deleted_while_nobody_knows_of_it() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let other = joined(&app, &make::published(&app, &engaged.plan, json!({})), "Sam Stranger");
    let staff = app.staff(&["crisis-cafe"]);
    let kept = planned(&app, &engaged.opportunity, "2026-09-01T13:00:00Z", "2026-09-01T15:00:00Z");
    let slip = planned(&app, &engaged.opportunity, "2062-09-01T13:00:00Z", "2062-09-01T15:00:00Z");
    let path = format!("/v1/sessions/{slip}");
    assert_eq!(pending(&app, &engaged.volunteer)[0].1.lines().count(), 2);
    staff.send("DELETE", &path, &[], None).refused(428, "precondition-required");
    let gone = |path: &str, version: &str| staff.send("DELETE", path, &[("if-match", version)], None);
    gone(&path, "\"2\"").refused(412, "precondition-failed");
    app.staff(&["elsewhere"]).send("DELETE", &path, &[("if-match", "\"1\"")], None).refused(404, "not-found");
    app.volunteer(&engaged.volunteer).send("DELETE", &path, &[("if-match", "\"1\"")], None).refused(403, "forbidden");
    let arranged = json!({ "items": [{ "what": "Taxi", "status": "booked" }] });
    staff.put(&format!("{path}/arrangements/{}", engaged.volunteer), arranged).expect(200);
    assert_eq!(gone(&path, "\"1\"").status, 204);
    staff.get(&path).refused(404, "not-found");
    let left = pending(&app, &engaged.volunteer);
    assert_eq!(left.len(), 1);
    assert!(left[0].1.starts_with("Tuesday 1 September 2026"), "{}", left[0].1);
    assert_eq!(pending(&app, &other), []);

    // Once somebody was told, or replied, it is cancelled instead.
    let kept = format!("/v1/sessions/{kept}");
    tell(&app, &engaged.volunteer);
    gone(&kept, "\"1\"").refused(409, "not-editable");
    let replied = planned(&app, &engaged.opportunity, "2026-09-02T13:00:00Z", "2026-09-02T15:00:00Z");
    let reply = format!("/v1/sessions/{replied}/replies/{}", engaged.volunteer);
    app.volunteer(&engaged.volunteer).put(&reply, json!({ "reply": "coming" })).expect(200);
    gone(&format!("/v1/sessions/{replied}"), "\"1\"").refused(409, "not-editable");
    let past = make::attended(&app, &engaged.opportunity, &engaged.volunteer, "2026-06-01T10:00:00Z", 60);
    gone(&format!("/v1/sessions/{past}"), "\"2\"").refused(409, "not-editable");
    let held = make::session(&app, &engaged.opportunity, "2026-06-02T10:00:00Z", 60);
    app.lead().ask(&format!("/v1/sessions/{held}/hold")).expect(200);
    gone(&format!("/v1/sessions/{held}"), "\"2\"").refused(409, "not-editable");
    // A claim that is being written names it.
    let named = make::session(&app, &engaged.opportunity, "2026-06-03T10:00:00Z", 60);
    make::claim(
        &app.volunteer(&engaged.volunteer),
        &engaged.agreement,
        json!([{ "kind": "time", "session_id": named }]),
    );
    gone(&format!("/v1/sessions/{named}"), "\"1\"").refused(409, "not-editable");
}

#[test]
fn a_session_is_deleted_or_told_of_never_both() {
    let app = App::with_pool(8);
    let engaged = make::engaged(&app);
    let staff = app.staff(&["crisis-cafe"]);
    for round in 0..6 {
        let starts = format!("2026-09-{:02}T13:00:00Z", round + 1);
        let session = planned(&app, &engaged.opportunity, &starts, &starts.replace("T13", "T15"));
        let list = staff.get("/v1/deliveries?status=pending&channel=email").expect(200);
        let delivery =
            list["items"].as_array().unwrap().iter().find(|one| one["subject_type"] == "session").map(make::id);
        let delivery = delivery.unwrap();
        let answers = at_once(2, |n| match (n + round) % 2 {
            0 => staff.send("DELETE", &format!("/v1/sessions/{session}"), &[("if-match", "\"1\"")], None),
            _ => staff.ask(&format!("/v1/deliveries/{delivery}/done")),
        });
        let won = answers.iter().filter(|answer| answer.status < 300).count();
        assert_eq!(won, 1, "{:?}", answers.iter().map(|answer| &answer.text).collect::<Vec<_>>());
        if staff.get(&format!("/v1/sessions/{session}")).status == 200 {
            assert!(news(&app, &engaged.volunteer).iter().any(|(_, status, _)| status == "done"));
        }
    }
}

#[test]
fn a_session_of_which_an_e_mail_may_have_arrived_is_cancelled_and_not_deleted() {
    let office = PostOffice::open();
    let app = App::posting(&office);
    let engaged = make::engaged(&app);
    let session = planned(&app, &engaged.opportunity, "2026-07-07T13:00:00Z", "2026-07-07T15:00:00Z");
    let path = format!("/v1/sessions/{session}");
    app.now_is("2026-06-15T18:30:00Z");
    // The server took it, and hung up before it said so: nobody knows whether it arrived.
    office.mood(Mood::HangsUp);
    app.post();
    assert_eq!(pending(&app, &engaged.volunteer).iter().filter(|(about, _)| about == "session_planned").count(), 1);
    app.lead().send("DELETE", &path, &[("if-match", "\"1\"")], None).refused(409, "not-editable");
    app.lead().post(&format!("{path}/cancel"), json!({ "reason": "The hall is flooded." })).expect(200);
    assert!(pending(&app, &engaged.volunteer).iter().any(|(about, _)| about == "session_cancelled"));
}

/// The session is asked for while the opportunity is being cancelled: there is nobody left to cancel it.
#[test]
fn no_session_is_added_behind_a_cancellation() {
    let app = App::with_pool(8);
    let engaged = make::engaged(&app);
    let path = format!("/v1/opportunities/{}", engaged.opportunity);
    let cancel = || app.lead().post(&format!("{path}/cancel"), json!({ "reason": "The project has ended." }));
    let body = json!({ "starts_at": "2026-07-07T13:00:00Z", "ends_at": "2026-07-07T15:00:00Z" });
    let add = || app.lead_called("lead.zoe").post(&format!("{path}/sessions"), body.clone());
    let lock = format!("SELECT 1 FROM opportunities WHERE id = '{}' FOR UPDATE", engaged.opportunity);
    let both: [&(dyn Fn() -> Answer + Sync); 2] = [&cancel, &add];
    let [cancelled, added] = one_behind_the_other(&app, &lock, &both).try_into().expect("two answers");
    cancelled.expect(200);
    added.refused(409, "not-editable");
    let to_come = "SELECT count(*) FROM sessions WHERE status = 'scheduled'";
    assert_eq!(books::number(&app, to_come), 0);
}
