//! The generated files equal the committed and served ones, and the OpenAPI document has everything that a client
//! needs.

use std::collections::BTreeSet;
use std::path::Path;

use involvement::app::field_grid::field_grid;
use involvement::app::{generated, routes};
use serde_json::Value;

use crate::support::App;

fn committed(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap_or_default()
}

#[test]
fn the_committed_document_grids_and_states_are_the_generated_ones() {
    for (path, command, text) in [
        ("docs/told.md", "cargo run -- openapi --told", generated::told()),
        ("openapi/openapi.json", "cargo run -- openapi", generated::document(&routes())),
        ("openapi/access.txt", "cargo run -- openapi --access", generated::access_grid(&routes())),
        ("openapi/fields.txt", "cargo run -- openapi --fields", field_grid(&routes())),
        ("docs/states.md", "cargo run -- openapi --states", generated::states(&routes())),
    ] {
        assert!(committed(path) == text, "{path} is not what `{command}` prints");
    }
}

#[test]
fn the_served_document_is_the_generated_one() {
    let app = App::start();
    assert!(app.public().get("/openapi.json").text == generated::document(&routes()));
}

#[test]
fn no_name_is_claimed_by_two_schemas_and_no_operation_id_twice() {
    let routes = routes();
    assert_eq!(routes.clashes(), Vec::<String>::new());
    let ids: BTreeSet<&str> = routes.operations.iter().map(|operation| operation.id).collect();
    assert_eq!(ids.len(), routes.operations.len());
    let places: BTreeSet<(&str, &str)> =
        routes.operations.iter().map(|operation| (operation.path, operation.method.as_str())).collect();
    assert_eq!(places.len(), routes.operations.len());
}

#[test]
fn every_operation_says_what_it_does_and_every_body_has_an_example_that_fits() {
    for operation in routes().operations {
        assert!(!operation.summary.is_empty(), "{operation:?} has no summary");
        assert!(!operation.tag.is_empty(), "{operation:?} has no tag");
        let Some(taken) = &operation.body else { continue };
        assert!(taken.optional() || !taken.examples.is_empty(), "{operation:?} has no example");
        for (name, example) in &taken.examples {
            let mut example = example.clone();
            let faults = involvement::http::check::check(&mut example, taken.shape());
            assert!(faults.is_empty(), "{operation:?}, example {name}: {faults:?}");
        }
    }
}

#[test]
fn every_reference_of_the_document_leads_somewhere() {
    let document: Value = serde_json::from_str(&generated::document(&routes())).unwrap();
    let mut open = vec![&document];
    while let Some(value) = open.pop() {
        match value {
            Value::Object(members) => {
                if let Some(target) = members.get("$ref").and_then(Value::as_str) {
                    assert!(document.pointer(&target[1..]).is_some(), "{target}");
                }
                open.extend(members.values());
            }
            Value::Array(items) => open.extend(items),
            _ => {}
        }
    }
}

#[test]
fn the_document_says_the_limits_that_a_type_alone_does_not() {
    let document: Value = serde_json::from_str(&generated::document(&routes())).unwrap();
    let schemas = &document["components"]["schemas"];
    assert_eq!(schemas["Nothing"]["additionalProperties"], false, "a verb without fields takes none");
    assert_eq!(schemas["Approval"]["properties"]["no_close_relationship"]["enum"], serde_json::json!([true]));
    assert_eq!(schemas["Tariffs"]["propertyNames"]["maxLength"], 80);
    let day = schemas["NewPlan"]["properties"]["period_start"]["pattern"].as_str().unwrap();
    let instant = schemas["NewSession"]["properties"]["starts_at"]["pattern"].as_str().unwrap();
    assert!(day.starts_with("^(19|20|21)[0-9]{2}-") && instant.starts_with("^(19|20|21)[0-9]{2}-"));
    let minute = schemas["NewSession"]["properties"]["ends_at"]["pattern"].as_str().unwrap();
    assert!(minute.contains(":00("), "sessions begin and end on a minute");
    let live = &document["paths"]["/health/live"]["get"]["responses"]["200"]["content"]["application/json"];
    assert_eq!(live["schema"]["type"], "object", "JSON that is no text is not shown as one");
}

#[test]
fn a_parameter_of_free_text_says_that_it_takes_no_control_characters() {
    let document: Value = serde_json::from_str(&generated::document(&routes())).unwrap();
    let parameters = document["paths"]["/v1/public/opportunities"]["get"]["parameters"].as_array().unwrap();
    let q = parameters.iter().find(|parameter| parameter["name"] == "q").unwrap();
    assert!(q["schema"]["pattern"].as_str().unwrap().contains(r"\u0000-\u001F"), "{q}");
}

#[test]
fn a_filter_of_several_values_has_at_least_one() {
    let document: Value = serde_json::from_str(&generated::document(&routes())).unwrap();
    for operation in document["paths"].as_object().unwrap().values().filter_map(|path| path.get("get")) {
        for parameter in operation["parameters"].as_array().unwrap() {
            if parameter["schema"]["type"] == "array" {
                assert_eq!(parameter["schema"]["minItems"], 1, "{parameter}");
            }
        }
    }
}

#[test]
fn no_header_parameter_has_a_limit_that_is_not_kept() {
    let document: Value = serde_json::from_str(&generated::document(&routes())).unwrap();
    for operation in document["paths"].as_object().unwrap().values().filter_map(|path| path.get("get")) {
        for parameter in operation["parameters"].as_array().unwrap() {
            if parameter["name"] == "If-None-Match" {
                assert_eq!(parameter["schema"], serde_json::json!({ "type": "string" }));
            }
        }
    }
}
