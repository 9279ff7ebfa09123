//! Who is told of plans: the members of what is decided, and whoever waits for a place of its end.

use involvement::deliveries::About;
use serde_json::json;

use super::stage::{World, does, id};
use super::walk::{Act, Scenario};
use crate::support::make;

pub const SCENARIOS: &[Scenario] = &[
    Scenario { row: "plan approve: plan_approved", set: approved },
    Scenario { row: "plan return: plan_returned", set: returned },
    Scenario { row: "plan withdraw: decline", set: withdrawn_with_offers },
    Scenario { row: "plan withdraw: all about it", set: withdrawn },
];

played!(SCENARIOS);

/// A plan that waits for a decision, as its path, with its members. Somebody else is a member of another one.
fn submitted(world: &World<'_>) -> (String, [String; 2]) {
    let plan = make::plan(world.app, &world.service);
    let members = ["Vera Volunteer", "Sam Sample"].map(|name| world.person(name));
    members.iter().for_each(|member| world.member(&plan, member));
    world.member(&world.plan, &world.person("Olga Other"));
    let at = format!("/v1/plans/{plan}");
    world.does(&format!("{at}/submit"), json!({}));
    (at, members)
}

fn approved(world: &World<'_>) -> Act {
    let (at, [one, other]) = submitted(world);
    let act = Act::new(&one, does(format!("{at}/approve"), json!({}))).on(id(&at));
    act.tells(&one, About::PlanApproved, &[]).tells(&other, About::PlanApproved, &[])
}

fn returned(world: &World<'_>) -> Act {
    let (at, [one, other]) = submitted(world);
    let reason = "Say who is to come.";
    let act = Act::new(&one, does(format!("{at}/return"), json!({ "reason": reason }))).on(id(&at));
    act.tells(&one, About::PlanReturned, &[reason]).tells(&other, About::PlanReturned, &[reason])
}

fn withdrawn_with_offers(world: &World<'_>) -> Act {
    let opportunity = world.opening(json!({}));
    let people = ["Ola Offered", "Rae Reserve", "Sia Shortlist", "Remy Received"].map(|name| world.person(name));
    let [offered, reserved, shortlisted, received] = &people;
    let offer = world.offered(&opportunity, offered);
    let reserve = world.interested(&opportunity, reserved);
    world.does(&format!("{reserve}/reserve"), json!({}));
    world.does(&format!("{}/shortlist", world.interested(&opportunity, shortlisted)), json!({}));
    // Another one under the same plan, closed a while ago.
    let closed = world.opening(json!({}));
    world.interested(&closed, received);
    world.does(&format!("/v1/opportunities/{closed}/close"), json!({}));
    // Whoever has a place, or interest in what another plan offers, waits for nothing here.
    make::accepted(world.app, &opportunity, &world.person("Petra Place"));
    let elsewhere = make::published(world.app, &make::approved_plan(world.app, &world.service), json!({}));
    world.interested(&elsewhere, &world.person("Olga Other"));
    let change = does(format!("/v1/plans/{}/withdraw", world.plan), json!({ "reason": "No money." }));
    let act = Act::new(offered, change).on(id(&offer)).on(id(&reserve));
    let says = ["The plan that this was part of has been withdrawn"];
    people.iter().fold(act, |act, person| act.tells(person, About::Decline, &says))
}

fn withdrawn(world: &World<'_>) -> Act {
    let (at, [one, _]) = submitted(world);
    world.does(&format!("{at}/approve"), json!({}));
    Act::new(&one, does(format!("{at}/withdraw"), json!({ "reason": "No money." }))).on(id(&at))
}
