//! The parameters of an operation in the document: parts of its path, filters, those of lists, and headers.

use std::collections::BTreeMap;
use std::iter::repeat;

use serde_json::{Value, json};
use utoipa::PartialSchema;

use crate::clock::Instant;
use crate::http::operation::{Method, Operation};
use crate::http::page::{self, Listing};
use crate::http::query::beginning_of;
use crate::http::schema::{is, plain};

/// The parameters of an operation; `fixed` has those that are the same everywhere.
pub(super) fn of(operation: &Operation, schemas: &BTreeMap<String, Value>, fixed: &Value) -> Vec<Value> {
    let names = operation.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let mut all: Vec<Value> =
        names.zip(operation.parts.iter().map(String::as_str).chain(repeat(""))).map(path_parameter).collect();
    if let Some(filter) = operation.query.as_ref().and_then(|filter| schemas.get(&filter.described.name())) {
        let members = filter.get("properties").and_then(Value::as_object).into_iter().flatten();
        all.extend(members.map(|(name, schema)| {
            let needed = filter["required"].as_array().is_some_and(|needed| needed.contains(&json!(name)));
            let mut parameter = query_parameter(name, schema, needed);
            if let Some(begin) = beginning_of(name).filter(|begin| filter["properties"].get(begin).is_some()) {
                let said = parameter["description"].as_str().unwrap_or_default();
                let least = if is(&parameter["schema"], "integer") { "Not less than" } else { "Not before" };
                parameter["description"] = json!(format!("{said} {least} `{begin}`."));
            }
            parameter
        }));
    }
    if operation.paged() {
        let mut limit = fixed["limit"].clone();
        limit["schema"] = json!({ "type": "integer", "minimum": 1, "maximum": page::MOST, "default": page::LIMIT });
        all.extend(operation.listing.by_id.then(|| fixed["id"].clone()));
        all.extend(operation.listing.by_change.then(|| since(fixed)));
        all.extend([limit, cursor(fixed, operation.listing), order(fixed, operation.listing)]);
    }
    let required = |name: &str, needed| {
        let mut parameter = fixed[name].clone();
        parameter["required"] = json!(needed);
        parameter
    };
    if operation.takes_key() {
        let mut key = required("Idempotency-Key", operation.requires_key);
        if operation.requires_key {
            key["example"] = json!(format!("{}-example", operation.id));
        }
        all.push(key);
    }
    if operation.changes() && operation.status != 201 && !operation.tokenless() {
        let mut tag = required("If-Match", operation.needs_match());
        // Pages to try the document fill an example in: a version that is not there, where none need be sent.
        if !operation.needs_match() {
            tag.as_object_mut().map(|tag| tag.remove("example"));
        }
        all.push(tag);
    }
    all.extend(tagged(operation).then(|| fixed["If-None-Match"].clone()));
    all
}

/// The time from which on changes are listed: one of the years in which any time must lie.
fn since(fixed: &Value) -> Value {
    let mut since = query_parameter(page::SINCE, &json!(Instant::schema()), false);
    since["description"] = fixed[page::SINCE]["description"].clone();
    since
}

/// The orders that a list has, with what comes first in each.
fn order(fixed: &Value, listing: Listing) -> Value {
    let mut order = fixed["order"].clone();
    if listing.oldest_first {
        order["schema"]["default"] = json!("oldest");
    }
    order["schema"]["enum"] = json!(listing.orders());
    let said = order["description"].as_str().unwrap_or_default().to_owned();
    let own = listing.sortings.iter().map(|sorting| format!(" `{}`: {}.", sorting.word, sorting.first));
    order["description"] = json!(said + &own.collect::<String>());
    order
}

/// Where a page begins; in an order of other values than ids a cursor has the value, too, and is longer.
fn cursor(fixed: &Value, listing: Listing) -> Value {
    let mut cursor = fixed["cursor"].clone();
    if !listing.sortings.is_empty() || listing.by_change {
        cursor["schema"]["maxLength"] = json!(43);
        cursor["schema"]["pattern"] = json!("^[A-Za-z0-9_-]{32}([A-Za-z0-9_-]{11})?$");
    }
    cursor
}

/// Whether it is read with an ETag, and so answers `304`.
pub(super) fn tagged(operation: &Operation) -> bool {
    let own = operation.headers.iter().any(|(name, _)| *name == "ETag");
    operation.method == Method::Get && (operation.versioned || own || operation.is_open_list())
}

fn path_parameter((name, what): (&str, &str)) -> Value {
    let id = json!({ "type": "string", "format": "uuid" });
    let longest = if name == "subject" { 200 } else { 100 };
    let schema = if name.ends_with("id") { id } else { json!({ "type": "string", "maxLength": longest }) };
    json!({ "name": name, "in": "path", "required": true, "description": what, "schema": schema })
}

/// A filter's value is never null: it is there or not. Its description is the field's own.
fn query_parameter(name: &str, schema: &Value, needed: bool) -> Value {
    let mut one = plain(schema).clone();
    if let Some(kinds) = one.get("type").and_then(Value::as_array)
        && let Some(kind) = kinds.iter().find(|kind| *kind != "null").cloned()
    {
        one["type"] = kind;
    }
    let own = one.as_object_mut().and_then(|one| one.remove("description"));
    let mut parameter = json!({ "name": name, "in": "query", "required": needed });
    if let Some(own) = schema.get("description").cloned().or(own) {
        parameter["description"] = own;
    }
    if is(&one, "array") {
        (parameter["style"], parameter["explode"]) = (json!("form"), json!(false));
        // A comma separates: no text between is no list of none, but one empty value.
        one["minItems"] = json!(1);
    }
    parameter["schema"] = one;
    parameter
}
