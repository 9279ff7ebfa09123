//! Everybody who is expected is told of a session, of what changed and shortly before; nobody of what is no longer so.

use serde_json::json;

use super::{joined, news, pending, planned, tell};
use crate::support::post_office::PostOffice;
use crate::support::together::at_once;
use crate::support::{App, books, make};

#[test]
fn a_session_that_moves_tells_what_it_was_and_what_it_is() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let maggie = joined(&app, &engaged.opportunity, "Maggie Doyle");
    let session = planned(&app, &engaged.opportunity, "2026-07-07T13:00:00Z", "2026-07-07T15:00:00Z");
    let path = format!("/v1/sessions/{session}");
    let first = ("session_planned".to_owned(), "Tuesday 7 July 2026, 2pm to 4pm, Room 2.".to_owned());
    assert_eq!(pending(&app, &maggie), [first.clone()]);
    assert_eq!(pending(&app, &engaged.volunteer), [first]);
    tell(&app, &maggie);

    // Moved twice before anybody told her: she hears of it once, from what she knew. The other was not told of the first.
    let staff = app.staff(&["crisis-cafe"]);
    staff.patch(&path, 1, json!({ "venue": "Room 3" })).expect(200);
    let moved =
        json!({ "starts_at": "2026-07-09T09:30:00Z", "ends_at": "2026-07-09T11:00:00Z", "venue": "Library, Ely" });
    staff.patch(&path, 2, moved).expect(200);
    let change = "It was to be: Tuesday 7 July 2026, 2pm to 4pm, Room 2.\nNow it is: Thursday 9 July 2026, 10:30am to \
                  midday, Library, Ely.";
    assert_eq!(pending(&app, &maggie), [("session_changed".to_owned(), change.to_owned())]);
    let planned = ("session_planned".to_owned(), "Thursday 9 July 2026, 10:30am to midday, Library, Ely.".to_owned());
    assert_eq!(pending(&app, &engaged.volunteer), [planned]);
    // A title is for those who plan; moved back, there is nothing to tell her.
    staff.patch(&path, 3, json!({ "title": "First" })).expect(200);
    assert_eq!(pending(&app, &maggie).len(), 1);
    let back = json!({ "starts_at": "2026-07-07T13:00:00Z", "ends_at": "2026-07-07T15:00:00Z", "venue": "Room 2" });
    staff.patch(&path, 4, back).expect(200);
    assert_eq!(pending(&app, &maggie), []);
    assert_eq!(pending(&app, &engaged.volunteer)[0].1, "Tuesday 7 July 2026, 2pm to 4pm, Room 2.");
}

#[test]
fn a_cancelled_session_is_told_once_and_nothing_else_of_it_remains() {
    let app = App::start();
    let engaged = make::engaged_with(&app, json!({ "places": 12 }), json!({}));
    let maggie = joined(&app, &engaged.opportunity, "Maggie Doyle");
    let off = planned(&app, &engaged.opportunity, "2026-07-07T13:00:00Z", "2026-07-07T15:00:00Z");
    planned(&app, &engaged.opportunity, "2026-07-14T13:00:00Z", "2026-07-14T15:00:00Z");
    // Somebody with a place whose agreement is still to come is expected, too.
    let waiting = make::volunteer(&app, "Will Waiting");
    make::accepted(&app, &engaged.opportunity, &waiting);
    assert_eq!(pending(&app, &waiting)[0].1.lines().count(), 2, "told of both once the place is theirs");
    app.lead().post(&format!("/v1/sessions/{off}/cancel"), json!({ "reason": "The hall is flooded." })).expect(200);
    for person in [&maggie, &engaged.volunteer, &waiting] {
        let mut told = pending(&app, person);
        told.sort();
        assert_eq!(told[0].0, "session_cancelled");
        assert!(told[0].1.contains("The hall is flooded."));
        assert_eq!(told[1], ("session_planned".to_owned(), "Tuesday 14 July 2026, 2pm to 4pm, Room 2.".to_owned()));
        assert_eq!(told.len(), 2);
    }
}

#[test]
fn who_is_no_longer_expected_is_told_no_more_and_who_joins_is_told() {
    let app = App::start();
    let engaged = make::engaged_with(&app, json!({ "places": 12 }), json!({}));
    planned(&app, &engaged.opportunity, "2026-07-07T13:00:00Z", "2026-07-07T15:00:00Z");
    let maggie = joined(&app, &engaged.opportunity, "Maggie Doyle");
    assert_eq!(pending(&app, &maggie).len(), 1, "she joined after it was planned");
    let agreements = app.lead().get(&format!("/v1/agreements?volunteer_id={maggie}")).expect(200);
    let agreement = make::id(&agreements["items"][0]);
    let verb = |verb: &str, body| app.lead().post(&format!("/v1/agreements/{agreement}/{verb}"), body).expect(200);
    verb("pause", json!({ "reason": "A break." }));
    assert_eq!(pending(&app, &maggie), []);
    verb("resume", json!({}));
    assert_eq!(pending(&app, &maggie).len(), 1);
    verb("end", json!({ "reason": "Moved away." }));
    assert_eq!(pending(&app, &maggie), []);
    planned(&app, &engaged.opportunity, "2026-07-14T13:00:00Z", "2026-07-14T15:00:00Z");
    assert_eq!(pending(&app, &maggie), [], "after she left");

    // A place that is given back.
    let waiting = make::volunteer(&app, "Will Waiting");
    let expression = make::accepted(&app, &engaged.opportunity, &waiting);
    assert_eq!(pending(&app, &waiting).len(), 1);
    app.lead().ask(&format!("/v1/expressions-of-interest/{expression}/withdraw")).expect(200);
    assert_eq!(pending(&app, &waiting), []);
    // Shortlisted is not expected; what is entered afterwards is no news.
    let maybe = make::volunteer(&app, "May Maybe");
    let interest = json!({ "volunteer_id": maybe });
    let path = format!("/v1/opportunities/{}/expressions-of-interest", engaged.opportunity);
    let interest = make::id(&app.lead().post(&path, interest).expect(201));
    app.lead().ask(&format!("/v1/expressions-of-interest/{interest}/shortlist")).expect(200);
    let before = pending(&app, &engaged.volunteer);
    make::session(&app, &engaged.opportunity, "2026-06-01T10:00:00Z", 60);
    assert_eq!(pending(&app, &maybe), []);
    assert_eq!(pending(&app, &engaged.volunteer), before);
    // Whoever takes a place again after an agreement has ended is expected again.
    make::accepted(&app, &engaged.opportunity, &maggie);
    assert_eq!(pending(&app, &maggie).len(), 1);
}

#[test]
fn people_are_reminded_three_days_before_once() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let session = planned(&app, &engaged.opportunity, "2026-07-07T13:00:00Z", "2026-07-07T15:00:00Z");
    tell(&app, &engaged.volunteer);
    let remind = |at: &str| {
        app.now_is(at);
        involvement::app::tick(&app.running().service).expect("a tick");
        pending(&app, &engaged.volunteer)
    };
    assert_eq!(remind("2026-07-03T22:59:00Z"), []);
    let reminder = ("session_reminder".to_owned(), "We meet on Tuesday 7 July 2026, 2pm to 4pm, Room 2.".to_owned());
    assert_eq!(remind("2026-07-03T23:00:00Z"), [reminder.clone()]);
    assert_eq!(remind("2026-07-04T10:00:00Z"), [reminder]);
    // Moved after it: told what it was, and no second reminder for the same days; later, a new one.
    app.lead().change(&format!("/v1/sessions/{session}"), json!({ "venue": "Library" })).expect(200);
    let told = remind("2026-07-05T10:00:00Z");
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].0, "session_changed");
    tell(&app, &engaged.volunteer);
    assert_eq!(remind("2026-07-06T10:00:00Z"), []);
    let later = json!({ "starts_at": "2026-08-04T13:00:00Z", "ends_at": "2026-08-04T15:00:00Z" });
    app.lead().change(&format!("/v1/sessions/{session}"), later).expect(200);
    tell(&app, &engaged.volunteer);
    assert_eq!(remind("2026-08-01T10:00:00Z")[0].0, "session_reminder");
    // Nobody is told of a session that has begun.
    assert_eq!(remind("2026-08-04T13:00:00Z"), []);
    assert_eq!(news(&app, &engaged.volunteer).last().unwrap().1, "overtaken");
}

#[test]
fn a_letter_that_nobody_wrote_becomes_the_reminder() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let maggie = joined(&app, &engaged.opportunity, "Maggie Doyle");
    planned(&app, &engaged.opportunity, "2026-07-07T13:00:00Z", "2026-07-07T15:00:00Z");
    planned(&app, &engaged.opportunity, "2026-07-21T13:00:00Z", "2026-07-21T15:00:00Z");
    assert_eq!(pending(&app, &maggie).len(), 1, "both in one");
    app.now_is("2026-07-05T10:00:00Z");
    involvement::app::tick(&app.running().service).expect("a tick");
    let mut told = pending(&app, &maggie);
    told.sort();
    assert_eq!(told[0], ("session_planned".to_owned(), "Tuesday 21 July 2026, 2pm to 4pm, Room 2.".to_owned()));
    assert_eq!(told[1].0, "session_reminder");
    assert_eq!(told.len(), 2);
}

#[test]
fn emails_of_a_day_wait_for_the_evening_unless_the_session_is_near() {
    let office = PostOffice::open();
    let app = App::posting(&office);
    let engaged = make::engaged(&app);
    app.post();
    let before = office.received().len();
    planned(&app, &engaged.opportunity, "2026-07-07T13:00:00Z", "2026-07-07T15:00:00Z");
    planned(&app, &engaged.opportunity, "2026-07-14T13:00:00Z", "2026-07-14T15:00:00Z");
    app.post();
    assert_eq!(office.received().len(), before, "collected until six");
    app.now_is("2026-06-15T17:00:00Z");
    app.post();
    assert_eq!(office.received().len(), before + 1);
    planned(&app, &engaged.opportunity, "2026-06-17T13:00:00Z", "2026-06-17T15:00:00Z");
    app.post();
    assert_eq!(office.received().len(), before + 2, "the day after tomorrow");
}

#[test]
fn changes_at_once_leave_one_message_that_is_right() {
    let app = App::with_pool(8);
    let engaged = make::engaged_with(&app, json!({ "places": 12 }), json!({}));
    let maggie = joined(&app, &engaged.opportunity, "Maggie Doyle");
    let lead = app.lead();
    for round in 0..4 {
        let day = format!("2026-09-{:02}", round * 6 + 1);
        let path = format!("/v1/opportunities/{}/sessions", engaged.opportunity);
        let at = |hour: usize| json!({ "starts_at": format!("{day}T{hour:02}:00:00Z"), "ends_at": format!("{day}T{:02}:30:00Z", hour) });
        let answers = at_once(4, |n| lead.post(&path, at(8 + n)));
        assert!(answers.iter().all(|answer| answer.status == 201));
        let sessions = books::number(&app, "SELECT count(*) FROM sessions");
        for person in [&maggie, &engaged.volunteer] {
            let told = pending(&app, person);
            assert_eq!(told.len(), 1, "{told:?}");
            assert_eq!(i64::try_from(told[0].1.lines().count()), Ok(sessions));
        }
    }
    // A place that is accepted while a session is planned is told of it, whichever comes first.
    for round in 0..4 {
        let waiting = make::volunteer(&app, "Will Waiting");
        let path = format!("/v1/opportunities/{}/expressions-of-interest", engaged.opportunity);
        let interest = make::id(&lead.post(&path, json!({ "volunteer_id": waiting })).expect(201));
        lead.post(&format!("/v1/expressions-of-interest/{interest}/offer"), json!({})).expect(200);
        let sessions = format!("/v1/opportunities/{}/sessions", engaged.opportunity);
        let body = json!({ "starts_at": format!("2026-10-0{}T10:00:00Z", round + 1), "ends_at": format!("2026-10-0{}T11:00:00Z", round + 1) });
        let answers = at_once(2, |n| match (n + round) % 2 {
            0 => lead.ask(&format!("/v1/expressions-of-interest/{interest}/accept")),
            _ => lead.post(&sessions, body.clone()),
        });
        assert!(answers.iter().all(|answer| answer.status < 300));
        let all = books::number(&app, "SELECT count(*) FROM sessions");
        let told = pending(&app, &waiting);
        assert_eq!(told.len(), 1);
        assert_eq!(i64::try_from(told[0].1.lines().count()), Ok(all));
    }
}

#[test]
fn what_somebody_was_told_is_right_or_put_right_whoever_rings_at_the_same_moment() {
    let app = App::with_pool(8);
    let engaged = make::engaged(&app);
    let maggie = joined(&app, &engaged.opportunity, "Maggie Doyle");
    let session = planned(&app, &engaged.opportunity, "2026-09-01T13:00:00Z", "2026-09-01T15:00:00Z");
    let path = format!("/v1/sessions/{session}");
    tell(&app, &maggie);
    tell(&app, &engaged.volunteer);
    for round in 0..6 {
        app.lead().change(&path, json!({ "venue": "Library" })).expect(200);
        let list = app.lead().get(&format!("/v1/deliveries?status=pending&volunteer_id={maggie}")).expect(200);
        let items = list["items"].as_array().unwrap();
        let delivery = make::id(items.iter().find(|one| one["about"] == "session_changed").unwrap());
        let version = app.lead().get(&path).expect(200)["version"].as_i64().unwrap();
        let answers = at_once(2, |n| match (n + round) % 2 {
            0 => app.lead().patch(&path, version, json!({ "venue": "Room 2" })),
            _ => app.lead().ask(&format!("/v1/deliveries/{delivery}/done")),
        });
        let was_told = answers[(round + 1) % 2].status == 200;
        let left = pending(&app, &maggie);
        if was_told {
            assert_eq!(left.len(), 1, "{left:?}");
            assert!(left[0].1.ends_with("Now it is: Tuesday 1 September 2026, 2pm to 4pm, Room 2."), "{}", left[0].1);
            tell(&app, &maggie);
        } else {
            assert_eq!(left, [], "she was never told of the library");
        }
        tell(&app, &engaged.volunteer);
    }
}

#[test]
fn nobody_is_told_after_an_erasure_and_what_was_pending_is_taken_back() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let maggie = joined(&app, &engaged.opportunity, "Maggie Doyle");
    let session = planned(&app, &engaged.opportunity, "2026-07-07T13:00:00Z", "2026-07-07T15:00:00Z");
    let agreements = app.lead().get(&format!("/v1/agreements?volunteer_id={maggie}")).expect(200);
    let agreement = make::id(&agreements["items"][0]);
    app.lead().post(&format!("/v1/agreements/{agreement}/end"), json!({ "reason": "Asked for it." })).expect(200);
    app.lead().ask(&format!("/v1/volunteers/{maggie}/erase")).expect(200);
    assert_eq!(pending(&app, &maggie), []);
    app.lead().change(&format!("/v1/sessions/{session}"), json!({ "venue": "Library" })).expect(200);
    app.now_is("2026-07-05T10:00:00Z");
    involvement::app::tick(&app.running().service).expect("a tick");
    assert_eq!(pending(&app, &maggie), []);
    assert_eq!(books::number(&app, &format!("SELECT count(*) FROM session_news WHERE volunteer_id = '{maggie}'")), 0);
}

#[test]
fn whoever_pauses_is_not_told_that_a_session_is_off_and_claims_nothing_for_it() {
    let app = App::start();
    let engaged = make::engaged_with(&app, json!({ "places": 12 }), json!({}));
    let maggie = joined(&app, &engaged.opportunity, "Maggie Doyle");
    let session = planned(&app, &engaged.opportunity, "2026-07-07T13:00:00Z", "2026-07-07T15:00:00Z");
    let agreements = app.lead().get(&format!("/v1/agreements?volunteer_id={maggie}")).expect(200);
    let agreement = make::id(&agreements["items"][0]);
    app.lead().post(&format!("/v1/agreements/{agreement}/pause"), json!({ "reason": "A break." })).expect(200);
    app.lead().post(&format!("/v1/sessions/{session}/cancel"), json!({ "reason": "The hall is flooded." })).expect(200);
    assert_eq!(pending(&app, &maggie), []);
    assert_eq!(pending(&app, &engaged.volunteer).last().unwrap().0, "session_cancelled");
    let register = app.lead().get(&format!("/v1/sessions/{session}/attendance")).expect(200);
    let marked = register["items"].as_array().unwrap().iter().filter(|item| item["outcome"] == "cancelled_by_trust");
    assert_eq!(marked.map(|item| item["volunteer_id"].clone()).collect::<Vec<_>>(), [json!(engaged.volunteer)]);
}
