//! An answer on its way to the client: the headers that every answer has, addresses as clients reach them, packed by gzip
//! where that is asked for and worth it, long bodies piece by piece.

use std::borrow::Cow;

use actix_web::http::header::{self, AcceptEncoding, Encoding, Header, HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::DefaultHeaders;
use actix_web::{HttpRequest, HttpResponse};
use bytes::Bytes;

use crate::http::answer::{Answer, Blocks, Body};
use crate::http::{home, packed};
use crate::service::request_id::RequestId;
use crate::service::{Shared, streaming};

/// Headers of every answer.
static ALWAYS: [(HeaderName, HeaderValue); 4] = [
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000")),
    (header::VARY, HeaderValue::from_static(VARY)),
];
/// What an answer depends on beside its address: who asks, in which format, and whether it may be packed.
const VARY: &str = "Authorization, Accept, Accept-Encoding";
/// The content policy of what is no page.
const NOTHING: &str = "default-src 'none'; frame-ancestors 'none'";
/// Up to so many bytes are packed on the thread that sends them, which takes less than a millisecond.
const PACKED_AT_ONCE: usize = 64 * 1024;

/// The headers that keep browsers careful, on every answer of every handler. A page says its own policy: what it wears, and
/// that it does nothing else.
pub fn careful() -> DefaultHeaders {
    let own = DefaultHeaders::new().add((header::CONTENT_SECURITY_POLICY, NOTHING));
    ALWAYS.iter().fold(own, |all, (name, value)| all.add((name, value)))
}

/// Makes an answer a 304 without a body where the client has the same already.
pub(super) fn spare_what_is_known(request: &HttpRequest, answer: &mut Answer) {
    if answer.status == 200 && request.method().is_safe() && unmodified(request.headers(), answer) {
        answer.status = 304;
        answer.body = Body::default();
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

/// Turns an answer into actix's, with the headers that every answer has; an open one may be kept for a minute by
/// anybody.
pub(super) async fn on_the_wire(
    service: &Shared,
    answer: Answer,
    request: &HttpRequest,
    id: RequestId,
    open: bool,
) -> HttpResponse {
    let answer = packed(answer, request).await;
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = HttpResponse::build(status);
    for (name, value) in &answer.headers {
        let value = reached(name, value, &service.public_url);
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name.as_str()), HeaderValue::try_from(value.as_ref())) {
            response.append_header((name, value));
        }
    }
    response.insert_header(("x-request-id", id.shown().to_string()));
    response.insert_header((header::VARY, VARY));
    if answer.get("cache-control").is_none() {
        let cached = if open && matches!(answer.status, 200 | 304) { "public, max-age=60" } else { "no-store" };
        response.insert_header((header::CACHE_CONTROL, cached));
    }
    if let Some(value) = traceparent(request.headers()) {
        response.insert_header(("traceparent", value));
    }
    if answer.status == 408 || answer.status == 413 || service.is_stopping() {
        response.force_close();
    }
    let head = request.method() == Method::HEAD;
    response.body(streaming::on_the_wire(answer.body, head, service, id.own))
}

/// Addresses in headers, which features write as paths of the service.
fn reached<'v>(name: &str, value: &'v str, public_url: &str) -> Cow<'v, str> {
    match name {
        "location" if value.starts_with('/') => home::reached(public_url, value).into(),
        "link" => match value.strip_prefix('<') {
            Some(path) if path.starts_with('/') => format!("<{}", home::reached(public_url, path)).into(),
            _ => value.into(),
        },
        _ => value.into(),
    }
}

/// The answer, packed where the client takes that. What has a digest, or a length that is known, is sent as it is.
async fn packed(mut answer: Answer, request: &HttpRequest) -> Answer {
    let text = answer.get("content-type").is_some_and(packed::is_text);
    let fits = text && answer.get("content-digest").is_none() && takes_gzip(request);
    answer.body = match answer.body {
        Body::Packed(packed) if fits => Body::Whole(packed.gzip),
        Body::Packed(packed) => return Answer { body: Body::Whole(packed.plain), ..answer },
        Body::Whole(bytes) if fits && bytes.len() >= packed::FEWEST => Body::Whole(smaller(bytes).await),
        Body::Blocks(blocks) if fits => Body::Blocks(Blocks { packed: true, ..blocks }),
        _ => return answer,
    };
    // The bytes are others now, so the tag is a weak one (RFC 9110).
    if let Some((_, etag)) = answer.headers.iter_mut().find(|(name, _)| name == "etag") {
        *etag = format!("W/{etag}");
    }
    answer.header("content-encoding", "gzip")
}

async fn smaller(bytes: Bytes) -> Bytes {
    if bytes.len() <= PACKED_AT_ONCE {
        return packed::quickly(&bytes).into();
    }
    // The work is broken off only where the server ends.
    actix_web::web::block(move || packed::quickly(&bytes)).await.unwrap_or_default().into()
}

fn takes_gzip(request: &HttpRequest) -> bool {
    let known = [Encoding::gzip(), Encoding::identity()];
    request.headers().contains_key(header::ACCEPT_ENCODING)
        && AcceptEncoding::parse(request).ok().and_then(|accepted| accepted.negotiate(known.iter()))
            == Some(Encoding::gzip())
}
