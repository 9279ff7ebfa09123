//! What callers of an operation that will go are told with every answer (RFC 9745, RFC 8594).

use std::time::{Duration, SystemTime};

use actix_web::http::header::HttpDate;

use crate::http::operation::Deprecation;

/// The headers: since when it is deprecated, when it will be gone, and where to read about it.
pub(super) fn headers(it: &Deprecation) -> [(String, String); 3] {
    let gone = u64::try_from(it.sunset.as_seconds()).unwrap_or_default();
    let gone = HttpDate::from(SystemTime::UNIX_EPOCH + Duration::from_secs(gone));
    [
        ("deprecation".to_owned(), format!("@{}", it.since.as_seconds())),
        ("sunset".to_owned(), gone.to_string()),
        ("link".to_owned(), format!("<{}>; rel=\"deprecation\"", it.guide)),
    ]
}
