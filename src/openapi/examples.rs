//! Examples of answers: of resources and lists as the demonstration gives them, which a test takes down in
//! `openapi/examples.json`, and of every kind of problem.

use serde_json::{Map, Value, json};

use crate::http::Routes;
use crate::http::operation::{Method, Operation, Shown};
use crate::http::problem;
use crate::openapi::schemas::list_name;
use crate::refusal::{Fault, Kind, Refusal};

/// The service and the request of the examples.
const HOME: &str = "https://involvement.trust.example";
const INSTANCE: &str = "/v1/plans/019d5fdf-c000-7000-8000-000000000001";
const REQUEST_ID: &str = "019d5fdf-c000-7000-8000-00000000beef";

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
        (format!("answer-{name}"), json!({ "summary": "From the demonstration", "value": value }))
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

/// The name of the example of an operation's answer; none where it is no JSON of ours.
#[must_use]
pub fn example_name(operation: &Operation) -> Option<String> {
    match (&operation.shown, operation.json) {
        (Shown::One(it) | Shown::Table(it), _) => Some(it.name()),
        (Shown::List(item), _) => Some(list_name(&item.name())),
        (Shown::Content(_), json) => json.map(|it| it.name()),
    }
}

/// Shows each operation's example, and the id of what it shows where a path asks for one.
pub(super) fn show(routes: &Routes, document: &mut Value) {
    let known = taken_down();
    for operation in &routes.operations {
        let method = operation.method.as_str().to_ascii_lowercase();
        let drawn = &mut document["paths"][operation.path][&method];
        let name = example_name(operation).filter(|name| known.contains_key(name));
        if let Some(name) = name {
            let content = &mut drawn["responses"][operation.status.to_string()]["content"]["application/json"];
            content["examples"] = json!({ "demonstration": reference(&format!("answer-{name}")) });
        }
        if let (Some(id), Some(parameters)) = (id_of(operation, routes, &known), drawn["parameters"].as_array_mut()) {
            let own = parameters.iter_mut().find(|it| it["in"] == "path" && it["name"] == "id");
            own.into_iter().for_each(|parameter| parameter["example"] = id.clone());
        }
    }
}

/// The id of the example of what a path begins with.
fn id_of(operation: &Operation, routes: &Routes, known: &Map<String, Value>) -> Option<Value> {
    let home = operation.path.split_inclusive("/{id}").next().filter(|home| home.ends_with("/{id}"))?;
    let read = routes.operations.iter().find(|it| it.method == Method::Get && it.path == home)?;
    known.get(&example_name(read)?)?.get("id").cloned()
}
