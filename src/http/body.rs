//! A body on its way in: JSON read strictly, merge patches laid over what is there.
//! What it must look like stands in `shape`.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use serde::de::{self, DeserializeOwned, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use serde_path_to_error::Segment;
use utoipa::ToSchema;

use crate::http::check::check;
use crate::http::shape::Shape;
use crate::refusal::{Failure, Fault, Kind, Refusal};

/// The media type of a form with a file.
pub const FORM: &str = "multipart/form-data";

/// The file: a PDF, JPEG, PNG or HEIC of at most 10 MiB. Its bytes say what it is, not its name.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[schema(format = Binary)]
pub struct FormFile(#[expect(dead_code, reason = "the check of the schema reads it; the file is in the store")] String);

/// No fields at all: what a verb takes that asks for nothing.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
pub struct Nothing {}

impl validator::Validate for Nothing {
    fn validate(&self) -> Result<(), validator::ValidationErrors> {
        Ok(())
    }
}

/// Reads JSON in which no member is repeated.
///
/// # Errors
/// `malformed-body`.
pub fn read(bytes: &[u8]) -> Result<Value, Refusal> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    serde_json::from_slice::<Strict>(bytes).map(|Strict(value)| value).map_err(|error| {
        Refusal::new(Kind::MalformedBody, format!("The body is not JSON as it must be: {}.", plain(&error)))
    })
}

/// The parser's words without anything of the body in them.
fn plain(error: &serde_json::Error) -> String {
    let place = format!("line {}, column {}", error.line(), error.column());
    if error.to_string().starts_with("a member is repeated") {
        format!("a member is repeated ({place})")
    } else {
        place
    }
}

/// A JSON value whose objects name each member once: serde_json itself keeps the last of several, without a word.
struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(StrictVisitor)
    }
}

struct StrictVisitor;

macro_rules! scalars {
    ($($visit:ident($kind:ty)),+) => {$(
        fn $visit<E>(self, value: $kind) -> Result<Strict, E> {
            Ok(Strict(Value::from(value)))
        }
    )+};
}

impl<'de> Visitor<'de> for StrictVisitor {
    type Value = Strict;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    scalars!(visit_bool(bool), visit_i64(i64), visit_u64(u64), visit_f64(f64), visit_str(&str), visit_string(String));

    fn visit_unit<E>(self) -> Result<Strict, E> {
        Ok(Strict(Value::Null))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Strict, A::Error> {
        let mut items = Vec::new();
        while let Some(Strict(item)) = seq.next_element()? {
            items.push(item);
        }
        Ok(Strict(Value::Array(items)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Strict, A::Error> {
        let mut members = Map::new();
        while let Some(name) = map.next_key::<String>()? {
            let Strict(value) = map.next_value()?;
            if members.insert(name, value).is_some() {
                return Err(de::Error::custom("a member is repeated"));
            }
        }
        Ok(Strict(Value::Object(members)))
    }
}

/// A value that fits its shape, as its type.
///
/// # Errors
/// `invalid` where the type asks for more than the schema says; that is told like any other fault.
pub fn typed<T: DeserializeOwned>(value: Value) -> Result<T, Refusal> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let pointer: String = error
            .path()
            .iter()
            .filter_map(|part| match part {
                Segment::Seq { index } => Some(format!("/{index}")),
                Segment::Map { key } => Some(format!("/{key}")),
                // Variants and what has no name are no places of the JSON.
                Segment::Enum { .. } | Segment::Unknown => None,
            })
            .collect();
        Refusal::invalid(vec![Fault::at(pointer, "bad-format", "does not fit what the schema asks for")])
    })
}

/// Rules between the fields of a body, told from the body alone.
///
/// # Errors
/// `invalid` with every fault.
pub fn validated<T: validator::Validate>(body: &T) -> Result<(), Refusal> {
    body.validate().map_err(|errors| {
        let mut faults = Vec::new();
        for (field, kind) in errors.into_errors() {
            if let validator::ValidationErrorsKind::Field(errors) = kind {
                for error in errors {
                    let pointer = if field == "__all__" {
                        error.params.get("pointer").and_then(Value::as_str).unwrap_or_default().to_owned()
                    } else {
                        format!("/{field}")
                    };
                    let detail =
                        error.message.map_or_else(|| "breaks a rule".to_owned(), |message| message.to_string());
                    faults.push(Fault::at(pointer, known_code(&error.code), detail));
                }
            }
        }
        faults.sort_by(|a, b| format!("{:?}", a.place).cmp(&format!("{:?}", b.place)));
        Refusal::invalid(faults)
    })
}

/// Codes are a closed list: those that rules between fields use.
fn known_code(code: &str) -> &'static str {
    match code {
        "required" => "required",
        "out-of-range" => "out-of-range",
        "not-allowed" => "not-allowed",
        "repeated" => "repeated",
        "unordered" => "unordered",
        _ => "bad-format",
    }
}

/// A fault between fields, for `#[validate(schema(function = …))]`.
#[must_use]
pub fn rule(pointer: &str, code: &'static str, detail: &'static str) -> validator::ValidationError {
    let mut error = validator::ValidationError::new(code).with_message(detail.into());
    error.add_param("pointer".into(), &pointer);
    error
}

/// A merge patch (RFC 7396) that was checked by itself, for a resource written as `T`.
#[derive(Clone, Debug)]
pub struct Patch<T> {
    members: Map<String, Value>,
    whole: Arc<Shape>,
    of: PhantomData<fn() -> T>,
}

impl<T: Serialize + DeserializeOwned + validator::Validate> Patch<T> {
    /// Of these members; what comes of it must fit `whole`.
    pub(super) fn new(members: Value, whole: Arc<Shape>) -> Self {
        let members = if let Value::Object(members) = members { members } else { Map::new() };
        Self { members, whole, of: PhantomData }
    }

    /// The names of the fields that are sent.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        self.members.keys().map(String::as_str)
    }

    /// The sent fields that are among these.
    #[must_use]
    pub fn among<'n>(&self, names: &[&'n str]) -> Vec<&'n str> {
        names.iter().copied().filter(|name| self.members.contains_key(*name)).collect()
    }

    /// The sent fields that are not among these.
    #[must_use]
    pub fn beyond(&self, names: &[&str]) -> Vec<&str> {
        self.fields().filter(|name| !names.contains(name)).collect()
    }

    /// Lays the patch over what is there; answers the whole as it would be, and the names of the fields that change.
    ///
    /// # Errors
    /// `invalid` where the whole no longer fits.
    pub fn onto(&self, current: &T) -> Result<(T, Vec<String>), Failure> {
        let before = serde_json::to_value(current).map_err(Failure::broken)?;
        let mut after = before.clone();
        merge(&mut after, &Value::Object(self.members.clone()));
        let faults = check(&mut after, &self.whole);
        if !faults.is_empty() {
            return Err(Refusal::invalid(faults).into());
        }
        let whole: T = typed(after)?;
        validated(&whole)?;
        // Told of the wholes, in which absent and null are one.
        let after = serde_json::to_value(&whole).map_err(Failure::broken)?;
        let changed = self.fields().filter(|name| after.get(name) != before.get(name)).map(str::to_owned).collect();
        Ok((whole, changed))
    }
}

/// RFC 7396: null removes, objects merge, everything else replaces. By hand: the crate for it is two crates, for these lines.
fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    if let Value::Object(target) = target {
        for (name, value) in patch {
            if value.is_null() {
                target.remove(name);
            } else {
                merge(target.entry(name.clone()).or_insert(Value::Null), value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_member_stands_once_and_a_surrogate_in_pairs() {
        assert!(read(br#"{"a": 1, "b": {"a": 2}}"#).is_ok());
        for bad in [
            &br#"{"a": 1, "a": 2}"#[..],
            br#"["\ud800"]"#,
            b"{",
            b"",
            b"{} {}",
            b"\xff",
            b"[1e400]",
            &b"[".repeat(5_000),
        ] {
            assert_eq!(read(bad).map_err(|r| r.kind), Err(Kind::MalformedBody), "{:?}", &bad[..bad.len().min(20)]);
        }
    }

    #[test]
    fn a_merge_patch_removes_merges_and_replaces() {
        let mut target = json!({"a": {"x": 1, "y": 2}, "b": [1, 2], "c": 3});
        merge(&mut target, &json!({"a": {"x": null, "z": 3}, "b": [9], "c": null, "d": {"e": null}}));
        assert_eq!(target, json!({"a": {"y": 2, "z": 3}, "b": [9], "d": {}}));
    }
}
