//! A body on its way in: JSON read strictly, merge patches laid over what is there.
//! What it must look like stands in `shape`.

use std::borrow::Cow;
use std::marker::PhantomData;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use serde_path_to_error::Segment;
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::http::check::check;
use crate::http::shape::Shape;
use crate::refusal::{Failure, Fault, Kind, Refusal};

/// The media type of a form with a file.
pub const FORM: &str = "multipart/form-data";
/// The media type of a form on a page without files.
pub const WEB_FORM: &str = "application/x-www-form-urlencoded";

/// The media type of a merge patch.
pub const MERGE_PATCH: &str = "application/merge-patch+json";

/// The file: a PDF, JPEG, PNG or HEIC of at most 10 MiB. Its bytes say what it is, not its name.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[schema(format = Binary)]
pub struct FormFile(#[expect(dead_code, reason = "the check of the schema reads it; the file is in the store")] String);

/// An empty object, for steps that need no details.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema, Validate)]
pub struct Nothing {}

/// Reads JSON in which no member is repeated; anything else is `malformed-body`. serde_json keeps the last of several
/// members of one name without a word, so they are counted: a colon outside a string stands after every name.
pub fn read(bytes: &[u8]) -> Result<Value, Refusal> {
    let malformed = |why| Refusal::new(Kind::MalformedBody, format!("The body is not valid JSON: {why}."));
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    // The place alone: the parser's own words repeat what stands in the body.
    let value: Value = serde_json::from_slice(bytes)
        .map_err(|error| malformed(format!("line {}, column {}", error.line(), error.column())))?;
    if names(bytes) == members(&value) { Ok(value) } else { Err(malformed("a member is repeated".to_owned())) }
}

/// How many names stand in a text that is JSON.
fn names(json: &[u8]) -> usize {
    let (mut names, mut within, mut escaped) = (0, false, false);
    for byte in json {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => within = !within,
            b':' if !within => names += 1,
            _ => {}
        }
    }
    names
}

fn members(value: &Value) -> usize {
    match value {
        Value::Object(object) => object.len() + object.values().map(members).sum::<usize>(),
        Value::Array(items) => items.iter().map(members).sum(),
        _ => 0,
    }
}

/// Takes out the members that are null: in a body, absent and null are one (see `shape`), also for a list with a default.
fn without_nulls(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|_, member| !member.is_null());
            members.values_mut().for_each(without_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(without_nulls),
        _ => {}
    }
}

/// A value that fits its shape, as its type; `invalid` where the type asks for more than the schema says.
pub fn typed<T: DeserializeOwned>(mut value: Value) -> Result<T, Refusal> {
    without_nulls(&mut value);
    serde_path_to_error::deserialize(value).map_err(|error| {
        let place = |part: &Segment| match part {
            Segment::Seq { index } => Some(format!("/{index}")),
            Segment::Map { key } => Some(format!("/{key}")),
            // Variants and what has no name are no places of the JSON.
            Segment::Enum { .. } | Segment::Unknown => None,
        };
        let pointer: String = error.path().iter().filter_map(place).collect();
        Refusal::invalid(vec![Fault::at(pointer, "bad-format", "does not fit what the schema asks for")])
    })
}

/// Rules between the fields of a body, told from the body alone; `invalid` with every fault.
pub fn validated<T: Validate>(body: &T) -> Result<(), Refusal> {
    body.validate().map_err(|errors| {
        let fault = |error: &ValidationError| {
            let pointer = error.params.get("pointer").and_then(Value::as_str).unwrap_or_default();
            // Rules name their codes in `rule`; what the crate might add of its own has none of ours.
            let Cow::Borrowed(code) = error.code else { return Fault::at(pointer, "bad-format", "breaks a rule") };
            Fault::at(pointer, code, error.message.clone().unwrap_or_default())
        };
        let mut faults: Vec<Fault> = errors.field_errors().into_values().flatten().map(fault).collect();
        faults.sort_by_key(|fault| format!("{:?}", fault.place));
        Refusal::invalid(faults)
    })
}

/// A fault between fields, for `#[validate(schema(function = …))]`.
pub fn rule(pointer: &str, code: &'static str, detail: &'static str) -> ValidationError {
    let mut error = ValidationError::new(code).with_message(detail.into());
    error.add_param("pointer".into(), &pointer);
    error
}

/// A merge patch (RFC 7396) that was checked by itself, for a resource written as `T`.
#[derive(Clone, Debug)]
pub struct Patch<T> {
    pub(super) members: Value,
    /// What comes of it must fit this.
    pub(super) whole: Arc<Shape>,
    pub(super) of: PhantomData<fn() -> T>,
}

impl<T: Serialize + DeserializeOwned + Validate> Patch<T> {
    /// The names of the fields that are sent.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        self.members.as_object().into_iter().flat_map(Map::keys).map(String::as_str)
    }

    /// The sent fields that are among these.
    #[must_use]
    pub fn among<'n>(&self, names: &[&'n str]) -> Vec<&'n str> {
        names.iter().copied().filter(|name| self.members.get(name).is_some()).collect()
    }

    /// Lays the patch over what is there; answers the whole as it would be, and the names of the fields that change.
    /// `invalid` where the whole no longer fits.
    pub fn onto(&self, current: &T) -> Result<(T, Vec<String>), Failure> {
        let before = serde_json::to_value(current).map_err(Failure::broken)?;
        let mut after = before.clone();
        merge(&mut after, &self.members);
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

/// RFC 7396: null removes, objects merge, everything else replaces. By hand: the crate for it is two, for these lines.
fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    for (name, value) in patch {
        match target.as_object_mut() {
            Some(target) if value.is_null() => drop(target.remove(name)),
            Some(target) => merge(target.entry(name).or_insert(Value::Null), value),
            None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_member_stands_once_wherever_there_are_colons() {
        for good in [&br#"{"a": 1, "b": {"a": 2}}"#[..], br#"[{"a": "\":", "\"a": ":"}, ":\\"]"#, b"\xEF\xBB\xBF{}"] {
            assert!(read(good).is_ok(), "{}", String::from_utf8_lossy(good));
        }
        for bad in [r#"{"a": 1, "a": 2}"#, r#"{"a": {"b": 1, "c": [{"d": 1, "\u0064": 2}]}}"#] {
            assert_eq!(read(bad.as_bytes()).map_err(|refusal| refusal.kind), Err(Kind::MalformedBody), "{bad}");
        }
    }

    #[test]
    fn a_merge_patch_removes_merges_and_replaces() {
        let mut target = json!({"a": {"x": 1, "y": 2}, "b": [1, 2], "c": 3});
        merge(&mut target, &json!({"a": {"x": null, "z": 3}, "b": [9], "c": null, "d": {"e": null}}));
        assert_eq!(target, json!({"a": {"y": 2, "z": 3}, "b": [9], "d": {}}));
    }
}
