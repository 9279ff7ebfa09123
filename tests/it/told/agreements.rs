//! Who is told of agreements: the person, of what others decide, and nobody of what they answered themselves.

use involvement::deliveries::About;
use serde_json::json;

use super::stage::{World, does, does_oneself, id};
use super::walk::{Act, Scenario};
use crate::support::make;

pub const SCENARIOS: &[Scenario] = &[
    Scenario { row: "agreement issue: agreement_issued", set: issued },
    Scenario { row: "agreement create: agreement_issued", set: made_by_accepting },
    Scenario { row: "agreement refuse: all about it", set: refused },
    Scenario { row: "agreement withdraw: all about it", set: withdrawn },
    Scenario { row: "agreement end: agreement_ended", set: ended },
    Scenario { row: "agreement end: all about it", set: ended_by_the_person },
    Scenario { row: "agreement hand-over: link_person_changed", set: handed_over },
];

played!(SCENARIOS);

/// Somebody with a place in an opportunity: the person, and the opportunity.
fn placed(world: &World<'_>) -> (String, String) {
    let (opportunity, person) = (world.opening(json!({})), world.person("Vera Volunteer"));
    make::accepted(world.app, &opportunity, &person);
    (person, opportunity)
}

fn issued(world: &World<'_>) -> Act {
    let (person, opportunity) = placed(world);
    let agreement = world.drafted(&opportunity, &person, json!({ "ends_on": "2026-12-31" }));
    let act = Act::new(&person, does(format!("{agreement}/issue"), json!({}))).on(id(&agreement));
    act.tells(&person, About::AgreementIssued, &["10 January 2026 to 31 December 2026", "Where: Room 1", "We pay"])
}

fn made_by_accepting(world: &World<'_>) -> Act {
    let needs_none = json!({ "agreement": { "needed": false, "ongoing": false } });
    let plan = make::approved_plan_with(world.app, &world.service, needs_none);
    let (opportunity, person) = (make::published(world.app, &plan, json!({})), world.person("Vera Volunteer"));
    let offer = world.offered(&opportunity, &person);
    let act = Act::new(&person, does_oneself(&person, format!("{offer}/accept"), json!({})));
    let act = act.also("expression accept: all about it", id(&offer));
    act.tells(&person, About::AgreementIssued, &["From 10 January 2026", "Where: Room 1", "We pay"])
}

fn refused(world: &World<'_>) -> Act {
    let (person, opportunity) = placed(world);
    let agreement = world.issued(&opportunity, &person, json!({}));
    Act::new(&person, does_oneself(&person, format!("{agreement}/refuse"), json!({}))).on(id(&agreement))
}

fn withdrawn(world: &World<'_>) -> Act {
    let (person, opportunity) = placed(world);
    let agreement = world.issued(&opportunity, &person, json!({}));
    Act::new(&person, does(format!("{agreement}/withdraw"), json!({}))).on(id(&agreement))
}

fn ended(world: &World<'_>) -> Act {
    let it = world.engaged();
    let reason = "The workshops are over.";
    let act =
        Act::new(&it.volunteer, does(format!("/v1/agreements/{}/end", it.agreement), json!({ "reason": reason })));
    act.on(&it.agreement).tells(&it.volunteer, About::AgreementEnded, &["It ended on 15 June 2026.", reason])
}

fn ended_by_the_person(world: &World<'_>) -> Act {
    let it = world.engaged();
    let path = format!("/v1/agreements/{}/end", it.agreement);
    let change = does_oneself(&it.volunteer, path, json!({ "reason": "I have no time any more." }));
    Act::new(&it.volunteer, change).on(&it.agreement)
}

fn handed_over(world: &World<'_>) -> Act {
    let it = world.engaged();
    let to = json!({ "link_person": { "name": "Tom Reed", "email": "tom.reed@trust.example" } });
    let act = Act::new(&it.volunteer, does(format!("/v1/agreements/{}/hand-over", it.agreement), to));
    let says = ["Tom Reed", "tom.reed@trust.example"];
    act.on(&it.agreement).tells(&it.volunteer, About::LinkPersonChanged, &says)
}
