//! Who is told what became of what they said, and who is kept up to date.

use involvement::deliveries::About;
use serde_json::{Value, json};

use super::stage::{World, changes, does, id};
use super::walk::{Act, Change, Scenario};
use crate::support::{make, paid};

pub const SCENARIOS: &[Scenario] = &[
    Scenario { row: "feedback respond: feedback_decided", set: responded },
    Scenario { row: "feedback change: feedback_decided", set: others_said_it },
    Scenario { row: "feedback publish: what they heard", set: published },
    Scenario { row: "update create: update", set: kept_up_to_date },
];

played!(SCENARIOS);

const DID: &str = "A quiet corner with a lamp.";

/// What two people said, as its path.
fn said(world: &World<'_>, people: &[String]) -> String {
    let body = json!({ "plan_id": world.plan, "you_said": "There is nowhere quiet to sit.", "source": "session", "contributors": people });
    format!("/v1/feedback/{}", make::id(&world.app.lead().post("/v1/feedback", body).expect(201)))
}

fn response() -> Value {
    json!({ "decision": "done", "we_did": DID })
}

fn two(world: &World<'_>) -> [String; 2] {
    ["Vera Volunteer", "Sam Sample"].map(|name| world.person(name))
}

fn responded(world: &World<'_>) -> Act {
    let people = two(world);
    let path = said(world, &people);
    // Whoever said something else is told nothing of this.
    said(world, &[world.person("Olga Other")]);
    let act = Act::new(&people[0], does(format!("{path}/respond"), response())).on(id(&path));
    people.iter().fold(act, |act, person| act.tells(person, About::FeedbackDecided, &[DID]))
}

fn others_said_it(world: &World<'_>) -> Act {
    let [stays, comes] = two(world);
    let (goes, knows) = (world.person("Greta Goes"), world.person("Kay Knows"));
    let path = said(world, &[stays.clone(), goes, knows.clone()]);
    world.does(&format!("{path}/respond"), response());
    world.hears(&knows);
    let change = changes(path.clone(), json!({ "contributors": [stays, comes, knows] }));
    let act = Act::new(&stays, change).on(id(&path));
    act.tells(&stays, About::FeedbackDecided, &[DID]).tells(&comes, About::FeedbackDecided, &[DID])
}

fn published(world: &World<'_>) -> Act {
    let people = two(world);
    let path = said(world, &people);
    world.does(&format!("{path}/respond"), response());
    let told = json!({ "told": { "on": "2026-06-15", "how": "in_person" } });
    Act::new(&people[0], does(format!("{path}/publish"), told)).on(id(&path))
}

fn kept_up_to_date(world: &World<'_>) -> Act {
    let [member, contributor] = two(world);
    let engaged = world.engaged().volunteer;
    world.member(&world.plan, &member);
    said(world, std::slice::from_ref(&contributor));
    world.person("Stella Stranger");
    let (path, code, key) = (format!("/v1/plans/{}/updates", world.plan), world.code.clone(), paid::key());
    let body = json!({ "title": "The first workshop", "text": "Twelve people came." });
    let change: Change = Box::new(move |app| app.staff(&[&code]).post_once(&path, &key, body.clone()));
    let says = ["The first workshop", "Twelve people came."];
    let told = [&member, &contributor, &engaged].into_iter();
    told.fold(Act::new(&member, change), |act, person| act.tells(person, About::Update, &says))
}
