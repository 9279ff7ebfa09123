//! The parts of a path that name something: how they are read, and what the document says of them.
//! A part that is no id becomes one that nothing has: it is not found, like any unknown id.

use std::any::type_name;

use crate::db::ids::PathId;
use crate::http::check::uuid;

/// What a path names, in the order of its `{parts}`.
pub trait PathIds: Clone + Send + Sync + 'static {
    /// Read from the path's parts.
    fn from_path(parts: &[String]) -> Self;

    /// A description of each part, for the document, where their types say what they are.
    fn describe() -> Vec<String> {
        Vec::new()
    }
}

impl PathIds for () {
    fn from_path(_: &[String]) -> Self {}
}

/// A number; anything else is read as 0, which no record has.
impl PathIds for i16 {
    fn from_path(parts: &[String]) -> Self {
        parts.first().and_then(|part| part.parse().ok()).unwrap_or_default()
    }
}

/// A text that is no id, such as the subject of a log-in.
impl PathIds for String {
    fn from_path(parts: &[String]) -> Self {
        parts.first().cloned().unwrap_or_default()
    }
}

impl<A: PathId> PathIds for A {
    fn from_path(parts: &[String]) -> Self {
        parts.first().and_then(|part| uuid(part)).unwrap_or_default().into()
    }

    fn describe() -> Vec<String> {
        vec![whose::<A>()]
    }
}

impl<A: PathId, B: PathId> PathIds for (A, B) {
    fn from_path(parts: &[String]) -> Self {
        (A::from_path(parts), B::from_path(parts.get(1..).unwrap_or_default()))
    }

    fn describe() -> Vec<String> {
        vec![whose::<A>(), whose::<B>()]
    }
}

/// `PaymentRunId` is described as "The payment run's id."
fn whose<A>() -> String {
    let name = type_name::<A>().rsplit("::").next().unwrap_or_default();
    let mut words = String::new();
    for c in name.strip_suffix("Id").unwrap_or(name).chars() {
        if c.is_ascii_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.push(c.to_ascii_lowercase());
    }
    format!("The {words}'s id.")
}
