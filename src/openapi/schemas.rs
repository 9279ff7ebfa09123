//! The schemas of the document: put in order for readers, and for programs that make clients of them.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::http::compile::ABSENT;
use crate::http::schema::{is, list as variants, plain, reference, target};

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
        // What is left out of a merge patch stays as it is, whatever a new record would have.
        property.as_object_mut().map(|property| property.remove("default"));
        let Some(part) = target(plain(property)).filter(|name| in_parts(known.get(*name))) else { continue };
        change_of_part(part, known, schemas);
        let reference = reference(&part_name(part, &known[part]));
        let said = property.get("description").or_else(|| plain(property).get("description")).cloned();
        let needed = required.as_array().is_some_and(|all| all.contains(&json!(member)));
        *property = if needed { reference } else { json!({ "oneOf": [{ "type": "null" }, reference] }) };
        said.into_iter().for_each(|said| property["description"] = said);
    }
    schemas.insert(changed, schema);
}

/// Whether a member is sent in part: an object, a map of what is sent in part, or one of several objects.
fn in_parts(schema: Option<&Value>) -> bool {
    let Some(schema) = schema else { return false };
    let map = schema.get("additionalProperties").is_some_and(Value::is_object);
    map || schema.get("properties").is_some() || tagged_words(schema).is_some()
}

/// The name of the merge-patch form of a member: `TariffChange` may be what a tariff is changed to.
fn part_name(name: &str, schema: &Value) -> String {
    if schema.get("properties").is_some() { change_name(name) } else { format!("Partial{name}") }
}

/// Adds the merge-patch form of a member: of a map, null takes a name away; of one of several objects, the member that
/// tells which may be left out, so that any member of any of them may stand there.
fn change_of_part(name: &str, known: &BTreeMap<String, Value>, schemas: &mut Map<String, Value>) {
    let Some(schema) = known.get(name) else { return };
    let changed = part_name(name, schema);
    if schemas.contains_key(&changed) {
        return;
    }
    if let Some(under) = schema.get("additionalProperties").filter(|under| under.is_object()) {
        let mut map = schema.clone();
        let part = target(plain(under)).filter(|part| in_parts(known.get(*part)));
        let value = part.map_or_else(|| under.clone(), |part| reference(&part_name(part, &known[part])));
        map["additionalProperties"] = json!({ "oneOf": [{ "type": "null" }, value] });
        schemas.insert(changed, map);
        part.into_iter().for_each(|part| change_of_part(part, known, schemas));
    } else if let Some((tag, words)) = tagged_words(schema) {
        let members = variants(schema, "oneOf").iter().filter_map(|variant| variant.get("properties")?.as_object());
        let mut members: Map<String, Value> = members.flatten().map(|(name, it)| (name.clone(), it.clone())).collect();
        members[&tag]["enum"] = json!(words);
        let description = schema.get("description").cloned().unwrap_or_default();
        schemas.insert(
            changed,
            json!({ "type": "object", "description": description, "properties": members, "additionalProperties": false }),
        );
    } else {
        changes(name, known, schemas);
    }
}

/// The member that tells the variants of a union apart, and its words; nothing where it is no such union.
fn tagged_words(schema: &Value) -> Option<(String, Vec<String>)> {
    let all = variants(schema, "oneOf");
    let words: Vec<(String, String)> = all.iter().filter_map(only_word).collect();
    let tag = words.first().filter(|_| words.len() > 1 && words.len() == all.len())?.0.clone();
    Some((tag, words.into_iter().map(|(_, word)| word).collect()))
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
                let said = ["description", "examples", ABSENT].map(|said| (said, value[said].take()));
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

/// Names the variants of unions that are told apart by the one word of a member, and says by which: `kind: flat` of a
/// `Tariff` becomes `FlatTariff`.
pub(super) fn name_variants(schemas: &mut Map<String, Value>) {
    let mut named = Map::new();
    for (name, schema) in schemas.iter_mut().filter(|(_, schema)| schema.get("discriminator").is_none()) {
        let Some((tag, words)) = tagged_words(schema) else { continue };
        let mut mapping = Map::new();
        let unnamed = schema.get_mut("oneOf").and_then(Value::as_array_mut).into_iter().flatten();
        for (variant, word) in unnamed.zip(&words) {
            let own = format!("{}{name}", pascal(word));
            let variant = std::mem::replace(variant, reference(&own));
            mapping.insert(word.clone(), reference(&own)["$ref"].take());
            named.insert(own, variant);
        }
        schema["discriminator"] = json!({ "propertyName": tag, "mapping": mapping });
    }
    schemas.extend(named);
}

/// The member of an object that may be one word alone, and the word.
fn only_word(schema: &Value) -> Option<(String, String)> {
    let mut members = schema.get("properties")?.as_object()?.iter();
    members.find_map(|(name, member)| match member.get("enum")?.as_array()?.as_slice() {
        [Value::String(word)] => Some((name.clone(), word.clone())),
        _ => None,
    })
}

/// `per_mile` as `PerMile`.
fn pascal(word: &str) -> String {
    let parts = word.split(['_', '-']).filter_map(|part| Some((part.get(..1)?, part.get(1..)?)));
    parts.map(|(first, rest)| first.to_ascii_uppercase() + rest).collect()
}

/// Leaves nothing beside the reference in the variants of a union: programs that make clients lose their way there.
/// What is said of the one variant beside null is said of the whole.
pub(super) fn plain_unions(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.values_mut().for_each(plain_unions);
            let Some(union) = members.get_mut("oneOf").and_then(Value::as_array_mut) else { return };
            let or_null = union.len() == 2 && union.iter().any(|variant| is(variant, "null"));
            let said = |variant: &mut Value| variant.as_object_mut()?.remove("description");
            let said = union.iter_mut().filter(|it| or_null || it.get("$ref").is_some()).filter_map(said);
            if let (true, Some(description)) = (or_null, Vec::from_iter(said).pop()) {
                members.entry("description").or_insert(description);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(plain_unions),
        _ => {}
    }
}
