//! The bytes of bodies: how one is taken from a connection within its limits, and how a long one is handed to it.

use std::time::Duration;

use actix_web::body::{MessageBody, SizedStream};
use actix_web::http::header::{self, HeaderMap};
use actix_web::web::Payload;
use bytes::Bytes;
use futures_util::stream::iter;
use futures_util::{StreamExt, TryStreamExt};
use uuid::Uuid;

use crate::http::answer::Source;
use crate::refusal::{Failure, Kind, Refusal, Result};
use crate::service::{Shared, streaming};

/// The most that an ordinary body may have.
const MOST_BYTES: usize = 256 * 1024;
/// The most of a body that is handed to a connection at once.
pub(super) const PIECE: usize = 32 * 1024;
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

/// A long body, copied for its connection piece by piece, as the client takes it.
pub(super) fn in_pieces(bytes: Bytes) -> impl MessageBody {
    let length = bytes.len();
    let pieces =
        (0..length).step_by(PIECE).map(move |at| Ok::<_, std::io::Error>(bytes.slice(at..length.min(at + PIECE))));
    SizedStream::new(u64::try_from(length).unwrap_or(u64::MAX), iter(pieces))
}

/// Pieces on their way; where one is missing, the connection is cut, and the log says why.
pub(super) fn sent(length: u64, source: Source, service: &Shared, id: Uuid) -> impl MessageBody + use<> {
    let told = streaming::begin(source, service)
        .inspect_err(move |why| log::error!(request_id:% = id; "an answer broke off: {why}"));
    SizedStream::new(length, told)
}
