//! One request, up to the point where it needs the database: who, may they, parameters, preconditions, body.
//! Clients rely on the order of these checks, so it is fixed; what happens after stands in `service`.

use std::sync::Arc;

use actix_web::http::header::{self, EntityTag, HeaderMap};
use actix_web::mime::{self, Mime};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::access::{Actor, Grant, permit};
use crate::clock::Instant;
use crate::db::page::Page;
use crate::digest::{fingerprint, sha256_hex};
use crate::http::accept::negotiate;
use crate::http::body;
use crate::http::check::check;
use crate::http::compile::{ReadBody, Taken};
use crate::http::operation::{Method, Operation, Prepared};
use crate::http::page::{Binding, foreign_cursor, refuse_cursor, refuse_page_of};
use crate::http::query::{fitting, refuse, split};
use crate::http::table::TableFormat;
use crate::refusal::{Fault, Kind, Refusal};
use crate::trust::Trust;
use crate::work::{IdempotencyKey, RequestContext};

/// The parts of a request that are known before its body is read.
pub struct Head<'r> {
    /// The path as it was sent, without the query.
    pub path: &'r str,
    /// The decoded parts of the path that the operation names.
    pub parts: Vec<String>,
    /// The query as it was sent.
    pub query: &'r str,
    pub headers: &'r HeaderMap,
    pub request_id: Uuid,
    /// The id that the caller gave it.
    pub client_request_id: Option<Uuid>,
    pub now: Instant,
    /// The service's own address.
    pub home: Arc<str>,
    /// The trust that runs the service.
    pub trust: Arc<Trust>,
}

/// A request that was let in, waiting for its body.
pub struct Admitted {
    asked: RequestContext,
    query: Value,
    page: Option<(Page, Binding)>,
    path: String,
    parts: Vec<String>,
    key: Option<String>,
}

/// Lets a request in: rights, parameters, preconditions; refused with 403, 400, 406 or 428, in this order.
pub fn admit(operation: &Operation, head: Head<'_>, actor: Option<Actor>) -> Result<Admitted, Refusal> {
    let grant = grant(operation, actor.as_ref())?;
    let mut faults = Vec::new();
    let if_match = if_match(head.headers, &mut faults);
    let key = idempotency_key(operation, head.headers, &mut faults);
    let shape = operation.query.as_ref().map(Taken::shape);
    let listing = operation.paged().then_some(operation.listing);
    let mut parameters = split(head.query, shape, listing, &mut faults);
    if operation.action.is_none() {
        parameters.retain(|name, _| !is_of_a_newsletter(name));
    }
    let mut query = fitting(&parameters, shape, listing, &mut faults);
    if is_csv_of_a_list(operation, &query) {
        refuse_page_of(&mut parameters, &mut faults);
    }
    let binding =
        operation.paged().then(|| Binding::of((operation.id, operation.listing), &head.parts, head.path, &parameters));
    let page = binding.map(|binding| (binding.page(&parameters, &mut faults), binding));
    // Alone, a bad cursor has a code of its own; among other faults it is one of them.
    if faults == [foreign_cursor()] {
        return Err(refuse_cursor("The cursor is not of this list with these filters."));
    }
    if !faults.is_empty() {
        return Err(refuse(faults));
    }
    if operation.requires_key && key.is_none() {
        let fault = Fault::header("Idempotency-Key", "required", "must be given: money moves");
        let refusal = Refusal::new(Kind::IdempotencyKeyRequired, "This operation needs an Idempotency-Key.");
        return Err(refusal.with(vec![fault]));
    }
    negotiate(operation, head.headers, &mut query)?;
    if is_csv_of_a_list(operation, &query) {
        // `Accept` may have chosen it.
        refuse_page_of(&mut parameters, &mut faults);
        if !faults.is_empty() {
            return Err(refuse(faults));
        }
    }
    if operation.needs_match() && !head.headers.contains_key(header::IF_MATCH) {
        let fault = Fault::header("If-Match", "required", "must be given: the ETag that you read");
        return Err(Refusal::new(Kind::PreconditionRequired, "A change needs If-Match.").with(vec![fault]));
    }
    let Head { path, parts, now, request_id, client_request_id, home, trust, .. } = head;
    let asked = RequestContext {
        actor,
        grant,
        now,
        home,
        trust,
        request_id,
        client_request_id,
        at_standby: false,
        if_match,
        idempotency: None,
        next: operation.next.clone(),
    };
    Ok(Admitted { asked, query, page, path: path.to_owned(), parts, key })
}

/// Whether all rows of a list are asked for, as a CSV.
fn is_csv_of_a_list(operation: &Operation, query: &Value) -> bool {
    operation.paged() && query.get("format").and_then(Value::as_str) == Some(TableFormat::Csv.as_str())
}

fn grant(operation: &Operation, actor: Option<&Actor>) -> Result<Grant, Refusal> {
    match (operation.action, actor) {
        (Some(action), Some(actor)) => permit(actor, action),
        (Some(_), None) => Err(unauthenticated()),
        (None, Some(_)) if operation.tokenless() => Err(Refusal::new(
            Kind::Forbidden,
            "This operation is for people without a log-in. Use the one for signed-in users.",
        )),
        (None, _) => Ok(Grant::open()),
    }
}

/// The refusal for a missing or bad token: never why.
pub fn unauthenticated() -> Refusal {
    Refusal::new(Kind::Unauthenticated, "A valid bearer token is needed.")
}

/// The versions that If-Match names; what is no version of ours matches nothing.
fn if_match(headers: &HeaderMap, faults: &mut Vec<Fault>) -> Option<Vec<i32>> {
    let text = headers.get(header::IF_MATCH)?.to_str().unwrap_or_default().trim();
    if text == "*" {
        return None;
    }
    let mut versions = Vec::new();
    for tag in text.split(',').map(|tag| tag.trim().parse::<EntityTag>()) {
        match tag {
            // Also of a weak tag, which a proxy makes of ours by packing the answer: the version alone is compared.
            Ok(tag) => versions.extend(tag.tag().split('-').next().and_then(|version| version.parse::<i32>().ok())),
            Err(_) => faults.push(Fault::header("If-Match", "bad-format", "must be the quoted ETag that you read")),
        }
    }
    Some(versions)
}

fn idempotency_key(operation: &Operation, headers: &HeaderMap, faults: &mut Vec<Fault>) -> Option<String> {
    let value = headers.get("idempotency-key").filter(|_| operation.method == Method::Post)?;
    if operation.shows_secret {
        let detail = "can't be used here: the answer has a secret, which is not kept";
        faults.push(Fault::header("Idempotency-Key", "not-allowed", detail));
        return None;
    }
    let text = value.to_str().unwrap_or_default();
    let repeated = headers.get_all("idempotency-key").count() > 1;
    if repeated || !(16..=128).contains(&text.len()) || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        faults.push(Fault::header("Idempotency-Key", "bad-format", "must be 16 to 128 visible ASCII characters, once"));
        return None;
    }
    Some(text.to_owned())
}

/// Whether newsletters and their readers' programs add this parameter to links, to count clicks; public addresses stand
/// in newsletters, and must work from there.
fn is_of_a_newsletter(name: &str) -> bool {
    name.starts_with("utm_") || matches!(name, "fbclid" | "gclid" | "msclkid" | "mc_cid" | "mc_eid")
}

/// How the body must be read, by its media type; `unsupported-media-type` before a byte of it is read.
pub fn media(operation: &Operation, headers: &HeaderMap, has_body: bool) -> Result<Option<ReadBody>, Refusal> {
    let Some(taken) = operation.body.as_ref().filter(|_| has_body) else { return Ok(None) };
    let encoded = headers.get(header::CONTENT_ENCODING).is_some_and(|encoding| encoding != "identity");
    let given = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()?.parse::<Mime>().ok());
    let utf8 = |given: &Mime| given.get_param(mime::CHARSET).is_none_or(|charset| charset == mime::UTF_8);
    let mut known: Vec<(&str, ReadBody)> = vec![("application/json", body::read)];
    if taken.patch {
        known.push((body::MERGE_PATCH, body::read));
    }
    known.extend(&taken.also);
    let given = given.filter(|given| !encoded && utf8(given));
    let read = given.and_then(|given| known.iter().find(|(media, _)| *media == given.essence_str()));
    read.map(|(_, read)| Some(*read)).ok_or_else(|| {
        let media: Vec<&str> = known.iter().map(|(media, _)| *media).collect();
        let detail = format!("This operation reads {}, not compressed.", media.join(", "));
        Refusal::new(Kind::UnsupportedMediaType, detail)
    })
}

impl Admitted {
    /// Takes the body: `malformed-body`, then `invalid`; then the request is ready for the database.
    pub fn take(
        self,
        operation: &Operation,
        bytes: &[u8],
        read: Option<ReadBody>,
    ) -> Result<(RequestContext, Prepared), Refusal> {
        let Self { mut asked, query, page, path, parts, key } = self;
        let taken = operation.body.as_ref();
        let mut body = match (taken, read) {
            (Some(_), Some(read)) if !bytes.is_empty() => read(bytes)?,
            (Some(taken), _) if !taken.optional() => {
                return Err(Refusal::new(Kind::MalformedBody, "This operation needs a body."));
            }
            _ => json!({}),
        };
        let faults = taken.map(|taken| check(&mut body, taken.shape())).unwrap_or_default();
        if !faults.is_empty() {
            return Err(Refusal::invalid(faults));
        }
        if let Some(key) = key {
            // Those without a log-in share one scope: what is kept for them says nothing of anybody.
            let actor = asked.actor.clone().unwrap_or_else(Actor::public);
            let scope = IdempotencyKey::scope_of(&actor.issuer, &actor.subject);
            let fingerprint = fingerprint(&[operation.method.as_str(), &path, &sha256_hex(bytes)]);
            asked.idempotency = Some(IdempotencyKey { scope, key, fingerprint });
        }
        let whole = taken.map(Taken::whole).unwrap_or_default();
        Ok((asked, Prepared { path: parts, query, page, body, whole }))
    }
}
