//! Sessions and attendance: recorded from the start of the session, for people engaged on the day, with flags, and
//! fixed once claimed.

use serde_json::{Value, json};

use crate::support::app::faults;
use crate::support::{App, make};

fn planned(app: &App, opportunity: &str, body: Value) -> crate::support::Answer {
    app.staff(&["crisis-cafe"]).post(&format!("/v1/opportunities/{opportunity}/sessions"), body)
}

#[test]
fn a_session_is_planned_changed_held_and_found() {
    let app = App::start();
    let engaged = make::engaged(&app);
    for (starts, ends, pointer) in [
        ("2026-06-15T10:00:30Z", "2026-06-15T11:00:00Z", "/starts_at"),
        ("2026-06-15T10:00:00Z", "2026-06-15T11:00:00.5Z", "/ends_at"),
        ("2026-06-15T10:00:00Z", "2026-06-15T10:00:00Z", "/ends_at"),
        ("2026-06-15T10:00:00Z", "2026-06-16T10:01:00Z", "/ends_at"),
    ] {
        let problem = planned(&app, &engaged.opportunity, json!({ "starts_at": starts, "ends_at": ends }));
        assert_eq!(faults(&problem.refused(422, "invalid"))[0].0, pointer);
    }
    let body = json!({ "starts_at": "2026-06-15T23:30:00+01:00", "ends_at": "2026-06-16T00:30:00Z", "title": "Late" });
    let answer = planned(&app, &engaged.opportunity, body);
    let path = answer.header("location").unwrap().to_owned();
    let session = answer.expect(201);
    assert_eq!((&session["status"], &session["claim_by"]), (&json!("scheduled"), &json!("2026-09-15")));
    let changed = app.lead().patch(&path, 1, json!({ "venue": "Library" })).expect(200);
    assert_eq!(changed["venue"], "Library");
    app.lead().ask(&format!("{path}/hold")).refused(409, "session-not-started");
    app.now_is("2026-06-15T22:30:00Z");
    assert_eq!(app.lead().ask(&format!("{path}/hold")).expect(200)["status"], "held");
    app.lead().ask(&format!("{path}/hold")).refused(409, "invalid-transition");
    app.lead().patch(&path, 3, json!({ "venue": "Room 2" })).refused(409, "not-editable");

    let found =
        |query: &str| app.lead().get(&format!("/v1/sessions?{query}")).expect(200)["items"].as_array().unwrap().len();
    let counts =
        ["from=2026-06-15&to=2026-06-15", "from=2026-06-16", "to=2026-06-14", "status=held", "status=scheduled"];
    assert_eq!(counts.map(found), [1, 0, 0, 1, 0]);
    assert_eq!(found(&format!("opportunity_id={}&status=held,cancelled", engaged.opportunity)), 1);
    assert_eq!(app.volunteer(&engaged.volunteer).get(&path).expect(200)["outcome"], Value::Null);
    assert!(app.lead().get(&path).expect(200).get("outcome").is_none());
    let stranger = make::volunteer(&app, "Sam Stranger");
    app.volunteer(&stranger).get(&path).refused(404, "not-found");
    app.staff(&["elsewhere"]).get(&path).refused(404, "not-found");
    app.finance().get(&path).refused(403, "forbidden");
}

#[test]
fn attendance_is_taken_from_the_start_of_people_engaged_on_that_day() {
    let app = App::start();
    let engaged = make::engaged_with(&app, json!({}), json!({ "starts_on": "2026-06-10" }));
    let stranger = make::volunteer(&app, "Sam Stranger");
    let early = make::session(&app, &engaged.opportunity, "2026-06-09T12:00:00Z", 60);
    let session = make::session(&app, &engaged.opportunity, "2026-06-15T11:00:00Z", 240);
    let path = format!("/v1/sessions/{session}/attendance");
    let came = |volunteer: &str, outcome: &str| json!({ "volunteer_id": volunteer, "outcome": outcome });
    let lead = app.lead();
    let whole = json!({ "items": [came(&engaged.volunteer, "attended")] });
    lead.put(&path, whole.clone()).refused(409, "session-not-started");
    app.now_is("2026-06-15T11:00:00Z");
    let both = json!({ "items": [came(&engaged.volunteer, "attended"), came(&stranger, "attended")] });
    let problem = lead.put(&path, both).refused(409, "not-engaged");
    assert_eq!(faults(&problem)[0].0, "/items/1/volunteer_id");
    let twice = json!({ "items": [came(&stranger, "attended"), came(&stranger, "no_show")] });
    assert_eq!(faults(&lead.put(&path, twice).refused(422, "invalid"))[0].1, "repeated");
    let before = format!("/v1/sessions/{early}/attendance/{}", engaged.volunteer);
    lead.put(&before, json!({ "outcome": "attended" })).refused(409, "not-engaged");

    let taken = lead.put(&path, whole.clone()).expect(200);
    let one = &taken["items"][0];
    assert_eq!(
        (&taken["version"], &one["outcome"], &one["claim_by"]),
        (&json!(2), &json!("attended"), &json!("2026-09-15"))
    );
    assert_eq!(lead.put(&path, whole.clone()).expect(200), taken, "the same again changes nothing");
    lead.send("PUT", &path, &[("if-match", "\"1\"")], Some(whole.to_string())).refused(412, "precondition-failed");
    let own = format!("{path}/{}", engaged.volunteer);
    let noted = lead.put(&own, json!({ "outcome": "left_early", "note": "A bus to catch." })).expect(200);
    assert_eq!((&noted["version"], &noted["note"]), (&json!(3), &json!("A bus to catch.")));
    let mine = app.volunteer(&engaged.volunteer).get(&format!("/v1/sessions/{session}")).expect(200);
    assert_eq!((&mine["outcome"], &mine["claim_by"]), (&json!("left_early"), &json!("2026-09-15")));
    app.volunteer(&engaged.volunteer).get(&path).refused(403, "forbidden");
    let times = json!({ "starts_at": "2026-06-15T10:00:00Z" });
    lead.patch(&format!("/v1/sessions/{session}"), 3, times).refused(409, "not-editable");
    let nobody = lead.put(&path, json!({ "items": [] })).expect(200);
    let expected = json!([[engaged.volunteer, null]]);
    let outcomes = nobody["items"].as_array().expect("items").iter();
    let outcomes: Vec<Value> = outcomes.map(|item| json!([item["volunteer_id"], item["outcome"]])).collect();
    assert_eq!(json!(outcomes), expected, "everybody who is expected, and nothing said of anyone");
}

#[test]
fn a_clearance_that_was_not_in_date_is_flagged_and_what_happened_stands() {
    let app = App::start();
    make::policies(&app);
    let service = make::service(&app, "crisis-cafe");
    let plan = make::approved_plan(&app, &service);
    let required = json!([{ "kind": "dbs_enhanced", "eligibility_reason": "Alone with children" }]);
    let opportunity =
        make::published(&app, &plan, json!({ "clearances_required": required, "training_required": ["equality"] }));
    let volunteer = make::volunteer(&app, "Vera Volunteer");
    let clearances = format!("/v1/volunteers/{volunteer}/clearances");
    for clearance in [
        json!({ "kind": "dbs_enhanced", "workforce": "child", "state": "cleared", "issued_on": "2026-01-01",
            "policy_expires_on": "2026-06-16", "eligibility_reason": "Alone with children" }),
        json!({ "kind": "training:equality", "state": "cleared", "issued_on": "2026-01-01" }),
    ] {
        app.lead().post(&clearances, clearance).expect(201);
    }
    make::agreement(&app, &opportunity, &volunteer, json!({}));
    let flags = |session: &str| {
        app.lead().get(&format!("/v1/sessions/{session}/attendance")).expect(200)["items"][0]["clearance_flags"].clone()
    };
    app.now_is("2026-06-30T10:00:00Z");
    let last_day = make::attended(&app, &opportunity, &volunteer, "2026-06-16T12:00:00Z", 60);
    let day_after = make::attended(&app, &opportunity, &volunteer, "2026-06-17T12:00:00Z", 60);
    assert_eq!(flags(&last_day), json!([]));
    assert_eq!(flags(&day_after), json!([{ "kind": "dbs_enhanced", "status": "expired" }]));
}

#[test]
fn a_cancelled_session_marks_everyone_engaged() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let session = make::session(&app, &engaged.opportunity, "2026-06-15T13:00:00Z", 240);
    let cancel = format!("/v1/sessions/{session}/cancel");
    let staff = app.staff(&["crisis-cafe"]);
    staff.post(&cancel, json!({})).refused(422, "invalid");
    staff.post(&cancel, json!({ "reason": "Ill.", "cancelled_at": "2026-06-15T10:00:01Z" })).refused(422, "invalid");
    let cancelled = staff.post(&cancel, json!({ "reason": "Ill." })).expect(200);
    assert_eq!(
        (&cancelled["status"], &cancelled["cancelled_at"]),
        (&json!("cancelled"), &json!("2026-06-15T10:00:00Z"))
    );
    let register = staff.get(&format!("/v1/sessions/{session}/attendance")).expect(200);
    assert_eq!(register["items"][0]["volunteer_id"], engaged.volunteer);
    assert_eq!(register["items"][0]["outcome"], "cancelled_by_trust");
    app.now_is("2026-06-15T14:00:00Z");
    let own = format!("/v1/sessions/{session}/attendance/{}", engaged.volunteer);
    staff.put(&own, json!({ "outcome": "attended" })).refused(409, "not-editable");
    staff.ask(&format!("/v1/sessions/{session}/hold")).refused(409, "invalid-transition");
}

#[test]
fn what_was_attended_before_the_end_can_still_be_recorded() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let end = json!({ "reason": "Over.", "on": "2026-06-12" });
    app.lead().post(&format!("/v1/agreements/{}/end", engaged.agreement), end).expect(200);
    make::attended(&app, &engaged.opportunity, &engaged.volunteer, "2026-06-12T22:30:00Z", 30);
    let after = make::session(&app, &engaged.opportunity, "2026-06-12T23:00:00Z", 30);
    let path = format!("/v1/sessions/{after}/attendance/{}", engaged.volunteer);
    app.lead().put(&path, json!({ "outcome": "attended" })).refused(409, "not-engaged");
}

#[test]
fn an_outcome_stands_once_it_is_claimed() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let session = make::attended(&app, &engaged.opportunity, &engaged.volunteer, "2026-06-12T12:00:00Z", 240);
    let lines = json!([{ "kind": "time", "session_id": session }]);
    let claim = make::id(&make::submitted(&app, &engaged, lines));
    let path = format!("/v1/sessions/{session}/attendance");
    let own = format!("{path}/{}", engaged.volunteer);
    let lead = app.lead();
    lead.put(&own, json!({ "outcome": "no_show" })).refused(409, "claimed");
    lead.put(&path, json!({ "items": [] })).refused(409, "claimed");
    lead.put(&own, json!({ "outcome": "attended" })).expect(200);
    lead.post(&format!("/v1/sessions/{session}/cancel"), json!({ "reason": "No." })).refused(409, "claimed");
    lead.post(&format!("/v1/claims/{claim}/return"), json!({ "reason": "Look again." })).expect(200);
    lead.put(&own, json!({ "outcome": "no_show" })).expect(200);
}

#[test]
fn cancelling_an_opportunity_calls_off_its_sessions_to_come_and_tells_everyone_engaged() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let (opportunity, vera) = (&engaged.opportunity, &engaged.volunteer);
    let began = make::session(&app, opportunity, "2026-06-15T10:00:00Z", 60);
    let past = make::attended(&app, opportunity, vera, "2026-06-10T09:00:00Z", 60);
    let coming = [("2026-06-15T10:01:00Z", 60), ("2026-07-01T09:00:00Z", 240)]
        .map(|(at, minutes)| make::session(&app, opportunity, at, minutes));
    let reason = json!({ "reason": "The building is closed." });
    app.staff(&["crisis-cafe"]).post(&format!("/v1/opportunities/{opportunity}/cancel"), reason).expect(200);
    for session in &coming {
        let seen = app.volunteer(vera).get(&format!("/v1/sessions/{session}")).expect(200);
        let got =
            json!([seen["status"], seen["cancel_reason"], seen["outcome"], seen["version"], seen["cancelled_at"]]);
        let wanted = json!(["cancelled", "The building is closed.", "cancelled_by_trust", 2, "2026-06-15T10:00:00Z"]);
        assert_eq!(got, wanted);
    }
    for (session, outcome) in [(began, Value::Null), (past, json!("attended"))] {
        let seen = app.volunteer(vera).get(&format!("/v1/sessions/{session}")).expect(200);
        assert_eq!((&seen["status"], &seen["outcome"]), (&json!("scheduled"), &outcome));
    }
    let told = app.volunteer(vera).get("/v1/deliveries").expect(200);
    assert_eq!(told["items"][0]["message"], "The building is closed.");
    // Short notice is paid as if attended; a month's is not.
    let line = |session: &String| json!({ "kind": "time", "session_id": session });
    let claim = make::claim(&app.volunteer(vera), &engaged.agreement, json!([line(&coming[0]), line(&coming[1])]));
    assert_eq!(claim["total_pence"], 7_500);
}

#[test]
fn a_session_called_off_for_later_keeps_nobody_in_an_agreement() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let coming = make::session(&app, &engaged.opportunity, "2026-07-01T09:00:00Z", 60);
    app.lead().post(&format!("/v1/sessions/{coming}/cancel"), json!({ "reason": "Ill." })).expect(200);
    let end = format!("/v1/agreements/{}/end", engaged.agreement);
    app.volunteer(&engaged.volunteer).post(&end, json!({ "reason": "I move away." })).expect(200);
}

#[test]
fn whose_planned_last_day_is_over_is_not_marked_by_a_cancellation() {
    let app = App::start();
    let ending = |day: &str| make::engaged_with(&app, json!({}), json!({ "ends_on": day }));
    let engaged = ending("2026-06-19");
    for (day, marked) in [("2026-06-19", 1), ("2026-06-20", 0)] {
        let session = make::session(&app, &engaged.opportunity, &format!("{day}T09:00:00Z"), 60);
        let path = format!("/v1/sessions/{session}");
        app.lead().post(&format!("{path}/cancel"), json!({ "reason": "The building is closed." })).expect(200);
        let register = app.lead().get(&format!("{path}/attendance")).expect(200);
        let items = register["items"].as_array().unwrap();
        assert_eq!(
            items.iter().filter(|item| item["outcome"] == "cancelled_by_trust").count(),
            marked,
            "{day}: {register}"
        );
    }
    // Whoever came before it was cancelled did not only attend.
    app.now_is("2026-06-21T09:30:00Z");
    let session = make::session(&app, &engaged.opportunity, "2026-06-21T09:00:00Z", 60);
    make::attend(&app, &session, &engaged.volunteer, "attended");
    app.lead().post(&format!("/v1/sessions/{session}/cancel"), json!({ "reason": "The lights went out." })).expect(200);
    let register = app.lead().get(&format!("/v1/sessions/{session}/attendance")).expect(200);
    assert_eq!(register["items"][0]["outcome"], "cancelled_by_trust", "{register}");
}
