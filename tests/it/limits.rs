//! Limits: what is enforced is in the document, and what is in the document is enforced, at the limit and one beyond it.

use involvement::access::policy::{COLUMNS, Reach, reach};
use involvement::access::token::Mint;
use involvement::app::routes;
use involvement::http::check::check;
use involvement::http::operation::Operation;
use regex_lite::Regex;
use serde_json::{Value, json};

use crate::support::app::{faults, mint_defaults};
use crate::support::schemas::{Document, is, tag};
use crate::support::{Answer, App};

const NOBODY: &str = "01900000-0000-7000-8000-000000000000";

/// The codes by which a limit refuses.
const CODES: [&str; 5] = ["too-short", "too-long", "out-of-range", "bad-format", "not-one-of"];

/// What a schema lacks of the limits that are enforced on values of its kind; a value without any fits too much.
fn lacks(schema: &Value) -> Vec<&'static str> {
    let missing = |names: &[&'static str]| names.iter().copied().filter(|name| schema[*name].is_null()).collect();
    let own_pattern = schema["pattern"].as_str().is_some_and(|pattern| !pattern.contains(r"\u0000"));
    match schema["format"].as_str() {
        _ if is(schema, "boolean") || schema["enum"].is_array() || schema["oneOf"].is_array() => vec![],
        _ if is(schema, "array") => missing(&["items", "maxItems"]),
        _ if is(schema, "object") && schema["additionalProperties"].is_object() => missing(&["propertyNames"]),
        _ if is(schema, "object") => missing(&["additionalProperties"]),
        _ if is(schema, "integer") => missing(&["minimum", "maximum"]),
        _ if is(schema, "number") => missing(&["minimum", "maximum", "x-decimals"]),
        Some("date" | "date-time" | "uuid" | "binary") => vec![],
        Some("email") => missing(&["minLength", "maxLength"]),
        None if own_pattern => vec![],
        None if is(schema, "string") => missing(&["maxLength", "pattern"]),
        _ => vec!["a type that is known here"],
    }
}

#[test]
fn every_limit_that_is_enforced_is_in_the_document() {
    let document = Document::read();
    let mut checked = 0;
    let mut look = |operation: &Operation, schema: &Value| {
        document.visit(schema, "", &|value| value, &mut |at, schema, _| {
            assert_eq!(lacks(schema), Vec::<&str>::new(), "{operation:?} {at}: {schema}");
            checked += 1;
        });
    };
    for operation in routes().operations {
        if operation.body.is_some() {
            look(&operation, document.body(&operation));
        }
        let parameters = document.operation(&operation)["parameters"].as_array().unwrap();
        for parameter in parameters.iter().filter(|parameter| parameter["in"] == "query") {
            look(&operation, &parameter["schema"]);
        }
    }
    assert!(checked > 1_000, "{checked}");
}

/// Values at a schema's limits, which pass, and one beyond, which are refused with a code.
fn cases(schema: &Value) -> Vec<(Value, Option<&'static str>)> {
    if let Some(words) = schema["enum"].as_array() {
        return vec![(words[0].clone(), None), (json!("no such word"), Some("not-one-of"))]
            .into_iter()
            .filter(|_| is(schema, "string"))
            .collect();
    }
    if is(schema, "string") {
        return texts(schema);
    }
    let mut cases = Vec::new();
    if let (Some(min), Some(max), true) =
        (schema["minimum"].as_i64(), schema["maximum"].as_i64(), is(schema, "integer"))
    {
        cases.extend([(json!(min), None), (json!(max), None)]);
        cases.extend([(json!(min - 1), Some("out-of-range")), (json!(max + 1), Some("out-of-range"))]);
    }
    if let (Some(min), Some(max), true) = (schema["minimum"].as_f64(), schema["maximum"].as_f64(), is(schema, "number"))
    {
        let step: f64 = if schema["x-decimals"] == 1 { 0.1 } else { 0.01 };
        cases.extend([(json!(min), None), (json!(max), None), (json!(min + step), None)]);
        cases.extend([min - step, max + step, min + step / 10.0].map(|n| (json!(n), Some("out-of-range"))));
    }
    if is(schema, "array") {
        let list = |n: u64| Value::from(vec![Value::Null; n.try_into().unwrap()]);
        if let Some(min) = schema["minItems"].as_u64() {
            cases.extend([(list(min), None), (list(min - 1), Some("too-short"))]);
        }
        let max = schema["maxItems"].as_u64().unwrap();
        cases.extend([(list(max), None), (list(max + 1), Some("too-long"))]);
    }
    cases
}

fn texts(schema: &Value) -> Vec<(Value, Option<&'static str>)> {
    let format = schema["format"].as_str().unwrap_or_default();
    let time = if format == "date-time" { "T00:00:00Z" } else { "" };
    let mut cases = vec![(json!("a\u{0}b"), Some("bad-format"))];
    match format {
        "date" | "date-time" => {
            cases.extend(["1900-01-01", "2199-12-31"].map(|day| (json!(format!("{day}{time}")), None)));
            cases.extend(["1899-12-31", "2200-01-01"].map(|day| (json!(format!("{day}{time}")), Some("out-of-range"))));
        }
        "uuid" => cases.push((json!(NOBODY), None)),
        "binary" => {}
        _ => {
            let length = |name: &str| schema[name].as_u64().map(|n| usize::try_from(n).unwrap());
            for n in [length("minLength"), length("maxLength")].into_iter().flatten() {
                cases.push((json!(of_length(schema, n)), None));
            }
            cases.extend(length("minLength").filter(|n| *n > 0).map(|n| (json!("a".repeat(n - 1)), Some("too-short"))));
            cases.extend(length("maxLength").map(|n| (json!("a".repeat(n + 1)), Some("too-long"))));
            if schema["pattern"].as_str().is_some_and(|pattern| !pattern.contains(r"\u0000")) {
                let n = length("minLength").unwrap_or(1);
                cases.push((json!("§".repeat(n)), Some("bad-format")));
            }
        }
    }
    cases
}

/// A text of so many characters that fits a schema's pattern and format.
fn of_length(schema: &Value, n: usize) -> String {
    if schema["format"] == "email" {
        let parts: String = format!("a@{}", "b.".repeat(n)).chars().take(n - 1).collect();
        return parts.trim_end_matches('.').to_owned() + &"c".repeat(n - parts.trim_end_matches('.').len());
    }
    let pattern = Regex::new(schema["pattern"].as_str().unwrap()).unwrap();
    let beginnings = ["", "https://", "/title/", "identity", "training:"];
    let texts =
        beginnings.iter().flat_map(|it| ["a", "1"].map(|c| (*it).to_owned() + &c.repeat(n.saturating_sub(it.len()))));
    let phone = format!("1{}1111", " ".repeat(n.saturating_sub(5)));
    let event = format!("involvement.{}.a.v1", "a".repeat(n.saturating_sub(17)));
    let texts = texts.chain([phone, event]);
    let mut fits = texts.filter(|text| text.len() == n && pattern.is_match(text));
    fits.next().unwrap_or_else(|| panic!("no text of {n} characters fits {schema}"))
}

#[test]
fn every_limit_of_a_body_passes_what_is_at_it_and_refuses_what_is_one_beyond() {
    let document = Document::read();
    let mut tried = 0;
    for operation in routes().operations {
        let Some(taken) = &operation.body else { continue };
        document.visit(document.body(&operation), "", &|value| value, &mut |at, schema, put| {
            for (value, code) in cases(schema) {
                let faults = check(&mut put(value.clone()), taken.shape());
                let found: Vec<&str> = faults
                    .iter()
                    .filter(|fault| fault.place == involvement::refusal::Place::Pointer(at.to_owned()))
                    .map(|fault| fault.code)
                    .collect();
                let short = value.to_string().chars().take(60).collect::<String>();
                assert_eq!(found, Vec::from_iter(code), "{operation:?} {at} {short}");
                tried += 1;
            }
        });
    }
    assert!(tried > 2_500, "{tried}");
}

/// The members of an example that have limits: each with its values to try.
fn along(document: &Document, schema: &Value, value: &Value, at: &str, found: &mut Vec<(String, Value)>) {
    let schema = document.plain(schema);
    let variants = schema["oneOf"].as_array().into_iter().flatten().map(|variant| document.plain(variant));
    for variant in variants.filter(|variant| value[tag(variant).0] == tag(variant).1) {
        along(document, variant, value, at, found);
    }
    if schema["oneOf"].is_null() && schema["enum"].as_array().is_none_or(|words| words.len() > 1) {
        found.push((at.to_owned(), schema.clone()));
    }
    for (name, member) in value.as_object().into_iter().flatten() {
        let inner = schema["properties"].get(name).unwrap_or(&schema["additionalProperties"]);
        if inner.is_object() {
            along(document, inner, member, &format!("{at}/{name}"), found);
        }
    }
    for (position, item) in value.as_array().into_iter().flatten().enumerate() {
        along(document, &schema["items"], item, &format!("{at}/{position}"), found);
    }
}

fn send(app: &App, operation: &Operation, body: &Value) -> Answer {
    let may = |action| COLUMNS.into_iter().find(|role| reach(action, *role) != Reach::None).unwrap();
    let who = match operation.action {
        None => app.public(),
        Some(action) => app.with(Mint {
            roles: vec![may(action)],
            volunteer_id: Some(NOBODY.parse::<uuid::Uuid>().unwrap().into()),
            ..mint_defaults()
        }),
    };
    let parts = operation.path.split('/').map(|part| if part.starts_with('{') { NOBODY } else { part });
    let key = uuid::Uuid::now_v7().to_string();
    let mut headers = vec![("if-match", "\"1\"")];
    headers.extend(operation.requires_key.then_some(("idempotency-key", key.as_str())));
    who.send(operation.method.as_str(), &parts.collect::<Vec<_>>().join("/"), &headers, Some(body.to_string()))
}

/// Whether it is sent as a form with a file, not as JSON.
fn is_form(operation: &Operation) -> bool {
    operation.body.iter().flat_map(|taken| &taken.examples).any(|(_, example)| example["file"].is_string())
}

#[test]
fn the_server_keeps_every_limit_of_the_documents_examples() {
    let (app, document) = (App::start(), Document::read());
    let mut tried = 0;
    for operation in routes().operations {
        let Some(taken) = operation.body.as_ref().filter(|_| !is_form(&operation)) else { continue };
        for (_, example) in &taken.examples {
            let mut members = Vec::new();
            along(&document, document.body(&operation), example, "", &mut members);
            // Whether a day is too early or too late is a rule's business, too, and rules know today.
            let day = |it: &(String, Value)| it.1["format"].as_str().is_some_and(|format| format.starts_with("date"));
            members.retain(|member| !day(member));
            let (lists, single): (Vec<_>, Vec<_>) = members.into_iter().partition(|(_, schema)| is(schema, "array"));
            // A list at its limit takes the place of what stands in it, so each is tried by itself.
            let mut rounds: Vec<Vec<(String, Value, Option<&str>)>> = Vec::new();
            for (at, schema) in &lists {
                rounds.extend(cases(schema).into_iter().map(|(value, code)| vec![(at.clone(), value, code)]));
            }
            let most = single.iter().map(|(_, schema)| cases(schema).len()).max().unwrap_or(0);
            rounds.extend((0..most).map(|n| {
                let nth =
                    single.iter().filter_map(|(at, schema)| Some((at.clone(), cases(schema).into_iter().nth(n)?)));
                nth.map(|(at, (value, code))| (at, value, code)).collect()
            }));
            for round in rounds {
                let mut body = example.clone();
                for (at, value, _) in &round {
                    *body.pointer_mut(at).unwrap() = value.clone();
                }
                let answer = send(&app, &operation, &body);
                let told = faults(&answer.json);
                for (at, value, code) in &round {
                    let of_limits = told.iter().filter(|(place, code)| place == at && CODES.contains(&code.as_str()));
                    let found: Vec<&str> = of_limits.map(|(_, code)| code.as_str()).collect();
                    let short = value.to_string().chars().take(60).collect::<String>();
                    assert_eq!(found, Vec::from_iter(*code), "{operation:?} {at} {short}: {}", answer.text);
                    tried += 1;
                }
            }
        }
    }
    assert!(tried > 800, "{tried}");
}

/// Absent and null are one: whatever its type, an optional member that is null is refused by no type.
#[test]
fn every_optional_member_of_a_body_may_be_null() {
    let (app, document) = (App::start(), Document::read());
    let mut tried = 0;
    for operation in routes().operations {
        let Some(taken) = operation.body.as_ref().filter(|_| !is_form(&operation)) else { continue };
        let schema = document.plain(document.body(&operation)).clone();
        let Some((_, example)) = taken.examples.first() else { continue };
        let required = schema["required"].as_array().cloned().unwrap_or_default();
        let members = schema["properties"].as_object().into_iter().flatten().map(|(name, _)| name);
        let mut body = example.clone();
        for name in members.filter(|name| !required.contains(&json!(name))) {
            body[name] = Value::Null;
            tried += 1;
        }
        let answer = send(&app, &operation, &body);
        let told = faults(&answer.json);
        let refused = told.iter().find(|(_, code)| code == "bad-format");
        assert!(answer.status < 500 && refused.is_none(), "{operation:?} {body}: {}", answer.text);
    }
    assert!(tried > 150, "{tried}");
}
