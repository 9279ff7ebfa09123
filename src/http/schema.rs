//! Reading JSON schemas: what a schema refers to, of which kind it is, and its parts.

use serde_json::Value;

/// The name that a schema refers to, where it is a reference.
pub(super) fn target(schema: &Value) -> Option<&str> {
    schema.get("$ref")?.as_str()?.rsplit('/').next()
}

/// Whether a schema is of the kind, null or not.
pub(super) fn is(schema: &Value, kind: &str) -> bool {
    match schema.get("type") {
        Some(Value::Array(kinds)) => kinds.iter().any(|known| known == kind),
        known => known.is_some_and(|known| known == kind),
    }
}

/// What stands under a name in a schema, as a list; nothing where it has none.
pub(super) fn list<'v>(schema: &'v Value, name: &str) -> &'v [Value] {
    schema.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}
