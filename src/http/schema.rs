//! Reading JSON schemas: what a schema refers to, of which kind it is, and its parts.

use std::collections::BTreeSet;

use serde_json::{Value, json};

/// The name that a schema refers to, where it is a reference.
pub(crate) fn target(schema: &Value) -> Option<&str> {
    schema.get("$ref")?.as_str()?.rsplit('/').next()
}

/// Whether a schema is of the kind, null or not.
pub(crate) fn is(schema: &Value, kind: &str) -> bool {
    match schema.get("type") {
        Some(Value::Array(kinds)) => kinds.iter().any(|known| known == kind),
        known => known.is_some_and(|known| known == kind),
    }
}

/// A reference to a named schema.
pub(crate) fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// The one variant beside null, where a schema is that or null; else the schema.
pub(crate) fn plain(schema: &Value) -> &Value {
    let mut variants = list(schema, "oneOf").iter().filter(|variant| !is(variant, "null"));
    match (variants.next(), variants.next()) {
        (Some(one), None) => one,
        _ => schema,
    }
}

/// The names of the schemas that these values refer to, straight or by way of others, which `known` finds by name.
pub(crate) fn reached<'v>(
    values: impl IntoIterator<Item = &'v Value>,
    known: impl Fn(&str) -> Option<&'v Value>,
) -> BTreeSet<String> {
    let (mut open, mut reached) = (Vec::from_iter(values), BTreeSet::new());
    while let Some(value) = open.pop() {
        if let Some(name) = target(value).filter(|name| reached.insert((*name).to_owned())) {
            open.extend(known(name));
        }
        match value {
            Value::Object(members) => open.extend(members.values()),
            Value::Array(items) => open.extend(items),
            _ => {}
        }
    }
    reached
}

/// What stands under a name in a schema, as a list; nothing where it has none.
pub(crate) fn list<'v>(schema: &'v Value, name: &str) -> &'v [Value] {
    schema.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}
