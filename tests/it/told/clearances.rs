//! Who is told that a clearance is about to expire, and who no longer needs to be.

use involvement::deliveries::About;
use serde_json::{Value, json};

use super::stage::{World, changes, does, makes, time_passes};
use super::walk::{Act, Scenario};
use crate::support::make;

pub const SCENARIOS: &[Scenario] = &[
    Scenario { row: "clearance_reminder create: clearance_expiring", set: expires },
    Scenario { row: "clearance create: some about it", set: renewed },
    Scenario { row: "clearance change: some about it", set: counts_longer },
    Scenario { row: "clearance merge: some about it", set: merged },
];

played!(SCENARIOS);

/// A check until a day, as the client sends it.
fn check(issued_on: &str, until: &str) -> Value {
    json!({ "kind": "identity", "state": "cleared", "issued_on": issued_on, "policy_expires_on": until })
}

fn clearances(person: &str) -> String {
    format!("/v1/volunteers/{person}/clearances")
}

/// Two people who take part and whose check expires on 1 October, each with its id.
fn two(world: &World<'_>) -> [(String, String); 2] {
    let opportunity = world.opening(json!({}));
    ["Vera Volunteer", "Sam Sample"].map(|name| {
        let person = world.joined(&opportunity, name, json!({})).volunteer;
        let made = world.app.lead().post(&clearances(&person), check("2026-01-01", "2026-10-01")).expect(201);
        (person, make::id(&made))
    })
}

fn expires(world: &World<'_>) -> Act {
    let [(one, first), (other, _)] = two(world);
    // Whom no service involves, no service tells.
    let loose = world.person("Lou Loose");
    world.app.lead().post(&clearances(&loose), check("2026-01-01", "2026-10-01")).expect(201);
    world.app.now_is("2026-08-02T10:00:00Z");
    let act = Act::new(&one, time_passes()).on(&first);
    let says = ["valid until 1 October 2026"];
    [one, other].iter().fold(act, |act, person| act.tells(person, About::ClearanceExpiring, &says))
}

/// The same, once they are to be told.
fn expiring(world: &World<'_>) -> (String, String) {
    let [first, _] = two(world);
    world.app.now_is("2026-08-02T10:00:00Z");
    time_passes()(world.app).expect(200);
    first
}

fn renewed(world: &World<'_>) -> Act {
    let (person, expires) = expiring(world);
    Act::new(&person, makes(clearances(&person), check("2026-08-01", "2029-08-01"))).on(&expires)
}

fn counts_longer(world: &World<'_>) -> Act {
    let (person, expires) = expiring(world);
    let path = format!("{}/{expires}", clearances(&person));
    Act::new(&person, changes(path, json!({ "policy_expires_on": "2029-10-01" }))).on(&expires)
}

/// Another record of the same person has a check that lasts longer.
fn merged(world: &World<'_>) -> Act {
    let (person, expires) = expiring(world);
    let other = world.person("Vera Volunteer-Smith");
    world.app.lead().post(&clearances(&other), check("2026-08-01", "2029-08-01")).expect(201);
    Act::new(&person, does(format!("/v1/volunteers/{other}/merge"), json!({ "into": person }))).on(&expires)
}
