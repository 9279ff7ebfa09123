//! Whoever knows of a session hears that it is no longer theirs: it moved out of their agreement's days, or is cancelled while
//! they pause. Nobody else does.

use serde_json::json;

use super::{pending, planned, tell};
use crate::support::{App, make};

/// Somebody with an agreement until a day, who is told by telephone: their id, and the agreement's.
fn until(app: &App, opportunity: &str, name: &str, ends_on: &str) -> (String, String) {
    let volunteer = make::volunteer(app, name);
    app.lead().change(&format!("/v1/volunteers/{volunteer}"), json!({ "preferred_contact": "phone" })).expect(200);
    let agreement = make::agreement(app, opportunity, &volunteer, json!({ "ends_on": ends_on }));
    (volunteer, agreement)
}

#[test]
fn whoever_knows_of_a_session_is_told_that_it_moved_out_of_their_agreement_s_days() {
    let app = App::start();
    let engaged = make::engaged_with(&app, json!({ "places": 12 }), json!({}));
    let (maggie, _) = until(&app, &engaged.opportunity, "Maggie Doyle", "2026-07-20");
    let (untold, _) = until(&app, &engaged.opportunity, "Una Untold", "2026-07-20");
    let session = planned(&app, &engaged.opportunity, "2026-07-19T13:00:00Z", "2026-07-19T15:00:00Z");
    tell(&app, &maggie);
    let path = format!("/v1/sessions/{session}");
    let on = |day: &str| {
        let times = json!({ "starts_at": format!("{day}T13:00:00Z"), "ends_at": format!("{day}T15:00:00Z") });
        app.lead().change(&path, times).expect(200);
    };
    on("2026-07-25");
    let text =
        "It was to be: Sunday 19 July 2026, 2pm to 4pm, Room 2.\nNow it is: Saturday 25 July 2026, 2pm to 4pm, Room 2.";
    assert_eq!(pending(&app, &maggie), [("session_moved_away".to_owned(), text.to_owned())]);
    assert_eq!(pending(&app, &untold), [], "she never heard of it");
    assert_eq!(pending(&app, &engaged.volunteer)[0].0, "session_planned", "his agreement has no end");
    // Moved back before anybody told her, there is nothing to tell; told, she hears of nothing but that it is hers again.
    on("2026-07-19");
    assert_eq!(pending(&app, &maggie), []);
    on("2026-07-25");
    tell(&app, &maggie);
    on("2026-07-26");
    assert_eq!(pending(&app, &maggie), []);
    on("2026-07-18");
    let planned = ("session_planned".to_owned(), "Saturday 18 July 2026, 2pm to 4pm, Room 2.".to_owned());
    assert_eq!(pending(&app, &maggie), [planned]);
}

#[test]
fn whoever_pauses_is_told_that_a_session_they_know_of_is_cancelled() {
    let app = App::start();
    let engaged = make::engaged_with(&app, json!({ "places": 12 }), json!({}));
    let (maggie, agreement) = until(&app, &engaged.opportunity, "Maggie Doyle", "2026-12-31");
    let (gone, ended) = until(&app, &engaged.opportunity, "Greta Gone", "2026-12-31");
    let session = planned(&app, &engaged.opportunity, "2026-07-07T13:00:00Z", "2026-07-07T15:00:00Z");
    tell(&app, &maggie);
    tell(&app, &gone);
    let reason = json!({ "reason": "A break." });
    app.lead().post(&format!("/v1/agreements/{agreement}/pause"), reason.clone()).expect(200);
    app.lead().post(&format!("/v1/agreements/{ended}/end"), reason).expect(200);
    assert_eq!(pending(&app, &maggie), [], "that she pauses, she knows");
    app.lead().post(&format!("/v1/sessions/{session}/cancel"), json!({ "reason": "The hall is flooded." })).expect(200);
    let text = "It was to be on Tuesday 7 July 2026, 2pm to 4pm.\nThe hall is flooded.";
    assert_eq!(pending(&app, &maggie), [("session_cancelled".to_owned(), text.to_owned())]);
    assert_eq!(pending(&app, &gone), [], "she was told that her agreement ended");
    app.lead().ask(&format!("/v1/agreements/{agreement}/resume")).expect(200);
    assert_eq!(pending(&app, &maggie).len(), 1);
}

#[test]
fn whoever_was_told_that_a_session_moved_away_from_them_does_not_hear_that_it_is_off() {
    let app = App::start();
    let engaged = make::engaged_with(&app, json!({ "places": 12 }), json!({}));
    let (maggie, _) = until(&app, &engaged.opportunity, "Maggie Doyle", "2026-07-20");
    let session = planned(&app, &engaged.opportunity, "2026-07-19T13:00:00Z", "2026-07-19T15:00:00Z");
    tell(&app, &maggie);
    let path = format!("/v1/sessions/{session}");
    let away = json!({ "starts_at": "2026-07-25T13:00:00Z", "ends_at": "2026-07-25T15:00:00Z" });
    app.lead().change(&path, away).expect(200);
    assert_eq!(pending(&app, &maggie)[0].0, "session_moved_away");
    tell(&app, &maggie);
    app.lead().post(&format!("{path}/cancel"), json!({ "reason": "The hall is flooded." })).expect(200);
    assert_eq!(pending(&app, &maggie), [], "it was no longer hers");
    assert_eq!(pending(&app, &engaged.volunteer).last().unwrap().0, "session_cancelled");
}
