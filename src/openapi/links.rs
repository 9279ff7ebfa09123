//! Links from a creation to what can be done with what was created: reads, changes and verbs (OpenAPI, Link Object).

use serde_json::{Map, Value, json};

use crate::http::operation::{Method, Operation, Shown};

/// The links of an operation that creates something that can be read by itself; nothing for any other.
pub(super) fn of(operation: &Operation, all: &[Operation]) -> Option<Value> {
    let Shown::One(created) = &operation.shown else { return None };
    if operation.status != 201 || operation.tokenless() {
        return None;
    }
    let reads = |other: &&Operation| {
        let same = matches!(&other.shown, Shown::One(shown) if shown.name() == created.name());
        other.method == Method::Get && same && other.path.ends_with("/{id}") && other.path.matches('{').count() == 1
    };
    let home = all.iter().find(reads)?.path;
    let leads_to = |other: &&Operation| {
        let below = other.path.strip_prefix(home).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        below && other.path.matches('{').count() == 1
    };
    let links = all.iter().filter(leads_to).map(|other| {
        let mut parameters = json!({ "id": "$response.body#/id" });
        if other.needs_match() {
            parameters["If-Match"] = json!("$response.header.ETag");
        }
        (other.id.to_owned(), json!({ "operationId": other.id, "parameters": parameters }))
    });
    Some(links.collect::<Map<_, _>>().into())
}
