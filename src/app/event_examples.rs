//! What the document's example of each type of event says of the record: the status after it, and a version that the record
//! can have by then. Both come from the life cycles.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::events::EVENT_TYPES;
use crate::features::FEATURES;
use crate::http::EventExample;

/// Events that say a status and are no step of a life cycle: the status, and a version that the record can have then.
const BESIDE_STEPS: [(&str, &str, &str, i32); 17] = [
    ("agreement", "created", "draft", 1),
    ("claim", "created", "draft", 1),
    ("delivery", "created", "pending", 1),
    ("expression", "created", "received", 1),
    ("feedback", "created", "open", 1),
    ("opportunity", "created", "draft", 1),
    ("payee", "changed", "proposed", 2),
    ("payment", "created", "due", 1),
    ("payment_run", "created", "open", 1),
    ("plan", "created", "draft", 1),
    ("plan_comment", "created", "open", 1),
    ("policy", "created", "draft", 1),
    ("recovery", "created", "proposed", 1),
    ("session", "attended", "scheduled", 2),
    ("session", "created", "scheduled", 1),
    ("volunteer", "created", "prospective", 1),
    ("webhook", "created", "active", 1),
];

/// Every type of event with its example, in the order of the list.
pub(super) static EVENT_EXAMPLES: LazyLock<Vec<EventExample>> =
    LazyLock::new(|| EVENT_TYPES.iter().map(|&(resource, event)| example(resource, event)).collect());

fn example(resource: &'static str, event: &'static str) -> EventExample {
    let beside = BESIDE_STEPS.iter().find(|(of, what, ..)| *of == resource && *what == event);
    let (state, version) = match beside {
        Some((_, _, state, version)) => (Some(*state), *version),
        None => match after_step(resource, event) {
            Some((state, version)) => (Some(state), version),
            None => (None, if event == "created" { 1 } else { 2 }),
        },
    };
    EventExample { resource, event, state, version }
}

/// A status and a version after the step that makes this event; none if no step does.
fn after_step(resource: &str, event: &str) -> Option<(&'static str, i32)> {
    let steps = steps(resource);
    let versions = versions(resource, &steps);
    let mut of_event = steps.iter().filter(|step| step.event == event);
    of_event.find_map(|step| Some((step.to, versions.get(step.from)? + 1)))
}

/// A step of a record's life.
struct Step {
    from: &'static str,
    event: &'static str,
    to: &'static str,
}

/// Every step in the life of this kind of record.
fn steps(resource: &str) -> Vec<Step> {
    let lives = FEATURES.iter().flat_map(|feature| feature.lives).map(|lived| lived.life);
    let of_resource = lives.filter(|life| life.resource() == resource);
    let each = of_resource.flat_map(|life| life.steps().into_iter().zip(life.events()));
    each.map(|((from, _, to), event)| Step { from, event, to }).collect()
}

/// A version that a record can have in each status: one more for each step from where it begins.
fn versions(resource: &str, steps: &[Step]) -> BTreeMap<&'static str, i32> {
    let begins = BESIDE_STEPS.iter().filter(|(of, ..)| *of == resource);
    let mut known: BTreeMap<&'static str, i32> = BTreeMap::new();
    for &(_, _, state, version) in begins {
        let least = known.entry(state).or_insert(version);
        *least = version.min(*least);
    }
    let next = |known: &BTreeMap<&'static str, i32>| {
        let reached = steps.iter().filter(|step| !known.contains_key(step.to));
        reached.filter_map(|step| Some((step.to, known.get(step.from)? + 1))).min_by_key(|(_, version)| *version)
    };
    while let Some((state, version)) = next(&known) {
        known.insert(state, version);
    }
    known
}
