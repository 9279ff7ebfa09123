//! What is always in an answer: every member that can be null, unless its description says when it is absent.
//! Null means that there is no value; absent, that it is not for the reader. A schema that is sent, too, is left alone.
//! And what may be null in a body: every member that may be left out, but for merge patches, where null removes a value.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::uses::Uses;
use crate::http::compile::ABSENT;
use crate::http::schema::{is, list};

/// The word by which a description says that something can be absent.
const SAYS_ABSENT: &str = "bsent";

/// Says so in the schemas of answers.
pub(super) fn say(document: &mut Value) {
    let Uses { sent, answered, asked, patched } = Uses::of(document);
    let only_answered = &answered - &sent;
    let bodies: BTreeSet<String> = &(&(&sent - &answered) - &asked) - &patched;
    let Some(all) = document["components"]["schemas"].as_object_mut() else { return };
    for (name, schema) in all.iter_mut() {
        if only_answered.contains(name) {
            in_schema(schema);
        }
        if bodies.contains(name) {
            in_body(schema);
        }
        let members = schema.get_mut("properties").and_then(Value::as_object_mut);
        members.into_iter().flat_map(|members| members.values_mut()).for_each(|member| {
            member.as_object_mut().map(|member| member.remove(ABSENT));
        });
    }
}

fn in_schema(schema: &mut Value) {
    if says_absent(schema) {
        return;
    }
    let members = schema.get("properties").and_then(Value::as_object).into_iter().flatten();
    let always = members.filter(|(_, member)| may_be_null(member) && !may_be_absent(member));
    let mut required: BTreeSet<String> = always.map(|(name, _)| name.clone()).collect();
    required.extend(list(schema, "required").iter().filter_map(Value::as_str).map(str::to_owned));
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
}

/// What may be left out of a body may also be null there.
fn in_body(schema: &mut Value) {
    let required: Vec<Value> = list(schema, "required").to_vec();
    let members = schema.get_mut("properties").and_then(Value::as_object_mut);
    for (name, member) in members.into_iter().flatten() {
        if required.contains(&json!(name)) || may_be_null(member) {
            continue;
        }
        match member.get("type").and_then(Value::as_str).map(str::to_owned) {
            Some(kind) if member.get("enum").is_none() => member["type"] = json!([kind, "null"]),
            _ => {
                let said = member.as_object_mut().and_then(|member| member.remove("description"));
                *member = json!({ "oneOf": [member.take(), { "type": "null" }] });
                said.into_iter().for_each(|said| member["description"] = said);
            }
        }
    }
}

pub(super) fn may_be_null(member: &Value) -> bool {
    is(member, "null") || list(member, "oneOf").iter().any(|variant| is(variant, "null"))
}

pub(super) fn may_be_absent(member: &Value) -> bool {
    says_absent(member) || member.get(ABSENT).is_some()
}

fn says_absent(schema: &Value) -> bool {
    schema.get("description").and_then(Value::as_str).is_some_and(|said| said.contains(SAYS_ABSENT))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_left_out_of_a_body_may_be_null() {
        let reference = json!({ "$ref": "#/components/schemas/Reason" });
        let mut schema = json!({ "properties": {
            "id": { "type": "string" },
            "names": { "type": "array", "items": { "type": "string" } },
            "kind": { "type": "string", "enum": ["a"] },
            "reason": { "$ref": "#/components/schemas/Reason", "description": "Why." },
            "note": { "type": ["string", "null"] },
        }, "required": ["id"] });
        in_body(&mut schema);
        let members = &schema["properties"];
        assert_eq!(members["id"]["type"], "string");
        assert_eq!(members["names"]["type"], json!(["array", "null"]));
        assert_eq!(members["kind"]["oneOf"][1], json!({ "type": "null" }));
        assert_eq!(members["reason"], json!({ "oneOf": [reference, { "type": "null" }], "description": "Why." }));
        assert_eq!(members["note"]["type"], json!(["string", "null"]));
    }

    #[test]
    fn what_is_null_is_there_unless_it_is_said_to_be_absent() {
        let mut schema = json!({ "properties": {
            "id": { "type": "string" },
            "ended_at": { "type": ["string", "null"], "description": "When it ended." },
            "reason": { "oneOf": [{ "type": "null" }, { "$ref": "#/components/schemas/Reason" }] },
            "note": { "type": ["string", "null"], "description": "A note. Absent for volunteers." },
        }, "required": ["id"] });
        in_schema(&mut schema);
        assert_eq!(schema["required"], json!(["ended_at", "id", "reason"]));
    }
}
