//! Who is told of sessions because of their own part: a place that is taken or given back, an agreement that begins, pauses,
//! goes on or ends.

use involvement::deliveries::About;
use serde_json::json;

use super::stage::{World, does, does_oneself, id, times};
use super::walk::{Act, Scenario};
use crate::support::make::{self, Engaged};

pub const SCENARIOS: &[Scenario] = &[
    Scenario { row: "expression accept: session_planned", set: takes_a_place },
    Scenario { row: "expression accept: session_changed", set: takes_a_place_again },
    Scenario { row: "expression withdraw: news", set: gives_a_place_back },
    Scenario { row: "agreement accept: session_planned", set: |world| accepts_after_refusing(world, false) },
    Scenario { row: "agreement accept: session_changed", set: |world| accepts_after_refusing(world, true) },
    Scenario { row: "agreement accept: session_moved_away", set: accepts_a_shorter_one },
    Scenario { row: "agreement refuse: news", set: refuses },
    Scenario { row: "agreement pause: news", set: pauses },
    Scenario { row: "agreement resume: session_planned", set: |world| resumes(world, false) },
    Scenario { row: "agreement resume: session_changed", set: |world| resumes(world, true) },
    Scenario { row: "agreement end: session_moved_away", set: ends_before_a_move },
    Scenario { row: "agreement end: news", set: ends },
];

played!(SCENARIOS);

const SEVENTH: &str = "Tuesday 7 July 2026, 2pm to 4pm, Room 2.";
const FOURTEENTH: &str = "Tuesday 14 July 2026, 2pm to 4pm, Room 2.";

/// Tells of a session of the 7th, or that it moved to the 14th.
fn tells(act: Act, person: &str, has_moved: bool) -> Act {
    if has_moved {
        let [was, now] = [format!("It was to be: {SEVENTH}"), format!("Now it is: {FOURTEENTH}")];
        act.tells(person, About::SessionChanged, &[was.as_str(), now.as_str()])
    } else {
        act.tells(person, About::SessionPlanned, &[SEVENTH])
    }
}

/// Somebody with a place in an opportunity: the person, the opportunity, and their interest as its path.
fn placed(world: &World<'_>) -> (String, String, String) {
    let (opportunity, person) = (world.opening(json!({})), world.person("Vera Volunteer"));
    let interest = make::accepted(world.app, &opportunity, &person);
    (person, opportunity, format!("/v1/expressions-of-interest/{interest}"))
}

fn takes_a_place(world: &World<'_>) -> Act {
    let (opportunity, person) = (world.opening(json!({})), world.person("Vera Volunteer"));
    world.planned(&opportunity, "2026-07-07");
    accepts(world, &opportunity, &person, false)
}

fn takes_a_place_again(world: &World<'_>) -> Act {
    let (person, opportunity, interest) = placed(world);
    let session = world.planned(&opportunity, "2026-07-07");
    world.hears(&person);
    world.app.volunteer(&person).post(&format!("{interest}/withdraw"), json!({})).expect(200);
    world.changes(&session, times("2026-07-14"));
    accepts(world, &opportunity, &person, true)
}

fn accepts(world: &World<'_>, opportunity: &str, person: &str, has_moved: bool) -> Act {
    let offer = world.offered(opportunity, person);
    let act = Act::new(person, does_oneself(person, format!("{offer}/accept"), json!({})));
    tells(act.also("expression accept: all about it", id(&offer)), person, has_moved)
}

fn gives_a_place_back(world: &World<'_>) -> Act {
    let (person, opportunity, interest) = placed(world);
    world.planned(&opportunity, "2026-07-07");
    Act::new(&person, does_oneself(&person, format!("{interest}/withdraw"), json!({}))).anew(&person)
}

/// Whoever refused an agreement is not expected; with the next one, they hear what they do not know.
fn accepts_after_refusing(world: &World<'_>, has_moved: bool) -> Act {
    let (person, opportunity, _) = placed(world);
    let known = has_moved.then(|| world.planned(&opportunity, "2026-07-07"));
    world.hears(&person);
    let first = world.issued(&opportunity, &person, json!({}));
    world.app.volunteer(&person).post(&format!("{first}/refuse"), json!({})).expect(200);
    match known {
        Some(session) => world.changes(&session, times("2026-07-14")),
        None => drop(world.planned(&opportunity, "2026-07-07")),
    }
    let second = world.issued(&opportunity, &person, json!({}));
    tells(Act::new(&person, does_oneself(&person, format!("{second}/accept"), json!({}))), &person, has_moved)
}

fn accepts_a_shorter_one(world: &World<'_>) -> Act {
    let it = world.engaged();
    let session = world.planned(&it.opportunity, "2026-06-22");
    world.hears(&it.volunteer);
    world.changes(&session, times("2026-07-07"));
    let until = json!({ "replaces_id": it.agreement, "starts_on": "2026-06-16", "ends_on": "2026-06-30" });
    let shorter = world.issued(&it.opportunity, &it.volunteer, until);
    let act = Act::new(&it.volunteer, does_oneself(&it.volunteer, format!("{shorter}/accept"), json!({})));
    let now = format!("Now it is: {SEVENTH}");
    let says = ["It was to be: Monday 22 June 2026, 2pm to 4pm, Room 2.", now.as_str()];
    act.anew(&it.volunteer).tells(&it.volunteer, About::SessionMovedAway, &says)
}

fn refuses(world: &World<'_>) -> Act {
    let (person, opportunity, _) = placed(world);
    world.planned(&opportunity, "2026-07-07");
    let agreement = world.issued(&opportunity, &person, json!({}));
    let act = Act::new(&person, does_oneself(&person, format!("{agreement}/refuse"), json!({})));
    act.anew(&person).also("agreement refuse: all about it", id(&agreement))
}

/// What a lead does to an agreement.
fn decided(it: &Engaged, verb: &str) -> Act {
    let path = format!("/v1/agreements/{}/{verb}", it.agreement);
    let body = if verb == "resume" { json!({}) } else { json!({ "reason": "As we agreed." }) };
    Act::new(&it.volunteer, does(path, body))
}

fn pauses(world: &World<'_>) -> Act {
    let it = world.engaged();
    world.planned(&it.opportunity, "2026-07-07");
    decided(&it, "pause").anew(&it.volunteer)
}

fn resumes(world: &World<'_>, has_moved: bool) -> Act {
    let it = world.engaged();
    let known = has_moved.then(|| world.planned(&it.opportunity, "2026-07-07"));
    world.hears(&it.volunteer);
    world.does(&format!("/v1/agreements/{}/pause", it.agreement), json!({ "reason": "A break." }));
    match known {
        Some(session) => world.changes(&session, times("2026-07-14")),
        None => drop(world.planned(&it.opportunity, "2026-07-07")),
    }
    tells(decided(&it, "resume"), &it.volunteer, has_moved)
}

fn ends_before_a_move(world: &World<'_>) -> Act {
    let it = world.engaged();
    // This afternoon: whoever was not told of the move would come.
    let session = world.planned(&it.opportunity, "2026-06-15");
    world.hears(&it.volunteer);
    world.changes(&session, times("2026-07-07"));
    let now = format!("Now it is: {SEVENTH}");
    let says = ["It was to be: Monday 15 June 2026, 2pm to 4pm, Room 2.", now.as_str()];
    let act = decided(&it, "end").anew(&it.volunteer).tells(&it.volunteer, About::SessionMovedAway, &says);
    act.tells(&it.volunteer, About::AgreementEnded, &["15 June 2026", "As we agreed."])
}

fn ends(world: &World<'_>) -> Act {
    let it = world.engaged();
    world.planned(&it.opportunity, "2026-07-07");
    let act = decided(&it, "end").anew(&it.volunteer).also("agreement end: agreement_ended", &it.agreement);
    act.tells(&it.volunteer, About::AgreementEnded, &["15 June 2026", "As we agreed."])
}
