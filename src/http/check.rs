//! Holds a JSON value against a shape: every fault at once, each with its pointer; texts are put in order on the way.
//! Rules that need more than the body are the features' own.

use std::collections::BTreeMap;
use std::fmt::Display;

use serde_json::{Map, Number, Value};

use crate::clock::{Day, Instant, TimeFault};
use crate::http::shape::{List, Object, Pattern, Shape, Text, What, decimals};
use crate::refusal::{Fault, Place};
use crate::text::tidy::{is_foreign, is_visible, tidy};
use crate::text::{email, phone};

/// More faults than this are not told one by one.
const MOST_FAULTS: usize = 100;

/// Checks a value and puts its texts in order (see `text::tidy`); answers every fault.
pub fn check(value: &mut Value, shape: &Shape) -> Vec<Fault> {
    let mut faults = walk(value, shape);
    faults.truncate(MOST_FAULTS);
    faults
}

/// The faults of a value, with pointers that begin at it.
fn walk(value: &mut Value, shape: &Shape) -> Vec<Fault> {
    match (&shape.what, value) {
        (What::Anything, _) | (What::Truth, Value::Bool(_)) => Vec::new(),
        (_, Value::Null) if shape.nullable => Vec::new(),
        (_, Value::Null) => vec![here("required", "must have a value")],
        (What::Text(text), Value::String(string)) => Vec::from_iter(text_fault(string, text)),
        (What::Whole(min, max), value @ Value::Number(_)) => Vec::from_iter(whole(value, *min, *max)),
        (What::Number(min, max, places), Value::Number(it)) => Vec::from_iter(number(it, *min, *max, *places)),
        (What::List(list), Value::Array(values)) => items(values, list),
        (What::Object(object), Value::Object(map)) => members(map, object),
        (What::PartOfTagged(tag, variants), Value::Object(map)) if !map.contains_key(tag) => part(map, variants),
        (What::Tagged(tag, variants) | What::PartOfTagged(tag, variants), value @ Value::Object(_)) => {
            variant(value, tag, variants)
        }
        (what, _) => vec![here("wrong-type", what.must_be())],
    }
}

/// A number of things, in words.
fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// A fault of the value itself.
fn here(code: &'static str, detail: impl Into<String>) -> Fault {
    Fault::at("", code, detail)
}

/// The faults of a member or an item, with pointers that begin at what holds it.
fn inside(step: impl Display, mut faults: Vec<Fault>) -> Vec<Fault> {
    for fault in &mut faults {
        if let Place::Pointer(pointer) = &mut fault.place {
            *pointer = format!("/{step}{pointer}");
        }
    }
    faults
}

fn variant(value: &mut Value, tag: &str, variants: &BTreeMap<String, Shape>) -> Vec<Fault> {
    let fault = match value.get(tag) {
        None | Some(Value::Null) => here("required", "must be given"),
        Some(Value::String(word)) => match variants.get(word) {
            Some(shape) => return walk(value, shape),
            None => {
                here("not-one-of", format!("must be one of {}", Vec::from_iter(variants.keys().cloned()).join(", ")))
            }
        },
        Some(_) => here("wrong-type", "must be a string"),
    };
    inside(tag, vec![fault])
}

/// Members of one of several objects, without the one that tells which: each must fit one of them.
fn part(map: &mut Map<String, Value>, variants: &BTreeMap<String, Shape>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (name, member) in map.iter_mut() {
        let mut found = vec![here("unknown-field", "is not a field of this operation")];
        for shape in variants.values().filter_map(|variant| variant.member(name)) {
            found = walk(member, shape);
            if found.is_empty() {
                break;
            }
        }
        faults.extend(inside(escape(name), found));
    }
    faults
}

/// Puts names that a client chooses in order, as texts are, so that each can be found by what is written elsewhere. Two
/// that are the same then are a fault.
fn tidy_names(map: &mut Map<String, Value>, object: &Object) -> Vec<Fault> {
    let Some((names, _)) = object.rest.as_deref() else { return Vec::new() };
    let chosen = |name: &&String| !object.members.contains_key(*name) && !object.read_only.contains(*name);
    let tidied = |name: &String| (name.clone(), tidy(name, names.pattern.lines()).into_owned());
    let untidy: Vec<(String, String)> = map.keys().filter(chosen).map(tidied).filter(|(was, is)| was != is).collect();
    let mut faults = Vec::new();
    for (was, is) in untidy {
        if map.contains_key(&is) {
            faults
                .extend(inside(escape(&was), vec![here("repeated", "is another name's text once it is put in order")]));
        } else if let Some(value) = map.remove(&was) {
            map.insert(is, value);
        }
    }
    faults
}

fn members(map: &mut Map<String, Value>, object: &Object) -> Vec<Fault> {
    let confused = tidy_names(map, object);
    let missing = object.required.iter().filter(|name| !map.contains_key(*name));
    let required = |name: &String| inside(escape(name), vec![here("required", "must be given")]);
    let mut faults: Vec<Fault> = missing.flat_map(required).chain(confused).collect();
    let given = |name: &String| map.get(name).is_some_and(|value| !value.is_null());
    for (name, other) in object.unless.iter().filter(|(name, other)| !given(name) && !given(other)) {
        faults.extend(inside(escape(name), vec![here("required", format!("must be given, unless {other} is"))]));
    }
    for (name, member) in map.iter_mut() {
        let found = if let Some(shape) = object.members.get(name) {
            walk(member, shape)
        } else if (member.is_null() && object.elsewhere.contains(name))
            || (object.echoes && object.read_only.contains(name))
        {
            Vec::new()
        } else if object.read_only.contains(name) {
            vec![here("read-only", "is worked out by the service and can't be set")]
        } else if let Some((names, rest)) = object.rest.as_deref() {
            let (min, max) = names.length;
            let detail = || format!("is not a name of {min} to {max} visible characters");
            let misnamed = misfit(name, names).map(|_| here("bad-format", detail()));
            misnamed.into_iter().chain(walk(member, rest)).collect()
        } else {
            vec![here("unknown-field", "is not a field of this operation")]
        };
        faults.extend(inside(escape(name), found));
    }
    faults
}

fn items(values: &mut [Value], list: &List) -> Vec<Fault> {
    let (min, max) = list.length;
    if values.len() > max {
        return vec![here("too-long", format!("must have at most {}", counted(max, "item")))];
    }
    let short = (values.len() < min).then(|| here("too-short", format!("must have at least {}", counted(min, "item"))));
    let mut faults = Vec::from_iter(short);
    for (position, value) in values.iter_mut().enumerate() {
        faults.extend(inside(position, walk(value, &list.items)));
    }
    for (position, value) in values.iter().enumerate().filter(|_| list.unique) {
        if values.iter().take(position).any(|earlier| earlier == value) {
            faults.extend(inside(position, vec![here("repeated", "stands in the list already")]));
        }
    }
    faults
}

/// JSON knows one kind of number: 5.0 is 5, and becomes it.
fn whole(value: &mut Value, min: i64, max: i64) -> Option<Fault> {
    let n = match (value.as_i64(), value.as_u64(), value.as_f64()) {
        (Some(n), ..) => Some(n),
        (None, None, Some(n)) if n.fract() == 0.0 => format!("{n:.0}").parse().ok(),
        (None, None, _) => return Some(here("wrong-type", What::Whole(min, max).must_be())),
        _ => None,
    };
    match n {
        Some(n) if (min..=max).contains(&n) => {
            *value = Value::from(n);
            None
        }
        _ if max == i64::MAX => Some(here("out-of-range", format!("must be at least {min}"))),
        _ => Some(here("out-of-range", format!("must lie between {min} and {max}"))),
    }
}

fn number(number: &Number, min: f64, max: f64, places: Option<usize>) -> Option<Fault> {
    if !number.as_f64().is_some_and(|n| n >= min && n <= max) {
        return Some(here("out-of-range", format!("must lie between {min} and {max}")));
    }
    let places = places.filter(|places| decimals(&number.to_string()) > *places)?;
    Some(here("out-of-range", format!("must have at most {places} decimals")))
}

/// The text is put in order first, as its kind asks.
fn text_fault(string: &mut String, text: &Text) -> Option<Fault> {
    let tidied = match (&text.pattern, text.format.as_deref()) {
        (Pattern::Phone, _) => phone::tidied(string).into(),
        (_, Some("email")) => email::tidied(string).into(),
        // What is invisible in a log-in is refused, not taken away: another one may be meant.
        (Pattern::LogIn(_), _) => string.trim().to_owned().into(),
        (pattern, _) => tidy(string, pattern.lines()),
    };
    if tidied != *string {
        *string = tidied.into_owned();
    }
    match &text.words {
        None => misfit(string, text),
        Some(words) if words.contains(string) => None,
        Some(words) if words.len() > 40 => Some(here("not-one-of", "is not one of the words allowed")),
        Some(words) => Some(here("not-one-of", format!("must be one of {}", words.join(", ")))),
    }
}

fn misfit(string: &str, text: &Text) -> Option<Fault> {
    let foreign = |letter: char| is_foreign(letter, text.pattern.lines());
    let (length, (min, max)) = (string.chars().count(), text.length);
    match &text.pattern {
        _ if string.chars().any(foreign) => Some(here("bad-format", "has control characters")),
        _ if length < min => Some(here("too-short", format!("must have at least {}", counted(min, "character")))),
        _ if length > max => Some(here("too-long", format!("must have at most {}", counted(max, "character")))),
        Pattern::Phone if !phone::is_number(string) => {
            Some(here("bad-format", "is not a telephone number: digits, and at most an extension such as `ext 12`"))
        }
        Pattern::Line | Pattern::Said if min > 0 && !is_visible(string) => {
            Some(here("too-short", "must say something"))
        }
        Pattern::Own(regex) | Pattern::LogIn(regex) if !regex.is_match(string) => {
            let example = text.example.as_ref().map(|it| format!(", such as {it}")).unwrap_or_default();
            Some(here("bad-format", format!("is not of the form that is asked for{example}")))
        }
        _ => format_fault(string, text.format.as_deref()?),
    }
}

fn format_fault(string: &str, format: &str) -> Option<Fault> {
    let time = |fault: TimeFault| match fault {
        TimeFault::BadFormat => here("bad-format", fault.to_string()),
        TimeFault::OutOfRange => here("out-of-range", fault.to_string()),
    };
    match format {
        "date" => string.parse::<Day>().err().map(time),
        "date-time" => string.parse::<Instant>().err().map(time),
        "uuid" if uuid(string).is_none() => Some(here("bad-format", "is not a UUID")),
        "email" if !email::is_address(string) => Some(here("bad-format", "is not an e-mail address")),
        _ => None,
    }
}

/// A UUID as the wire writes it: hyphenated, nothing around it.
#[must_use]
pub fn uuid(text: &str) -> Option<uuid::Uuid> {
    if text.len() == 36 { uuid::Uuid::try_parse(text).ok() } else { None }
}

fn escape(name: &str) -> String {
    let mut name: String = name.chars().take(100).filter(|c| !c.is_control()).collect();
    if name.contains(['~', '/']) {
        name = name.replace('~', "~0").replace('/', "~1");
    }
    name
}
