//! What is always in an answer: every member that can be null, unless its description says when it is absent.
//! Null means that there is no value; absent, that it is not for the reader. A schema that is sent, too, is left alone.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::http::compile::ABSENT;
use crate::http::schema::{is, list, reached};

/// The word by which a description says that something can be absent.
const SAYS_ABSENT: &str = "bsent";

/// Says so in the schemas of answers.
pub(super) fn say(document: &mut Value) {
    let operations = || document["paths"].as_object().into_iter().flat_map(|paths| paths.values());
    let operations = || operations().filter_map(Value::as_object).flat_map(|path| path.values());
    let schemas = |parts: Vec<&Value>| {
        let components = &document["components"];
        reached(parts, |name| components["schemas"].get(name).or_else(|| components["responses"].get(name)))
    };
    let sent = schemas(operations().flat_map(|it| [&it["requestBody"], &it["parameters"]]).collect());
    let answered = schemas(operations().map(|it| &it["responses"]).collect());
    let only_answered: BTreeSet<String> = answered.difference(&sent).cloned().collect();
    let Some(all) = document["components"]["schemas"].as_object_mut() else { return };
    for (name, schema) in all.iter_mut() {
        if only_answered.contains(name) {
            in_schema(schema);
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
    let always =
        members.filter(|(_, member)| may_be_null(member) && !says_absent(member) && member.get(ABSENT).is_none());
    let mut required: BTreeSet<String> = always.map(|(name, _)| name.clone()).collect();
    required.extend(list(schema, "required").iter().filter_map(Value::as_str).map(str::to_owned));
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
}

fn may_be_null(member: &Value) -> bool {
    is(member, "null") || list(member, "oneOf").iter().any(|variant| is(variant, "null"))
}

fn says_absent(schema: &Value) -> bool {
    schema.get("description").and_then(Value::as_str).is_some_and(|said| said.contains(SAYS_ABSENT))
}

#[cfg(test)]
mod tests {
    use super::*;

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
