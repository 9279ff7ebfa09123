//! Places: an offered one is kept until the answer, a freed one is offered to the reserve in its order, and the place of an
//! agreement that ended is free again.

use serde_json::json;

use crate::expressions::{interest, offered, open, verb};
use crate::support::together::{at_once, done};
use crate::support::{App, make};

#[test]
fn places_are_never_exceeded_by_offering_and_accepting_at_once() {
    const PLACES: usize = 3;
    const PEOPLE: usize = 12;
    let app = App::with_pool(8);
    let opportunity = open(&app, json!({ "places": PLACES }), json!({}));
    let people: Vec<String> = (0..PEOPLE).map(|n| make::volunteer(&app, &format!("Person {n}"))).collect();
    let interested =
        |person: &String| make::id(&app.volunteer(person).post(&interest(&opportunity), json!({})).expect(201));
    let asked: Vec<String> = people.iter().map(interested).collect();
    let offer = |n: usize| app.lead().post(&verb(&asked[n], "offer"), json!({}));
    let answers = at_once(PEOPLE, offer);
    let offered: Vec<usize> = (0..PEOPLE).filter(|n| answers[*n].status == 200).collect();
    assert_eq!(done(answers, (409, "no-places-left")), PLACES);
    let accept = |n: usize| app.volunteer(&people[offered[n]]).ask(&verb(&asked[offered[n]], "accept"));
    assert_eq!(done(at_once(PLACES, accept), (409, "no-places-left")), PLACES, "whoever was offered a place gets it");
    let seen = app.lead().get(&format!("/v1/opportunities/{opportunity}")).expect(200);
    assert_eq!(seen["places_left"], 0);
    // A withdrawal frees one place, not two.
    app.volunteer(&people[offered[0]]).ask(&verb(&asked[offered[0]], "withdraw")).expect(200);
    let waiting: Vec<usize> = (0..PEOPLE).filter(|n| !offered.contains(n)).collect();
    assert_eq!(done(at_once(2, |n| offer(waiting[n])), (409, "no-places-left")), 1);
}

#[test]
fn a_place_that_is_offered_is_kept_until_the_answer_and_the_reserve_is_asked_in_its_order() {
    let app = App::start();
    let opportunity = open(&app, json!({ "places": 1 }), json!({}));
    let [grace, tom, ada] = ["Grace", "Tom", "Ada"].map(|name| {
        let person = make::volunteer(&app, name);
        let one = make::id(&app.volunteer(&person).post(&interest(&opportunity), json!({})).expect(201));
        (person, one)
    });
    app.lead().post(&verb(&grace.1, "offer"), json!({ "respond_by": "2026-06-20T12:00:00Z" })).expect(200);
    let problem = app.lead().post(&verb(&tom.1, "offer"), json!({})).refused(409, "no-places-left");
    assert!(problem["detail"].as_str().unwrap().contains("of 1, 0 are taken and 1 offered"), "{problem}");
    // Nobody is left without an answer: Ada and then Tom go on the reserve, and are told.
    app.lead().ask(&verb(&ada.1, "reserve")).expect(200);
    app.now_is("2026-06-15T10:05:00Z");
    let reserved = app.lead().ask(&verb(&tom.1, "reserve")).expect(200);
    assert_eq!((&reserved["status"], &reserved["reserved_at"]), (&json!("reserve"), &json!("2026-06-15T10:05:00Z")));
    app.lead().ask(&verb(&tom.1, "reserve")).refused(409, "invalid-transition");
    let told = app.volunteer(&tom.0).get("/v1/deliveries").expect(200);
    assert_eq!((&told["items"][0]["about"], &told["items"][0]["status"]), (&json!("reserved"), &json!("pending")));
    // A place that is offered can't be taken away either.
    let at = format!("/v1/opportunities/{opportunity}");
    app.lead().change(&at, json!({ "places": 2 })).expect(200);
    app.lead().post(&verb(&ada.1, "offer"), json!({})).expect(200);
    app.lead().change(&at, json!({ "places": 1 })).refused(409, "no-places-left");
    // Grace's offer lapses: her place is free for Tom, and he is told of the offer alone.
    app.now_is("2026-06-20T12:00:00Z");
    app.lead().post(&verb(&tom.1, "offer"), json!({})).expect(200);
    let told = app.volunteer(&tom.0).get("/v1/deliveries?status=pending").expect(200);
    assert_eq!(told["items"].as_array().unwrap().len(), 1);
    assert_eq!(told["items"][0]["about"], "offer");
    app.volunteer(&tom.0).ask(&verb(&tom.1, "accept")).expect(200);
    app.volunteer(&ada.0).ask(&verb(&ada.1, "withdraw")).expect(200);
    app.lead().change(&at, json!({ "places": 1 })).expect(200);
}

#[test]
fn the_database_keeps_a_place_that_is_offered() {
    let app = App::start();
    let opportunity = open(&app, json!({ "places": 1 }), json!({}));
    let [grace, tom] = ["Grace", "Tom"].map(|name| make::volunteer(&app, name));
    offered(&app, &opportunity, &grace, json!({}));
    let other = make::id(&app.volunteer(&tom).post(&interest(&opportunity), json!({})).expect(201));
    let sql = format!("UPDATE expressions SET status = 'offered' WHERE id = '{other}'");
    let refused = diesel::RunQueryDsl::execute(diesel::sql_query(sql), &mut app.database.as_service()).unwrap_err();
    assert!(refused.to_string().contains("no place is free"), "{refused}");
}

#[test]
fn the_place_of_an_agreement_that_ended_is_free_again() {
    let app = App::start();
    let engaged = make::engaged_with(&app, json!({ "places": 1 }), json!({}));
    let tom = make::volunteer(&app, "Tom");
    let other = make::id(&app.volunteer(&tom).post(&interest(&engaged.opportunity), json!({})).expect(201));
    app.lead().post(&verb(&other, "offer"), json!({})).refused(409, "no-places-left");
    let end = format!("/v1/agreements/{}/end", engaged.agreement);
    app.lead().post(&end, json!({ "reason": "The work is done." })).expect(200);
    let seen = app.lead().get(&format!("/v1/opportunities/{}", engaged.opportunity)).expect(200);
    assert_eq!(seen["places_left"], 1);
    let own = app.volunteer(&engaged.volunteer).get("/v1/expressions-of-interest").expect(200);
    let own = own["items"][0].clone();
    assert_eq!(own["status"], "ended");
    // The place is freed once: there is nothing left to withdraw.
    app.volunteer(&engaged.volunteer).ask(&verb(&make::id(&own), "withdraw")).refused(409, "invalid-transition");
    app.lead().post(&verb(&other, "offer"), json!({})).expect(200);
    // Whoever comes back asks again.
    app.volunteer(&engaged.volunteer).post(&interest(&engaged.opportunity), json!({})).expect(201);
}

#[test]
fn the_reserve_waits_on_the_work_list_in_its_own_order() {
    let app = App::start();
    let engaged = make::engaged_with(&app, json!({ "places": 1 }), json!({}));
    let asks = |name: &str, at: &str| {
        app.now_is(at);
        let person = make::volunteer(&app, name);
        make::id(&app.volunteer(&person).post(&interest(&engaged.opportunity), json!({})).expect(201))
    };
    // Tom asked first, Ada was put on the reserve first.
    let (tom, ada) = (asks("Tom", "2026-06-15T10:00:00Z"), asks("Ada", "2026-06-15T10:01:00Z"));
    for (one, at) in [(&ada, "2026-06-15T10:05:00Z"), (&tom, "2026-06-15T10:10:00Z")] {
        app.now_is(at);
        app.lead().ask(&verb(one, "reserve")).expect(200);
    }
    let end = format!("/v1/agreements/{}/end", engaged.agreement);
    app.lead().post(&end, json!({ "reason": "The work is done." })).expect(200);
    let list = app.staff(&["crisis-cafe"]).get("/v1/me/work?kind=reserves_to_offer").expect(200);
    let names: Vec<&str> =
        list["items"].as_array().unwrap().iter().map(|one| one["who"]["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Ada", "Tom"]);
}

#[test]
fn a_place_whose_offer_ran_out_is_there_for_the_reserve_at_once() {
    let app = App::start();
    let opportunity = open(&app, json!({ "places": 1 }), json!({}));
    let [grace, tom] = ["Grace", "Tom"].map(|name| make::volunteer(&app, name));
    offered(&app, &opportunity, &grace, json!({ "respond_by": "2026-06-20T12:00:00Z" }));
    let waits = make::id(&app.volunteer(&tom).post(&interest(&opportunity), json!({})).expect(201));
    app.lead().ask(&verb(&waits, "reserve")).expect(200);
    // Nothing has stored yet that it lapsed.
    for (at, free) in [("2026-06-20T11:59:59Z", 0), ("2026-06-20T12:00:00Z", 1)] {
        app.now_is(at);
        assert_eq!(app.lead().get("/v1/me").expect(200)["waiting"]["reserves_to_offer"], free, "{at}");
    }
}
