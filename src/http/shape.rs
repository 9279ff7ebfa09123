//! What a body or a query must look like, compiled from the same schema that the OpenAPI document shows.
//! So what is documented is what is enforced; the checking itself is in `check`.

use std::collections::{BTreeMap, BTreeSet};

use regex_lite::Regex;
use serde_json::{Map, Value};

use crate::http::schema::{is, list, plain, target};
use crate::text;
use crate::text::tidy::Lines;

/// A compiled schema: whether `null` will do, and what it must be otherwise.
#[derive(Clone, Debug)]
pub struct Shape {
    pub nullable: bool,
    pub what: What,
}

/// Nothing fits but an object without members: what stands before a schema is compiled.
impl Default for Shape {
    fn default() -> Self {
        Self { nullable: false, what: What::Object(Object::default()) }
    }
}

impl Shape {
    /// What a member must be, where it is an object that has it.
    pub fn member(&self, name: &str) -> Option<&Self> {
        if let What::Object(object) = &self.what { object.members.get(name) } else { None }
    }
}

/// The kinds of value.
#[derive(Clone, Debug)]
pub enum What {
    Text(Text),
    /// A whole number within bounds.
    Whole(i64, i64),
    /// A number within bounds, with at most so many decimals.
    Number(f64, f64, Option<usize>),
    Truth,
    List(List),
    Object(Object),
    /// One of several objects, told apart by a member.
    Tagged(String, BTreeMap<String, Shape>),
    /// The same in a merge patch, which may leave the member as it is; what comes of it is checked as a whole.
    PartOfTagged(String, BTreeMap<String, Shape>),
    Anything,
}

impl What {
    /// What is said where a value is of another kind.
    pub fn must_be(&self) -> &'static str {
        match self {
            Self::Text(_) => "must be a string",
            Self::Whole(..) => "must be a whole number",
            Self::Number(..) => "must be a number",
            Self::Truth => "must be true or false",
            Self::List(_) => "must be a list",
            Self::Object(_) | Self::Tagged(..) | Self::PartOfTagged(..) => "must be an object",
            Self::Anything => "must have a value",
        }
    }
}

/// What a string must be: its length in characters, and a word of a closed list where there is one.
#[derive(Clone, Debug)]
pub struct Text {
    pub length: (usize, usize),
    pub pattern: Pattern,
    pub format: Option<String>,
    pub words: Option<Vec<String>>,
    /// A text that fits, for people.
    pub example: Option<String>,
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
    /// A telephone number.
    Phone,
    /// A log-in's subject, which is not put in order.
    LogIn(Regex),
    /// A pattern of its own.
    Own(Regex),
}

impl Pattern {
    /// How many lines there may be.
    pub fn lines(&self) -> Lines {
        if matches!(self, Self::Prose | Self::Said) { Lines::Several } else { Lines::One }
    }
}

/// What a list must be.
#[derive(Clone, Debug)]
pub struct List {
    pub length: (usize, usize),
    pub unique: bool,
    pub items: Box<Shape>,
}

/// What an object must be.
#[derive(Clone, Debug, Default)]
pub struct Object {
    pub members: BTreeMap<String, Shape>,
    pub required: BTreeSet<String>,
    /// Members that are required where another one is not given: `x-required-unless` of the schema.
    pub unless: Vec<(String, String)>,
    /// Members that answers show but nobody writes.
    pub read_only: BTreeSet<String>,
    /// Whether these may be sent back as they were read; whoever takes the body compares them.
    pub echoes: bool,
    /// Members of other objects that may stand here, which may be null.
    pub elsewhere: BTreeSet<String>,
    /// What other names and their values must be, where they are allowed.
    pub rest: Option<Box<(Text, Shape)>>,
}

/// Compiles schemas, following references. For a merge patch nothing is required, and what is optional may be null.
pub struct Compiler<'s> {
    pub schemas: &'s BTreeMap<String, Value>,
    pub patch: bool,
    /// Whether it compiles the items of a merge patch's lists, which are sent whole.
    pub listed: bool,
}

impl Compiler<'_> {
    /// Compiles a schema; `view` is what answers show in its place.
    pub fn compile(&self, schema: &Value, view: Option<&Value>) -> Shape {
        let (schema, view) = (self.resolve(schema), view.map(|view| self.resolve(view)));
        if schema.get("oneOf").is_some() {
            return self.one_of(list(schema, "oneOf"), view);
        }
        let number = |name: &str| schema.get(name).and_then(Value::as_f64);
        let whole = |name: &str| schema.get(name).and_then(Value::as_i64);
        let what = match schema {
            it if is(it, "string") => What::Text(text(it)),
            it if is(it, "integer") => {
                What::Whole(whole("minimum").unwrap_or(i64::MIN), whole("maximum").unwrap_or(i64::MAX))
            }
            it if is(it, "number") => What::Number(
                number("minimum").unwrap_or(f64::MIN),
                number("maximum").unwrap_or(f64::MAX),
                size(it, "x-decimals"),
            ),
            it if is(it, "boolean") => What::Truth,
            it if is(it, "array") => What::List(List {
                length: (size(it, "minItems").unwrap_or(0), size(it, "maxItems").unwrap_or(usize::MAX)),
                unique: it.get("uniqueItems") == Some(&Value::Bool(true)),
                items: Box::new(self.inner(it.get("items"), view.and_then(|view| view.get("items")))),
            }),
            it if is(it, "object") || it.get("properties").is_some() => What::Object(self.object(it, view)),
            _ => What::Anything,
        };
        Shape { nullable: is(schema, "null"), what }
    }

    /// A schema within a list: never sent in part.
    fn inner(&self, schema: Option<&Value>, view: Option<&Value>) -> Shape {
        let listed = self.patch || self.listed;
        Compiler { schemas: self.schemas, patch: false, listed }.compile(schema.unwrap_or(&Value::Null), view)
    }

    fn resolve<'v>(&'v self, mut schema: &'v Value) -> &'v Value {
        while let Some(name) = target(schema) {
            schema = self.schemas.get(name).unwrap_or(&Value::Null);
        }
        schema
    }

    fn one_of(&self, variants: &[Value], view: Option<&Value>) -> Shape {
        let nullable = variants.iter().any(|variant| is(variant, "null"));
        let rest: Vec<&Value> = variants.iter().filter(|variant| !is(variant, "null")).collect();
        let view = view.map(|view| self.without_null(view));
        if let [single] = rest.as_slice() {
            return Shape { nullable, ..self.compile(single, view) };
        }
        let (mut tag, mut shapes, mut written) = (None, BTreeMap::new(), BTreeSet::new());
        for variant in rest {
            let variant = self.resolve(variant);
            let members = self.members(variant);
            written.extend(members.keys().cloned());
            if let Some((name, word)) = members.iter().find_map(|(name, member)| Some((name, only_word(member)?))) {
                shapes.insert(word, self.compile(variant, view));
                tag = Some(name.clone());
            }
        }
        // What another variant takes is unknown to this one, not worked out by the service.
        for shape in shapes.values_mut() {
            if let What::Object(object) = &mut shape.what {
                object.read_only.retain(|name| !written.contains(name));
                object.elsewhere = written.iter().filter(|name| !object.members.contains_key(*name)).cloned().collect();
            }
        }
        let tagged = if self.patch { What::PartOfTagged } else { What::Tagged };
        Shape { nullable, what: tag.map_or(What::Anything, |tag| tagged(tag, shapes)) }
    }

    /// The members of an object, or of every variant of one.
    fn members(&self, schema: &Value) -> Map<String, Value> {
        let mut members = schema.get("properties").and_then(Value::as_object).cloned().unwrap_or_default();
        for variant in list(schema, "oneOf") {
            members.extend(self.members(self.resolve(variant)));
        }
        members
    }

    fn object(&self, schema: &Value, view: Option<&Value>) -> Object {
        let seen = view.map(|view| self.members(self.without_null(view))).unwrap_or_default();
        let required: BTreeSet<String> = words(list(schema, "required"));
        let compiled = self.members(schema).into_iter().map(|(name, member)| {
            let mut shape = self.compile(&member, seen.get(&name));
            // Optional members may be null in a body, whatever their type says: absent and null are one.
            shape.nullable |= !required.contains(&name);
            (name, shape)
        });
        let members: BTreeMap<String, Shape> = compiled.collect();
        let read_only = seen.keys().filter(|name| !members.contains_key(*name)).cloned().collect();
        let rest = schema.get("additionalProperties").filter(|rest| rest.is_object()).map(|rest| {
            let names = schema.get("propertyNames").unwrap_or(&Value::Null);
            // In a merge patch, null takes a name away.
            let mut under = self.compile(rest, None);
            under.nullable |= self.patch;
            Box::new((text(names), under))
        });
        let pair = |(name, other): (&String, &Value)| Some((name.clone(), other.as_str()?.to_owned()));
        let unless = schema.get("x-required-unless").and_then(Value::as_object).filter(|_| !self.patch);
        let unless = unless.map(|pairs| pairs.iter().filter_map(pair).collect()).unwrap_or_default();
        let required = if self.patch { BTreeSet::new() } else { required };
        Object { members, required, unless, read_only, echoes: self.listed, elsewhere: BTreeSet::new(), rest }
    }

    fn without_null<'v>(&'v self, view: &'v Value) -> &'v Value {
        self.resolve(plain(self.resolve(view)))
    }
}

/// The one word that a member may be, where there is just one.
fn only_word(member: &Value) -> Option<String> {
    match list(member, "enum") {
        [Value::String(word)] => Some(word.clone()),
        _ => None,
    }
}

#[expect(clippy::expect_used, reason = "at start, and a test compiles every schema")]
fn text(schema: &Value) -> Text {
    let format = schema.get("format").and_then(Value::as_str);
    let pattern = match schema.get("pattern").and_then(Value::as_str) {
        // Days and instants are read by their own parsers, which tell a wrong form from a year beyond ours.
        _ if matches!(format, Some("date" | "date-time")) => Pattern::Line,
        None | Some(text::LINE | text::VISIBLE) => Pattern::Line,
        Some(text::PROSE) => Pattern::Prose,
        Some(text::SAID) => Pattern::Said,
        Some(text::phone::PHONE) => Pattern::Phone,
        Some(text::LOG_IN) => Pattern::LogIn(Regex::new(text::LOG_IN).expect("a schema's pattern")),
        Some(own) => Pattern::Own(Regex::new(own).expect("a schema's pattern")),
    };
    Text {
        length: (size(schema, "minLength").unwrap_or(0), size(schema, "maxLength").unwrap_or(usize::MAX)),
        pattern,
        format: format.map(str::to_owned),
        words: schema.get("enum").map(|_| words(list(schema, "enum"))),
        example: list(schema, "examples").first().or(schema.get("example")).and_then(Value::as_str).map(str::to_owned),
    }
}

fn words<W: FromIterator<String>>(values: &[Value]) -> W {
    values.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

fn size(schema: &Value, name: &str) -> Option<usize> {
    usize::try_from(schema.get(name)?.as_u64()?).ok()
}

/// How many decimals a number has, as it is written.
pub fn decimals(number: &str) -> usize {
    if number.contains(['e', 'E']) {
        return usize::MAX;
    }
    number.split_once('.').map_or(0, |(_, rest)| rest.trim_end_matches('0').len())
}
