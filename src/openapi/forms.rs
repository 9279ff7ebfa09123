//! A type that is both sent and answered has two forms where a body may leave out what an answer always has:
//! `Purpose` in answers, `NewPurpose` in bodies.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::always::{may_be_absent, may_be_null};
use super::uses::Uses;
use crate::http::schema::{list, reached, reference};

/// Gives such types their second form.
pub(super) fn split(document: &mut Value) {
    let Uses { sent, answered, .. } = Uses::of(document);
    let Some(schemas) = document["components"]["schemas"].as_object_mut() else { return };
    let types = in_two_forms(schemas, &(&sent & &answered));
    for name in &types {
        let schema = &mut schemas[name];
        let for_bodies = schema.clone();
        let mut required: BTreeSet<String> = left_out(schema).map(str::to_owned).collect();
        if !required.is_empty() {
            required.extend(list(schema, "required").iter().filter_map(Value::as_str).map(str::to_owned));
            schema["required"] = json!(required);
        }
        let taken = schemas.insert(new_name(name), for_bodies);
        debug_assert!(taken.is_none(), "{} is another type already", new_name(name));
    }
    let in_bodies = |name: &str| !answered.contains(name);
    schemas.iter_mut().filter(|(name, _)| in_bodies(name)).for_each(|(_, schema)| refer_to_new(schema, &types));
    let paths = document["paths"].as_object_mut().into_iter().flat_map(|paths| paths.values_mut());
    for operation in paths.filter_map(Value::as_object_mut).flat_map(|operations| operations.values_mut()) {
        operation.get_mut("requestBody").into_iter().for_each(|body| refer_to_new(body, &types));
    }
}

/// The members that a body may leave out, and that an answer always has.
fn left_out(schema: &Value) -> impl Iterator<Item = &str> {
    let required = list(schema, "required");
    let members = schema.get("properties").and_then(Value::as_object).into_iter().flatten();
    let left_out =
        members.filter(|(name, it)| !required.contains(&json!(name)) && !may_be_null(it) && !may_be_absent(it));
    left_out.map(|(name, _)| name.as_str())
}

/// The shared types with such members, and those that refer to one of them.
fn in_two_forms(schemas: &Map<String, Value>, shared: &BTreeSet<String>) -> BTreeSet<String> {
    let own = |name: &String| schemas.get(name).is_some_and(|schema| left_out(schema).next().is_some());
    let owners: BTreeSet<String> = shared.iter().filter(|name| own(name)).cloned().collect();
    let refers = |name: &String| !reached(schemas.get(name), |it| schemas.get(it)).is_disjoint(&owners);
    shared.iter().filter(|name| owners.contains(*name) || refers(name)).cloned().collect()
}

fn new_name(name: &str) -> String {
    format!("New{name}")
}

/// Makes references to these types, those of discriminators too, references to their forms for bodies.
fn refer_to_new(value: &mut Value, types: &BTreeSet<String>) {
    match value {
        Value::Object(members) => members.values_mut().for_each(|it| refer_to_new(it, types)),
        Value::Array(items) => items.iter_mut().for_each(|it| refer_to_new(it, types)),
        Value::String(text) => {
            let name = text.strip_prefix("#/components/schemas/").filter(|name| types.contains(*name));
            if let Some(mut new) = name.map(|name| reference(&new_name(name))) {
                *value = new["$ref"].take();
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_body_may_leave_out_is_required_in_an_answer() {
        let answer = |name: &str| json!({ "content": { "application/json": { "schema": reference(name) } } });
        let mut document = json!({
            "paths": { "/plans": { "post": {
                "requestBody": answer("NewPlan"),
                "responses": { "201": answer("Plan") },
            } } },
            "components": { "schemas": {
                "NewPlan": { "properties": { "purpose": reference("Purpose"), "person": reference("Person") } },
                "Plan": { "properties": { "purpose": reference("Purpose"), "person": reference("Person") } },
                "Purpose": { "properties": {
                    "aim": { "type": "string" },
                    "objectives": { "type": "array", "description": "What it is for." },
                    "note": { "type": ["string", "null"] },
                    "looks": { "type": "array", "description": "Absent for volunteers." },
                }, "required": ["aim"] },
                "Person": { "properties": { "name": { "type": "string" } }, "required": ["name"] },
            } },
        });
        split(&mut document);
        let schemas = &document["components"]["schemas"];
        assert_eq!(schemas["Purpose"]["required"], json!(["aim", "objectives"]));
        assert_eq!(schemas["NewPurpose"]["required"], json!(["aim"]));
        assert_eq!(schemas["NewPlan"]["properties"]["purpose"], reference("NewPurpose"));
        assert_eq!(schemas["Plan"]["properties"]["purpose"], reference("Purpose"));
        assert_eq!(schemas["NewPlan"]["properties"]["person"], reference("Person"));
        assert!(schemas.get("NewPerson").is_none());
    }
}
