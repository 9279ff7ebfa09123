//! A query string on its way in: known parameters only, each once, several values by comma.
//! What each must look like stands in the filter's own schema.

use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use crate::http::check::check;
use crate::http::shape::{Object, Shape, What};
use crate::refusal::{Fault, Kind, Place, Refusal};

/// The parameters of a list that are not filters.
const PAGE: [&str; 3] = ["limit", "cursor", "order"];

/// Splits a query string into its parameters, decoded.
///
/// # Errors
/// `invalid-parameter`, for every parameter that is repeated or can't be decoded.
pub fn split(query: &str) -> Result<BTreeMap<String, String>, Refusal> {
    let (mut parameters, mut faults) = (BTreeMap::new(), Vec::new());
    for part in query.split('&').filter(|part| !part.is_empty()) {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        match (decode(name), decode(value)) {
            (Some(name), Some(value)) => {
                if let Some(_earlier) = parameters.insert(name.clone(), value) {
                    faults.push(Fault::parameter(
                        name,
                        "repeated",
                        "may be given once; separate several values by commas",
                    ));
                }
            }
            (name, _) => {
                let name = name.unwrap_or_else(|| "query".to_owned());
                let detail = "is not UTF-8, percent-encoded, without control characters";
                faults.push(Fault::parameter(name, "bad-format", detail));
            }
        }
    }
    if faults.is_empty() { Ok(parameters) } else { Err(refuse(faults)) }
}

/// Strict, where the crate is lenient: every `%` needs its two digits.
fn decode(text: &str) -> Option<String> {
    let escapes = text.split('%').skip(1);
    if !escapes.into_iter().all(|rest| rest.bytes().take(2).filter(u8::is_ascii_hexdigit).count() == 2) {
        return None;
    }
    let spaced = text.replace('+', " ");
    let text = percent_decode_str(&spaced).decode_utf8().ok()?;
    if text.chars().any(char::is_control) { None } else { Some(text.into_owned()) }
}

/// Holds parameters against a filter's shape; a list's own parameters are left out when `paged`.
///
/// # Errors
/// `invalid-parameter` with every fault.
pub fn fitting(parameters: &BTreeMap<String, String>, shape: Option<&Shape>, paged: bool) -> Result<Value, Refusal> {
    let nothing = Object::default();
    let object = match shape.map(|shape| &shape.what) {
        Some(What::Object(object)) => object,
        _ => &nothing,
    };
    let mut members = Map::new();
    let mut faults = Vec::new();
    for (name, text) in parameters {
        if paged && PAGE.contains(&name.as_str()) {
            continue;
        }
        match object.members.get(name) {
            None => faults.push(Fault::parameter(name, "unknown-parameter", "is not a parameter of this operation")),
            Some(shape) => {
                members.insert(name.clone(), value(text, shape));
            }
        }
    }
    let mut query = Value::Object(members);
    if let Some(shape) = shape {
        faults.extend(check(&mut query, shape).into_iter().map(as_parameter));
    }
    if faults.is_empty() { Ok(query) } else { Err(refuse(faults)) }
}

fn value(text: &str, shape: &Shape) -> Value {
    match &shape.what {
        What::Whole(..) | What::Number(..) => text.parse::<i64>().map_or_else(|_| Value::from(text), Value::from),
        What::Truth => match text {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            other => Value::from(other),
        },
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
#[must_use]
pub fn refuse(faults: Vec<Fault>) -> Refusal {
    Refusal::new(Kind::InvalidParameter, "One or more parameters can't be taken.").with(faults)
}
