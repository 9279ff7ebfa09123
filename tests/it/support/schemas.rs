//! The schemas of the OpenAPI document: the bodies of operations, and every place for a value in them.

use involvement::app::{generated, routes};
use involvement::http::operation::Operation;
use serde_json::{Value, json};

/// Called with a pointer, the schema there, and what puts a value in that place of a whole body.
pub type Visit<'v> = dyn FnMut(&str, &Value, &dyn Fn(Value) -> Value) + 'v;

/// The OpenAPI document.
pub struct Document(Value);

impl Document {
    pub fn read() -> Self {
        Self(serde_json::from_str(&generated::document(&routes())).unwrap())
    }

    /// A schema with its reference followed, and without the variant that is null.
    pub fn plain<'d>(&'d self, mut schema: &'d Value) -> &'d Value {
        loop {
            let variants = schema["oneOf"].as_array().map(Vec::as_slice).unwrap_or_default();
            schema = match (schema["$ref"].as_str(), variants) {
                (Some(target), _) => self.0.pointer(&target[1..]).unwrap(),
                (None, [one, null] | [null, one]) if null["type"] == "null" => one,
                _ => return schema,
            };
        }
    }

    pub fn operation(&self, operation: &Operation) -> &Value {
        &self.0["paths"][operation.path][operation.method.as_str().to_ascii_lowercase()]
    }

    /// The schema of an operation's body.
    pub fn body(&self, operation: &Operation) -> &Value {
        let content = self.operation(operation)["requestBody"]["content"].as_object().unwrap();
        content.values().map(|media| &media["schema"]).find(|schema| schema["$ref"].is_string()).unwrap()
    }

    /// Visits every value that a schema has a place for, with what puts a value there and nothing else.
    pub fn visit(&self, schema: &Value, at: &str, put: &dyn Fn(Value) -> Value, seen: &mut Visit<'_>) {
        let schema = self.plain(schema);
        seen(at, schema, put);
        for variant in schema["oneOf"].as_array().into_iter().flatten().map(|variant| self.plain(variant)) {
            let (tag, word) = tag(variant);
            let tagged = |mut value: Value| {
                if value[tag].is_null() {
                    value[tag] = json!(word);
                }
                put(value)
            };
            self.visit(variant, at, &tagged, seen);
        }
        for (name, member) in schema["properties"].as_object().into_iter().flatten() {
            self.visit(member, &format!("{at}/{name}"), &|value| put(json!({ name: value })), seen);
        }
        if schema["additionalProperties"].is_object() {
            self.visit(
                &schema["additionalProperties"],
                &format!("{at}/name"),
                &|value| put(json!({ "name": value })),
                seen,
            );
        }
        if schema["items"].is_object() {
            self.visit(&schema["items"], &format!("{at}/0"), &|value| put(json!([value])), seen);
        }
    }
}

/// The member of a variant by which it is told from the others, and its word.
pub fn tag(variant: &Value) -> (&str, &str) {
    let members = variant["properties"].as_object().unwrap();
    let mut only = members.iter().filter(|(_, member)| member["enum"].as_array().is_some_and(|words| words.len() == 1));
    let (name, member) = only.next().unwrap();
    (name, member["enum"][0].as_str().unwrap())
}

pub fn is(schema: &Value, kind: &str) -> bool {
    schema["type"] == kind || schema["type"].as_array().is_some_and(|kinds| kinds.contains(&json!(kind)))
}
