//! Who is told of sessions: whoever is expected, of what they do not know; whoever would come in vain, of that.

use involvement::deliveries::About;
use serde_json::{Value, json};

use super::stage::{World, changes, does, makes, on, time_passes, times};
use super::walk::{Act, Scenario};

pub const SCENARIOS: &[Scenario] = &[
    Scenario { row: "session create: session_planned", set: planned },
    Scenario { row: "session change: session_planned", set: moved_to_their_days },
    Scenario { row: "session change: session_changed", set: changed },
    Scenario { row: "session change: session_moved_away", set: moved_away },
    Scenario { row: "session the passing of time: session_reminder", set: near },
    Scenario { row: "session the passing of time: news", set: begun },
    Scenario { row: "session_reply create: news", set: |world| declines(world, false) },
    Scenario { row: "session_reply change: news", set: |world| declines(world, true) },
    Scenario { row: "session cancel: session_cancelled", set: cancelled },
    Scenario { row: "session remove: news", set: removed },
];

played!(SCENARIOS);

/// An opportunity in which two people have an agreement on these terms, and somebody else has no place.
fn two(world: &World<'_>, more: &Value) -> (String, [String; 2]) {
    let opportunity = world.opening(json!({}));
    let two = ["Vera Volunteer", "Sam Sample"].map(|name| world.joined(&opportunity, name, more.clone()).volunteer);
    world.interested(&opportunity, &world.person("Remy Received"));
    (opportunity, two)
}

fn planned(world: &World<'_>) -> Act {
    let (opportunity, [one, other]) = two(world, &json!({}));
    world.planned(&opportunity, "2026-07-07");
    world.hears(&other);
    let change = makes(format!("/v1/opportunities/{opportunity}/sessions"), on("2026-07-14"));
    // Whoever was not told of the first hears of both in one message.
    let [first, second] = ["Tuesday 7 July 2026, 2pm to 4pm, Room 2.", "Tuesday 14 July 2026, 2pm to 4pm, Room 2."];
    let act = Act::new(&one, change).anew(&one);
    act.tells(&one, About::SessionPlanned, &[first, second]).tells(&other, About::SessionPlanned, &[second])
}

fn moved_to_their_days(world: &World<'_>) -> Act {
    let (opportunity, [one, other]) = two(world, &json!({ "ends_on": "2026-07-20" }));
    world.planned(&opportunity, "2026-07-07");
    let moves = world.planned(&opportunity, "2026-07-25");
    world.hears(&other);
    let act = Act::new(&one, changes(moves, times("2026-07-14"))).anew(&one);
    let [first, second] = ["Tuesday 7 July 2026, 2pm to 4pm, Room 2.", "Tuesday 14 July 2026, 2pm to 4pm, Room 2."];
    act.tells(&one, About::SessionPlanned, &[first, second]).tells(&other, About::SessionPlanned, &[second])
}

fn changed(world: &World<'_>) -> Act {
    let (opportunity, [one, other]) = two(world, &json!({}));
    let path = world.planned(&opportunity, "2026-07-07");
    world.hears(&one);
    world.hears(&other);
    world.changes(&path, json!({ "venue": "Room 3" }));
    world.hears(&other);
    let act = Act::new(&one, changes(path, json!({ "venue": "Library" }))).anew(&one);
    let day = "Tuesday 7 July 2026, 2pm to 4pm";
    let now = format!("Now it is: {day}, Library.");
    [(&one, "Room 2"), (&other, "Room 3")].into_iter().fold(act, |act, (person, was)| {
        let was = format!("It was to be: {day}, {was}.");
        act.tells(person, About::SessionChanged, &[was.as_str(), now.as_str()])
    })
}

fn moved_away(world: &World<'_>) -> Act {
    let (opportunity, [one, other]) = two(world, &json!({ "ends_on": "2026-07-20" }));
    let path = world.planned(&opportunity, "2026-07-07");
    world.hears(&one);
    world.hears(&other);
    world.changes(&path, json!({ "venue": "Room 3" }));
    let act = Act::new(&one, changes(path, times("2026-07-25"))).anew(&one).anew(&other);
    let says =
        ["It was to be: Tuesday 7 July 2026, 2pm to 4pm, Room 2.", "Now it is: Saturday 25 July 2026, 2pm to 4pm"];
    [&one, &other].into_iter().fold(act, |act, person| act.tells(person, About::SessionMovedAway, &says))
}

fn near(world: &World<'_>) -> Act {
    let (opportunity, [one, other]) = two(world, &json!({}));
    world.planned(&opportunity, "2026-07-07");
    world.hears(&other);
    world.app.now_is("2026-07-05T10:00:00Z");
    let act = Act::new(&one, time_passes()).anew(&one);
    let says = ["We meet on Tuesday 7 July 2026, 2pm to 4pm, Room 2."];
    [&one, &other].into_iter().fold(act, |act, person| act.tells(person, About::SessionReminder, &says))
}

fn begun(world: &World<'_>) -> Act {
    let (opportunity, [one, other]) = two(world, &json!({}));
    world.planned(&opportunity, "2026-07-07");
    world.app.now_is("2026-07-07T13:00:00Z");
    Act::new(&one, time_passes()).anew(&one).anew(&other)
}

/// Whoever said that they can't come is not reminded; the other one is.
fn declines(world: &World<'_>, was_unsure: bool) -> Act {
    let (opportunity, [one, other]) = two(world, &json!({}));
    let session = world.planned(&opportunity, "2026-07-07");
    world.hears(&one);
    world.hears(&other);
    let (person, path) = (one.clone(), format!("{session}/replies/{one}"));
    let says =
        move |app: &crate::support::App, reply: &str| app.volunteer(&person).put(&path, json!({ "reply": reply }));
    if was_unsure {
        says(world.app, "unsure").expect(200);
    }
    world.app.now_is("2026-07-05T10:00:00Z");
    time_passes()(world.app).expect(200);
    Act::new(&one, Box::new(move |app| says(app, "not_coming"))).anew(&one)
}

fn cancelled(world: &World<'_>) -> Act {
    let (opportunity, [one, other]) = two(world, &json!({}));
    // Whoever pauses and does not know of it would not come.
    let pauses = world.joined(&opportunity, "Paula Pauses", json!({}));
    world.does(&format!("/v1/agreements/{}/pause", pauses.agreement), json!({ "reason": "A break." }));
    let path = world.planned(&opportunity, "2026-07-07");
    world.hears(&one);
    let reason = "The hall is flooded.";
    let act = Act::new(&one, does(format!("{path}/cancel"), json!({ "reason": reason }))).anew(&other);
    let says = ["It was to be on Tuesday 7 July 2026, 2pm to 4pm.", reason];
    [&one, &other].into_iter().fold(act, |act, person| act.tells(person, About::SessionCancelled, &says))
}

fn removed(world: &World<'_>) -> Act {
    let (opportunity, [one, other]) = two(world, &json!({}));
    let path = world.planned(&opportunity, "2026-07-07");
    let remove = move |app: &crate::support::App| app.lead().send("DELETE", &path, &[("if-match", "\"1\"")], None);
    Act::new(&one, Box::new(remove)).anew(&one).anew(&other)
}
