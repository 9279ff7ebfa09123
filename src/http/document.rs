//! The OpenAPI document, drawn from the declared operations: nothing in it is written twice.
//! What an operation is, and which schemas it uses, stands in `route` and in the features' types.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::access::policy::{COLUMNS, Reach, reach, scopes};
use crate::http::form::FORM;
use crate::http::problem;
use crate::http::route::{Method, Operation, Routes, Shown, Taken, Work};
use crate::refusal::Kind;

const DESCRIPTION: &str = "Involving people who have used a service in designing it: from the plan to the paid claim and \
    \"you said, we did\". Every change is one transaction with its audit record; every error is a problem (RFC 9457) \
    with all faults at once; lists go by cursor; changes go by `If-Match`; retries go by `Idempotency-Key`.";

/// What every parameter keeps to, whatever else is asked of it.
const VISIBLE: &str = r"^[^\u0000-\u001F\u007F-\u009F]*$";

/// The whole document.
#[must_use]
pub fn document(routes: &Routes) -> Value {
    let mut schemas: Map<String, Value> =
        routes.schemas.iter().map(|(name, schema)| (name.clone(), schema.clone())).collect();
    let mut paths: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    for operation in &routes.operations {
        if let Some(taken) = operation.body.as_ref().filter(|taken| taken.patch) {
            changes(&taken.schema, &routes.schemas, &mut schemas);
        }
        let entry = paths.entry(operation.path).or_default();
        entry.insert(operation.method.as_str().to_ascii_lowercase(), draw(operation, &routes.schemas));
    }
    for operation in &routes.operations {
        if let Shown::List(item) = &operation.shown {
            schemas.insert(list_name(item), list_schema(item));
        }
    }
    let bodies: Vec<&String> = routes.operations.iter().filter_map(|it| Some(&it.body.as_ref()?.schema)).collect();
    let filters = routes.operations.iter().filter_map(|operation| operation.query.as_ref());
    for name in filters.filter(|name| !bodies.contains(name)) {
        schemas.remove(name);
    }
    schemas.insert("Problem".to_owned(), problem_schema());
    let mut document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Involvement",
            "version": env!("CARGO_PKG_VERSION"),
            "description": DESCRIPTION,
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "servers": [{ "url": "/", "description": "This service" }],
        "tags": routes.tags.iter().map(|(name, description)| json!({ "name": name, "description": description })).collect::<Vec<_>>(),
        "paths": paths,
        "components": {
            "securitySchemes": { "bearer": { "type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "A JWT (RFC 8725, RFC 9068) with `roles`, and `services` or `volunteer_id` where the role needs them." } },
            "schemas": schemas,
            "headers": headers(),
            "responses": responses(),
        },
    });
    inline_scalars(&mut document);
    close(&mut document);
    prune(&mut document);
    document
}

/// Leaves out components that nothing refers to.
fn prune(document: &mut Value) {
    for kind in ["schemas", "responses"] {
        let mut open = Vec::new();
        references(&document["paths"], true, &mut open);
        if kind == "schemas" {
            references(&document["components"]["responses"], true, &mut open);
        }
        let mut used = std::collections::BTreeSet::new();
        while let Some((name, _)) = open.pop() {
            if used.insert(name.clone()) {
                references(&document["components"][kind][&name], true, &mut open);
            }
        }
        if let Some(known) = document["components"][kind].as_object_mut() {
            known.retain(|name, _| used.contains(name));
        }
    }
}

fn draw(operation: &Operation, schemas: &BTreeMap<String, Value>) -> Value {
    let mut drawn = json!({
        "operationId": operation.id,
        "tags": [operation.tag],
        "summary": operation.summary,
        "description": description(operation),
        "parameters": parameters(operation, schemas),
        "responses": answers(operation),
        "security": security(operation),
    });
    if let Some(taken) = &operation.body {
        drawn["requestBody"] = request_body(taken, matches!(operation.work, Work::Upload(_)));
    }
    if let Some(action) = operation.action {
        drawn["x-action"] = json!(action.as_str());
    }
    drawn
}

fn description(operation: &Operation) -> String {
    let mut text = operation.description.clone();
    let mut sentence = |more: String| {
        if !text.is_empty() {
            text.push_str("\n\n");
        }
        text.push_str(&more);
    };
    if let Some((resource, verb, from)) = &operation.verb {
        sentence(format!("Asks the {resource} to `{verb}`; possible while it is `{}`.", from.join("`, `")));
    }
    match operation.action {
        None => sentence("Open to all; a token is not needed, but a bad one is refused.".to_owned()),
        Some(action) => {
            let who: Vec<String> = COLUMNS
                .iter()
                .filter_map(|role| match reach(action, *role) {
                    Reach::None => None,
                    Reach::All => Some(format!("`{role}`")),
                    Reach::Own => Some(format!("`{role}` (their own)")),
                    Reach::Services => Some(format!("`{role}` (own services)")),
                    Reach::Money => Some(format!("`{role}` (money side only)")),
                })
                .collect();
            sentence(format!("Who may: {}.", who.join(", ")));
        }
    }
    text
}

fn security(operation: &Operation) -> Value {
    match operation.action {
        None => json!([{}, { "bearer": [] }]),
        Some(action) => json!([{ "bearer": scopes(action).first().into_iter().collect::<Vec<_>>() }]),
    }
}

fn parameters(operation: &Operation, schemas: &BTreeMap<String, Value>) -> Vec<Value> {
    let mut parameters = Vec::new();
    for name in operation.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')) {
        let schema = if name.ends_with("id") {
            json!({ "type": "string", "format": "uuid" })
        } else {
            json!({ "type": "string", "maxLength": 100 })
        };
        parameters.push(json!({ "name": name, "in": "path", "required": true, "description": format!("The {} in question.", name.replace('_', " ")), "schema": schema }));
    }
    let filter = operation.query.as_ref().and_then(|query| schemas.get(query));
    for (name, schema) in
        filter.and_then(|filter| filter.get("properties")).and_then(Value::as_object).into_iter().flatten()
    {
        let mut schema = schema.clone();
        let described = schema.as_object_mut().and_then(|schema| schema.remove("description"));
        let needed =
            filter.and_then(|filter| filter["required"].as_array()).is_some_and(|all| all.contains(&json!(name)));
        let mut parameter = json!({ "name": name, "in": "query", "required": needed, "schema": not_null(schema) });
        parameter["description"] =
            described.unwrap_or_else(|| json!(format!("Only what has this {}.", name.replace('_', " "))));
        let free = ["pattern", "format", "enum"].iter().all(|limit| parameter["schema"].get(limit).is_none());
        if parameter["schema"]["type"] == "string" && free {
            parameter["schema"]["pattern"] = json!(VISIBLE);
        }
        if parameter["schema"]["type"] == "array" {
            parameter["style"] = json!("form");
            parameter["explode"] = json!(false);
            // A comma separates: no text between is no list of none, but one empty value.
            parameter["schema"]["minItems"] = json!(1);
        }
        parameters.push(parameter);
    }
    if operation.paged {
        parameters.push(json!({ "name": "limit", "in": "query", "description": "Items on a page.", "schema": { "type": "integer", "minimum": 1, "maximum": 100, "default": 20 } }));
        parameters.push(json!({ "name": "cursor", "in": "query", "description": "`next_cursor` of the page before, with the same filters.", "schema": { "type": "string", "minLength": 32, "maxLength": 32, "pattern": "^[A-Za-z0-9_-]{32}$" } }));
        parameters.push(json!({ "name": "order", "in": "query", "description": "By age.", "schema": { "type": "string", "enum": ["newest", "oldest"], "default": "newest" } }));
    }
    if operation.method == Method::Post && operation.action.is_some() {
        parameters.push(json!({ "name": "Idempotency-Key", "in": "header", "required": operation.needs_key, "description": "The same on every retry of one request; answers are kept for 24 hours.", "schema": { "type": "string", "minLength": 16, "maxLength": 128, "pattern": "^[!-~]{16,128}$" } }));
    }
    if operation.changes() && operation.status != 201 {
        let schema = json!({ "type": "string", "maxLength": 100, "pattern": "^(\\*|\"[0-9]+(-[a-z0-9_-]+)?\")$" });
        parameters.push(json!({ "name": "If-Match", "in": "header", "required": operation.needs_match, "description": "The ETag of what was read.", "schema": schema, "example": "\"1\"" }));
    }
    let tagged = operation.versioned || operation.headers.iter().any(|(name, _)| *name == "ETag");
    if operation.method == Method::Get && tagged {
        parameters.push(json!({ "name": "If-None-Match", "in": "header", "description": "The ETag of what is known.", "schema": { "type": "string" } }));
    }
    parameters
}

/// A filter's value is never null: it is there or not.
fn not_null(mut schema: Value) -> Value {
    if let Some(kinds) = schema.get("type").and_then(Value::as_array)
        && let Some(kind) = kinds.iter().find(|kind| *kind != "null").cloned()
    {
        schema["type"] = kind;
    }
    let variants = schema.get("oneOf").and_then(Value::as_array).cloned().unwrap_or_default();
    variants.into_iter().find(|variant| variant.get("type") != Some(&json!("null"))).unwrap_or(schema)
}

fn request_body(taken: &Taken, form: bool) -> Value {
    let name = if taken.patch { change_name(&taken.schema) } else { taken.schema.clone() };
    let mut media = json!({ "schema": { "$ref": format!("#/components/schemas/{name}") } });
    if !taken.examples.is_empty() {
        media["examples"] = taken
            .examples
            .iter()
            .map(|(name, value)| ((*name).to_owned(), json!({ "value": value })))
            .collect::<Map<_, _>>()
            .into();
    }
    let mut content = Map::new();
    if taken.patch {
        content.insert("application/merge-patch+json".to_owned(), media.clone());
    }
    content.insert(if form { FORM } else { "application/json" }.to_owned(), media);
    for (kind, _) in &taken.also {
        content.insert((*kind).to_owned(), json!({ "schema": { "type": "string" } }));
    }
    json!({ "required": !taken.optional, "content": content })
}

fn answers(operation: &Operation) -> Value {
    let json = |schema: &str| json!({ "schema": { "$ref": format!("#/components/schemas/{schema}") } });
    let content: Map<String, Value> = operation
        .media(None)
        .into_iter()
        .map(|media| {
            let shown = match (&operation.shown, media) {
                (Shown::One(name), _) | (Shown::Table(name), "application/json") => json(name),
                (Shown::List(item), "application/json") => json(&list_name(item)),
                (_, "application/json") => json!({ "schema": { "type": "object" } }),
                _ => json!({ "schema": { "type": "string" } }),
            };
            (media.to_owned(), shown)
        })
        .collect();
    let mut shown = vec!["X-Request-Id"];
    shown.extend(operation.versioned.then_some("ETag"));
    shown.extend((operation.status == 201).then_some("Location"));
    shown.extend(operation.paged.then_some("Link"));
    let replayed = operation.method == Method::Post && operation.changes() && operation.action.is_some();
    shown.extend(replayed.then_some("Idempotency-Replayed"));
    let mut headers: Map<String, Value> = shown
        .into_iter()
        .map(|name| (name.to_owned(), json!({ "$ref": format!("#/components/headers/{name}") })))
        .collect();
    let own = operation.headers.iter();
    headers.extend(
        own.map(|(name, says)| ((*name).to_owned(), json!({ "description": says, "schema": { "type": "string" } }))),
    );
    let what = match (&operation.shown, operation.status) {
        (Shown::List(_), _) => "A page of the list.",
        (_, 201) => "It was made.",
        (_, 202) => "It was taken.",
        (_, 204) => "It is gone.",
        (Shown::Content(_), _) => "The content.",
        _ if !operation.changes() => "What was asked for.",
        _ => "It was done.",
    };
    let mut answers = Map::new();
    answers
        .insert(operation.status.to_string(), json!({ "description": what, "headers": headers, "content": content }));
    let tagged = operation.versioned || operation.headers.iter().any(|(name, _)| *name == "ETag");
    if operation.method == Method::Get && tagged {
        answers.insert("304".to_owned(), json!({ "description": "What you know is current." }));
    }
    for status in refused(operation) {
        let mut answer = json!({ "$ref": format!("#/components/responses/Problem{status}") });
        if status == 409 {
            answer = problem_response(409, &codes(operation));
        }
        answers.insert(status.to_string(), answer);
    }
    answers.into()
}

fn codes(operation: &Operation) -> Vec<&'static str> {
    let mut codes = Vec::new();
    codes.extend(operation.verb.is_some().then_some("invalid-transition"));
    codes.extend((operation.method == Method::Patch).then_some("not-editable"));
    codes.extend((operation.method == Method::Post && operation.changes()).then_some("idempotency-in-progress"));
    codes.extend_from_slice(&operation.refusals);
    codes
}

/// The statuses, beside success, that the operation can answer.
fn refused(operation: &Operation) -> Vec<u16> {
    let mut statuses = vec![400, 401];
    let named = operation.path.contains('{');
    if operation.action.is_some() {
        statuses.push(403);
    }
    statuses.extend(named.then_some(404));
    statuses.push(406);
    if operation.method != Method::Get {
        statuses.extend([408, 413, 415, 422]);
    }
    statuses.extend((operation.changes() || !operation.refusals.is_empty()).then_some(409));
    statuses.extend((operation.changes() && operation.status != 201).then_some(412));
    statuses.extend(operation.refusals.contains(&"erased").then_some(410));
    statuses.extend(operation.needs_match.then_some(428));
    statuses.extend([429, 503]);
    statuses.sort_unstable();
    statuses
}

fn problem_response(status: u16, codes: &[&str]) -> Value {
    let titles: Vec<&str> = Kind::ALL
        .iter()
        .filter(|kind| problem::of(**kind).status == status)
        .map(|kind| problem::of(*kind).title)
        .collect();
    let description = if codes.is_empty() {
        titles.join("; ") + "."
    } else {
        format!("Refused by how things stand: `{}`.", codes.join("`, `"))
    };
    let mut headers = json!({ "X-Request-Id": { "$ref": "#/components/headers/X-Request-Id" } });
    match status {
        401 => headers["WWW-Authenticate"] = json!({ "$ref": "#/components/headers/WWW-Authenticate" }),
        429 | 503 => headers["Retry-After"] = json!({ "$ref": "#/components/headers/Retry-After" }),
        _ => {}
    }
    json!({
        "description": description,
        "headers": headers,
        "content": { problem::PROBLEM_JSON: { "schema": { "$ref": "#/components/schemas/Problem" } } },
    })
}

fn responses() -> Value {
    let statuses = [400u16, 401, 403, 404, 406, 408, 410, 412, 413, 415, 422, 428, 429, 503];
    statuses
        .iter()
        .map(|status| (format!("Problem{status}"), problem_response(*status, &[])))
        .collect::<Map<_, _>>()
        .into()
}

fn headers() -> Value {
    json!({
        "ETag": { "description": "The version of what is answered, for `If-Match` and `If-None-Match`.", "schema": { "type": "string" }, "example": "\"3\"" },
        "Location": { "description": "Where it is found.", "schema": { "type": "string" } },
        "Link": { "description": "The next page (RFC 8288), where there is one.", "schema": { "type": "string" } },
        "X-Request-Id": { "description": "The request's id, as in the log and the audit record.", "schema": { "type": "string", "format": "uuid" } },
        "Idempotency-Replayed": { "description": "`true` where the answer was given before under the same key.", "schema": { "type": "string", "enum": ["true"] } },
        "Retry-After": { "description": "Seconds to wait.", "schema": { "type": "string" } },
        "WWW-Authenticate": { "description": "How to authenticate.", "schema": { "type": "string" } },
    })
}

fn problem_schema() -> Value {
    json!({
        "type": "object",
        "description": "A problem (RFC 9457). `type` leads to a page that says what it is and what to do.",
        "required": ["type", "title", "status", "detail", "instance", "code", "request_id"],
        "properties": {
            "type": { "type": "string", "format": "uri" },
            "title": { "type": "string" },
            "status": { "type": "integer", "minimum": 400, "maximum": 599 },
            "detail": { "type": "string" },
            "instance": { "type": "string" },
            "code": { "type": "string", "enum": Kind::ALL.iter().map(|kind| kind.as_str()).collect::<Vec<_>>() },
            "request_id": { "type": "string", "format": "uuid" },
            "allowed": { "type": "array", "items": { "type": "string" }, "description": "What the present state, or the path, allows." },
            "errors": {
                "type": "array",
                "description": "Every fault found.",
                "items": {
                    "type": "object",
                    "required": ["code", "detail"],
                    "properties": {
                        "pointer": { "type": "string", "description": "A JSON pointer into the body." },
                        "parameter": { "type": "string" },
                        "header": { "type": "string" },
                        "code": { "type": "string" },
                        "detail": { "type": "string" },
                        "count": { "type": "integer", "minimum": 1, "description": "How many things it is about, where they were counted." },
                        "see": { "type": "string", "description": "The address of a list that shows them." },
                        "not_before": { "type": "string", "format": "date", "description": "The day before which it will hardly be otherwise." },
                    },
                },
            },
        },
    })
}

fn list_name(item: &str) -> String {
    format!("{}List", item.trim_end_matches("Item").trim_end_matches("View"))
}

fn list_schema(item: &str) -> Value {
    json!({
        "type": "object",
        "required": ["items", "next_cursor"],
        "properties": {
            "items": { "type": "array", "items": { "$ref": format!("#/components/schemas/{item}") } },
            "next_cursor": { "type": ["string", "null"], "description": "For the next page; null on the last." },
        },
    })
}

fn change_name(schema: &str) -> String {
    format!("{}Change", schema.trim_start_matches("New"))
}

/// Adds the merge-patch form of a schema: nothing is required, members that are objects may be sent in part.
fn changes(name: &str, known: &BTreeMap<String, Value>, schemas: &mut Map<String, Value>) {
    let changed = change_name(name);
    if schemas.contains_key(&changed) {
        return;
    }
    let Some(mut schema) = known.get(name).cloned() else { return };
    schemas.insert(changed.clone(), Value::Null);
    let required: Vec<String> =
        schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect();
    if let Some(object) = schema.as_object_mut() {
        object.remove("required");
        object.insert("minProperties".to_owned(), json!(0));
    }
    for (member, property) in schema["properties"].as_object_mut().into_iter().flatten() {
        let mut target = property.get("$ref").and_then(Value::as_str).map(str::to_owned);
        for variant in property.get("oneOf").and_then(Value::as_array).into_iter().flatten() {
            target = target.or_else(|| variant.get("$ref").and_then(Value::as_str).map(str::to_owned));
        }
        let target = target.and_then(|target| target.rsplit('/').next().map(str::to_owned));
        let Some(target) =
            target.filter(|target| known.get(target).is_some_and(|schema| schema.get("properties").is_some()))
        else {
            continue;
        };
        changes(&target, known, schemas);
        let reference = json!({ "$ref": format!("#/components/schemas/{}", change_name(&target)) });
        *property =
            if required.contains(member) { reference } else { json!({ "oneOf": [{ "type": "null" }, reference] }) };
    }
    schemas.insert(changed, schema);
}

/// Puts scalars where they are used: a name for every kind of string helps nobody.
fn inline_scalars(document: &mut Value) {
    let schemas = document["components"]["schemas"].as_object().cloned().unwrap_or_default();
    let scalar = |schema: &Value| {
        let kind = schema.get("type").and_then(Value::as_str).unwrap_or_default();
        matches!(kind, "string" | "integer" | "number" | "boolean") && schema.get("enum").is_none()
    };
    let scalars: BTreeMap<String, Value> = schemas.into_iter().filter(|(_, schema)| scalar(schema)).collect();
    if let Some(known) = document["components"]["schemas"].as_object_mut() {
        known.retain(|name, _| !scalars.contains_key(name));
    }
    put_in(document, &scalars);
}

fn put_in(value: &mut Value, scalars: &BTreeMap<String, Value>) {
    match value {
        Value::Object(object) => {
            let name = object
                .get("$ref")
                .and_then(Value::as_str)
                .and_then(|target| target.strip_prefix("#/components/schemas/"));
            if let Some(scalar) = name.and_then(|name| scalars.get(name)) {
                let said = object.get("description").cloned();
                *value = scalar.clone();
                if let Some(said) = said {
                    value["description"] = said;
                }
                return;
            }
            object.values_mut().for_each(|member| put_in(member, scalars));
            nullable(value);
        }
        Value::Array(items) => items.iter_mut().for_each(|item| put_in(item, scalars)),
        _ => {}
    }
}

/// `oneOf: [null, scalar]` reads better, and generates better clients, as `type: [scalar, null]`.
fn nullable(value: &mut Value) {
    let Some([null, scalar]) = value.get("oneOf").and_then(Value::as_array).map(Vec::as_slice) else { return };
    if null != &json!({ "type": "null" })
        || scalar.get("type").and_then(Value::as_str).is_none()
        || scalar.get("properties").is_some()
    {
        return;
    }
    let mut merged = scalar.clone();
    merged["type"] = json!([scalar["type"], "null"]);
    if let Some(words) = merged.get_mut("enum").and_then(Value::as_array_mut) {
        words.push(Value::Null);
    }
    if let Some(said) = value.get("description") {
        merged["description"] = said.clone();
    }
    *value = merged;
}

/// What a body names beyond its schema is refused, and the document says so.
fn close(document: &mut Value) {
    let bodies: Vec<String> = document["paths"]
        .as_object()
        .into_iter()
        .flat_map(|paths| paths.values())
        .flat_map(|path| path.as_object().into_iter().flat_map(|methods| methods.values()))
        .flat_map(|operation| {
            operation["requestBody"]["content"].as_object().into_iter().flat_map(|content| content.values())
        })
        .filter_map(|media| media["schema"]["$ref"].as_str().map(str::to_owned))
        .collect();
    // Each with whether it stands by itself: a part of a whole is closed by the whole alone.
    let mut open: Vec<(String, bool)> =
        bodies.iter().filter_map(|name| name.rsplit('/').next().map(|name| (name.to_owned(), true))).collect();
    let mut seen = std::collections::BTreeSet::new();
    while let Some((name, whole)) = open.pop() {
        if !seen.insert((name.clone(), whole)) {
            continue;
        }
        let Some(schema) = document["components"]["schemas"].get_mut(&name) else { continue };
        if whole {
            close_one(schema);
        }
        references(schema, true, &mut open);
    }
}

fn close_one(schema: &mut Value) {
    for variant in schema.get_mut("oneOf").and_then(Value::as_array_mut).into_iter().flatten() {
        close_one(variant);
    }
    let nothing = schema.get("type") == Some(&json!("object")) && schema.get("allOf").is_none();
    let named = schema.get("properties").is_some() || (nothing && schema.get("oneOf").is_none());
    if named && schema.get("additionalProperties").is_none() {
        schema["additionalProperties"] = json!(false);
    }
}

fn references(value: &Value, whole: bool, found: &mut Vec<(String, bool)>) {
    match value {
        Value::Object(object) => {
            if let Some(name) = object.get("$ref").and_then(Value::as_str).and_then(|target| target.rsplit('/').next())
            {
                found.push((name.to_owned(), whole));
            }
            object.iter().for_each(|(name, member)| references(member, name != "allOf", found));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, whole, found)),
        _ => {}
    }
}
