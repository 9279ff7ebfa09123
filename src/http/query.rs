//! A query string on its way in: known parameters only, each once; several values of a list by comma, or repeated.
//! What each must look like stands in the filter's own schema.

use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use crate::http::check::check;
use crate::http::page::{IDS, Listing};
use crate::http::shape::{Shape, What};
use crate::refusal::{Fault, Kind, Place, Refusal};
use crate::text::tidy::{Lines, is_foreign};

/// Splits a query string into its parameters, decoded; one that can't be decoded is a fault, and so is one that is repeated
/// and is no list. Programs repeat the name of a list for each value, or put commas between: both become commas.
pub fn split(
    query: &str,
    shape: Option<&Shape>,
    listing: Option<Listing>,
    faults: &mut Vec<Fault>,
) -> BTreeMap<String, String> {
    let mut parameters: BTreeMap<String, String> = BTreeMap::new();
    let is_list = |name: &str| {
        shape.and_then(|shape| shape.member(name)).is_some_and(|it| matches!(it.what, What::List(_)))
            || (name == IDS && listing.is_some_and(|listing| listing.takes(name)))
    };
    for part in query.split('&').filter(|part| !part.is_empty()) {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        match (decode(name), decode(value)) {
            (Some(name), Some(value)) => {
                let Some(earlier) = parameters.get_mut(&name) else {
                    parameters.insert(name, value);
                    continue;
                };
                if is_list(&name) {
                    earlier.extend([",", &value]);
                } else {
                    faults.push(Fault::parameter(name, "repeated", "may stand once"));
                }
            }
            (name, _) => {
                let name = name.unwrap_or_else(|| "query".to_owned());
                let detail = "is not UTF-8, percent-encoded, without control characters";
                faults.push(Fault::parameter(name, "bad-format", detail));
            }
        }
    }
    parameters
}

/// Strict, where the crate is lenient: every `%` needs its two digits.
fn decode(text: &str) -> Option<String> {
    let digits = |rest: &str| rest.bytes().take(2).filter(u8::is_ascii_hexdigit).count() == 2;
    let spaced = text.replace('+', " ");
    let decoded = percent_decode_str(&spaced).decode_utf8().ok().filter(|_| text.split('%').skip(1).all(digits))?;
    if decoded.chars().any(|letter| is_foreign(letter, Lines::One)) { None } else { Some(decoded.into_owned()) }
}

/// Holds parameters against a filter's shape; a list's own parameters are left out.
pub fn fitting(
    parameters: &BTreeMap<String, String>,
    shape: Option<&Shape>,
    listing: Option<Listing>,
    faults: &mut Vec<Fault>,
) -> Value {
    let mut members = Map::new();
    let filters = parameters.iter().filter(|(name, _)| !listing.is_some_and(|listing| listing.takes(name)));
    for (name, text) in filters {
        match shape.and_then(|shape| shape.member(name)) {
            None => faults.push(Fault::parameter(name, "unknown-parameter", "is not a parameter of this operation")),
            Some(shape) => _ = members.insert(name.clone(), value(text, shape)),
        }
    }
    let mut query = Value::Object(members);
    let found = shape.map(|shape| check(&mut query, shape)).unwrap_or_default();
    // What is no day has no order.
    if found.is_empty() {
        faults.extend(unordered(&query));
    }
    faults.extend(found.into_iter().map(as_parameter));
    query
}

/// The parameter with which the range begins that this one ends: `from` for `to`, `paid_from` for `paid_to`.
pub fn beginning_of(end: &str) -> Option<String> {
    let range = end.strip_suffix("to").filter(|range| range.is_empty() || range.ends_with('_'))?;
    Some(format!("{range}from"))
}

/// The ends of ranges that come before their beginnings.
fn unordered(query: &Value) -> Vec<Fault> {
    let members = query.as_object().into_iter().flatten();
    let ends = members.filter_map(|(end, to)| {
        let begin = beginning_of(end)?;
        let fault = match (query.get(&begin)?, to) {
            (Value::String(from), Value::String(to)) => (to < from).then(|| format!("must not be before {begin}")),
            (from, to) => (to.as_i64()? < from.as_i64()?).then(|| format!("must not be less than {begin}")),
        };
        fault.map(|fault| Fault::parameter(end, "unordered", fault))
    });
    ends.collect()
}

fn value(text: &str, shape: &Shape) -> Value {
    match &shape.what {
        What::Whole(..) | What::Number(..) => text.parse::<i64>().map_or_else(|_| Value::from(text), Value::from),
        What::Truth => text.parse::<bool>().map_or_else(|_| Value::from(text), Value::from),
        What::List(list) => text.split(',').map(|item| value(item, &list.items)).collect(),
        _ => Value::from(text),
    }
}

fn as_parameter(fault: Fault) -> Fault {
    let Place::Pointer(pointer) = fault.place else { return fault };
    let name = pointer.split('/').nth(1).unwrap_or_default().to_owned();
    Fault { place: Place::Parameter(name), ..fault }
}

/// The refusal of parameters.
pub fn refuse(faults: Vec<Fault>) -> Refusal {
    Refusal::new(Kind::InvalidParameter, "One or more parameters can't be taken.").with(faults)
}
