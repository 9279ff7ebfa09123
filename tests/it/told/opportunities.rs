//! Who is told of an opportunity that is cancelled, or that meets elsewhere.

use involvement::deliveries::About;
use serde_json::json;

use super::stage::{World, changes, does, id, times};
use super::walk::{Act, Change, Scenario};
use crate::support::make;

pub const SCENARIOS: &[Scenario] = &[
    Scenario { row: "opportunity cancel: decline", set: cancelled_before_an_answer },
    Scenario { row: "opportunity cancel: opportunity_cancelled", set: cancelled_with_places },
    Scenario { row: "opportunity cancel: session_cancelled", set: cancelled_with_sessions },
    Scenario { row: "opportunity change: session_changed", set: elsewhere },
    Scenario { row: "opportunity change: offer", set: elsewhere_before_an_answer },
    Scenario { row: "opportunity change: agreement_issued", set: elsewhere_before_the_agreement },
];

played!(SCENARIOS);

const REASON: &str = "The building is closed until spring.";

fn cancel(opportunity: &str) -> Change {
    does(format!("/v1/opportunities/{opportunity}/cancel"), json!({ "reason": REASON }))
}

fn cancelled_before_an_answer(world: &World<'_>) -> Act {
    let opportunity = world.opening(json!({}));
    let people = ["Ola Offered", "Rae Reserve", "Sia Shortlist", "Remy Received"].map(|name| world.person(name));
    let [offered, reserved, shortlisted, received] = &people;
    let offer = world.offered(&opportunity, offered);
    let reserve = world.interested(&opportunity, reserved);
    world.does(&format!("{reserve}/reserve"), json!({}));
    world.does(&format!("{}/shortlist", world.interested(&opportunity, shortlisted)), json!({}));
    world.interested(&opportunity, received);
    // Whoever was declined before is told that alone.
    let declined = world.interested(&opportunity, &world.person("Dee Declined"));
    world.does(&format!("{declined}/decline"), json!({ "reason_code": "places_filled", "message": "All are taken." }));
    let act = Act::new(offered, cancel(&opportunity)).on(id(&offer)).on(id(&reserve));
    people.iter().fold(act, |act, person| act.tells(person, About::Decline, &[REASON]))
}

fn cancelled_with_places(world: &World<'_>) -> Act {
    let opportunity = world.opening(json!({}));
    let people = ["Vera Volunteer", "Sam Sample"].map(|name| world.person(name));
    for person in &people {
        make::accepted(world.app, &opportunity, person);
    }
    let back = world.interested(&opportunity, &world.person("Wanda Withdrawn"));
    world.does(&format!("{back}/withdraw"), json!({}));
    let act = Act::new(&people[0], cancel(&opportunity)).on(&opportunity);
    people.iter().fold(act, |act, person| act.tells(person, About::OpportunityCancelled, &[REASON]))
}

fn cancelled_with_sessions(world: &World<'_>) -> Act {
    let opportunity = world.opening(json!({}));
    let [told, other, untold] = ["Vera Volunteer", "Sam Sample", "Una Untold"]
        .map(|name| world.joined(&opportunity, name, json!({})).volunteer);
    world.planned(&opportunity, "2026-07-07");
    world.hears(&told);
    world.hears(&other);
    let act = Act::new(&told, cancel(&opportunity)).anew(&untold);
    let act = act.tells(&untold, About::OpportunityCancelled, &[REASON]);
    let says = ["It was to be on Tuesday 7 July 2026, 2pm to 4pm.", REASON];
    [&told, &other].into_iter().fold(act, |act, person| {
        act.tells(person, About::OpportunityCancelled, &[REASON]).tells(person, About::SessionCancelled, &says)
    })
}

fn elsewhere(world: &World<'_>) -> Act {
    let opportunity = world.opening(json!({ "venue": "Riverside Centre" }));
    let people = ["Vera Volunteer", "Sam Sample"].map(|name| world.joined(&opportunity, name, json!({})).volunteer);
    let sessions = format!("/v1/opportunities/{opportunity}/sessions");
    world.app.lead().post(&sessions, times("2026-07-07")).expect(201);
    world.planned(&opportunity, "2026-07-14");
    people.iter().for_each(|person| world.hears(person));
    let path = format!("/v1/opportunities/{opportunity}");
    world.changes(&path, json!({ "venue": "Library" }));
    world.hears(&people[1]);
    // Somebody who has no place is told nothing.
    world.interested(&opportunity, &world.person("Remy Received"));
    let act = Act::new(&people[0], changes(path, json!({ "venue": "Mill Road Hall" }))).anew(&people[0]);
    let day = "Tuesday 7 July 2026, 2pm to 4pm";
    let now = format!("Now it is: {day}, Mill Road Hall");
    ["Riverside Centre", "Library"].iter().zip(&people).fold(act, |act, (was, person)| {
        let was = format!("It was to be: {day}, {was}");
        act.tells(person, About::SessionChanged, &[was.as_str(), now.as_str()])
    })
}

fn elsewhere_before_an_answer(world: &World<'_>) -> Act {
    let opportunity = world.opening(json!({ "venue": "Riverside Centre" }));
    let [waits, knows, answered, reserved] =
        ["Wanda Waits", "Kim Knows", "Ada Answered", "Rae Reserve"].map(|name| world.person(name));
    let offer = world.offered(&opportunity, &waits);
    world.offered(&opportunity, &knows);
    world.hears(&knows);
    let turned_down = world.offered(&opportunity, &answered);
    world.app.volunteer(&answered).post(&format!("{turned_down}/turn-down"), json!({})).expect(200);
    world.does(&format!("{}/reserve", world.interested(&opportunity, &reserved)), json!({}));
    // One that ran out without an answer.
    let late = world.interested(&opportunity, &world.person("Lena Late"));
    world.does(&format!("{late}/offer"), json!({ "respond_by": "2026-06-22T16:00:00Z" }));
    world.app.now_is("2026-06-22T16:00:00Z");
    let change = changes(format!("/v1/opportunities/{opportunity}"), json!({ "venue": "Library" }));
    let act = Act::new(&waits, change).on(id(&offer));
    act.tells(&waits, About::Offer, &["Where: Library"]).tells(
        &knows,
        About::Offer,
        &["Something has changed since we offered you this place. This is how it is now:\nWhen: ", "Where: Library"],
    )
}

fn elsewhere_before_the_agreement(world: &World<'_>) -> Act {
    let opportunity = world.opening(json!({ "venue": "Riverside Centre" }));
    let [waits, knows] = ["Wanda Waits", "Kim Knows"].map(|name| {
        let person = world.person(name);
        make::accepted(world.app, &opportunity, &person);
        let agreement = world.issued(&opportunity, &person, json!({}));
        (person, agreement)
    });
    world.hears(&knows.0);
    let change = changes(format!("/v1/opportunities/{opportunity}"), json!({ "venue": "Library" }));
    let act = Act::new(&waits.0, change).on(id(&waits.1));
    act.tells(&waits.0, About::AgreementIssued, &["From 10 January 2026", "Where: Library"])
}
