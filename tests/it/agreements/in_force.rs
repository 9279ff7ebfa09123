//! Agreements in force: paused, ended and replaced.

use serde_json::json;

use super::{Ready, create, draft};
use crate::support::{App, make};

#[test]
fn an_agreement_rests_goes_on_and_ends_on_a_day_that_was() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let path = format!("/v1/agreements/{}", engaged.agreement);
    app.lead().post(&format!("{path}/pause"), json!({})).refused(422, "invalid");
    let paused = app.lead().post(&format!("{path}/pause"), json!({ "reason": "A rest." })).expect(200);
    assert_eq!(paused["pauses"], json!([{ "from_day": "2026-06-15", "to_day": null }]));
    app.now_is("2026-06-20T10:00:00Z");
    let resumed = app.lead().ask(&format!("{path}/resume")).expect(200);
    assert_eq!(resumed["pauses"], json!([{ "from_day": "2026-06-15", "to_day": "2026-06-19" }]));
    for _ in 0..2 {
        app.lead().post(&format!("{path}/pause"), json!({ "reason": "Again." })).expect(200);
        let resumed = app.lead().ask(&format!("{path}/resume")).expect(200);
        assert_eq!(resumed["pauses"].as_array().unwrap().len(), 1, "a pause that ended on its day never was");
    }
    let end = format!("{path}/end");
    for bad in ["2026-06-21", "2026-01-09"] {
        app.lead().post(&end, json!({ "reason": "Over.", "on": bad })).refused(422, "invalid");
    }
    let who = app.volunteer(&engaged.volunteer);
    let ended = who.post(&end, json!({ "reason": "I move away.", "on": "2026-06-18" })).expect(200);
    assert_eq!((&ended["status"], &ended["ended_on"]), (&json!("ended"), &json!("2026-06-18")));
    assert_eq!(ended["reason"], "I move away.");
    who.post(&end, json!({ "reason": "Again." })).refused(409, "invalid-transition");
}

#[test]
fn a_better_agreement_takes_the_place_of_the_old_one_without_a_gap_or_overlap() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let ready = Ready { opportunity: engaged.opportunity.clone(), volunteer: engaged.volunteer.clone() };
    let body = draft(&ready.opportunity, &ready.volunteer, json!({}));
    app.lead().post("/v1/agreements", body).refused(409, "agreement-exists");
    let path = create(&app, &ready, json!({ "replaces_id": engaged.agreement, "starts_on": "2026-06-20" }));
    app.lead().ask(&format!("{path}/issue")).expect(200);
    let old = format!("/v1/agreements/{}", engaged.agreement);
    assert_eq!(app.lead().get(&old).expect(200)["status"], "active");
    app.volunteer(&ready.volunteer).ask(&format!("{path}/accept")).expect(200);
    let ended = app.lead().get(&old).expect(200);
    assert_eq!((&ended["status"], &ended["ended_on"]), (&json!("ended"), &json!("2026-06-19")));
    app.now_is("2026-06-25T10:00:00Z");
    for (day, agreement) in
        [("2026-06-19", &engaged.agreement), ("2026-06-20", &path.rsplit('/').next().unwrap().to_owned())]
    {
        let session = make::attended(&app, &ready.opportunity, &ready.volunteer, &format!("{day}T12:00:00Z"), 60);
        let register = app.lead().get(&format!("/v1/sessions/{session}/attendance")).expect(200);
        assert_eq!(&register["items"][0]["agreement_id"], agreement.as_str(), "{day}");
    }
}
