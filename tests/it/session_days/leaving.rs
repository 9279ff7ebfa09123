//! Whoever leaves is expected no more: their replies are withdrawn, and nobody tells them of sessions.

use serde_json::json;

use super::{joined, news, pending, planned, tell};
use crate::support::together::{ROUNDS, at_once};
use crate::support::{App, books, make};

const REPLIES: &str = "SELECT count(*) FROM session_replies";

#[test]
fn whoever_leaves_is_expected_no_more_and_told_no_more() {
    let app = App::start();
    let engaged = make::engaged_with(&app, json!({ "places": 12 }), json!({}));
    let maggie = joined(&app, &engaged.opportunity, "Maggie Doyle");
    let waiting = make::volunteer(&app, "Will Waiting");
    make::accepted(&app, &engaged.opportunity, &waiting);
    let near = planned(&app, &engaged.opportunity, "2026-06-15T18:00:00Z", "2026-06-15T19:00:00Z");
    let far = planned(&app, &engaged.opportunity, "2026-07-07T13:00:00Z", "2026-07-07T15:00:00Z");
    for (session, who) in [(&near, &maggie), (&far, &maggie), (&far, &waiting), (&far, &engaged.volunteer)] {
        let reply = json!({ "reply": "coming", "note": "Looking forward to it." });
        app.lead().put(&format!("/v1/sessions/{session}/replies/{who}"), reply).expect(200);
    }
    let past = make::session(&app, &engaged.opportunity, "2026-06-14T10:00:00Z", 60);
    tell(&app, &maggie);
    for (who, reason) in [(&maggie, "deceased"), (&waiting, "moved")] {
        app.lead().post(&format!("/v1/volunteers/{who}/leave"), json!({ "reason": reason })).expect(200);
        assert_eq!(pending(&app, who), []);
    }
    assert_eq!(books::number(&app, REPLIES), 1, "the reply of whoever stays");
    let gone = "SELECT count(*) FROM audit_records WHERE resource_type = 'session_reply' AND action = 'remove'";
    assert_eq!(books::number(&app, gone), 3);
    // She has gone today: at this evening's session she is expected no more, nor is anything booked for her.
    for session in [&near, &far] {
        let sheet = app.lead().get(&format!("/v1/sessions/{session}/run-sheet")).expect(200);
        assert_eq!(sheet["items"].as_array().map(Vec::len), Some(1), "{sheet}");
        app.lead()
            .put(&format!("/v1/sessions/{session}/replies/{maggie}"), json!({ "reply": "coming" }))
            .refused(409, "not-engaged");
    }
    // What happens to the sessions afterwards is no news for them.
    app.lead().change(&format!("/v1/sessions/{far}"), json!({ "venue": "Library" })).expect(200);
    app.lead().post(&format!("/v1/sessions/{near}/cancel"), json!({ "reason": "The hall is flooded." })).expect(200);
    app.now_is("2026-07-05T10:00:00Z");
    involvement::app::tick(&app.running().service).expect("a tick");
    for who in [&maggie, &waiting] {
        assert_eq!(pending(&app, who), [], "{:?}", news(&app, who));
    }
    assert_ne!(pending(&app, &engaged.volunteer), []);
    // What she came to before can still be recorded.
    make::attend(&app, &past, &maggie, "attended");
    // Whoever comes back and takes a place is told anew.
    app.lead().ask(&format!("/v1/volunteers/{waiting}/return")).expect(200);
    make::accepted(&app, &engaged.opportunity, &waiting);
    assert_eq!(pending(&app, &waiting).len(), 1);
}

#[test]
fn a_session_is_planned_moved_or_replied_to_while_somebody_leaves() {
    let app = App::with_pool(8);
    let engaged = make::engaged_with(&app, json!({ "places": 900 }), json!({}));
    let session = planned(&app, &engaged.opportunity, "2026-09-01T13:00:00Z", "2026-09-01T15:00:00Z");
    for round in 0..ROUNDS {
        let maggie = joined(&app, &engaged.opportunity, "Maggie Doyle");
        let starts = format!("2026-10-{:02}T13:00:00Z", round % 28 + 1);
        let body = json!({ "starts_at": starts, "ends_at": starts.replace("T13", "T15") });
        let lead = app.lead();
        if round % 2 == 0 {
            let reply = format!("/v1/sessions/{session}/replies/{maggie}");
            lead.put(&reply, json!({ "reply": "unsure" })).expect(200);
        }
        let answers = at_once(4, |n| match (n + round) % 4 {
            0 => lead.post(&format!("/v1/volunteers/{maggie}/leave"), json!({ "reason": "time" })),
            1 => lead.post(&format!("/v1/opportunities/{}/sessions", engaged.opportunity), body.clone()),
            2 => lead.put(&format!("/v1/sessions/{session}/replies/{maggie}"), json!({ "reply": "coming" })),
            _ => lead.change(&format!("/v1/sessions/{session}"), json!({ "venue": format!("Room {round}") })),
        });
        for (n, answer) in answers.iter().enumerate() {
            let may_be_refused = (n + round) % 4 == 2;
            assert!(answer.status < 300 || (may_be_refused && answer.status == 409), "{n}: {}", answer.text);
        }
        assert_eq!(pending(&app, &maggie), [], "round {round}");
        assert_eq!(books::number(&app, &format!("{REPLIES} WHERE volunteer_id = '{maggie}'")), 0, "round {round}");
    }
    books::balance(&app);
}

#[test]
fn what_was_replied_to_a_session_that_has_begun_stays_when_somebody_leaves() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let begun = planned(&app, &engaged.opportunity, "2026-06-16T13:00:00Z", "2026-06-16T15:00:00Z");
    let to_come = planned(&app, &engaged.opportunity, "2026-07-07T13:00:00Z", "2026-07-07T15:00:00Z");
    for session in [&begun, &to_come] {
        let reply = format!("/v1/sessions/{session}/replies/{}", engaged.volunteer);
        app.lead().put(&reply, json!({ "reply": "not_coming", "note": "A hospital appointment." })).expect(200);
    }
    app.now_is("2026-06-16T13:00:00Z");
    app.lead().post(&format!("/v1/volunteers/{}/leave", engaged.volunteer), json!({ "reason": "time" })).expect(200);
    let kept = |session: &str| books::number(&app, &format!("{REPLIES} WHERE session_id = '{session}'"));
    assert_eq!((kept(&begun), kept(&to_come)), (1, 0), "that they were excused is not forgotten");
}
