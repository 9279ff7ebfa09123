//! Expressions of interest: made, decided and answered. Places are never exceeded, and nobody is declined without being
//! told.

use serde_json::{Value, json};

use crate::support::app::faults;
use crate::support::{App, make};

/// Creates a published opportunity, under a plan that needs agreements unless changed.
pub fn open(app: &App, more: Value, plan_more: Value) -> String {
    make::policies(app);
    let service = make::service(app, "crisis-cafe");
    let plan = make::approved_plan_with(app, &service, plan_more);
    make::published(app, &plan, more)
}

pub fn interest(opportunity: &str) -> String {
    format!("/v1/opportunities/{opportunity}/expressions-of-interest")
}

pub fn verb(expression: &str, verb: &str) -> String {
    format!("/v1/expressions-of-interest/{expression}/{verb}")
}

pub fn offered(app: &App, opportunity: &str, volunteer: &str, offer: Value) -> String {
    let made = app.volunteer(volunteer).post(&interest(opportunity), json!({})).expect(201);
    app.lead().post(&verb(&make::id(&made), "offer"), offer).expect(200);
    make::id(&made)
}

#[test]
fn volunteers_speak_for_themselves_and_staff_for_people_they_name() {
    let app = App::start();
    let opportunity = open(&app, json!({}), json!({}));
    let (vera, otto) = (make::volunteer(&app, "Vera"), make::volunteer(&app, "Otto"));
    let path = interest(&opportunity);
    app.volunteer(&vera).post(&path, json!({ "volunteer_id": otto })).refused(403, "field-forbidden");
    let made =
        app.volunteer(&vera).post(&path, json!({ "statement": "I was there.", "adjustments": "A chair." })).expect(201);
    assert_eq!(
        (&made["status"], &made["on_behalf"], &made["volunteer_id"]),
        (&json!("received"), &json!(false), &json!(vera))
    );
    app.volunteer(&vera).post(&path, json!({})).refused(409, "expression-exists");
    let problem = app.lead().post(&path, json!({})).refused(422, "invalid");
    assert_eq!(faults(&problem), [("/volunteer_id".to_owned(), "required".to_owned())]);
    let nobody = json!({ "volunteer_id": "01900000-0000-7000-8000-000000000000" });
    app.lead().post(&path, nobody).refused(409, "unknown-reference");
    let behalf = app.lead().post(&path, json!({ "volunteer_id": otto })).expect(201);
    assert_eq!(behalf["on_behalf"], true);
    app.staff(&["elsewhere"]).post(&path, json!({ "volunteer_id": otto })).refused(404, "not-found");
    app.finance().post(&path, json!({})).refused(403, "forbidden");

    let count =
        |who: crate::support::Client<'_>, path: &str| who.get(path).expect(200)["items"].as_array().unwrap().len();
    let all = "/v1/expressions-of-interest";
    assert_eq!((count(app.volunteer(&vera), all), count(app.lead(), all)), (1, 2));
    assert_eq!((count(app.staff(&["crisis-cafe"]), all), count(app.staff(&["elsewhere"]), all)), (2, 0));
    assert_eq!((count(app.volunteer(&vera), &path), count(app.lead(), &path)), (1, 2));
    let of_otto = format!("{all}?volunteer_id={otto}&opportunity_id={opportunity}&status=received,offered");
    assert_eq!((count(app.volunteer(&vera), &of_otto), count(app.lead(), &of_otto)), (0, 1));
    app.volunteer(&vera).get(&format!("{all}/{}", make::id(&behalf))).refused(404, "not-found");
    app.staff(&["elsewhere"]).get(&interest(&opportunity)).refused(404, "not-found");
    app.volunteer(&otto).ask(&verb(&make::id(&made), "withdraw")).refused(404, "not-found");
    app.volunteer(&vera).ask(&verb(&make::id(&made), "withdraw")).expect(200);
    app.volunteer(&vera).post(&path, json!({})).expect(201);
}

#[test]
fn interest_is_expressed_only_while_published_by_people_who_may_be_engaged() {
    let app = App::start();
    let opportunity = open(&app, json!({ "closes_at": "2026-06-20T12:00:00Z" }), json!({}));
    let (vera, paused) = (make::volunteer(&app, "Vera"), make::volunteer(&app, "Paul"));
    app.lead().ask(&format!("/v1/volunteers/{paused}/pause")).expect(200);
    let path = interest(&opportunity);
    app.volunteer(&paused).post(&path, json!({})).refused(409, "volunteer-not-active");
    app.now_is("2026-06-20T12:00:00Z");
    app.volunteer(&vera).post(&path, json!({})).refused(404, "not-found");
    app.lead().post(&path, json!({ "volunteer_id": vera })).refused(409, "opportunity-not-open");
}

#[test]
fn a_panel_needs_a_word_on_conflicts_of_interest() {
    let app = App::start();
    let panel = json!({ "kind": "interview_panel", "panel": { "role": "member", "scoring": "equal" } });
    let opportunity = open(&app, panel, json!({}));
    let vera = make::volunteer(&app, "Vera");
    let problem = app.volunteer(&vera).post(&interest(&opportunity), json!({}));
    let problem = problem.refused(409, "conflict-declaration-needed");
    assert_eq!(faults(&problem)[0].0, "/conflict_declared");
    app.volunteer(&vera).post(&interest(&opportunity), json!({ "conflict_declared": false })).expect(201);
}

#[test]
fn every_step_goes_by_the_table() {
    let app = App::start();
    let opportunity = open(&app, json!({}), json!({}));
    let vera = make::volunteer(&app, "Vera");
    let one = make::id(&app.volunteer(&vera).post(&interest(&opportunity), json!({})).expect(201));
    let staff = app.staff(&["crisis-cafe"]);
    app.volunteer(&vera).ask(&verb(&one, "shortlist")).refused(403, "forbidden");
    staff.ask(&verb(&one, "accept")).refused(403, "forbidden");
    let problem = app.volunteer(&vera).ask(&verb(&one, "accept")).refused(409, "invalid-transition");
    assert_eq!(problem["allowed"], json!(["shortlist", "reserve", "offer", "decline", "withdraw"]));
    staff.ask(&verb(&one, "shortlist")).expect(200);
    let stale = [("if-match", "\"1\"")];
    staff.send("POST", &verb(&one, "offer"), &stale, Some("{}".to_owned())).refused(412, "precondition-failed");
    staff.ask(&verb(&one, "offer")).expect(200);
    let turned_down = app.volunteer(&vera).ask(&verb(&one, "turn-down")).expect(200);
    assert_eq!((&turned_down["status"], &turned_down["version"]), (&json!("turned_down"), &json!(4)));
    staff.ask(&verb(&one, "offer")).refused(409, "invalid-transition");
}

#[test]
fn a_decline_has_a_reason_and_a_message_and_reaches_the_person_and_so_does_an_offer() {
    let app = App::start();
    let opportunity = open(&app, json!({}), json!({}));
    let (vera, otto) = (make::volunteer(&app, "Vera"), make::volunteer(&app, "Otto"));
    let one = make::id(&app.volunteer(&vera).post(&interest(&opportunity), json!({})).expect(201));
    let decline = verb(&one, "decline");
    for (body, fields) in [
        (json!({}), vec!["/message", "/reason_code"]),
        (json!({ "reason_code": "other", "message": " \n" }), vec!["/message"]),
        (json!({ "reason_code": "because", "message": "No." }), vec!["/reason_code"]),
    ] {
        let mut found: Vec<String> =
            faults(&app.lead().post(&decline, body).refused(422, "invalid")).into_iter().map(|(at, _)| at).collect();
        found.sort();
        assert_eq!(found, fields);
    }
    let message = "Thank you; the places went to others.";
    app.lead().post(&decline, json!({ "reason_code": "places_filled", "message": message })).expect(200);
    let seen = app.volunteer(&vera).get(&format!("/v1/expressions-of-interest/{one}")).expect(200);
    assert_eq!(
        (&seen["status"], &seen["decline_reason_code"], &seen["decline_message"]),
        (&json!("declined"), &json!("places_filled"), &json!(message))
    );
    let told = app.volunteer(&vera).get("/v1/deliveries").expect(200);
    assert_eq!((&told["items"][0]["about"], &told["items"][0]["message"]), (&json!("decline"), &json!(message)));
    offered(&app, &opportunity, &otto, json!({ "respond_by": "2026-06-30T12:00:00Z" }));
    let told = app.volunteer(&otto).get("/v1/deliveries").expect(200);
    assert_eq!((&told["items"][0]["about"], &told["items"][0]["status"]), (&json!("offer"), &json!("pending")));
}

#[test]
fn an_offer_lapses_by_itself_and_interest_can_be_expressed_anew() {
    let app = App::start();
    let opportunity = open(&app, json!({}), json!({}));
    let vera = make::volunteer(&app, "Vera");
    let one = offered(&app, &opportunity, &vera, json!({ "respond_by": "2026-06-20T12:00:00Z" }));
    let late = json!({ "respond_by": "2026-06-15T10:00:00Z" });
    let problem = app.lead().post(&verb(&one, "offer"), late).refused(422, "invalid");
    assert_eq!(faults(&problem), [("/respond_by".to_owned(), "out-of-range".to_owned())]);
    app.volunteer(&vera).post(&interest(&opportunity), json!({})).refused(409, "expression-exists");
    app.now_is("2026-06-20T12:00:00Z");
    let path = format!("/v1/expressions-of-interest/{one}");
    let seen = app.volunteer(&vera).get(&path).expect(200);
    assert_eq!(seen["status"], "lapsed");
    let count = |status: &str| {
        let list = app.lead().get(&format!("/v1/expressions-of-interest?status={status}")).expect(200);
        list["items"].as_array().unwrap().len()
    };
    assert_eq!((count("offered"), count("lapsed"), count("offered,lapsed")), (0, 1, 1));
    app.volunteer(&vera).ask(&verb(&one, "accept")).refused(409, "invalid-transition");
    app.volunteer(&vera).post(&interest(&opportunity), json!({})).expect(201);
    let seen = app.volunteer(&vera).get(&path).expect(200);
    assert_eq!((&seen["status"], &seen["version"]), (&json!("lapsed"), &json!(3)));
}

#[test]
fn one_live_expression_a_person_however_many_are_sent_at_once() {
    let app = App::with_pool(8);
    let opportunity = open(&app, json!({}), json!({}));
    let vera = make::volunteer(&app, "Vera");
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let asks: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| app.volunteer(&vera).post(&interest(&opportunity), json!({})).status))
            .collect();
        asks.into_iter().map(|ask| ask.join().unwrap()).collect()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| matches!(status, 201 | 409)), "{statuses:?}");
}

#[test]
fn nobody_is_left_waiting_by_a_cancellation_at_the_same_moment() {
    let app = App::with_pool(8);
    let opportunity = open(&app, json!({ "places": 20 }), json!({}));
    let people: Vec<String> = (0..6).map(|n| make::volunteer(&app, &format!("Person {n}"))).collect();
    let offers: Vec<String> = people[..3].iter().map(|person| offered(&app, &opportunity, person, json!({}))).collect();
    std::thread::scope(|scope| {
        for (person, offer) in people.iter().zip(&offers) {
            scope.spawn(|| assert!(matches!(app.volunteer(person).ask(&verb(offer, "accept")).status, 200 | 409)));
        }
        for person in &people[3..] {
            scope.spawn(|| app.volunteer(person).post(&interest(&opportunity), json!({})).status);
        }
        scope.spawn(|| {
            let reason = json!({ "reason": "The building is closed." });
            app.lead().post(&format!("/v1/opportunities/{opportunity}/cancel"), reason).expect(200);
        });
    });
    let left = app.lead().get("/v1/expressions-of-interest?status=received,shortlisted,offered").expect(200);
    assert_eq!(left["items"], json!([]));
}

#[test]
fn accepting_makes_the_short_agreement_where_the_plan_needs_none_once_everything_is_in_date() {
    let app = App::start();
    let plan = json!({ "agreement": { "needed": false, "ongoing": false } });
    let opportunity = open(&app, json!({ "clearances_required": [{ "kind": "identity" }] }), plan);
    let vera = make::volunteer(&app, "Vera");
    let one = offered(&app, &opportunity, &vera, json!({ "conditional_on": ["identity", "references"] }));
    let problem = app.volunteer(&vera).ask(&verb(&one, "accept")).refused(409, "clearance-missing");
    assert_eq!(problem["errors"].as_array().unwrap().len(), 2);
    let seen = app.lead().get(&format!("/v1/opportunities/{opportunity}")).expect(200);
    assert_eq!(seen["places_left"], 2, "a refused acceptance takes no place");
    for kind in ["identity", "references"] {
        let clearance = json!({ "kind": kind, "state": "cleared", "issued_on": "2026-06-01" });
        app.lead().post(&format!("/v1/volunteers/{vera}/clearances"), clearance).expect(201);
    }
    app.volunteer(&vera).ask(&verb(&one, "accept")).expect(200);
    let agreements = app.volunteer(&vera).get("/v1/agreements").expect(200);
    assert_eq!(agreements["items"][0]["status"], "active");
    app.volunteer(&vera).ask(&verb(&one, "withdraw")).refused(409, "agreement-exists");
    let agreement = make::id(&agreements["items"][0]);
    app.volunteer(&vera).post(&format!("/v1/agreements/{agreement}/end"), json!({ "reason": "I moved." })).expect(200);
    app.volunteer(&vera).ask(&verb(&one, "withdraw")).refused(409, "invalid-transition");
    let seen = app.lead().get(&format!("/v1/opportunities/{opportunity}")).expect(200);
    assert_eq!(seen["places_left"], 2);
}

#[test]
fn where_an_agreement_is_needed_accepting_waits_for_no_clearance() {
    let app = App::start();
    let opportunity = open(&app, json!({ "clearances_required": [{ "kind": "identity" }] }), json!({}));
    let vera = make::volunteer(&app, "Vera");
    let one = offered(&app, &opportunity, &vera, json!({ "conditional_on": ["identity"] }));
    app.lead().ask(&verb(&one, "accept")).expect(200);
    assert_eq!(app.volunteer(&vera).get("/v1/agreements").expect(200)["items"], json!([]));
}

#[test]
fn whoever_is_offered_a_place_is_told_again_where_its_days_change() {
    let app = App::start();
    let opportunity = open(&app, json!({ "ends_on": "2026-12-31" }), json!({}));
    let vera = make::volunteer(&app, "Vera");
    offered(&app, &opportunity, &vera, json!({}));
    let at = format!("/v1/opportunities/{opportunity}");
    for (change, says) in [
        (json!({ "starts_on": "2026-07-01" }), "1 July 2026 to 31 December 2026"),
        (json!({ "ends_on": "2026-11-30" }), "1 July 2026 to 30 November 2026"),
    ] {
        app.lead().change(&at, change).expect(200);
        let waits = app.volunteer(&vera).get("/v1/deliveries?status=pending").expect(200)["items"].clone();
        assert_eq!(waits.as_array().map(Vec::len), Some(1), "and no more of the days before: {waits}");
        assert!(waits[0]["message"].as_str().unwrap().contains(says), "{says}: {waits}");
    }
}
