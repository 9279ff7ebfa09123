//! The document's examples are what the demonstration answers.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use involvement::app::routes;
use involvement::http::operation::{Method, Operation};
use involvement::openapi::{example_name, text_example_name};
use serde_json::{Map, Value, json};

use super::demonstration::Demonstration;
use crate::support::{Answer, App};
use crate::tried::{self, Made};

/// Where the examples stand.
fn committed() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi/examples.json")
}

/// What is different each time, as it might be.
fn settled(name: &str, value: Value) -> Value {
    match (name, &value) {
        ("hash", Value::String(hash)) => json!("0".repeat(hash.len())),
        ("request_id", Value::String(_)) => json!("019d5fdf-c000-7000-8000-00000000beef"),
        ("took_ms", Value::Number(_)) => json!(21),
        // What the migrations brought is as old as the database.
        ("updated_at", Value::String(at)) if at.as_str() > "2026-11-23T10:00:00Z" => json!("2026-11-23T10:00:00Z"),
        _ => short(value),
    }
}

/// Of the document itself, which is far too long for an example in it, what stands before the operations.
fn the_head_of_the_document(operation: &Operation, answer: Value) -> Value {
    if operation.id == "show_document" {
        json!({ "openapi": answer["openapi"], "info": answer["info"] })
    } else {
        answer
    }
}

/// The first items of every list.
fn short(value: Value) -> Value {
    match value {
        Value::Array(items) => items.into_iter().take(2).map(short).collect(),
        Value::Object(members) => {
            let members = members.into_iter().map(|(name, member)| (name.clone(), settled(&name, member)));
            members.collect::<Map<_, _>>().into()
        }
        other => other,
    }
}

fn examples() -> Map<String, Value> {
    let app = App::demonstration();
    let all = Demonstration::of(&app);
    let mut found = Map::new();
    let operations = routes().operations;
    for operation in operations.iter().filter(|it| it.method == Method::Get && it.path.starts_with("/v1/")) {
        let Some(name) = example_name(operation).filter(|name| !found.contains_key(name)) else { continue };
        let worth = |answer: &Answer| answer.status == 200 && answer.json["items"] != json!([]);
        if let Some(answer) = all.asked(operation, 8).find(worth) {
            found.insert(name, short(answer.json));
        }
    }
    for operation in operations.iter().filter(|it| it.id == "quote_reimbursement") {
        let example = &operation.body.as_ref().unwrap().examples[0].1;
        let answer = all.clients[0].1.post(operation.path, example.clone());
        found.extend((answer.status == 200).then(|| (example_name(operation).unwrap(), short(answer.json))));
    }
    found.extend(texts(&all));
    // What no question finds in the demonstration: as the examples that make it are answered.
    let answers = tried::answers(&app);
    for operation in operations.iter().filter(|it| it.path.starts_with("/v1/")) {
        let Some(name) = example_name(operation).filter(|name| !found.contains_key(name)) else { continue };
        let worth = |answer: &&Value| answer.is_object() && answer["items"] != json!([]);
        if let Some(answer) = answers.get(operation.id).filter(worth) {
            let mut answer = short(answer.clone());
            Made::beside(&all.ids).settle(&mut answer, "");
            found.insert(name, answer);
        }
    }
    // Then what these have made: lists that were empty, and what takes a file, a moment or a secret.
    let again = Demonstration::of(&app);
    let by_hand = tried::by_hand::answers;
    let is_missing = |it: &&Operation| example_name(it).is_some_and(|name| !found.contains_key(&name));
    let missing: Vec<&Operation> = operations.iter().filter(is_missing).collect();
    let listed = missing.iter().filter(|it| it.method == Method::Get).filter_map(|it| {
        let answers = again.asked(it, usize::MAX);
        let answer = { answers }.find(|answer| answer.status == 200 && answer.json["items"] != json!([]))?;
        Some((it.id, the_head_of_the_document(it, answer.json)))
    });
    let mut made = Made::beside(&all.ids);
    let listed: Vec<(&str, Value)> = listed.collect();
    let asked: BTreeMap<&str, Value> = listed.into_iter().chain(by_hand(&app)).collect();
    for operation in missing {
        if let Some(mut answer) = asked.get(operation.id).cloned().map(short) {
            made.settle(&mut answer, "");
            found.insert(example_name(operation).unwrap(), answer);
        }
    }
    found
}

/// The beginning of what is no JSON but a text that programs read: a table with two rows, a calendar, a feed.
fn texts(all: &Demonstration<'_>) -> Map<String, Value> {
    let mut found = Map::new();
    for operation in routes().operations.iter().filter(|it| it.method == Method::Get && it.path.starts_with("/v1/")) {
        let content = all.drawn(operation)["responses"]["200"]["content"].as_object();
        for media_type in content.into_iter().flat_map(Map::keys) {
            let Some(name) = text_example_name(operation, media_type) else { continue };
            let answer = all
                .asked_as(operation, 8, media_type)
                .find(|answer| answer.status == 200 && answer.text.lines().count() > 1);
            found.extend(answer.map(|answer| (name, beginning(&answer.text, media_type).into())));
        }
    }
    found
}

/// A table's head and first two rows, where no cell has a line end; everything else whole.
fn beginning(text: &str, media_type: &str) -> String {
    if media_type != "text/csv" {
        return text.to_owned();
    }
    let mut lines = text.split_inclusive('\n');
    let (mut rows, mut made) = (0, String::new());
    while rows < 3 {
        let Some(line) = lines.next() else { break };
        made.push_str(line);
        rows += usize::from(made.matches('"').count() % 2 == 0);
    }
    made
}

#[test]
fn the_examples_are_what_the_demonstration_answers() {
    let found = Value::from(examples());
    let text = serde_json::to_string_pretty(&found).unwrap() + "\n";
    if std::env::var_os("WRITE_EXAMPLES").is_some() {
        std::fs::write(committed(), &text).unwrap();
    }
    let known: Value = serde_json::from_str(&std::fs::read_to_string(committed()).unwrap()).unwrap();
    let (found, known) = (found.as_object().unwrap(), known.as_object().unwrap());
    assert!(found.len() > 50, "{}", found.len());
    let others: Vec<&String> = found.keys().filter(|name| known.get(*name) != found.get(*name)).collect();
    assert!(
        others.is_empty() && known.len() == found.len(),
        "openapi/examples.json is not what the demonstration answers: {others:?}; write it anew with \
         WRITE_EXAMPLES=1 cargo test --test it -- the_examples_are"
    );
}
