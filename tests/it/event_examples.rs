//! The document's example of each type of event: its status and its version are what the service can send of that type.

use std::collections::{BTreeMap, BTreeSet};

use involvement::app::routes;
use involvement::features::FEATURES;
use serde_json::{Value, json};

use crate::support::App;
use crate::support::books::ask;

/// What each example says of its record, by the type of the event.
fn examples() -> BTreeMap<String, Value> {
    let document = involvement::openapi::document(&routes());
    let webhooks = document["webhooks"].as_object().unwrap().values();
    let each = webhooks.map(|one| {
        let example = &one["post"]["requestBody"]["content"]["application/cloudevents+json"]["example"];
        (example["type"].as_str().unwrap().to_owned(), example["data"].clone())
    });
    each.collect()
}

/// The statuses that the steps of each type lead to, by the life cycles of what is recorded.
fn after_steps() -> BTreeMap<String, BTreeSet<&'static str>> {
    let recorded: BTreeSet<&str> = FEATURES.iter().flat_map(|feature| feature.resources).map(|one| one.name).collect();
    let mut after: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for life in FEATURES.iter().flat_map(|feature| feature.lives).map(|lived| lived.life) {
        // A supplementary claim has a life of its own, and is a claim in the record.
        if recorded.contains(life.resource()) {
            for ((_, _, to), event) in life.steps().into_iter().zip(life.events()) {
                after.entry(format!("involvement.{}.{event}.v1", life.resource())).or_default().insert(to);
            }
        }
    }
    after
}

#[test]
fn the_example_of_a_step_has_a_status_that_the_step_leads_to() {
    let (examples, after) = (examples(), after_steps());
    assert!(after.len() > 60, "{}", after.len());
    for (kind, states) in after {
        let state = examples[&kind]["state"].as_str();
        assert!(state.is_some_and(|state| states.contains(state)), "{kind}: {state:?} is none of {states:?}");
    }
    for (kind, said) in &examples {
        let is_new = kind.ends_with(".created.v1");
        assert_eq!(said["version"] == 1, is_new, "{kind}: {said}");
    }
}

#[test]
fn where_no_step_says_the_status_the_example_has_one_that_the_demonstration_sent() {
    let app = App::demonstration();
    let sent = ask(&app, "SELECT type, json_agg(DISTINCT state) AS states FROM events GROUP BY type");
    let (examples, after) = (examples(), after_steps());
    let kind = |row: &Value| row["type"].as_str().unwrap().to_owned();
    let others: Vec<&Value> = sent.iter().filter(|row| !after.contains_key(&kind(row))).collect();
    let with_one = others.iter().filter(|row| row["states"] != json!([null])).count();
    assert!(with_one > 14 && others.len() > with_one, "{with_one} of {}", others.len());
    for row in others {
        let state = &examples[&kind(row)]["state"];
        assert!(row["states"].as_array().unwrap().contains(state), "{state} is not in {row}");
    }
}
