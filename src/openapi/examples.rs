//! Examples of answers: of resources and lists as the demonstration gives them, which a test takes down in
//! `openapi/examples.json`, and of every kind of problem.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::http::Routes;
use crate::http::operation::{Operation, Shown};
use crate::http::problem;
use crate::openapi::schemas::list_name;
use crate::refusal::{Fault, Kind, Refusal};

/// The service and the request of the examples.
const HOME: &str = "https://involvement.trust.example";
const INSTANCE: &str = "/v1/plans/019d5fdf-c000-7000-8000-000000000001";
const REQUEST_ID: &str = "019d5fdf-c000-7000-8000-00000000beef";

/// The operation that answers this document, of which an example shows the beginning.
const DOCUMENT: &str = "show_document";

#[expect(clippy::expect_used, reason = "the tests read it")]
fn taken_down() -> Map<String, Value> {
    serde_json::from_str(include_str!("../../openapi/examples.json")).expect("an object")
}

/// Every example, by its name.
pub(super) fn components() -> Value {
    let problems = Kind::ALL.iter().map(|kind| {
        let example = json!({ "summary": problem::of(*kind).title, "value": problem_of(*kind) });
        (format!("problem-{}", kind.as_str()), example)
    });
    let answers = taken_down().into_iter().map(|(name, value)| {
        let summary = if name == DOCUMENT { "The beginning of the document" } else { "From the demonstration" };
        (format!("answer-{name}"), json!({ "summary": summary, "value": value }))
    });
    problems.chain(answers).collect::<Map<_, _>>().into()
}

fn problem_of(kind: Kind) -> Value {
    let mut refusal = Refusal::new(kind, problem::of(kind).why);
    match kind {
        Kind::Invalid => refusal.errors.push(Fault::at("/title", "required", "must be given")),
        Kind::InvalidParameter => {
            refusal.errors.push(Fault::parameter("limit", "out-of-range", "must lie between 1 and 100"))
        }
        Kind::InvalidTransition => refusal.allowed = Some(vec!["approve", "return", "withdraw"]),
        Kind::MethodNotAllowed => refusal.allowed = Some(vec!["GET", "HEAD", "OPTIONS"]),
        _ => {}
    }
    problem::body(&refusal, HOME, INSTANCE, REQUEST_ID)
}

/// The examples of problems with these codes.
pub(super) fn of_problems(codes: &[&str]) -> Value {
    let example = |code: &&str| ((*code).to_owned(), reference(&format!("problem-{code}")));
    codes.iter().map(example).collect::<Map<_, _>>().into()
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/examples/{name}") })
}

/// The name of the example of an operation's answer in JSON; none where it answers none. JSON without a type, which the
/// service says of itself, goes by the operation.
#[must_use]
pub fn example_name(operation: &Operation) -> Option<String> {
    match (&operation.shown, operation.json) {
        (Shown::One(it) | Shown::Table(it), _) => Some(it.name()),
        (Shown::List(item), _) => Some(list_name(&item.name())),
        (Shown::Content(_), Some(it)) => Some(it.name()),
        (Shown::Content(media), None) => media.contains(&"application/json").then(|| operation.id.to_owned()),
    }
}

/// The name of the example of a text that programs read; none for what people read, and for pictures.
#[must_use]
pub fn text_example_name(operation: &Operation, media_type: &str) -> Option<String> {
    let kind = match media_type {
        "text/csv" => "csv",
        "text/calendar" => "calendar",
        "application/atom+xml" => "feed",
        _ => return None,
    };
    Some(format!("{kind}-{}", operation.id))
}

/// What an operation's example names, chosen from the demonstration: `tests/it/tried` chooses, and plays them all.
#[derive(Deserialize)]
struct Chosen {
    /// The values of parameters that must be given, by name.
    #[serde(default)]
    parameters: BTreeMap<String, Value>,
    /// Values inside of the body's first example, by pointer.
    #[serde(default)]
    body: BTreeMap<String, Value>,
}

#[expect(clippy::expect_used, reason = "the tests read it")]
fn all_chosen() -> BTreeMap<String, Chosen> {
    serde_json::from_str(include_str!("../../openapi/chosen.json")).expect("what examples name")
}

/// Shows each operation's example: of its answer, and of what to send so that the demonstration answers it.
pub(super) fn show(routes: &Routes, document: &mut Value) {
    let (known, all_chosen) = (taken_down(), all_chosen());
    for operation in &routes.operations {
        let method = operation.method.as_str().to_ascii_lowercase();
        let drawn = &mut document["paths"][operation.path][&method];
        let name = example_name(operation).filter(|name| known.contains_key(name));
        if let Some(name) = name {
            let content = &mut drawn["responses"][operation.status.to_string()]["content"]["application/json"];
            content["examples"] = json!({ "demonstration": reference(&format!("answer-{name}")) });
        }
        let status = operation.status.to_string();
        let others = drawn["responses"][&status]["content"].as_object_mut();
        for (media_type, content) in others.into_iter().flatten() {
            let name = text_example_name(operation, media_type).filter(|name| known.contains_key(name));
            if let Some(name) = name {
                content["examples"] = json!({ "demonstration": reference(&format!("answer-{name}")) });
            }
        }
        all_chosen.get(operation.id).into_iter().for_each(|chosen| fill_in(drawn, chosen));
    }
}

fn fill_in(drawn: &mut Value, chosen: &Chosen) {
    for parameter in drawn["parameters"].as_array_mut().into_iter().flatten().filter(|it| it["required"] == true) {
        if let Some(value) = parameter["name"].as_str().and_then(|name| chosen.parameters.get(name)) {
            parameter["example"] = value.clone();
        }
    }
    let content = drawn.pointer_mut("/requestBody/content").and_then(Value::as_object_mut);
    let examples = content.and_then(|content| content.values_mut().next()?.get_mut("examples")?.as_object_mut());
    if let Some(first) = examples.and_then(|examples| examples.values_mut().next()) {
        for (pointer, value) in &chosen.body {
            first["value"].pointer_mut(pointer).into_iter().for_each(|known| *known = value.clone());
        }
    }
}
