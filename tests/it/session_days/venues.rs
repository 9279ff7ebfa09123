//! "Where do we meet?": a session without a venue of its own is where its opportunity says, also in what people are told.

use serde_json::{Value, json};

use super::{joined, pending, tell};
use crate::support::together::one_behind_the_other;
use crate::support::{Answer, App, make};

fn session(app: &App, opportunity: &str, more: Value) -> String {
    let body = json!({ "starts_at": "2026-07-07T13:00:00Z", "ends_at": "2026-07-07T15:00:00Z" });
    let path = format!("/v1/opportunities/{opportunity}/sessions");
    make::id(&app.lead().post(&path, make::with(body, more)).expect(201))
}

#[test]
fn people_are_told_the_venue_of_the_opportunity_where_the_session_has_none() {
    let app = App::start();
    let engaged = make::engaged_with(&app, json!({ "venue": "Riverside Centre", "mode": "in_person" }), json!({}));
    let maggie = joined(&app, &engaged.opportunity, "Maggie Doyle");
    let said = || pending(&app, &maggie).into_iter().map(|(_, message)| message).collect::<Vec<_>>().join("\n");
    let day = "Tuesday 7 July 2026, 2pm to 4pm";
    let path = format!("/v1/sessions/{}", session(&app, &engaged.opportunity, json!({})));
    assert_eq!(said(), format!("{day}, Riverside Centre."));
    app.lead().change(&path, json!({ "venue": "Library" })).expect(200);
    assert_eq!(said(), format!("{day}, Library."));
    app.lead().change(&path, json!({ "venue": null, "mode": "online" })).expect(200);
    assert_eq!(said(), format!("{day}, online or by telephone."), "nobody is sent to a room");
}

#[test]
fn another_venue_of_the_opportunity_is_told_to_those_whom_it_moves() {
    let app = App::start();
    let engaged = make::engaged_with(&app, json!({ "venue": "Riverside Centre", "mode": "in_person" }), json!({}));
    let maggie = joined(&app, &engaged.opportunity, "Maggie Doyle");
    session(&app, &engaged.opportunity, json!({}));
    session(&app, &engaged.opportunity, json!({ "venue": "Library" }));
    tell(&app, &maggie);
    app.now_is("2026-06-16T10:00:00Z");
    let path = format!("/v1/opportunities/{}", engaged.opportunity);
    app.lead().change(&path, json!({ "access_notes": "Ring the bell." })).expect(200);
    assert_eq!(pending(&app, &maggie), []);
    app.lead().change(&path, json!({ "venue": "Mill Road Hall" })).expect(200);
    let day = "Tuesday 7 July 2026, 2pm to 4pm";
    let change = format!("It was to be: {day}, Riverside Centre.\nNow it is: {day}, Mill Road Hall.");
    assert_eq!(pending(&app, &maggie), [("session_changed".to_owned(), change)], "and nothing of the other one");
    app.lead().change(&path, json!({ "venue": "Riverside Centre" })).expect(200);
    assert_eq!(pending(&app, &maggie), [], "moved back, there is nothing to tell");
}

#[test]
fn what_was_replied_to_the_old_place_does_not_count_for_the_new_one() {
    let app = App::start();
    let engaged = make::engaged_with(&app, json!({ "venue": "Riverside Centre", "mode": "in_person" }), json!({}));
    let maggie = joined(&app, &engaged.opportunity, "Maggie Doyle");
    let (here, elsewhere) = (
        session(&app, &engaged.opportunity, json!({})),
        session(&app, &engaged.opportunity, json!({ "venue": "Library" })),
    );
    tell(&app, &maggie);
    for session in [&here, &elsewhere] {
        let reply = app
            .volunteer(&maggie)
            .put(&format!("/v1/sessions/{session}/replies/{maggie}"), json!({ "reply": "coming" }));
        reply.expect(200);
    }
    app.now_is("2026-06-16T10:00:00Z");
    let path = format!("/v1/opportunities/{}", engaged.opportunity);
    app.lead().change(&path, json!({ "venue": "Mill Road Hall" })).expect(200);
    let moved = |session: &str| {
        let register = app.lead().get(&format!("/v1/sessions/{session}/attendance")).expect(200);
        let found = register["items"].as_array().unwrap().iter().find(|one| one["volunteer_id"] == maggie.as_str());
        found.unwrap_or_else(|| panic!("{register}"))["moved_since"].clone()
    };
    assert_eq!((moved(&here), moved(&elsewhere)), (json!(true), json!(false)));
}

#[test]
fn another_way_of_meeting_of_the_opportunity_is_told_in_words() {
    let app = App::start();
    let engaged = make::engaged_with(&app, json!({ "venue": "Riverside Centre", "mode": "in_person" }), json!({}));
    let maggie = joined(&app, &engaged.opportunity, "Maggie Doyle");
    let id = session(&app, &engaged.opportunity, json!({}));
    tell(&app, &maggie);
    app.now_is("2026-06-16T10:00:00Z");
    let path = format!("/v1/opportunities/{}", engaged.opportunity);
    app.lead().change(&path, json!({ "mode": "online" })).expect(200);
    let day = "Tuesday 7 July 2026, 2pm to 4pm";
    let change = format!("It was to be: {day}, Riverside Centre.\nNow it is: {day}, online or by telephone.");
    assert_eq!(pending(&app, &maggie), [("session_changed".to_owned(), change)]);
    let sheet = app.lead().get(&format!("/v1/sessions/{id}/run-sheet")).expect(200);
    assert_eq!((&sheet["mode"], &sheet["venue"]), (&json!("online"), &Value::Null), "nobody is sent to a room");
}

/// Two changes without a version, one behind the other: the second undoes the first, and is told as well.
#[test]
fn a_change_of_the_venue_that_waited_for_another_is_told() {
    let app = App::with_pool(8);
    let engaged = make::engaged_with(&app, json!({ "venue": "Riverside Centre", "mode": "in_person" }), json!({}));
    let maggie = joined(&app, &engaged.opportunity, "Maggie Doyle");
    session(&app, &engaged.opportunity, json!({}));
    tell(&app, &maggie);
    app.now_is("2026-06-16T10:00:00Z");
    let path = format!("/v1/opportunities/{}", engaged.opportunity);
    let change = |venue: &str| {
        app.lead().send("PATCH", &path, &[("if-match", "*")], Some(json!({ "venue": venue }).to_string()))
    };
    let lock = format!("SELECT 1 FROM opportunities WHERE id = '{}' FOR UPDATE", engaged.opportunity);
    let both: [&(dyn Fn() -> Answer + Sync); 2] = [&|| change("Mill Road Hall"), &|| change("Riverside Centre")];
    let statuses: Vec<u16> = one_behind_the_other(&app, &lock, &both).iter().map(|answer| answer.status).collect();
    assert_eq!(statuses, [200, 200]);
    assert_eq!(app.lead().get(&path).expect(200)["venue"], "Riverside Centre", "whoever waits first is first");
    assert_eq!(pending(&app, &maggie), [], "moved back, there is nothing to tell");
}
