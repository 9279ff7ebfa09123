//! Everything that is declared, and what is made of it once all of it is known: schemas with every limit written in,
//! and the shapes that requests are checked against.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Map, Value, json};
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};

use crate::http::handler::TakenBody;
use crate::http::operation::{Filter, Operation, Shown, Taken};
use crate::http::shape::Compiler;
use crate::text::{LINE, PROSE, SAID, VISIBLE};

/// The most characters of a text whose type says no other limit.
const MOST_CHARACTERS: usize = 4_000;
/// The most items of a list whose field says no other limit.
const MOST_ITEMS: usize = 1_000;

/// Every operation and schema of the service.
#[derive(Debug, Default)]
pub struct Routes {
    /// The operations, in the order in which they were declared.
    pub operations: Vec<Operation>,
    /// The named schemas.
    pub schemas: BTreeMap<String, Value>,
    /// The tags with their descriptions, in order.
    pub tags: Vec<(&'static str, &'static str)>,
    /// Names that two different schemas claim; a test keeps it empty.
    pub clashes: Vec<String>,
}

impl Routes {
    /// Registers a type's schema with all that it refers to; answers its name.
    pub fn schema<T: ToSchema>(&mut self) -> String {
        let mut found: Vec<(String, RefOr<Schema>)> = vec![(T::name().into_owned(), T::schema())];
        T::schemas(&mut found);
        for (name, schema) in found {
            let mut schema = serde_json::to_value(schema).unwrap_or_default();
            each(&mut schema, example);
            if self.schemas.get(&name).is_some_and(|known| *known != schema) {
                self.clashes.push(name.clone());
            }
            self.schemas.insert(name, schema);
        }
        T::name().into_owned()
    }

    pub(super) fn filter<Q: ToSchema>(&mut self) -> Filter {
        Filter { schema: self.schema::<Q>(), shape: Arc::default() }
    }

    pub(super) fn taken<B: TakenBody>(&mut self) -> Taken {
        let schema = self.schema::<B::Written>();
        let optional = !B::PATCH && !requires(&self.schemas[&schema]);
        let (also, examples, shape, whole) = (Vec::new(), Vec::new(), Arc::default(), Arc::default());
        Taken { schema, patch: B::PATCH, optional, also, examples, shape, whole }
    }

    /// Writes every limit into the schemas of what is sent and compiles them, now that all are known.
    pub fn finish(&mut self) {
        let names: Vec<String> = self.schemas.keys().cloned().collect();
        for name in names {
            let whole = merged(&self.schemas[&name], &self.schemas);
            self.schemas.insert(name, whole);
        }
        for name in self.sent() {
            self.schemas.get_mut(&name).into_iter().for_each(|schema| each(schema, limit));
        }
        let schemas = &self.schemas;
        let compiled = |name: &str, patch, view| {
            let compiler = Compiler { schemas, patch };
            schemas.get(name).map(|schema| Arc::new(compiler.compile(schema, view))).unwrap_or_default()
        };
        for operation in &mut self.operations {
            let view = match &operation.shown {
                Shown::One(name) => schemas.get(name),
                _ => None,
            };
            if let Some(taken) = &mut operation.body {
                taken.shape = compiled(&taken.schema, taken.patch, view);
                taken.whole = compiled(&taken.schema, false, None);
            }
            if let Some(filter) = &mut operation.query {
                filter.shape = compiled(&filter.schema, false, None);
            }
        }
    }

    /// The names of the schemas that bodies and filters are made of.
    fn sent(&self) -> BTreeSet<String> {
        let bodies = self.operations.iter().filter_map(|it| Some(it.body.as_ref()?.schema.clone()));
        let filters = self.operations.iter().filter_map(|it| Some(it.query.as_ref()?.schema.clone()));
        let mut open: Vec<String> = bodies.chain(filters).collect();
        let mut sent = BTreeSet::new();
        while let Some(name) = open.pop() {
            if let Some(schema) = self.schemas.get(&name)
                && sent.insert(name)
            {
                references(schema, &mut open);
            }
        }
        sent
    }
}

/// The names of the schemas that a value refers to.
pub(super) fn references(value: &Value, found: &mut Vec<String>) {
    found.extend(target(value).map(str::to_owned));
    match value {
        Value::Object(members) => members.values().for_each(|member| references(member, found)),
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

/// The name that a schema refers to, where it is a reference.
pub(super) fn target(schema: &Value) -> Option<&str> {
    schema.get("$ref")?.as_str()?.rsplit('/').next()
}

/// Whether a schema is one of the kind, or of the kind or null.
pub(super) fn is(schema: &Value, kind: &str) -> bool {
    match schema.get("type") {
        Some(Value::Array(kinds)) => kinds.iter().any(|known| known == kind),
        known => known.is_some_and(|known| known == kind),
    }
}

/// Does something to a schema and to every schema that stands in it.
fn each(schema: &mut Value, act: fn(&mut Value)) {
    act(schema);
    for inner in ["items", "additionalProperties"] {
        schema.get_mut(inner).into_iter().for_each(|inner| each(inner, act));
    }
    for inner in ["oneOf", "allOf"] {
        let parts = schema.get_mut(inner).and_then(Value::as_array_mut);
        parts.into_iter().flatten().for_each(|inner| each(inner, act));
    }
    let members = schema.get_mut("properties").and_then(Value::as_object_mut);
    members.into_iter().flat_map(Map::values_mut).for_each(|member| each(member, act));
}

/// Writes into a schema the limits that it says nothing of itself. A pattern of its own is one.
fn limit(schema: &mut Value) {
    let said = |name: &str| schema.get(name).is_some();
    if is(schema, "array") && !said("maxItems") {
        schema["maxItems"] = json!(MOST_ITEMS);
    } else if is(schema, "string") && !["enum", "format"].into_iter().any(said) {
        let pattern = schema.get("pattern").and_then(Value::as_str).unwrap_or(VISIBLE);
        let own = ![VISIBLE, LINE, PROSE, SAID].contains(&pattern);
        if !own && !said("maxLength") {
            schema["maxLength"] = json!(MOST_CHARACTERS);
        }
        if schema.get("pattern").is_none() {
            schema["pattern"] = json!(VISIBLE);
        }
    }
}

/// Makes an example of the end of a description, `Example: …`: utoipa drops the attribute `example` beside a reference,
/// and most of our texts are references to their type.
fn example(schema: &mut Value) {
    let Some(said) = schema.get("description").and_then(Value::as_str) else { return };
    let Some((description, example)) = said.rsplit_once("Example: ").filter(|(before, _)| !before.ends_with("For "))
    else {
        return;
    };
    let example = serde_json::from_str(example).unwrap_or_else(|_| json!(example.replace('\n', " ")));
    let description = json!(description.trim_end());
    (schema["description"], schema["examples"]) = (description, json!([example]));
}

/// A schema that is put together of parts (flattened structs), as one object.
fn merged(schema: &Value, schemas: &BTreeMap<String, Value>) -> Value {
    let Some(parts) = schema.get("allOf").and_then(Value::as_array) else { return schema.clone() };
    let (mut properties, mut required) = (Map::new(), Vec::new());
    for part in parts {
        let (part, optional) = resolved(part, schemas);
        let part = merged(part, schemas);
        properties.extend(part.get("properties").and_then(Value::as_object).cloned().unwrap_or_default());
        if !optional {
            required.extend(part.get("required").and_then(Value::as_array).cloned().unwrap_or_default());
        }
    }
    let mut object = json!({ "type": "object", "properties": properties });
    if !required.is_empty() {
        object["required"] = Value::Array(required);
    }
    if let Some(description) = schema.get("description") {
        object["description"] = description.clone();
    }
    object
}

/// What a part refers to, and whether it may be absent as a whole.
fn resolved<'v>(part: &'v Value, schemas: &'v BTreeMap<String, Value>) -> (&'v Value, bool) {
    let variants = part.get("oneOf").and_then(Value::as_array);
    let optional = variants.is_some_and(|variants| variants.iter().any(|variant| is(variant, "null")));
    let part = variants.and_then(|variants| variants.iter().find(|variant| !is(variant, "null"))).unwrap_or(part);
    (target(part).and_then(|name| schemas.get(name)).unwrap_or(part), optional)
}

/// Whether a body must have some member, in itself or in a part of it.
fn requires(schema: &Value) -> bool {
    let mut parts = schema.get("allOf").and_then(Value::as_array).into_iter().flatten();
    schema.get("required").is_some() || parts.any(requires)
}
