//! Lists that are sent back as they were read: what answers show of an item beside what is written is taken where it is
//! what is shown now, and refused where it is not.

use serde_json::Value;

use crate::http::body::Patch;
use crate::http::shape::{Object, Shape, What};
use crate::refusal::{Fault, Refusal};

impl<T> Patch<T> {
    /// Takes out of the items of a list what only answers show of them. Items are known by their `id`.
    ///
    /// # Errors
    /// `invalid`, `read-only` for each that is not as it is shown.
    pub fn without_echoes(mut self, list: &str, shown: &[Value]) -> Result<Self, Refusal> {
        let whole = self.whole.clone();
        let Some(What::List(of)) = whole.member(list).map(|shape| &shape.what) else { return Ok(self) };
        let mut faults = Vec::new();
        let items = self.members.get_mut(list).and_then(Value::as_array_mut);
        for (position, item) in items.into_iter().flatten().enumerate() {
            let Some(known) = object(&of.items, item).map(names) else { continue };
            let Some(members) = item.as_object_mut() else { continue };
            let id = members.get("id").filter(|id| !id.is_null()).cloned();
            let stored = id.and_then(|id| shown.iter().find(|shown| shown.get("id") == Some(&id)));
            members.retain(|name, value| {
                let written = known.iter().any(|known| known == name);
                if !written && stored.and_then(|stored| stored.get(name)) != Some(value) {
                    let pointer = format!("/{list}/{position}/{name}");
                    faults.push(Fault::at(pointer, "read-only", "is worked out by the service and can't be set"));
                }
                written
            });
        }
        if faults.is_empty() { Ok(self) } else { Err(Refusal::invalid(faults)) }
    }
}

/// What an item must be, by its own member where it is one of several.
fn object<'s>(shape: &'s Shape, item: &Value) -> Option<&'s Object> {
    match &shape.what {
        What::Object(object) => Some(object),
        What::Tagged(tag, variants) => object(variants.get(item.get(tag)?.as_str()?)?, item),
        _ => None,
    }
}

/// The members that may be written, here or in another kind of item.
fn names(object: &Object) -> Vec<String> {
    object.members.keys().chain(&object.elsewhere).cloned().collect()
}
