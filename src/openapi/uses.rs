//! What the named schemas of the document are used for.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::http::body::MERGE_PATCH;
use crate::http::schema::{reached, target};

/// The names of schemas by what they are used for: straight, or as a part of another one.
pub(super) struct Uses {
    /// In a body or a parameter.
    pub sent: BTreeSet<String>,
    /// In an answer.
    pub answered: BTreeSet<String>,
    /// In a parameter.
    pub asked: BTreeSet<String>,
    /// In a merge patch, where null removes a value; not what stands in a list there, which is sent whole.
    pub patched: BTreeSet<String>,
}

impl Uses {
    pub(super) fn of(document: &Value) -> Self {
        let paths = document["paths"].as_object().into_iter().flat_map(|paths| paths.values());
        let operations: Vec<&Value> =
            paths.filter_map(Value::as_object).flat_map(|operations| operations.values()).collect();
        let components = &document["components"];
        let known = |name: &str| components["schemas"].get(name).or_else(|| components["responses"].get(name));
        let schemas = |part: &str| reached(operations.iter().map(|it| &it[part]), known);
        let (bodies, asked) = (schemas("requestBody"), schemas("parameters"));
        let patches = operations.iter().map(|it| &it["requestBody"]);
        let mut patched = BTreeSet::new();
        for body in patches.filter(|body| body["content"].get(MERGE_PATCH).is_some()) {
            in_parts(body, &|name| components["schemas"].get(name), &mut patched);
        }
        Self { sent: &bodies | &asked, answered: schemas("responses"), asked, patched }
    }
}

/// The schemas that a value refers to, but for those of the items of lists.
fn in_parts<'v>(value: &'v Value, known: &impl Fn(&str) -> Option<&'v Value>, found: &mut BTreeSet<String>) {
    if let Some(name) = target(value).filter(|name| found.insert((*name).to_owned())) {
        known(name).into_iter().for_each(|schema| in_parts(schema, known, found));
    }
    match value {
        Value::Object(members) => {
            members.iter().filter(|(name, _)| *name != "items").for_each(|(_, it)| in_parts(it, known, found));
        }
        Value::Array(variants) => variants.iter().for_each(|it| in_parts(it, known, found)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::http::schema::reference;

    #[test]
    fn what_stands_in_a_list_of_a_merge_patch_is_sent_whole() {
        let document = json!({
            "paths": { "/claims/{id}": { "patch": {
                "requestBody": { "content": { MERGE_PATCH: { "schema": reference("ClaimChange") } } },
            } } },
            "components": { "schemas": {
                "ClaimChange": { "properties": {
                    "lines": { "type": "array", "items": reference("Line") },
                    "declaration": reference("DeclarationChange"),
                } },
                "DeclarationChange": { "properties": {} },
                "Line": { "properties": {} },
            } },
        });
        let Uses { sent, patched, .. } = Uses::of(&document);
        assert!(sent.contains("Line") && !patched.contains("Line"), "{patched:?}");
        assert!(patched.contains("ClaimChange") && patched.contains("DeclarationChange"), "{patched:?}");
    }
}
