//! One operation in the document: its parameters, its body, its answers and its refusals.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::access::policy::{COLUMNS, Reach, reach, scopes};
use crate::http::body::{FORM, MERGE_PATCH, WEB_FORM};
use crate::http::compile::Taken;
use crate::http::operation::{Method, Operation, Shown, Work};
use crate::http::packed::is_text;
use crate::http::problem;
use crate::http::schema::reference;
use crate::http::table::CSV;
use crate::openapi::parameters::{self, tagged};
use crate::openapi::schemas::{change_name, list_name};
use crate::openapi::{examples, links};
use crate::refusal::Kind;

/// What the body of every change is.
const PATCHED: &str = "A merge patch (RFC 7396): a member that is left out stays as it is, null removes its value. The \
    media type `application/json` is accepted, too.";

/// What a list is as a CSV.
const SHEET: &str = "With `format=csv`, everything that matches comes in one file for a spreadsheet, in the order asked for: \
    amounts in pounds with two decimals, times as London dates, without what is itself a record. `limit` and `cursor` can't \
    be given with it.";

/// Draws an operation, one of these; `fixed` has the parameters that are the same everywhere.
pub(super) fn draw(
    operation: &Operation,
    all: &[Operation],
    schemas: &BTreeMap<String, Value>,
    fixed: &Value,
) -> Value {
    let mut drawn = json!({
        "operationId": operation.id,
        "tags": [operation.tag],
        "summary": operation.summary,
        "description": description(operation),
        "parameters": parameters::of(operation, schemas, fixed),
        "responses": answers(operation, all),
        "security": [],
    });
    if operation.deprecated.is_some() {
        drawn["deprecated"] = json!(true);
    }
    if let Some(taken) = &operation.body {
        drawn["requestBody"] = request_body(taken, matches!(operation.work, Work::Upload(_)));
    }
    if let Some(action) = operation.action {
        drawn["security"] = json!([{ "bearer": scopes(action).first().into_iter().collect::<Vec<_>>() }]);
        drawn["x-action"] = json!(action.as_str());
    }
    drawn
}

fn description(operation: &Operation) -> String {
    let step = operation.step.as_ref().map(|step| {
        let from = step.from.join("` or `");
        format!("This is the step `{}` of the {}; its status must be `{from}`.", step.verb, step.of)
    });
    let who = match operation.action {
        None => "Open to everyone. A token is not needed, but an invalid one is refused.".to_owned(),
        Some(action) => {
            let who = COLUMNS.iter().filter_map(|role| {
                Some(match reach(action, *role) {
                    Reach::None => return None,
                    Reach::All => format!("`{role}`"),
                    Reach::Own => format!("`{role}` (their own)"),
                    Reach::Services => format!("`{role}` (own services)"),
                    Reach::Money => format!("`{role}` (money side only)"),
                })
            });
            format!("Who may: {}.", who.collect::<Vec<_>>().join(", "))
        }
    };
    let own = Some(operation.description.clone()).filter(|own| !own.is_empty());
    let is_sheet = operation.paged() && operation.formats.iter().any(|(_, media)| *media == CSV);
    let sheet = is_sheet.then(|| SHEET.to_owned());
    [own, sheet, step, Some(who)].into_iter().flatten().collect::<Vec<_>>().join("\n\n")
}

fn request_body(taken: &Taken, form: bool) -> Value {
    let mut media = json!({ "schema": reference(&taken.described.name()) });
    // The bytes of a file can't stand in an example.
    if !taken.examples.is_empty() && !form {
        let examples = taken.examples.iter().map(|(name, value)| ((*name).to_owned(), json!({ "value": value })));
        media["examples"] = examples.collect::<Map<_, _>>().into();
    }
    // One media type for one schema: some programs that make clients write the same type twice, and fail, with two. So a
    // page's web form, which says the same as JSON, is not shown.
    if taken.patch {
        media["schema"] = reference(&change_name(&taken.described.name()));
        return json!({ "description": PATCHED, "required": true, "content": { MERGE_PATCH: media } });
    }
    let mut content = Map::new();
    content.insert(if form { FORM } else { "application/json" }.to_owned(), media);
    for (kind, _) in taken.also.iter().filter(|(kind, _)| *kind != WEB_FORM) {
        let schema = json!({ "type": "string", "format": "binary", "minLength": 1 });
        content.insert((*kind).to_owned(), json!({ "schema": schema }));
    }
    json!({ "required": !taken.optional(), "content": content })
}

fn answers(operation: &Operation, all: &[Operation]) -> Value {
    let content = operation.media(None).into_iter().map(|media| {
        let schema = match (&operation.shown, media) {
            (Shown::One(it), _) | (Shown::Table(it), "application/json") => reference(&it.name()),
            (Shown::List(item), "application/json") => reference(&list_name(&item.name())),
            (_, "application/json") => {
                operation.json.map_or_else(|| json!({ "type": "object" }), |it| reference(&it.name()))
            }
            (_, media) if !is_text(media) => json!({ "type": "string", "format": "binary" }),
            _ => json!({ "type": "string" }),
        };
        // Without its parameters, by which programs that make clients do not know it again.
        let media = media.split(';').next().unwrap_or(media);
        (media.to_owned(), json!({ "schema": schema }))
    });
    let mut success = json!({
        "description": success(operation),
        "headers": headers(operation),
        "content": content.collect::<Map<_, _>>(),
    });
    if let Some(links) = links::of(operation, all) {
        success["links"] = links;
    }
    let mut answers = Map::from_iter([(operation.status.to_string(), success)]);
    let current = json!({ "description": "Not changed: the version that you have is current." });
    answers.extend(tagged(operation).then(|| ("304".to_owned(), current)));
    if operation.method == Method::Get && operation.is_of_a_volunteer() {
        let moved =
            "The record was merged into another record of the same person: `Location` has the same address there.";
        let headers = json!({ "Location": header("Location"), "X-Request-Id": header("X-Request-Id") });
        answers.insert("301".to_owned(), json!({ "description": moved, "headers": headers }));
    }
    for status in refused(operation) {
        let shared = json!({ "$ref": format!("#/components/responses/Problem{status}") });
        let answer = if status == 409 { problem_response(409, &codes(operation)) } else { shared };
        answers.insert(status.to_string(), answer);
    }
    answers.into()
}

fn success(operation: &Operation) -> &'static str {
    match (&operation.shown, operation.status) {
        (Shown::List(_), _) => "A page of the list.",
        (_, 201) => "Created.",
        (_, 202) => "Received.",
        (_, 204) => "Removed.",
        (Shown::Content(_), _) => "The content.",
        _ if operation.changes() => "The record after the change.",
        _ => "The answer.",
    }
}

fn headers(operation: &Operation) -> Map<String, Value> {
    let kept = operation.method == Method::Post && operation.changes() && !operation.shows_secret;
    let replayed = kept && operation.action.is_some();
    let shared = [
        ("X-Request-Id", true),
        ("ETag", operation.versioned || operation.is_open_list()),
        ("RateLimit", operation.path.starts_with("/v1/")),
        ("RateLimit-Policy", operation.path.starts_with("/v1/")),
        ("Location", operation.status == 201),
        ("Link", operation.paged()),
        ("Idempotency-Replayed", replayed),
    ];
    let shared = shared.into_iter().filter(|(_, answered)| *answered).map(|(name, _)| (name.to_owned(), header(name)));
    let own = operation.headers.iter().map(|(name, what)| ((*name).to_owned(), own_header(name, what)));
    shared.chain(own).collect()
}

/// A header of the operation's own; those that count things are numbers.
fn own_header(name: &str, what: &str) -> Value {
    let schema = if name.starts_with("Control-") {
        json!({ "type": "integer", "format": "int64", "minimum": 0 })
    } else {
        json!({ "type": "string" })
    };
    json!({ "description": what, "schema": schema })
}

fn header(name: &str) -> Value {
    json!({ "$ref": format!("#/components/headers/{name}") })
}

/// The codes of a 409.
fn codes(operation: &Operation) -> Vec<&'static str> {
    let patch = operation.method == Method::Patch;
    let mut codes = Vec::from_iter(operation.step.is_some().then_some("invalid-transition"));
    codes.extend(patch.then_some("not-editable"));
    let keyed = operation.method == Method::Post && operation.changes() && !operation.shows_secret;
    codes.extend(keyed.then_some("idempotency-in-progress"));
    codes.extend((operation.changes() && operation.is_of_a_volunteer()).then_some("merged"));
    codes.extend(conflicts(operation).filter(|code| !patch || *code != "not-editable"));
    let mut seen = BTreeSet::new();
    codes.retain(|code| seen.insert(*code));
    codes
}

/// The refusals of an operation that are answered with 409.
fn conflicts(operation: &Operation) -> impl Iterator<Item = &'static str> {
    let is_conflict = |code: &&str| code.parse().is_ok_and(|kind: Kind| problem::of(kind).status == 409);
    operation.refusals.iter().copied().filter(is_conflict)
}

/// The statuses, beside success, that the operation can answer.
fn refused(operation: &Operation) -> Vec<u16> {
    let (writes, changes) = (operation.method != Method::Get, operation.changes());
    let all = [
        (400, true),
        (401, true),
        (403, operation.action.is_some() || operation.tokenless()),
        (404, operation.path.contains('{') || operation.may_be_missing),
        (406, true),
        (408, writes),
        (409, changes || conflicts(operation).next().is_some()),
        (410, operation.refusals.contains(&"erased") || operation.takes_key()),
        (412, changes && operation.status != 201),
        (413, writes),
        (415, writes),
        (422, writes),
        (428, operation.needs_match()),
        (429, true),
        (500, true),
        (503, true),
    ];
    all.into_iter().filter(|(_, answered)| *answered).map(|(status, _)| status).collect()
}

fn problem_response(status: u16, codes: &[&str]) -> Value {
    let kinds = Kind::ALL.iter().filter(|kind| problem::of(**kind).status == status);
    let titles = || kinds.clone().map(|kind| problem::of(*kind).title).collect::<Vec<_>>().join("; ") + ".";
    let refused = || format!("Refused in the present state of the data: `{}`.", codes.join("`, `"));
    let headers: &[&str] = match status {
        401 | 403 => &["X-Request-Id", "RateLimit", "RateLimit-Policy", "WWW-Authenticate"],
        429 | 503 => &["X-Request-Id", "RateLimit", "RateLimit-Policy", "Retry-After"],
        _ => &["X-Request-Id", "RateLimit", "RateLimit-Policy"],
    };
    let shown: Vec<&str> =
        if codes.is_empty() { kinds.clone().map(|kind| kind.as_str()).collect() } else { codes.to_vec() };
    json!({
        "description": if codes.is_empty() { titles() } else { refused() },
        "headers": headers.iter().map(|name| ((*name).to_owned(), header(name))).collect::<Map<_, _>>(),
        "content": { problem::PROBLEM_JSON: { "schema": reference("Problem"), "examples": examples::of_problems(&shown) } },
    })
}

/// The refusals that say the same of every operation; those that no operation refers to are left out again.
pub(super) fn responses() -> Value {
    let statuses = Kind::ALL.iter().map(|kind| problem::of(*kind).status);
    Map::from_iter(statuses.map(|status| (format!("Problem{status}"), problem_response(status, &[])))).into()
}
