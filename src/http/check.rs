//! Holds a JSON value against a shape: every fault at once, each with its pointer; texts are put in order on the way.
//! Rules that need more than the body are the features' own.

use std::borrow::Cow;

use serde_json::Value;
use unicode_normalization::{UnicodeNormalization, is_nfc};
use validator::ValidateEmail;

use crate::clock::{Day, Instant, TimeFault};
use crate::http::shape::{List, Object, Pattern, Shape, Text, What, decimals};
use crate::refusal::Fault;

/// More faults than this are not told one by one.
const MOST_FAULTS: usize = 100;

/// Checks a value and puts its texts in order (NFC, line ends); answers every fault.
pub fn check(value: &mut Value, shape: &Shape) -> Vec<Fault> {
    let mut faults = Vec::new();
    walk(value, shape, &mut String::new(), &mut faults);
    faults.truncate(MOST_FAULTS);
    faults
}

fn walk(value: &mut Value, shape: &Shape, at: &mut String, faults: &mut Vec<Fault>) {
    if value.is_null() {
        if !shape.nullable && !matches!(shape.what, What::Anything) {
            faults.push(Fault::at(&*at, "required", "must have a value"));
        }
        return;
    }
    match &shape.what {
        What::Text(text) => string(value, text, at, faults),
        What::Whole(min, max) => whole(value, *min, *max, at, faults),
        What::Number(min, max, places) => number(value, (*min, *max, *places), at, faults),
        What::Truth if !value.is_boolean() => faults.push(Fault::at(&*at, "wrong-type", "must be true or false")),
        What::Truth | What::Anything => {}
        What::List(list) => items(value, list, at, faults),
        What::Object(object) => members(value, object, at, faults),
        What::Tagged(tag, variants) => {
            let word = value.get(tag.as_str()).cloned();
            match word {
                _ if !value.is_object() => faults.push(Fault::at(&*at, "wrong-type", "must be an object")),
                None | Some(Value::Null) => faults.push(Fault::at(format!("{at}/{tag}"), "required", "must be given")),
                Some(Value::String(word)) => match variants.get(&word) {
                    Some(variant) => walk(value, variant, at, faults),
                    None => faults.push(Fault::at(
                        format!("{at}/{tag}"),
                        "not-one-of",
                        format!("must be one of {}", variants.keys().cloned().collect::<Vec<_>>().join(", ")),
                    )),
                },
                Some(_) => faults.push(Fault::at(format!("{at}/{tag}"), "wrong-type", "must be a string")),
            }
        }
    }
}

fn members(value: &mut Value, object: &Object, at: &mut String, faults: &mut Vec<Fault>) {
    let Value::Object(map) = value else {
        faults.push(Fault::at(&*at, "wrong-type", "must be an object"));
        return;
    };
    for name in object.required.iter().filter(|name| !map.contains_key(*name)) {
        faults.push(Fault::at(format!("{at}/{}", escape(name)), "required", "must be given"));
    }
    for (name, member) in map.iter_mut() {
        let length = at.len();
        at.push('/');
        at.push_str(&escape(name));
        if let Some(shape) = object.members.get(name) {
            walk(member, shape, at, faults);
        } else if object.read_only.contains(name) {
            faults.push(Fault::at(&*at, "read-only", "is worked out by the service and can't be set"));
        } else if let Some((names, rest)) = object.rest.as_deref() {
            if fault(name, names).is_some() {
                let detail = format!("is not a name of {} to {} visible characters", names.length.0, names.length.1);
                faults.push(Fault::at(&*at, "bad-format", detail));
            }
            walk(member, rest, at, faults);
        } else {
            faults.push(Fault::at(&*at, "unknown-field", "is not a field of this operation"));
        }
        at.truncate(length);
    }
}

fn items(value: &mut Value, list: &List, at: &mut String, faults: &mut Vec<Fault>) {
    let Value::Array(items) = value else {
        faults.push(Fault::at(&*at, "wrong-type", "must be a list"));
        return;
    };
    let (min, max) = list.length;
    if items.len() < min {
        faults.push(Fault::at(&*at, "too-short", format!("must have at least {min} items")));
    }
    if items.len() > max {
        faults.push(Fault::at(&*at, "too-long", format!("must have at most {max} items")));
        return;
    }
    for (position, item) in items.iter_mut().enumerate() {
        let length = at.len();
        at.push_str(&format!("/{position}"));
        walk(item, &list.items, at, faults);
        at.truncate(length);
    }
    for (position, item) in items.iter().enumerate().filter(|_| list.unique) {
        if items.iter().take(position).any(|earlier| earlier == item) {
            faults.push(Fault::at(format!("{at}/{position}"), "repeated", "stands in the list already"));
        }
    }
}

fn whole(value: &mut Value, min: i64, max: i64, at: &str, faults: &mut Vec<Fault>) {
    let Value::Number(number) = &*value else {
        faults.push(Fault::at(at, "wrong-type", "must be a whole number"));
        return;
    };
    let n = match (number.as_i64(), number.as_u64(), number.as_f64()) {
        (Some(n), ..) => Some(n),
        // JSON knows one kind of number: 5.0 is 5.
        (None, None, Some(n)) if n.fract() == 0.0 => format!("{n:.0}").parse().ok(),
        (None, None, _) => {
            faults.push(Fault::at(at, "wrong-type", "must be a whole number"));
            return;
        }
        _ => None,
    };
    match n {
        Some(n) if (min..=max).contains(&n) => *value = Value::from(n),
        _ => faults.push(Fault::at(at, "out-of-range", range(min, max))),
    }
}

fn range(min: i64, max: i64) -> String {
    match (min, max) {
        (min, i64::MAX) => format!("must be at least {min}"),
        (min, max) => format!("must lie between {min} and {max}"),
    }
}

fn number(value: &Value, (min, max, places): (f64, f64, Option<usize>), at: &str, faults: &mut Vec<Fault>) {
    let Value::Number(number) = value else {
        faults.push(Fault::at(at, "wrong-type", "must be a number"));
        return;
    };
    if !number.as_f64().is_some_and(|n| n >= min && n <= max) {
        faults.push(Fault::at(at, "out-of-range", format!("must lie between {min} and {max}")));
    } else if let Some(places) = places.filter(|places| decimals(&number.to_string()) > *places) {
        faults.push(Fault::at(at, "out-of-range", format!("must have at most {places} decimals")));
    }
}

fn string(value: &mut Value, text: &Text, at: &str, faults: &mut Vec<Fault>) {
    let Value::String(string) = value else {
        faults.push(Fault::at(at, "wrong-type", "must be a string"));
        return;
    };
    if let Cow::Owned(ordered) = in_order(string, &text.pattern) {
        *string = ordered;
    }
    if let Some(words) = &text.words {
        if !words.contains(string) {
            let detail = if words.len() > 40 {
                "is not one of the words allowed".into()
            } else {
                format!("must be one of {}", words.join(", "))
            };
            faults.push(Fault::at(at, "not-one-of", detail));
        }
        return;
    }
    if let Some((code, detail)) = fault(string, text) {
        faults.push(Fault::at(at, code, detail));
    }
}

/// NFC, and one kind of line end where lines may end.
fn in_order<'t>(string: &'t str, pattern: &Pattern) -> Cow<'t, str> {
    let multi = matches!(pattern, Pattern::Prose | Pattern::Said) && string.contains("\r\n");
    match (multi, is_nfc(string)) {
        (false, true) => Cow::Borrowed(string),
        (true, true) => Cow::Owned(string.replace("\r\n", "\n")),
        (false, false) => Cow::Owned(string.nfc().collect()),
        (true, false) => Cow::Owned(string.replace("\r\n", "\n").nfc().collect()),
    }
}

fn fault(string: &str, text: &Text) -> Option<(&'static str, String)> {
    let multi = matches!(text.pattern, Pattern::Prose | Pattern::Said);
    if string.chars().any(|c| c.is_control() && !(multi && matches!(c, '\n' | '\t'))) {
        return Some(("bad-format", "has control characters".to_owned()));
    }
    let (length, (min, max)) = (string.chars().count(), text.length);
    if length < min {
        return Some(("too-short", format!("must have at least {min} characters")));
    }
    if length > max {
        return Some(("too-long", format!("must have at most {max} characters")));
    }
    match &text.pattern {
        Pattern::Line | Pattern::Said if min > 0 && string.trim().is_empty() => {
            return Some(("too-short", "must say something".to_owned()));
        }
        Pattern::Own(regex) if !regex.is_match(string) => {
            return Some(("bad-format", "is not of the form that the schema asks for".to_owned()));
        }
        _ => {}
    }
    format_fault(string, text.format.as_deref()?)
}

fn format_fault(string: &str, format: &str) -> Option<(&'static str, String)> {
    let time = |fault: TimeFault| match fault {
        TimeFault::BadFormat => ("bad-format", fault.to_string()),
        TimeFault::OutOfRange => ("out-of-range", fault.to_string()),
    };
    match format {
        "date" => string.parse::<Day>().err().map(time),
        "date-time" => string.parse::<Instant>().err().map(time),
        "uuid" if uuid(string).is_none() => Some(("bad-format", "is not a UUID".to_owned())),
        "email" if !string.validate_email() => Some(("bad-format", "is not an e-mail address".to_owned())),
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
