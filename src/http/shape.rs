//! What a body or a query must look like, compiled from the same schema that the OpenAPI document shows.
//! So what is documented is what is enforced; the checking itself is in `check`.

use std::collections::{BTreeMap, BTreeSet};

use regex_lite::Regex;
use serde_json::{Map, Value};

use crate::text;

/// A compiled schema.
#[derive(Clone, Debug)]
pub struct Shape {
    /// Whether `null` will do.
    pub nullable: bool,
    /// What it must be otherwise.
    pub what: What,
}

/// The kinds of value.
#[derive(Clone, Debug)]
pub enum What {
    /// A string.
    Text(Text),
    /// A whole number within bounds.
    Whole(i64, i64),
    /// A number within bounds, with at most so many decimals.
    Number(f64, f64, Option<usize>),
    /// True or false.
    Truth,
    /// A list.
    List(List),
    /// An object of known members.
    Object(Object),
    /// One of several objects, told apart by a member.
    Tagged(String, BTreeMap<String, Shape>),
    /// Anything at all.
    Anything,
}

/// What a string must be.
#[derive(Clone, Debug)]
pub struct Text {
    /// Fewest characters.
    pub min: usize,
    /// Most characters.
    pub max: usize,
    /// Its pattern.
    pub pattern: Pattern,
    /// Its format, as JSON Schema names it.
    pub format: Option<String>,
    /// The closed list that it is from.
    pub words: Option<Vec<String>>,
}

/// How a string's characters are judged.
#[derive(Clone, Debug)]
pub enum Pattern {
    /// One line; something visible when it may not be empty.
    Line,
    /// Several lines.
    Prose,
    /// Several lines, something visible.
    Said,
    /// A pattern of its own.
    Own(Regex),
}

/// What a list must be.
#[derive(Clone, Debug)]
pub struct List {
    /// Fewest items.
    pub min: usize,
    /// Most items.
    pub max: usize,
    /// Whether an item may stand only once.
    pub unique: bool,
    /// What each item must be.
    pub items: Box<Shape>,
}

/// What an object must be.
#[derive(Clone, Debug, Default)]
pub struct Object {
    /// The members that it knows.
    pub members: BTreeMap<String, Shape>,
    /// Those that must be there.
    pub required: BTreeSet<String>,
    /// Those that answers show but nobody writes.
    pub read_only: BTreeSet<String>,
    /// What members of any other name must be, where they are allowed.
    pub rest: Option<Box<Shape>>,
}

/// Compiles schemas, following references.
#[derive(Debug)]
pub struct Compiler<'s> {
    /// The document's named schemas.
    pub schemas: &'s BTreeMap<String, Value>,
    /// Whether it is for a merge patch: nothing is required, what is optional may be null.
    pub patch: bool,
}

impl Compiler<'_> {
    /// Compiles a schema; `view` is what answers show in its place.
    ///
    /// # Panics
    /// At start, where a schema has a pattern that is none: a test compiles every one.
    #[must_use]
    pub fn compile(&self, schema: &Value, view: Option<&Value>) -> Shape {
        let schema = self.resolve(schema);
        let view = view.map(|view| self.resolve(view));
        if let Some(variants) = schema.get("oneOf").or_else(|| schema.get("anyOf")).and_then(Value::as_array) {
            return self.one_of(variants, view);
        }
        let (nullable, kind) = kind(schema);
        let what = match kind {
            "string" => What::Text(text(schema)),
            "integer" => What::Whole(bound(schema, "minimum", i64::MIN), bound(schema, "maximum", i64::MAX)),
            "number" => What::Number(
                schema.get("minimum").and_then(Value::as_f64).unwrap_or(f64::MIN),
                schema.get("maximum").and_then(Value::as_f64).unwrap_or(f64::MAX),
                schema.get("multipleOf").map(|step| decimals(&step.to_string())),
            ),
            "boolean" => What::Truth,
            "array" => What::List(List {
                min: size(schema, "minItems", 0),
                max: size(schema, "maxItems", 1_000),
                unique: schema.get("uniqueItems") == Some(&Value::Bool(true)),
                items: Box::new(
                    Compiler { schemas: self.schemas, patch: false }
                        .compile(schema.get("items").unwrap_or(&Value::Null), view.and_then(|view| view.get("items"))),
                ),
            }),
            "object" => What::Object(self.object(schema, view)),
            _ => What::Anything,
        };
        Shape { nullable, what }
    }

    fn resolve<'v>(&'v self, schema: &'v Value) -> &'v Value {
        let mut schema = schema;
        while let Some(name) = schema.get("$ref").and_then(Value::as_str) {
            let name = name.rsplit('/').next().unwrap_or_default();
            schema = self.schemas.get(name).unwrap_or(&Value::Null);
        }
        schema
    }

    fn one_of(&self, variants: &[Value], view: Option<&Value>) -> Shape {
        let is_null = |v: &Value| v.get("type").and_then(Value::as_str) == Some("null");
        let nullable = variants.iter().any(is_null);
        let rest: Vec<&Value> = variants.iter().filter(|v| !is_null(v)).collect();
        let view = view.map(|view| unwrap_null(self, view));
        if let [single] = rest.as_slice() {
            return Shape { nullable, what: self.compile(single, view).what };
        }
        let mut tag = None;
        let mut shapes = BTreeMap::new();
        let mut written = BTreeSet::new();
        for variant in rest {
            let variant = self.resolve(variant);
            let members = self.members(variant);
            written.extend(members.keys().cloned());
            if let Some((name, word)) =
                members.iter().find_map(|(name, member)| constant(member).map(|word| (name.clone(), word)))
            {
                shapes.insert(word, self.compile(variant, view));
                tag = Some(name);
            }
        }
        // What another variant takes is unknown to this one, not worked out by the service.
        for shape in shapes.values_mut() {
            if let What::Object(object) = &mut shape.what {
                object.read_only.retain(|name| !written.contains(name));
            }
        }
        match tag {
            Some(tag) => Shape { nullable, what: What::Tagged(tag, shapes) },
            None => Shape { nullable, what: What::Anything },
        }
    }

    /// The members of an object, those of its parts included.
    fn members(&self, schema: &Value) -> Map<String, Value> {
        let mut members = schema.get("properties").and_then(Value::as_object).cloned().unwrap_or_default();
        for part in schema.get("allOf").and_then(Value::as_array).into_iter().flatten() {
            members.extend(self.members(self.resolve(part)));
        }
        for variant in schema.get("oneOf").and_then(Value::as_array).into_iter().flatten() {
            members.extend(self.members(self.resolve(variant)));
        }
        members
    }

    fn required(&self, schema: &Value) -> BTreeSet<String> {
        let own = schema.get("required").and_then(Value::as_array).into_iter().flatten();
        let mut required: BTreeSet<String> = own.filter_map(Value::as_str).map(str::to_owned).collect();
        for part in schema.get("allOf").and_then(Value::as_array).into_iter().flatten() {
            required.extend(self.required(self.resolve(part)));
        }
        required
    }

    fn object(&self, schema: &Value, view: Option<&Value>) -> Object {
        let seen = view.map(|view| self.members(unwrap_null(self, view))).unwrap_or_default();
        let required = self.required(schema);
        let members: BTreeMap<String, Shape> = self
            .members(schema)
            .into_iter()
            .map(|(name, member)| {
                let mut shape = self.compile(&member, seen.get(&name));
                // Optional members may be null in a body, whatever their type says: absent and null are one.
                shape.nullable |= !required.contains(&name);
                (name, shape)
            })
            .collect();
        let read_only = seen.keys().filter(|name| !members.contains_key(*name)).cloned().collect();
        let rest = schema
            .get("additionalProperties")
            .filter(|rest| rest.is_object())
            .map(|rest| Box::new(Compiler { schemas: self.schemas, patch: false }.compile(rest, None)));
        let required = if self.patch { BTreeSet::new() } else { required };
        Object { members, required, read_only, rest }
    }
}

fn unwrap_null<'v>(compiler: &'v Compiler<'_>, view: &'v Value) -> &'v Value {
    let view = compiler.resolve(view);
    match view.get("oneOf").and_then(Value::as_array).map(Vec::as_slice) {
        Some([a, b]) if a.get("type").and_then(Value::as_str) == Some("null") => compiler.resolve(b),
        Some([a, b]) if b.get("type").and_then(Value::as_str) == Some("null") => compiler.resolve(a),
        _ => view,
    }
}

fn kind(schema: &Value) -> (bool, &str) {
    match schema.get("type") {
        Some(Value::String(kind)) => (false, kind),
        Some(Value::Array(kinds)) => {
            let nullable = kinds.iter().any(|kind| kind == "null");
            (nullable, kinds.iter().filter_map(Value::as_str).find(|kind| *kind != "null").unwrap_or_default())
        }
        _ if schema.get("allOf").is_some() || schema.get("properties").is_some() => (false, "object"),
        _ => (true, ""),
    }
}

fn constant(member: &Value) -> Option<String> {
    if let Some(word) = member.get("const").and_then(Value::as_str) {
        return Some(word.to_owned());
    }
    match member.get("enum").and_then(Value::as_array).map(Vec::as_slice) {
        Some([Value::String(word)]) => Some(word.clone()),
        _ => None,
    }
}

#[expect(clippy::expect_used, reason = "at start, and a test compiles every schema")]
fn text(schema: &Value) -> Text {
    let pattern = match schema.get("pattern").and_then(Value::as_str) {
        None | Some(text::LINE) => Pattern::Line,
        Some(text::PROSE) => Pattern::Prose,
        Some(text::SAID) => Pattern::Said,
        Some(own) => Pattern::Own(Regex::new(own).expect("a schema's pattern")),
    };
    Text {
        min: size(schema, "minLength", 0),
        max: size(schema, "maxLength", 4_000),
        pattern,
        format: schema.get("format").and_then(Value::as_str).map(str::to_owned),
        words: schema
            .get("enum")
            .and_then(Value::as_array)
            .map(|words| words.iter().filter_map(Value::as_str).map(str::to_owned).collect()),
    }
}

fn bound(schema: &Value, name: &str, otherwise: i64) -> i64 {
    schema.get(name).and_then(Value::as_i64).unwrap_or(otherwise)
}

fn size(schema: &Value, name: &str, otherwise: usize) -> usize {
    schema.get(name).and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok()).unwrap_or(otherwise)
}

/// How many decimals a number has, as it is written.
#[must_use]
pub fn decimals(number: &str) -> usize {
    if number.contains(['e', 'E']) {
        return usize::MAX;
    }
    number.split_once('.').map_or(0, |(_, rest)| rest.trim_end_matches('0').len())
}
