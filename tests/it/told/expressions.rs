//! Who is told of expressions of interest: the person, of each decision; nobody, of what they answered themselves.

use involvement::deliveries::About;
use serde_json::{Value, json};

use super::stage::{World, does, does_oneself, id, time_passes};
use super::walk::{Act, Scenario};

pub const SCENARIOS: &[Scenario] = &[
    Scenario { row: "expression reserve: reserved", set: reserved },
    Scenario { row: "expression offer: offer", set: offered },
    Scenario { row: "expression decline: decline", set: declined },
    Scenario { row: "expression accept: all about it", set: |world| answered(world, "accept") },
    Scenario { row: "expression turn-down: all about it", set: |world| answered(world, "turn-down") },
    Scenario { row: "expression withdraw: all about it", set: |world| answered(world, "withdraw") },
    Scenario { row: "expression lapse: all about it", set: lapsed },
];

played!(SCENARIOS);

/// Somebody who is interested, and their interest as its path.
fn interested(world: &World<'_>) -> (String, String) {
    let person = world.person("Vera Volunteer");
    let interest = world.interested(&world.opening(json!({})), &person);
    (person, interest)
}

fn decided(world: &World<'_>, verb: &str, body: Value) -> Act {
    let (person, interest) = interested(world);
    // What they were to be told of the reserve list is out of date by other decisions.
    if verb != "reserve" {
        world.does(&format!("{interest}/reserve"), json!({}));
    }
    Act::new(&person, does(format!("{interest}/{verb}"), body)).on(id(&interest))
}

fn reserved(world: &World<'_>) -> Act {
    let act = decided(world, "reserve", json!({}));
    let person = act.person().to_owned();
    act.tells(&person, About::Reserved, &[])
}

fn offered(world: &World<'_>) -> Act {
    let act = decided(world, "offer", json!({ "respond_by": "2026-06-22T16:00:00Z" }));
    let person = act.person().to_owned();
    let says = ["From 10 January 2026", "Where: Room 1", "Please answer by 5pm on Monday 22 June 2026."];
    act.tells(&person, About::Offer, &says)
}

fn declined(world: &World<'_>) -> Act {
    let message = "All six places are taken.";
    let act = decided(world, "decline", json!({ "reason_code": "places_filled", "message": message }));
    let person = act.person().to_owned();
    act.tells(&person, About::Decline, &[message])
}

fn answered(world: &World<'_>, verb: &str) -> Act {
    let (person, interest) = interested(world);
    world.does(&format!("{interest}/offer"), json!({}));
    Act::new(&person, does_oneself(&person, format!("{interest}/{verb}"), json!({}))).on(id(&interest))
}

fn lapsed(world: &World<'_>) -> Act {
    let (person, interest) = interested(world);
    world.does(&format!("{interest}/offer"), json!({ "respond_by": "2026-06-22T16:00:00Z" }));
    // An offer without an end stays.
    let other = world.person("Olga Other");
    world.offered(&world.opening(json!({})), &other);
    world.app.now_is("2026-06-22T16:00:01Z");
    Act::new(&person, time_passes()).on(id(&interest))
}
