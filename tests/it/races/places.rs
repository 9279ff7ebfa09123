//! Races for places: whoever is offered one has it kept, however many offers, answers and reserves come at once.

use serde_json::json;

use crate::support::together::{ROUNDS, at_once, done};
use crate::support::{App, books, make};
use crate::withdrawn_places::drafted;

/// An opportunity with one place, and people who are interested in it: the paths of their expressions of interest.
fn one_place(app: &App, plan: &str, people: usize) -> (String, Vec<(String, String)>) {
    let opportunity = make::published(app, plan, json!({ "places": 1 }));
    let path = format!("/v1/opportunities/{opportunity}/expressions-of-interest");
    let interested = |n: usize| {
        let person = make::volunteer(app, &format!("Person {n}"));
        let one = make::id(&app.volunteer(&person).post(&path, json!({})).expect(201));
        (person, format!("/v1/expressions-of-interest/{one}"))
    };
    (opportunity, (0..people).map(interested).collect())
}

fn plan(app: &App) -> String {
    make::policies(app);
    let service = make::service(app, "crisis-cafe");
    make::approved_plan(app, &service)
}

/// Accepted places and open offers of every opportunity are never more than its places.
fn kept(app: &App) {
    let more = "SELECT count(*) FROM opportunities o WHERE o.places < o.accepted_count
        + (SELECT count(*) FROM expressions e WHERE e.opportunity_id = o.id AND e.status = 'offered')";
    assert_eq!(books::number(app, more), 0);
}

#[test]
fn one_place_is_offered_to_one_person() {
    let app = App::with_pool(8);
    let plan = plan(&app);
    for _ in 0..ROUNDS {
        let (_, people) = one_place(&app, &plan, 2);
        let offer = |n: usize| app.lead().post(&format!("{}/offer", people[n].1), json!({}));
        assert_eq!(done(at_once(2, offer), (409, "no-places-left")), 1);
    }
    kept(&app);
    books::balance(&app);
}

#[test]
fn whoever_is_put_on_the_reserve_while_offered_a_place_is_one_or_the_other() {
    let app = App::with_pool(8);
    let plan = plan(&app);
    let (mut offered_last, mut told) = (0, 0);
    for round in 0..ROUNDS {
        let (_, people) = one_place(&app, &plan, 1);
        let (person, at) = &people[0];
        let ask = |n: usize| match (n + round) % 2 {
            0 => app.lead().ask(&format!("{at}/reserve")),
            _ => app.lead().post(&format!("{at}/offer"), json!({})),
        };
        done(at_once(2, ask), (409, "invalid-transition"));
        // An offer can follow a reserve, never the other way round.
        assert_eq!(app.lead().get(at).expect(200)["status"], "offered");
        let seen = app.lead().get(&format!("/v1/deliveries?status=pending&volunteer_id={person}")).expect(200);
        let abouts: Vec<_> = seen["items"].as_array().unwrap().iter().map(|item| item["about"].clone()).collect();
        assert_eq!(abouts, [json!("offer")], "nobody is told of a reserve that an offer has overtaken");
        offered_last += 1;
        told += abouts.len();
    }
    assert_eq!((offered_last, told), (ROUNDS, ROUNDS));
    kept(&app);
    books::balance(&app);
}

#[test]
fn a_place_that_is_freed_is_taken_once() {
    let app = App::with_pool(8);
    let plan = plan(&app);
    for _ in 0..ROUNDS {
        let (opportunity, people) = one_place(&app, &plan, 3);
        app.lead().post(&format!("{}/offer", people[0].1), json!({})).expect(200);
        for (_, at) in &people[1..] {
            app.lead().ask(&format!("{at}/reserve")).expect(200);
        }
        let ask = |n: usize| match n {
            0 => app.volunteer(&people[0].0).ask(&format!("{}/turn-down", people[0].1)),
            n => app.lead().post(&format!("{}/offer", people[n].1), json!({})),
        };
        let answers = at_once(3, ask);
        assert_eq!(answers[0].status, 200, "{}", answers[0].text);
        assert!(done(answers, (409, "no-places-left")) <= 2, "one of the two at the most");
        let open = format!("/v1/opportunities/{opportunity}/expressions-of-interest?status=offered");
        assert!(app.lead().get(&open).expect(200)["items"].as_array().unwrap().len() <= 1);
    }
    kept(&app);
    books::balance(&app);
}

#[test]
fn whoever_withdraws_while_they_accept_the_agreement_does_one_or_the_other() {
    let app = App::with_pool(8);
    let plan = plan(&app);
    for round in 0..ROUNDS {
        let (opportunity, people) = one_place(&app, &plan, 1);
        let (person, at) = &people[0];
        app.lead().post(&format!("{at}/offer"), json!({})).expect(200);
        app.volunteer(person).ask(&format!("{at}/accept")).expect(200);
        let agreement = drafted(&app, &opportunity, person);
        app.lead().ask(&format!("{agreement}/issue")).expect(200);
        let ask = |n: usize| match (n + round) % 2 {
            0 => app.volunteer(person).ask(&format!("{agreement}/accept")),
            _ => app.volunteer(person).ask(&format!("{at}/withdraw")),
        };
        let answers = at_once(2, ask);
        assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1, "round {round}");
    }
    let placeless = "SELECT count(*) FROM agreements g WHERE g.status IN ('draft', 'issued', 'active') AND NOT EXISTS (SELECT FROM expressions e
        WHERE e.opportunity_id = g.opportunity_id AND e.volunteer_id = g.volunteer_id AND e.status = 'accepted')";
    assert_eq!(books::number(&app, placeless), 0);
    kept(&app);
    books::balance(&app);
}
