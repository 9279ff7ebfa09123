//! The one place that knows actix: from the wire to a request, from an answer to the wire.
//! Everything that is decided about a request stands in `call` and `service`.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use actix_web::body::{MessageBody, SizedStream};
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{Method as HttpMethod, StatusCode};
use actix_web::middleware::DefaultHeaders;
use actix_web::web::{self, Payload};
use actix_web::{HttpRequest, HttpResponse, Resource, Scope};
use bytes::Bytes;
use futures_util::stream::{empty, iter};
use futures_util::{StreamExt, TryStreamExt};
use uuid::Uuid;

use crate::access::Actor;
use crate::db::budget::Budget;
use crate::http::answer::{Answer, Body, Source};
use crate::http::call::{self, Head};
use crate::http::operation::{Method, Operation, Prepared, Work};
use crate::refusal::{Failure, Kind, Refusal, Result};
use crate::service::blocking::at_database;
use crate::service::request_id::RequestId;
use crate::service::standby::{self, Tried};
use crate::service::{Job, Shared};
use crate::service::{refused, streaming, upload};
use crate::work::RequestContext;

/// The most that an ordinary body may have.
const MOST_BYTES: usize = 256 * 1024;
/// The most of a body that is handed to a connection at once.
const PIECE: usize = 32 * 1024;
/// How long a body may take to arrive.
const BODY_TIME: Duration = Duration::from_secs(10);
/// Headers of every answer.
static ALWAYS: [(HeaderName, HeaderValue); 4] = [
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000")),
    (header::VARY, HeaderValue::from_static("Authorization")),
];
/// The content policy of what is no page.
const NOTHING: &str = "default-src 'none'; frame-ancestors 'none'";

/// Registers every path of the service, each once, with all its methods. actix tries one path after another, each by its
/// pattern, so those that begin alike are tried only where a request begins like them.
pub fn paths(service: &Shared, config: &mut web::ServiceConfig) {
    let mut beginnings: BTreeMap<&'static str, BTreeMap<&'static str, Vec<usize>>> = BTreeMap::new();
    for (position, operation) in service.routes.operations.iter().enumerate() {
        let (beginning, rest) = operation.path.split_at(beginning(operation.path));
        beginnings.entry(beginning).or_default().entry(rest).or_default().push(position);
    }
    for (beginning, paths) in beginnings {
        let resources = paths.into_iter().map(|(rest, positions)| resource(service, rest, positions.into()));
        config.service(resources.fold(web::scope(beginning), Scope::service));
    }
}

/// The length of a path's beginning: `/v1/claims` of `/v1/claims/{id}`, `/health` of `/health/live`.
fn beginning(path: &str) -> usize {
    let version = if path.starts_with("/v1/") { "/v1".len() } else { 0 };
    path.match_indices('/').map(|(place, _)| place).find(|place| *place > version).unwrap_or(path.len())
}

fn resource(service: &Shared, path: &str, positions: Arc<[usize]>) -> Resource {
    let service = Arc::clone(service);
    web::resource(path).route(web::route().to(move |request: HttpRequest, payload: Payload| {
        let (service, positions) = (Arc::clone(&service), Arc::clone(&positions));
        async move { answer(&service, &positions, request, payload).await }
    }))
}

/// The headers that keep browsers careful, on every answer of every handler. A page says its own policy: what it wears, and
/// that it does nothing else.
pub fn careful() -> DefaultHeaders {
    let own = DefaultHeaders::new().add((header::CONTENT_SECURITY_POLICY, NOTHING));
    ALWAYS.iter().fold(own, |all, (name, value)| all.add((name, value)))
}

/// The answer for a path that nothing has.
pub async fn nowhere(service: web::Data<Shared>, request: HttpRequest) -> HttpResponse {
    let id = RequestId::of(request.headers());
    let verified = service.verify(request.headers());
    let refused = match service.count(&request, verified.as_ref().map(Option::as_ref)).and(verified) {
        Err(refusal) => refusal,
        Ok(_) => Refusal::not_found(),
    };
    let answer = service.problem(refused.into(), request.path(), id);
    on_the_wire(&service, answer, &request, id, false)
}

async fn answer(service: &Shared, positions: &[usize], request: HttpRequest, payload: Payload) -> HttpResponse {
    let began = Instant::now();
    let id = RequestId::of(request.headers());
    let method = if request.method() == HttpMethod::HEAD { "GET" } else { request.method().as_str() };
    let operations = || positions.iter().filter_map(|position| service.routes.operations.get(*position));
    let operation = operations().find(|operation| operation.method.as_str() == method);
    let verified = service.verify(request.headers());
    let sent = verified.as_ref().ok().cloned().flatten();
    let counted = match operations().next() {
        Some(known) if known.path.starts_with("/v1/") => service.count(&request, verified.as_ref().map(Option::as_ref)),
        _ => Ok(()),
    };
    let (name, outcome) = match operation {
        _ if let Err(refusal) = counted => (operation.map_or("none", |known| known.id), Err(refusal.into())),
        Some(operation) => (operation.id, handle(service, operation, &request, verified, payload, id).await),
        None if method == "OPTIONS" => {
            ("options", Ok(Answer { status: 204, ..Answer::default() }.header("allow", allow(operations()).join(", "))))
        }
        None => ("none", Err(wrong_method(allow(operations())).into())),
    };
    refused::tell(service, &outcome, sent, name, id).await;
    let mut answer = outcome.unwrap_or_else(|failure| service.problem(failure, request.path(), id));
    if answer.status == 200 && request.method().is_safe() && unmodified(request.headers(), &answer) {
        answer.status = 304;
        answer.body = Body::default();
    }
    if let Body::Pieces(length, Source::File(file)) = answer.body {
        // A file that can't be opened is told of before a status is.
        answer = match streaming::open(service, file).await {
            Ok(opened) => Answer { body: Body::Pieces(length, opened), ..answer },
            Err(failure) => service.problem(failure, request.path(), id),
        };
    }
    let took = began.elapsed();
    service.metrics.answered(name, answer.status, took);
    log::info!(request_id:% = id.own, client_request_id:% = id.theirs(), operation = name, status = answer.status, micros = u64::try_from(took.as_micros()).unwrap_or(0); "answered");
    let open = operation.is_some_and(|operation| operation.action.is_none())
        && !request.headers().contains_key(header::AUTHORIZATION);
    on_the_wire(service, answer, &request, id, open)
}

async fn handle(
    service: &Shared,
    operation: &Operation,
    request: &HttpRequest,
    verified: Result<Option<Actor>, Refusal>,
    payload: Payload,
    id: RequestId,
) -> Result<Answer> {
    let (headers, actor) = (request.headers(), verified?);
    if operation.action.is_some() && actor.is_none() {
        return Err(call::unauthenticated().into());
    }
    let parts = names(operation.path).map(|name| request.match_info().query(name).to_owned()).collect();
    let head = Head {
        path: request.path(),
        parts,
        query: request.query_string(),
        headers,
        request_id: id.own,
        client_request_id: id.theirs,
        now: service.clock.now(),
        home: Arc::clone(&service.public_url),
        trust: Arc::clone(&service.trust),
    };
    let admitted = call::admit(operation, head, actor)?;
    if let Work::Upload(prepare) = &operation.work {
        return upload::answer(service, operation, prepare, admitted, (headers, payload)).await;
    }
    let has_body = headers.contains_key(header::CONTENT_TYPE)
        || headers.contains_key(header::TRANSFER_ENCODING)
        || headers.get(header::CONTENT_LENGTH).is_some_and(|length| length != "0");
    let read = call::media(operation, headers, has_body)?;
    let bytes = body(headers, payload).await?;
    let (asked, prepared) = admitted.take(operation, &bytes, read)?;
    perform(service, operation, asked, prepared).await
}

/// Does the work of an operation: at the database, once it is this request's turn, or without one.
async fn perform(service: &Shared, operation: &Operation, asked: RequestContext, prepared: Prepared) -> Result<Answer> {
    let job = match &operation.work {
        Work::Read(prepare) => match standby::read(service, operation, &asked, prepare(prepared)?).await {
            Tried::Answered(answer) => return answer,
            Tried::Left(job) => Job::Read(job),
        },
        Work::Write(prepare) => Job::Write(prepare(prepared)?),
        Work::Upload(_) => return Err(Failure::broken("a form was read as another body")),
        Work::System(false, answer) => return answer(&**service, &prepared.path),
        Work::System(true, answer) => {
            let answer = *answer;
            return at_database(service, Budget::of_read(), move |service| answer(service, &prepared.path)).await;
        }
    };
    let anonymous = if asked.actor.is_none() { Some(service.anonymous.turn().await?) } else { None };
    let budget = match job {
        Job::Read(_) => Budget::of_read(),
        Job::Write(_) => Budget::of_write(operation.long),
    };
    at_database(service, budget, move |service| {
        let _turn = anonymous;
        service.run(&asked, &job, &budget)
    })
    .await
}

/// The names in a path's braces, in their order.
fn names(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
}

fn allow<'o>(operations: impl Iterator<Item = &'o Operation>) -> Vec<&'static str> {
    let mut methods: Vec<&'static str> = operations.map(|operation| operation.method.as_str()).collect();
    if methods.contains(&Method::Get.as_str()) {
        methods.push("HEAD");
    }
    methods.push("OPTIONS");
    methods.sort_unstable();
    methods
}

fn wrong_method(allowed: Vec<&'static str>) -> Refusal {
    let mut refusal = Refusal::new(Kind::MethodNotAllowed, format!("This path knows {}.", allowed.join(", ")));
    refusal.allowed = Some(allowed);
    refusal
}

async fn body(headers: &HeaderMap, mut payload: Payload) -> Result<Vec<u8>> {
    let too_large = || Failure::from(Refusal::new(Kind::TooLarge, "The body has more than 256 KiB."));
    let length = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if length.is_some_and(|length| length > MOST_BYTES) {
        return Err(too_large());
    }
    let reading = async {
        let mut bytes = Vec::with_capacity(length.unwrap_or(0).min(MOST_BYTES));
        while let Some(chunk) = payload.next().await {
            let chunk = chunk.map_err(|_| Refusal::new(Kind::MalformedBody, "The body broke off."))?;
            if bytes.len() + chunk.len() > MOST_BYTES {
                return Err(too_large());
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes)
    };
    match tokio::time::timeout(BODY_TIME, reading).await {
        Ok(bytes) => bytes,
        Err(_) => Err(Refusal::new(Kind::RequestTimeout, "The body did not arrive in ten seconds.").into()),
    }
}

fn unmodified(headers: &HeaderMap, answer: &Answer) -> bool {
    let Some(etag) = answer.get("etag") else { return false };
    let Some(known) = headers.get(header::IF_NONE_MATCH).and_then(|tags| tags.to_str().ok()) else { return false };
    known.split(',').map(str::trim).any(|tag| tag == "*" || tag.trim_start_matches("W/") == etag)
}

/// Only `traceparent` of the right form is passed on.
fn traceparent(headers: &HeaderMap) -> Option<HeaderValue> {
    let value = headers.get("traceparent")?;
    let text = value.to_str().ok()?;
    let lengths: Vec<usize> = text.split('-').map(str::len).collect();
    let fits = lengths == [2, 32, 16, 2] && text.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit());
    fits.then(|| value.clone())
}

/// Turns an answer into actix's, with the headers that every answer has.
fn on_the_wire(service: &Shared, answer: Answer, request: &HttpRequest, id: RequestId, open: bool) -> HttpResponse {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = HttpResponse::build(status);
    for (name, value) in &answer.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name.as_str()), HeaderValue::try_from(value.as_str())) {
            response.insert_header((name, value));
        }
    }
    response.insert_header(("x-request-id", id.shown().to_string()));
    if answer.get("cache-control").is_none() {
        let cached = if open && answer.status == 200 { "public, max-age=60" } else { "no-store" };
        response.insert_header((header::CACHE_CONTROL, cached));
    }
    if let Some(value) = traceparent(request.headers()) {
        response.insert_header(("traceparent", value));
    }
    if answer.status == 408 || answer.status == 413 || service.is_stopping() {
        response.force_close();
    }
    match answer.body {
        // For HEAD actix sends the length and leaves out the body.
        Body::Whole(bytes) if bytes.len() > PIECE && request.method() != HttpMethod::HEAD => {
            response.body(in_pieces(bytes))
        }
        Body::Whole(bytes) => response.body(bytes),
        Body::Pieces(length, _) if request.method() == HttpMethod::HEAD => {
            response.body(SizedStream::new(length, empty::<std::io::Result<Bytes>>()))
        }
        Body::Pieces(length, source) => response.body(sent(length, source, service, id.own)),
    }
}

/// A long body, copied for its connection piece by piece, as the client takes it.
fn in_pieces(bytes: Bytes) -> impl MessageBody {
    let length = bytes.len();
    let pieces =
        (0..length).step_by(PIECE).map(move |at| Ok::<_, std::io::Error>(bytes.slice(at..length.min(at + PIECE))));
    SizedStream::new(u64::try_from(length).unwrap_or(u64::MAX), iter(pieces))
}

/// Pieces on their way; where one is missing, the connection is cut, and the log says why.
fn sent(length: u64, source: Source, service: &Shared, id: Uuid) -> impl MessageBody + use<> {
    let told = streaming::begin(source, service)
        .inspect_err(move |why| log::error!(request_id:% = id; "an answer broke off: {why}"));
    SizedStream::new(length, told)
}
