//! Which pages of other origins a browser lets read the answers (CORS): those that are set, and every page what is open to
//! all.

use std::sync::Arc;

use actix_cors::Cors;
use actix_web::dev::RequestHead;
use actix_web::http::Method;
use actix_web::http::header::{self, HeaderName, HeaderValue};

use crate::service::Shared;

/// Headers that a page may send.
const SENT: [HeaderName; 8] = [
    header::ACCEPT,
    header::AUTHORIZATION,
    header::CONTENT_TYPE,
    header::IF_MATCH,
    header::IF_NONE_MATCH,
    HeaderName::from_static("idempotency-key"),
    HeaderName::from_static("x-request-id"),
    HeaderName::from_static("traceparent"),
];
/// Headers that a page may read.
const READ: [HeaderName; 17] = [
    header::ALLOW,
    header::CONTENT_DISPOSITION,
    header::ETAG,
    header::LINK,
    header::LOCATION,
    header::RETRY_AFTER,
    header::WWW_AUTHENTICATE,
    HeaderName::from_static("content-digest"),
    HeaderName::from_static("control-count"),
    HeaderName::from_static("control-total-pence"),
    HeaderName::from_static("deprecation"),
    HeaderName::from_static("idempotency-replayed"),
    HeaderName::from_static("ratelimit"),
    HeaderName::from_static("ratelimit-policy"),
    HeaderName::from_static("sunset"),
    HeaderName::from_static("traceparent"),
    HeaderName::from_static("x-request-id"),
];
/// Seconds for which a browser keeps what it was told.
const KEPT: usize = 3_600;

/// What browsers are told. Credentials of the browser's own, such as cookies, are never let through: callers send a token.
pub fn cors(service: &Shared) -> Cors {
    let service = Arc::clone(service);
    Cors::default()
        .allowed_origin_fn(move |origin, head| is_listed(&service.origins, origin) || reads_what_is_open(head))
        .allowed_methods([Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allowed_headers(SENT)
        .expose_headers(READ)
        .max_age(KEPT)
        .block_on_origin_mismatch(false)
}

fn is_listed(origins: &[String], origin: &HeaderValue) -> bool {
    origins.iter().any(|listed| listed.as_bytes() == origin.as_bytes())
}

/// Whether a request, or the one that a browser asks about first, only reads what is public.
fn reads_what_is_open(head: &RequestHead) -> bool {
    let path = head.uri.path();
    let asked = head.headers.get(header::ACCESS_CONTROL_REQUEST_METHOD).filter(|_| head.method == Method::OPTIONS);
    let method = asked.map_or(head.method.as_str().as_bytes(), HeaderValue::as_bytes);
    (path.starts_with("/v1/public/") || path == "/openapi.json") && matches!(method, b"GET" | b"HEAD")
}
