//! What programs that make clients of the OpenAPI document stumble over is not in it.

use involvement::app::{generated, routes};
use involvement::http::check::check;
use involvement::refusal::Place;
use serde_json::{Map, Value, json};

use crate::support::schemas::Document;
use crate::support::{App, make};

/// Names by which languages and makers of clients call types of their own.
const RESERVED: [&str; 58] = [
    "Any",
    "Array",
    "BigInt",
    "Blob",
    "Body",
    "Boolean",
    "Buffer",
    "Bytes",
    "Callable",
    "Class",
    "Client",
    "Date",
    "Decimal",
    "Dict",
    "Duration",
    "Element",
    "Enum",
    "Error",
    "Event",
    "Exception",
    "Exclude",
    "Extract",
    "False",
    "File",
    "Float",
    "FormData",
    "Function",
    "Generic",
    "Headers",
    "Integer",
    "Iterable",
    "List",
    "Literal",
    "Map",
    "Model",
    "Node",
    "None",
    "NonNullable",
    "Null",
    "Number",
    "Object",
    "Omit",
    "Optional",
    "Option",
    "Partial",
    "Pick",
    "Promise",
    "Readonly",
    "Record",
    "Request",
    "Required",
    "Response",
    "Result",
    "Set",
    "String",
    "Type",
    "Union",
    "Unset",
];

fn document() -> Value {
    serde_json::from_str(&generated::document(&routes())).unwrap()
}

/// Visits every object of the document with its pointer.
fn each(value: &Value, at: &str, seen: &mut dyn FnMut(&str, &Map<String, Value>)) {
    match value {
        Value::Object(members) => {
            seen(at, members);
            for (name, member) in members {
                each(member, &format!("{at}/{}", name.replace('/', "~1")), seen);
            }
        }
        Value::Array(items) => {
            for (position, item) in items.iter().enumerate() {
                each(item, &format!("{at}/{position}"), seen);
            }
        }
        _ => {}
    }
}

/// Every place of the document that breaks a rule.
fn breaking(document: &Value, rule: impl Fn(&str, &Map<String, Value>) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    each(document, "", &mut |at, object| found.extend(rule(at, object).then(|| at.to_owned())));
    found
}

fn operations(document: &Value) -> impl Iterator<Item = (&String, &Value)> {
    document["paths"].as_object().unwrap().values().flat_map(|path| path.as_object().unwrap())
}

#[test]
fn absent_is_never_null_and_in_a_merge_patch_never_anything() {
    let document = document();
    assert_eq!(breaking(&document, |_, object| object.get("default") == Some(&Value::Null)), Vec::<String>::new());
    let changes = document["components"]["schemas"].as_object().unwrap();
    let changes = changes.iter().filter(|(name, _)| name.ends_with("Change")).flat_map(|(name, schema)| {
        let members = schema["properties"].as_object().into_iter().flatten();
        members.map(move |(member, schema)| (format!("{name}.{member}"), schema))
    });
    let changes: Vec<_> = changes.collect();
    assert!(changes.len() > 100, "{}", changes.len());
    for (name, schema) in changes {
        assert!(schema["default"].is_null(), "{name}: {schema}");
    }
}

#[test]
fn no_number_is_held_against_a_fraction() {
    let fraction = |_: &str, object: &Map<String, Value>| {
        object.get("multipleOf").and_then(Value::as_f64).is_some_and(|step| step.fract() != 0.0)
    };
    assert_eq!(breaking(&document(), fraction), Vec::<String>::new());
}

#[test]
fn a_change_has_one_media_type_and_no_media_type_has_parameters() {
    let document = document();
    for (method, operation) in operations(&document) {
        let body = &operation["requestBody"];
        if method == "patch" {
            let media: Vec<&String> = body["content"].as_object().unwrap().keys().collect();
            assert_eq!(media, ["application/merge-patch+json"], "{}", operation["operationId"]);
            assert!(body["description"].as_str().unwrap().contains("`application/json` is accepted"));
        }
    }
    let parameters =
        |at: &str, object: &Map<String, Value>| at.ends_with("/content") && object.keys().any(|it| it.contains(';'));
    assert_eq!(breaking(&document, parameters), Vec::<String>::new());
}

#[test]
fn a_change_is_taken_by_either_media_type() {
    let app = App::start();
    let service = make::service(&app, "crisis-cafe");
    for (media, status) in [("application/merge-patch+json", 200), ("application/json", 200), ("text/json", 415)] {
        let headers = [("if-match", "*"), ("content-type", media)];
        let body = json!({ "name": media.replace('/', " ") }).to_string();
        let answer = app.lead().send("PATCH", &format!("/v1/services/{service}"), &headers, Some(body));
        assert_eq!(answer.status, status, "{media}: {}", answer.text);
    }
}

#[test]
fn every_example_of_a_field_fits_it() {
    let document = Document::read();
    let mut tried = 0;
    for operation in routes().operations {
        let Some(taken) = &operation.body else { continue };
        document.visit(document.body(&operation), "", &|value| value, &mut |at, schema, put| {
            for example in schema["examples"].as_array().into_iter().flatten() {
                let faults = check(&mut put(example.clone()), taken.shape());
                let own = Place::Pointer(at.to_owned());
                let found: Vec<_> = faults.iter().filter(|fault| fault.place == own).collect();
                assert!(found.is_empty(), "{operation:?} {at} {example}: {found:?}");
                tried += 1;
            }
        });
    }
    assert!(tried > 100, "{tried}");
}

#[test]
fn no_schema_has_the_name_of_a_type_of_others_and_none_differ_by_case_alone() {
    let document = document();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let mut names: Vec<String> = Vec::new();
    for name in schemas.keys() {
        assert!(!RESERVED.contains(&name.as_str()), "{name}");
        assert!(name.chars().all(|letter| letter.is_ascii_alphanumeric()), "{name}");
        names.push(name.to_ascii_lowercase());
    }
    names.sort();
    names.dedup();
    assert_eq!(names.len(), schemas.len(), "files are named after schemas, and some machines know no case");
}

#[test]
fn the_variants_of_a_union_are_references_alone_and_where_a_word_tells_them_apart_the_document_says_so() {
    let document = document();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let not_null = |variant: &&Value| variant["type"] != "null";
    let unclear = |_: &str, object: &Map<String, Value>| {
        let union: Vec<&Value> =
            object.get("oneOf").and_then(Value::as_array).into_iter().flatten().filter(not_null).collect();
        let reference = |variant: &&Value| variant["$ref"].is_string();
        let alone = union.iter().filter(|it| reference(it)).all(|it| it.as_object().unwrap().len() == 1);
        !alone || (union.len() > 1 && !union.iter().all(reference))
    };
    assert_eq!(breaking(&document, unclear), Vec::<String>::new());
    for (name, property) in [("NewLine", "kind"), ("PlannedLine", "kind"), ("Tariff", "kind")] {
        let told = &schemas[name]["discriminator"];
        assert_eq!(told["propertyName"], property, "{name}");
        let mapping = told["mapping"].as_object().unwrap();
        assert_eq!(mapping.len(), schemas[name]["oneOf"].as_array().unwrap().len());
        for (word, target) in mapping {
            let variant = document.pointer(&target.as_str().unwrap()[1..]).unwrap();
            assert_eq!(variant["properties"][property]["enum"], json!([word]), "{name}");
        }
    }
}

#[test]
fn no_version_is_filled_in_where_none_is_needed() {
    let document = document();
    let mut seen = 0;
    for (_, operation) in operations(&document) {
        for parameter in operation["parameters"].as_array().unwrap().iter().filter(|it| it["name"] == "If-Match") {
            assert_eq!(parameter["required"] == true, parameter["example"].is_string(), "{}", operation["operationId"]);
            seen += 1;
        }
    }
    assert!(seen > 40, "{seen}");
}
