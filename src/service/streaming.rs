//! The pieces of a body, fetched while they are sent.
//! What they are is the feature's business; that a reader gets all of them or notices is decided here.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream::{LocalBoxStream, Stream, StreamExt, try_unfold};
use futures_util::{FutureExt, TryStreamExt};

use crate::db::budget::Budget;
use crate::db::ids::FileId;
use crate::http::answer::{ReadPiece, Source};
use crate::refusal::{Failure, Result};
use crate::service::blocking::at_database;
use crate::service::{Service, Shared, standby};
use crate::work::{Reader, RequestContext};

/// How often a piece is asked for that can't be had just now, and the wait after the first time; it doubles.
const TRIES: u32 = 6;
const PAUSE: Duration = Duration::from_millis(100);

/// Begins to fetch the pieces of a body, on the thread that sends them: nothing here may block. An error ends the
/// connection, so that no reader takes a part for the whole.
pub(super) fn begin(source: Source, service: &Shared) -> LocalBoxStream<'static, io::Result<Bytes>> {
    let service = Arc::clone(service);
    match source {
        Source::File(id) => {
            async move { service.files.read(id).await.map_err(|failure| io::Error::other(failure.to_string())) }
                .into_stream()
                .try_flatten()
                .boxed_local()
        }
        Source::Opened(pieces) => pieces.boxed_local(),
        Source::Rows(asked, count, read) => rows(service, Arc::new((*asked, read)), count).boxed_local(),
    }
}

/// Opens a file, so that one that is missing is told of while that is still possible.
pub(super) async fn open(service: &Shared, file: FileId) -> Result<Source> {
    Ok(Source::Opened(service.files.read(file).await?))
}

/// Pieces that the database keeps. Each has a short turn of its own at the pool, so a slow reader holds no connection;
/// one that can't be had just now is asked for again a few times.
fn rows(service: Shared, job: Arc<(RequestContext, ReadPiece)>, count: i32) -> impl Stream<Item = io::Result<Bytes>> {
    try_unfold(0, move |number| {
        let (service, job) = (Arc::clone(&service), Arc::clone(&job));
        async move {
            if number >= count {
                return Ok(None);
            }
            let piece = patiently(&service, &job, number).await;
            Ok(Some((Bytes::from(piece.map_err(io::Error::other)?), number + 1)))
        }
    })
}

async fn patiently(service: &Shared, job: &Arc<(RequestContext, ReadPiece)>, number: i32) -> Result<Vec<u8>, String> {
    let mut pause = PAUSE;
    for left in (0..TRIES).rev() {
        match piece(service, Arc::clone(job), number).await {
            Ok(piece) => return Ok(piece),
            Err(Failure::Unavailable(_) | Failure::Collided(_)) if left > 0 => {
                tokio::time::sleep(pause).await;
                pause *= 2;
            }
            Err(failure) => return Err(format!("piece {number}: {failure:?}")),
        }
    }
    Err(format!("piece {number} could not be had"))
}

/// A piece from the standby where the answer is from there, and if it can't be had, from the primary.
async fn piece(service: &Shared, job: Arc<(RequestContext, ReadPiece)>, number: i32) -> Result<Vec<u8>> {
    if job.0.at_standby
        && let Some(piece) = standby::piece(service, Arc::clone(&job), number).await
    {
        return Ok(piece);
    }
    let reading = move |service: &Service| {
        let (asked, read) = &*job;
        service.db.with(|conn| read(&mut Reader::new(conn, asked, service.routes.titles), number))
    };
    at_database(service, Budget::of_read(), reading).await
}
