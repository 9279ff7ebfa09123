//! The schemas of types, with every limit written in, and the shapes that requests are checked against.
//! Neither is kept from the start: shapes are compiled when the first request needs them, schemas drawn for the document.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use serde_json::{Map, Value, json};
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};

use crate::http::schema::{is, list, plain, reached, reference, target};
use crate::http::shape::{Compiler, Shape};
use crate::refusal::Refusal;
use crate::text::{LINE, PROSE, SAID, VISIBLE};
use crate::work::access_log::Category;

/// The most characters of a text, and items of a list, whose type says no other limit.
const MOST_CHARACTERS: usize = 4_000;
const MOST_ITEMS: usize = 1_000;

/// A type that has a schema.
#[derive(Clone, Copy)]
pub struct Described {
    name: fn() -> Cow<'static, str>,
    schemas: fn() -> Vec<(String, RefOr<Schema>)>,
    /// What it shows of people beyond their names.
    pub(super) shows: Option<Category>,
    /// Whether an answer of it says what can be done next.
    stands: bool,
}

impl Described {
    pub(super) fn of<T: ToSchema>() -> Self {
        Self { name: T::name, schemas: schemas::<T>, shows: None, stands: false }
    }

    /// The same, which shows this of people.
    pub(super) fn showing(self, shows: Option<Category>) -> Self {
        Self { shows, ..self }
    }

    /// The same, whose answer says what can be done next.
    pub(super) fn standing(self, stands: bool) -> Self {
        Self { stands, ..self }
    }

    /// The name of its schema.
    pub(crate) fn name(self) -> String {
        (self.name)().into_owned()
    }
}

/// A type's schema and all that it refers to.
fn schemas<T: ToSchema>() -> Vec<(String, RefOr<Schema>)> {
    let mut found = vec![(T::name().into_owned(), T::schema())];
    T::schemas(&mut found);
    found
}

/// How the bytes of a body become JSON.
pub(crate) type ReadBody = fn(&[u8]) -> Result<Value, Refusal>;

/// The body or the filter that an operation takes.
pub struct Taken {
    pub(crate) described: Described,
    /// Whether it is a merge patch.
    pub(crate) patch: bool,
    /// What is answered to it: what that has and a body has not, nobody writes.
    pub(super) view: Option<Described>,
    /// Media types beside JSON, each with how it becomes JSON.
    pub(crate) also: Vec<(&'static str, ReadBody)>,
    /// Examples, by name.
    pub examples: Vec<(&'static str, Value)>,
    compiled: OnceLock<Compiled>,
}

/// What a body or a filter must look like.
struct Compiled {
    shape: Shape,
    whole: Arc<Shape>,
    optional: bool,
}

impl Taken {
    pub(super) fn of<T: ToSchema>(patch: bool) -> Self {
        let described = Described::of::<T>();
        Self { described, patch, view: None, also: Vec::new(), examples: Vec::new(), compiled: OnceLock::new() }
    }

    /// What it must look like.
    pub fn shape(&self) -> &Shape {
        &self.compiled().shape
    }

    /// For a merge patch, what the whole must look like once it is laid over what is there.
    pub(super) fn whole(&self) -> Arc<Shape> {
        Arc::clone(&self.compiled().whole)
    }

    /// Whether it may be left out.
    pub fn optional(&self) -> bool {
        self.compiled().optional
    }

    fn compiled(&self) -> &Compiled {
        self.compiled.get_or_init(|| {
            let (name, view) = (self.described.name(), self.view.map(Described::name));
            let mut schemas = collected([self.described].into_iter().chain(self.view), &mut Vec::new());
            write_limits(&mut schemas, [name.as_str()]);
            let compile =
                |patch, view| Compiler { schemas: &schemas, patch, listed: false }.compile(&schemas[&name], view);
            Compiled {
                shape: compile(self.patch, view.and_then(|view| schemas.get(&view))),
                whole: if self.patch { compile(false, None).into() } else { Arc::default() },
                optional: !self.patch && schemas[&name].get("required").is_none(),
            }
        })
    }
}

/// The schemas of these types and all that they refer to, each as one object; names that two different schemas claim are
/// noted.
pub(super) fn collected(
    types: impl IntoIterator<Item = Described>,
    clashes: &mut Vec<String>,
) -> BTreeMap<String, Value> {
    let mut schemas: BTreeMap<String, Value> = BTreeMap::new();
    let types: Vec<Described> = types.into_iter().collect();
    for (name, schema) in types.iter().flat_map(|it| (it.schemas)()) {
        let mut schema = serde_json::to_value(schema).unwrap_or_default();
        each(&mut schema, |schema| {
            example(schema);
            no_empty_default(schema);
        });
        if schemas.get(&name).is_some_and(|known| *known != schema) {
            clashes.push(name.clone());
        }
        schemas.insert(name, schema);
    }
    let mut schemas = schemas.iter().map(|(name, schema)| (name.clone(), merged(schema, &schemas))).collect();
    for stands in types.iter().filter(|it| it.stands) {
        describe_actions(&mut schemas, &stands.name());
    }
    schemas
}

/// The member of an answer that says what can be done next.
pub(super) const ACTIONS: &str = "actions";

/// Describes that member in a schema, or in each of those that it is one of.
fn describe_actions(schemas: &mut BTreeMap<String, Value>, name: &str) {
    let Some(schema) = schemas.get_mut(name) else { return };
    if let Some(members) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        members.insert(ACTIONS.to_owned(), actions());
        return;
    }
    // What finance sees of a resource alone has no verbs.
    let whole = |kind: &&str| !kind.starts_with("Money");
    let kinds = list(schema, "oneOf").iter().filter_map(target).filter(whole).map(str::to_owned);
    let kinds: Vec<String> = kinds.collect();
    kinds.iter().for_each(|kind| describe_actions(schemas, kind));
}

fn actions() -> Value {
    json!({
        "type": "array",
        "maxItems": 20,
        "items": { "type": "string", "maxLength": 40, "pattern": "^[a-z-]+$" },
        "description": "Verbs of the life cycle that the status allows and the caller may use: `POST` to this resource's \
            path with the verb at its end. Other rules are looked at when a verb is used, such as that nobody approves \
            their own claim. Verbs may be added. Absent in lists and in other resources.",
        "examples": [["approve", "return"]],
    })
}

/// Writes every limit into the schemas of what is sent: these, and all that they refer to.
pub(super) fn write_limits<'n>(schemas: &mut BTreeMap<String, Value>, sent: impl IntoIterator<Item = &'n str>) {
    let sent: Vec<Value> = sent.into_iter().map(reference).collect();
    for name in reached(&sent, |name| schemas.get(name)) {
        schemas.get_mut(&name).into_iter().for_each(|schema| each(schema, limit));
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

/// Takes out a default that says no more than absence does: null, an empty list, nothing counted. Programs made of the
/// document would send what nobody wrote, or ask for it.
fn no_empty_default(schema: &mut Value) {
    let empty = |it: &Value| it.is_null() || *it == json!(0) || it.as_array().is_some_and(Vec::is_empty);
    if schema.get("default").is_some_and(empty) {
        schema.as_object_mut().map(|schema| schema.remove("default"));
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

/// The mark of a member that can be absent with others; the document is finished without it.
pub(crate) const ABSENT: &str = "x-absent";

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
        let mut own = part.get("properties").and_then(Value::as_object).cloned().unwrap_or_default();
        if optional {
            own.values_mut().for_each(|member| member[ABSENT] = json!(true));
        }
        properties.extend(own);
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
