//! "Sorry, I can't come": people say so themselves or by telephone, until the session starts, and are excused.

use serde_json::{Value, json};

use super::{joined, news, pending, planned, tell};
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

    let register = || app.lead().get(&format!("/v1/sessions/{session}/attendance")).expect(200)["items"].clone();
    let items = register();
    assert_eq!((&items[1]["volunteer_name"], &items[1]["outcome"]), (&json!("Maggie Doyle"), &Value::Null));
    assert_eq!((&items[1]["reply"], &items[1]["proposed_outcome"]), (&json!("coming"), &Value::Null));
    assert_eq!((&items[0]["reply"], &items[0]["proposed_outcome"]), (&json!("not_coming"), &json!("excused")));
    assert_eq!(items[0]["reply_note"], "I have a hospital appointment, sorry.");
    // A reply before the session was moved may no longer hold.
    app.now_is("2026-06-15T11:00:00Z");
    app.lead().change(&format!("/v1/sessions/{session}"), json!({ "venue": "Library" })).expect(200);
    assert_eq!(register()[0]["moved_since"], true);
    assert_eq!(register()[0]["proposed_outcome"], Value::Null, "it was said of the old place");
    assert_eq!(own.put(&path(&engaged.volunteer), no.clone()).expect(200)["version"], 2, "an answer to the new one");
    assert_eq!((&register()[0]["moved_since"], &register()[0]["proposed_outcome"]), (&json!(false), &json!("excused")));
    app.now_is("2026-06-15T12:00:00Z");
    app.lead().change(&format!("/v1/sessions/{session}"), json!({ "venue": "Room 4" })).expect(200);
    own.put(&path(&engaged.volunteer), json!({ "reply": "unsure" })).expect(200);
    assert_eq!(register()[0]["moved_since"], false);
    own.put(&path(&engaged.volunteer), no.clone()).expect(200);

    // From its start on, what happened is recorded; nothing is held against anyone.
    app.now_is("2026-07-07T13:00:00Z");
    own.put(&path(&engaged.volunteer), json!({ "reply": "unsure" })).refused(409, "not-editable");
    assert_eq!(register()[0]["proposed_outcome"], "excused");
    make::attend(&app, &session, &engaged.volunteer, "attended");
    let items = register();
    assert_eq!(items.as_array().map(Vec::len), Some(2), "everybody once");
    assert_eq!((&items[0]["outcome"], &items[0]["proposed_outcome"]), (&json!("attended"), &Value::Null));
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

#[test]
fn whoever_cannot_come_is_not_reminded_until_they_can() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let maggie = joined(&app, &engaged.opportunity, "Maggie Doyle");
    let session = planned(&app, &engaged.opportunity, "2026-07-07T13:00:00Z", "2026-07-07T15:00:00Z");
    [&maggie, &engaged.volunteer].iter().for_each(|person| tell(&app, person));
    let reply = |word: &str| {
        let path = format!("/v1/sessions/{session}/replies/{maggie}");
        app.volunteer(&maggie).put(&path, json!({ "reply": word })).expect(200);
    };
    let time_passes = || involvement::app::tick(&app.running().service).expect("a tick");
    let reminder = ("session_reminder".to_owned(), "We meet on Tuesday 7 July 2026, 2pm to 4pm, Room 2.".to_owned());
    app.now_is("2026-07-04T10:00:00Z");
    time_passes();
    assert_eq!(pending(&app, &maggie), [reminder.clone()]);
    // The letter still lay on the desk when she rang.
    reply("not_coming");
    assert_eq!(pending(&app, &maggie), []);
    assert_eq!(news(&app, &maggie).last().unwrap().1, "overtaken");
    time_passes();
    assert_eq!(pending(&app, &maggie), []);
    assert_eq!(pending(&app, &engaged.volunteer), [reminder.clone()], "everybody else is");
    reply("coming");
    time_passes();
    assert_eq!(pending(&app, &maggie), [reminder]);
}

#[test]
fn whoever_says_so_at_the_moment_at_which_people_are_reminded_is_not() {
    let app = App::with_pool(8);
    let engaged = make::engaged(&app);
    let at = |day: usize, hour: u8| format!("2026-08-{day:02}T{hour}:00:00Z");
    let days: Vec<usize> = (0..7).map(|round| round * 4 + 4).collect();
    let session = |day: &usize| planned(&app, &engaged.opportunity, &at(*day, 13), &at(*day, 15));
    let sessions: Vec<String> = days.iter().map(session).collect();
    tell(&app, &engaged.volunteer);
    let time_passes = || involvement::app::tick(&app.running().service);
    for (day, session) in days.iter().zip(&sessions) {
        app.now_is(&at(day - 3, 10));
        let reply = format!("/v1/sessions/{session}/replies/{}", engaged.volunteer);
        let answers = at_once(2, |n| {
            if (n + day / 4) % 2 == 0 {
                return app.volunteer(&engaged.volunteer).put(&reply, json!({ "reply": "not_coming" }));
            }
            // Where it collides with the reply, the scheduler begins anew later.
            time_passes().ok();
            app.lead().get("/v1/me")
        });
        assert!(answers.iter().all(|answer| answer.status == 200), "{answers:?}");
        time_passes().expect("a tick");
        assert_eq!(pending(&app, &engaged.volunteer), [], "the session of {day} August");
    }
}

#[test]
fn an_accepted_place_without_an_agreement_is_on_the_register() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let session = planned(&app, &engaged.opportunity, "2026-06-20T13:00:00Z", "2026-06-20T15:00:00Z");
    let waiting = make::volunteer(&app, "Will Waiting");
    make::accepted(&app, &engaged.opportunity, &waiting);
    let path = format!("/v1/sessions/{session}/attendance");
    let answer = app.lead().get(&path);
    let tag = answer.header("etag").unwrap().to_owned();
    let items = answer.expect(200)["items"].clone();
    assert_eq!(items.as_array().map(Vec::len), Some(2));
    assert_eq!((&items[1]["volunteer_name"], &items[1]["agreement_id"]), (&json!("Will Waiting"), &Value::Null));
    assert_eq!(items[0]["agreement_id"], engaged.agreement.as_str());
    // What changes around it changes its tag.
    assert_eq!(app.lead().send("GET", &path, &[("if-none-match", &tag)], None).status, 304);
    app.lead().put(&format!("/v1/sessions/{session}/replies/{waiting}"), json!({ "reply": "unsure" })).expect(200);
    assert_eq!(app.lead().send("GET", &path, &[("if-none-match", &tag)], None).status, 200);
    app.now_is("2026-06-20T13:00:00Z");
    let record = format!("{path}/{waiting}");
    app.lead().put(&record, json!({ "outcome": "attended" })).refused(409, "not-engaged");
}
