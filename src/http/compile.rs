//! Everything that is declared, and what is made of it once all of it is known: schemas with every limit written in,
//! and the shapes that requests are checked against.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value, json};
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};

use crate::http::operation::{Operation, Shown, Taken};
use crate::http::schema::{is, list, plain, reached, reference, target};
use crate::http::shape::Compiler;
use crate::text::{LINE, PROSE, SAID, VISIBLE};
use crate::work::titles::Titles;

/// The most characters of a text, and items of a list, whose type says no other limit.
const MOST_CHARACTERS: usize = 4_000;
const MOST_ITEMS: usize = 1_000;

/// Every operation and schema of the service.
#[derive(Debug, Default)]
pub struct Routes {
    /// The operations, in the order in which they were declared.
    pub operations: Vec<Operation>,
    /// The named schemas.
    pub(crate) schemas: BTreeMap<String, Value>,
    /// What resources are called, of every feature.
    pub titles: &'static [Titles],
    /// The tags with their descriptions, in order.
    pub(crate) tags: Vec<(&'static str, &'static str)>,
    /// The tag of what is declared next.
    pub(super) current: &'static str,
    /// Names that two different schemas claim; a test keeps it empty.
    pub clashes: Vec<String>,
}

impl Routes {
    /// Registers a type's schema with all that it refers to; answers its name.
    pub(super) fn schema<T: ToSchema>(&mut self) -> String {
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

    /// What a body or a filter of this type is taken as.
    pub(super) fn taken<T: ToSchema>(&mut self, patch: bool) -> Option<Taken> {
        Some(Taken { schema: self.schema::<T>(), patch, ..Taken::default() })
    }

    /// Writes every limit into the schemas of what is sent and compiles them, now that all are known.
    pub fn finish(&mut self) {
        let whole = |(name, schema): (&String, &Value)| (name.clone(), merged(schema, &self.schemas));
        self.schemas = self.schemas.iter().map(whole).collect();
        let taken = self.operations.iter().flat_map(|it| [&it.body, &it.query]).flatten();
        let sent: Vec<Value> = taken.map(|taken| reference(&taken.schema)).collect();
        for name in reached(&sent, |name| self.schemas.get(name)) {
            self.schemas.get_mut(&name).into_iter().for_each(|schema| each(schema, limit));
        }
        let schemas = &self.schemas;
        let compiled = |name: &str, patch, view| Arc::new(Compiler { schemas, patch }.compile(&schemas[name], view));
        for operation in &mut self.operations {
            let view = if let Shown::One(name) = &operation.shown { schemas.get(name) } else { None };
            if let Some(taken) = &mut operation.body {
                taken.optional = !taken.patch && schemas[&taken.schema].get("required").is_none();
                taken.shape = compiled(&taken.schema, taken.patch, view);
                taken.whole = compiled(&taken.schema, false, None);
            }
            if let Some(filter) = &mut operation.query {
                filter.shape = compiled(&filter.schema, false, None);
            }
        }
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
        parts.into_iter().flatten().for_each(|part| each(part, act));
    }
    let members = schema.get_mut("properties").and_then(Value::as_object_mut);
    members.into_iter().flat_map(Map::values_mut).for_each(|member| each(member, act));
}

/// Writes into a schema of what is sent the limits that it says nothing of itself. A pattern of its own is one.
fn limit(schema: &mut Value) {
    let said = |schema: &Value, name: &str| schema.get(name).is_some();
    if is(schema, "array") && !said(schema, "maxItems") {
        schema["maxItems"] = json!(MOST_ITEMS);
    } else if is(schema, "object") && !said(schema, "additionalProperties") {
        schema["additionalProperties"] = json!(false);
    } else if is(schema, "string") && !said(schema, "enum") && !said(schema, "format") {
        let pattern = schema.get("pattern").and_then(Value::as_str).unwrap_or(VISIBLE).to_owned();
        if [VISIBLE, LINE, PROSE, SAID].contains(&pattern.as_str()) && !said(schema, "maxLength") {
            schema["maxLength"] = json!(MOST_CHARACTERS);
        }
        schema["pattern"] = json!(pattern);
    }
}

/// Makes an example of the end of a description, `Example: …`: utoipa drops the attribute `example` beside a reference,
/// and most of our texts are references to their type.
fn example(schema: &mut Value) {
    let said = schema.get("description").and_then(Value::as_str).and_then(|said| said.rsplit_once("Example: "));
    if let Some((description, example)) = said {
        let example = serde_json::from_str(example).unwrap_or_else(|_| json!(example.replace('\n', " ")));
        (schema["description"], schema["examples"]) = (json!(description.trim_end()), json!([example]));
    }
    if let Some(description) = schema.get("description").and_then(Value::as_str) {
        schema["description"] = json!(unwrapped(description));
    }
}

/// A doc comment without the ends of its lines in the source; paragraphs and lists stay.
fn unwrapped(text: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines().map(str::trim) {
        let goes_on = !line.is_empty() && !line.starts_with("- ");
        match lines.last_mut().filter(|last| goes_on && !last.is_empty()) {
            Some(last) => last.extend([" ", line]),
            None => lines.push(line.to_owned()),
        }
    }
    lines.join("\n")
}

/// A schema that is put together of parts (flattened structs), as one object.
fn merged(schema: &Value, schemas: &BTreeMap<String, Value>) -> Value {
    let parts = list(schema, "allOf");
    if parts.is_empty() {
        return schema.clone();
    }
    let (mut properties, mut required) = (Map::new(), Vec::new());
    for part in parts {
        // A part that may be absent as a whole requires nothing.
        let optional = list(part, "oneOf").iter().any(|variant| is(variant, "null"));
        let part = plain(part);
        let part = merged(target(part).and_then(|name| schemas.get(name)).unwrap_or(part), schemas);
        properties.extend(part.get("properties").and_then(Value::as_object).cloned().unwrap_or_default());
        required.extend(list(&part, "required").iter().filter(|_| !optional).cloned());
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
