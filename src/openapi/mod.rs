//! The OpenAPI document, drawn from the declared operations: nothing in it is written twice.
//! Operations are drawn in `paths`, schemas put in order in `schemas`; what never changes stands in `fixed.json`.

mod always;
mod decimals;
mod examples;
mod forms;
mod links;
mod order;
mod parameters;
mod paths;
mod schemas;
mod served;
mod uses;
mod webhooks;

pub use examples::{example_name, text_example_name};
pub use served::ServedDocument;

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::http::Routes;
use crate::http::operation::Shown;
use crate::http::schema::reached;
use crate::refusal::Kind;

/// The document as it is committed; a test holds it against the one that is drawn.
pub const COMMITTED: &[u8] = include_bytes!("../../openapi/openapi.json");

/// The whole document as a text, with its operations in the order in which people meet them.
#[must_use]
pub fn text(routes: &Routes) -> String {
    let mut text = serde_json::to_string_pretty(&order::Ordered::of(&document(routes), routes)).unwrap_or_default();
    text.push('\n');
    text
}

/// The whole document.
#[must_use]
pub fn document(routes: &Routes) -> Value {
    let fixed = fixed();
    let mut document = fixed["document"].clone();
    document["info"]["version"] = json!(env!("CARGO_PKG_VERSION"));
    let schemas = routes.schemas(&mut Vec::new());
    let tag = |(name, description): &(_, _)| json!({ "name": name, "description": description });
    document["tags"] = routes.tags.iter().map(tag).collect();
    let mut paths: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    for operation in &routes.operations {
        let drawn = paths::draw(operation, &routes.operations, &schemas, &fixed["parameters"]);
        let method = operation.method.as_str().to_ascii_lowercase();
        paths.entry(operation.path).or_default().insert(method, drawn);
    }
    document["paths"] = json!(paths);
    let components = &mut document["components"];
    components["responses"] = paths::responses();
    let webhooks = webhooks::draw(routes.event_types, components);
    components["examples"] = examples::components();
    let codes: Vec<&str> = Kind::ALL.iter().map(|it| it.as_str()).collect();
    let code = &mut components["schemas"]["Problem"]["properties"]["code"];
    code["description"] =
        json!(format!("The kind of problem, for programs: one of `{}`. More may come.", codes.join("`, `")));
    // Not an enumeration: one more would break programs that are made of the document.
    code["x-extensible-enum"] = json!(codes);
    if let Some(known) = components["schemas"].as_object_mut() {
        known.extend(named(routes, schemas));
        schemas::name_variants(known);
    }
    document["webhooks"] = webhooks;
    schemas::inline_scalars(&mut document);
    webhooks::list_types(routes.event_types, &mut document);
    schemas::plain_unions(&mut document["components"]["schemas"]);
    decimals::say(&mut document);
    examples::show(routes, &mut document);
    prune(&mut document);
    forms::split(&mut document);
    always::say(&mut document);
    document
}

#[expect(clippy::expect_used, reason = "at start, and the tests read the document")]
fn fixed() -> Value {
    serde_json::from_str(include_str!("fixed.json")).expect("JSON")
}

/// Every named schema: those of types, the merge-patch form of those that are changed, and lists.
fn named(routes: &Routes, known: BTreeMap<String, Value>) -> Map<String, Value> {
    let mut named: Map<String, Value> = known.clone().into_iter().collect();
    for operation in &routes.operations {
        if let Some(taken) = operation.body.as_ref().filter(|taken| taken.patch) {
            schemas::changes(&taken.described.name(), &known, &mut named);
        }
        if let Shown::List(item) = &operation.shown {
            named.insert(schemas::list_name(&item.name()), schemas::list(&item.name()));
        }
    }
    named
}

/// Leaves out the responses and schemas that nothing refers to.
fn prune(document: &mut Value) {
    let components = &document["components"];
    let used = reached([&document["paths"], &document["webhooks"]], |name| {
        let kinds = ["schemas", "responses", "examples"];
        kinds.iter().find_map(|kind| components[*kind].get(name))
    });
    for kind in ["responses", "schemas", "examples"] {
        let known = document["components"][kind].as_object_mut();
        known.into_iter().for_each(|known| known.retain(|name, _| used.contains(name)));
    }
}
