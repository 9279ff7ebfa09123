//! The schemas of the document: put in order for readers, and for programs that make clients of them.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::http::schema::{is, plain, reference, target};

/// The name of the list of these items.
pub(super) fn list_name(item: &str) -> String {
    format!("{}List", item.trim_end_matches("Item").trim_end_matches("View"))
}

/// A page of a list of these items.
pub(super) fn list(item: &str) -> Value {
    json!({
        "type": "object",
        "required": ["items", "next_cursor"],
        "properties": {
            "items": { "type": "array", "items": reference(item), "description": "The items of this page." },
            "next_cursor": { "type": ["string", "null"], "description": "For the next page; null on the last." },
        },
    })
}

/// The name of the merge-patch form of a schema.
pub(super) fn change_name(schema: &str) -> String {
    format!("{}Change", schema.trim_start_matches("New"))
}

/// Adds the merge-patch form of a schema: nothing is required, members that are objects may be sent in part.
pub(super) fn changes(name: &str, known: &BTreeMap<String, Value>, schemas: &mut Map<String, Value>) {
    let changed = change_name(name);
    let (false, Some(mut schema)) = (schemas.contains_key(&changed), known.get(name).cloned()) else { return };
    schemas.insert(changed.clone(), Value::Null);
    let required = schema.as_object_mut().and_then(|object| object.remove("required")).unwrap_or_default();
    schema["minProperties"] = json!(0);
    for (member, property) in schema["properties"].as_object_mut().into_iter().flatten() {
        let object = |name: &&str| known.get(*name).is_some_and(|schema| schema.get("properties").is_some());
        let Some(part) = target(plain(property)).filter(object) else { continue };
        changes(part, known, schemas);
        let reference = reference(&change_name(part));
        let needed = required.as_array().is_some_and(|all| all.contains(&json!(member)));
        *property = if needed { reference } else { json!({ "oneOf": [{ "type": "null" }, reference] }) };
    }
    schemas.insert(changed, schema);
}

/// Puts scalars where they are used: a name for every kind of string helps nobody.
pub(super) fn inline_scalars(document: &mut Value) {
    let Some(schemas) = document["components"]["schemas"].as_object_mut() else { return };
    let scalar = |schema: &Value| {
        let kind = schema.get("type").and_then(Value::as_str).unwrap_or_default();
        matches!(kind, "string" | "integer" | "number" | "boolean") && schema.get("enum").is_none()
    };
    let (scalars, others) = std::mem::take(schemas).into_iter().partition(|(_, schema)| scalar(schema));
    *schemas = others;
    put_in(document, &scalars);
}

fn put_in(value: &mut Value, scalars: &Map<String, Value>) {
    match value {
        Value::Object(members) => {
            members.values_mut().for_each(|member| put_in(member, scalars));
            if let Some(mut scalar) = target(value).and_then(|name| scalars.get(name)).cloned() {
                // The description and the example of the place where it is used say more than its own.
                let said = ["description", "examples"].map(|said| (said, value[said].take()));
                said.into_iter().filter(|(_, own)| !own.is_null()).for_each(|(said, own)| scalar[said] = own);
                *value = scalar;
            }
            // An example of digits alone is still a text.
            let text = is(value, "string");
            let examples = value.get_mut("examples").and_then(Value::as_array_mut).into_iter().flatten();
            examples.filter(|it| text && !it.is_string()).for_each(|it| *it = json!(it.to_string()));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| put_in(item, scalars)),
        _ => {}
    }
}
