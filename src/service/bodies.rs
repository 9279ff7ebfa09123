//! The body of a request: taken from its connection within limits of size and time.

use std::time::Duration;

use actix_web::http::header::{self, HeaderMap};
use actix_web::web::Payload;
use futures_util::StreamExt;

use crate::refusal::{Failure, Kind, Refusal, Result};

/// The most that an ordinary body may have.
const MOST_BYTES: usize = 256 * 1024;
/// How long a body may take to arrive.
const BODY_TIME: Duration = Duration::from_secs(10);

/// The whole body of a request, if it is small enough and comes in time.
pub(super) async fn of_body(headers: &HeaderMap, mut payload: Payload) -> Result<Vec<u8>> {
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
