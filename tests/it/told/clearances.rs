//! Who is told that a clearance is about to expire.

use involvement::deliveries::About;
use serde_json::json;

use super::stage::{World, time_passes};
use super::walk::{Act, Scenario};
use crate::support::make;

pub const SCENARIOS: &[Scenario] = &[Scenario { row: "clearance_reminder create: clearance_expiring", set: expires }];

played!(SCENARIOS);

fn expires(world: &World<'_>) -> Act {
    let opportunity = world.opening(json!({}));
    let two = ["Vera Volunteer", "Sam Sample"].map(|name| world.joined(&opportunity, name, json!({})).volunteer);
    let body =
        json!({ "kind": "identity", "state": "cleared", "issued_on": "2026-01-01", "policy_expires_on": "2026-10-01" });
    let cleared = |person: &str| {
        let path = format!("/v1/volunteers/{person}/clearances");
        make::id(&world.app.lead().post(&path, body.clone()).expect(201))
    };
    let [first, _] = two.each_ref().map(|person| cleared(person));
    // Whom no service involves, no service tells.
    cleared(&world.person("Lou Loose"));
    world.app.now_is("2026-08-02T10:00:00Z");
    let act = Act::new(&two[0], time_passes()).on(&first);
    two.iter().fold(act, |act, person| act.tells(person, About::ClearanceExpiring, &["valid until 1 October 2026"]))
}
