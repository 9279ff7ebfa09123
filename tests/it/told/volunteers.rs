//! What becomes of everything that waits for somebody who leaves, dies or is erased.

use serde_json::{Value, json};

use super::stage::{World, does};
use super::walk::{Act, Scenario};

pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        row: "volunteer leave: all to them but money",
        set: |world| goes(world, "leave", json!({ "reason": "moved" })),
    },
    Scenario {
        row: "volunteer leave: all to them",
        set: |world| goes(world, "leave", json!({ "reason": "deceased" })),
    },
    Scenario { row: "volunteer erase: all to them", set: erased },
];

played!(SCENARIOS);

fn goes(world: &World<'_>, verb: &str, body: Value) -> Act {
    let it = world.engaged();
    world.planned(&it.opportunity, "2026-07-07");
    Act::new(&it.volunteer, does(format!("/v1/volunteers/{}/{verb}", it.volunteer), body)).on(&it.volunteer)
}

fn erased(world: &World<'_>) -> Act {
    let person = world.person("Vera Volunteer");
    world.offered(&world.opening(json!({})), &person);
    Act::new(&person, does(format!("/v1/volunteers/{person}/erase"), json!({}))).on(&person)
}
