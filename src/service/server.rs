//! From the wire to a request, and to the work that answers it; the way back stands in `wire`.
//! Everything that is decided about a request stands in `call` and `service`.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use actix_web::http::Method as HttpMethod;
use actix_web::http::header;
use actix_web::web::{self, Payload};
use actix_web::{HttpRequest, HttpResponse, Resource, Scope};
use percent_encoding::percent_decode_str;

use crate::access::Actor;
use crate::db::budget::Budget;
use crate::digest::sha256_hex;
use crate::http::answer::{Answer, Body, Source};
use crate::http::call::{self, Head};
use crate::http::operation::{Method, Operation, Prepared, Work};
use crate::refusal::{Failure, Kind, Refusal, Result};
use crate::service::blocking::at_database;
use crate::service::caller::Counted;
use crate::service::request_id::RequestId;
use crate::service::standby::{self, Tried};
use crate::service::wire::{on_the_wire, spare_what_is_known};
use crate::service::{Job, Service, Shared};
use crate::service::{bodies, deprecation, entry, merged, refused, streaming, upload, waiting};
use crate::work::RequestContext;

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

/// The answer for a path that nothing has.
pub async fn nowhere(service: web::Data<Shared>, request: HttpRequest) -> HttpResponse {
    let id = RequestId::of(request.headers());
    let verified = entry::caller(&service, request.headers(), request.match_info().as_str()).await;
    let counted = service.count(&request, verified.as_ref().map(Option::as_ref));
    let refused = match counted.outcome.and(verified) {
        Err(refusal) => refusal,
        Ok(_) => Refusal::not_found(),
    };
    let mut answer = service.problem(refused.into(), &request, id);
    answer.headers.extend(counted.headers);
    on_the_wire(&service, answer, &request, id, false).await
}

async fn answer(service: &Shared, positions: &[usize], request: HttpRequest, payload: Payload) -> HttpResponse {
    let began = Instant::now();
    let id = RequestId::of(request.headers());
    let method = if request.method() == HttpMethod::HEAD { "GET" } else { request.method().as_str() };
    let operations = || positions.iter().filter_map(|position| service.routes.operations.get(*position));
    let operation = operations().find(|operation| operation.method.as_str() == method);
    let verified = entry::caller(service, request.headers(), request.match_info().as_str()).await;
    let sent = verified.as_ref().ok().cloned().flatten();
    let counted = match operations().next() {
        Some(known) if known.path.starts_with("/v1/") => service.count(&request, verified.as_ref().map(Option::as_ref)),
        _ => Counted::default(),
    };
    let (name, outcome) = match operation {
        _ if let Err(refusal) = counted.outcome => (operation.map_or("none", |known| known.id), Err(refusal.into())),
        Some(operation) => (operation.id, handle(service, operation, &request, verified, payload, id).await),
        None if method == "OPTIONS" => {
            ("options", Ok(Answer { status: 204, ..Answer::default() }.header("allow", allow(operations()).join(", "))))
        }
        None => ("none", Err(wrong_method(allow(operations())).into())),
    };
    refused::tell(service, &outcome, sent, name, id).await;
    let mut answer = outcome.unwrap_or_else(|failure| {
        let page = operations().find_map(|known| known.problem_page);
        service.problem_for_people(page, &request, service.problem(failure, &request, id))
    });
    answer.headers.extend(counted.headers);
    if let Some(deprecated) = operation.and_then(|operation| operation.deprecated.as_ref()) {
        answer.headers.extend(deprecation::headers(deprecated));
        service.metrics.deprecated_was_called(name);
    }
    if operation.is_some_and(Operation::is_open_list) {
        answer = tagged(answer);
    }
    spare_what_is_known(&request, &mut answer);
    if let Body::Pieces(length, Source::File(file)) = answer.body {
        // A file that can't be opened is told of before a status is.
        answer = match streaming::open(service, file).await {
            Ok(opened) => Answer { body: Body::Pieces(length, opened), ..answer },
            Err(failure) => service.problem(failure, &request, id),
        };
    }
    let took = began.elapsed();
    service.metrics.answered(name, answer.status, took);
    log::info!(request_id:% = id.own, client_request_id:% = id.theirs(), operation = name, status = answer.status, micros = u64::try_from(took.as_micros()).unwrap_or(0); "answered");
    let open = operation.is_some_and(|operation| operation.action.is_none())
        && !request.headers().contains_key(header::AUTHORIZATION);
    on_the_wire(service, answer, &request, id, open).await
}

/// A part of a path. `%25`, `%2B` and `%2F` are left as they are where the path is taken apart, so that a `/` in a part is
/// not taken for the end of it.
fn decoded(part: &str) -> String {
    percent_decode_str(part).decode_utf8().map_or_else(|_| part.to_owned(), Cow::into_owned)
}

/// A list that is open to all has a tag of its content: pages of the trust ask for it again and again.
fn tagged(answer: Answer) -> Answer {
    let tag = match &answer.body {
        Body::Whole(bytes) if answer.status == 200 && answer.get("etag").is_none() => sha256_hex(bytes),
        _ => return answer,
    };
    answer.header("etag", format!("\"{}\"", tag.get(..16).unwrap_or_default()))
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
    let parts = names(operation.path).map(|name| decoded(request.match_info().query(name))).collect();
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
    let bytes = bodies::of_body(headers, payload).await?;
    let (asked, prepared) = admitted.take(operation, &bytes, read)?;
    let again = operation.is_of_a_volunteer().then(|| asked.clone());
    let outcome = perform(service, operation, asked, prepared).await;
    match again {
        Some(asked) if merged::is_missing(&outcome) => {
            merged::instead(service, operation, asked, request, outcome).await
        }
        _ => outcome,
    }
}

/// Does the work of an operation: at the database, once it is this request's turn, or without one.
async fn perform(service: &Shared, operation: &Operation, asked: RequestContext, prepared: Prepared) -> Result<Answer> {
    let wait = prepared.query.get("wait").and_then(serde_json::Value::as_u64).filter(|_| operation.waits);
    let job = match &operation.work {
        Work::Read(prepare) if wait.is_some() => {
            let wait = Duration::from_secs(wait.unwrap_or_default());
            return waiting::answer(service, asked, prepare(prepared)?, wait).await;
        }
        // Whether a change is still under way is known at the primary alone.
        Work::Read(prepare) if prepared.page.as_ref().is_some_and(|(page, _)| page.changed.is_some()) => {
            Job::Read(prepare(prepared)?)
        }
        Work::Read(prepare) => match standby::read(service, operation, &asked, prepare(prepared)?).await {
            Tried::Answered(answer) => return answer,
            Tried::Left(job) => Job::Read(job),
        },
        Work::Write(prepare) => Job::Write(prepare(prepared)?),
        Work::Upload(_) => return Err(Failure::broken("a form was read as another body")),
        Work::System(false, answer) => return answer(&**service, &prepared.path),
        Work::System(true, answer) => {
            let answer = *answer;
            let look = at_database(service, Budget::of_read(), move |service| answer(service, &prepared.path));
            return service.readiness.look(look).await;
        }
    };
    let decides = operation.decides_log_ins;
    let anonymous = if asked.actor.is_none() { Some(service.anonymous.turn().await?) } else { None };
    let budget = match job {
        Job::Read(_) => Budget::of_read(),
        Job::Write(_) => Budget::of_write(operation.long),
    };
    let run = move |service: &Service| {
        let _turn = anonymous;
        service.run(&asked, &job, &budget)
    };
    let answer = at_database(service, budget, run).await?;
    if decides {
        // Whoever is reading them now may have begun before the decision: what they keep is outdated, too.
        let _turn = service.entry.turn.lock().await;
        service.entry.is_outdated();
    }
    Ok(answer)
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

pub(super) fn wrong_method(allowed: Vec<&'static str>) -> Refusal {
    let mut refusal = Refusal::new(Kind::MethodNotAllowed, format!("This path knows {}.", allowed.join(", ")));
    refusal.allowed = Some(allowed);
    refusal
}
