//! The pieces of a body, fetched while they are sent.
//! What they are is the feature's business; that a reader gets all of them or notices is decided here.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use actix_web::body::{BodyStream, BoxBody, MessageBody, SizedStream};
use bytes::Bytes;
use futures_util::future::ready;
use futures_util::stream::{LocalBoxStream, Stream, StreamExt, empty, iter, once, try_unfold};
use futures_util::{FutureExt, TryStreamExt};
use uuid::Uuid;

use crate::db::budget::Budget;
use crate::db::ids::FileId;
use crate::http::answer::{Block, Blocks, Body, Place, ReadBlock, ReadPiece, Source};
use crate::http::packed::Packing;
use crate::refusal::{Failure, Result};
use crate::service::blocking::at_database;
use crate::service::{Service, Shared, standby};
use crate::work::{Reader, RequestContext};

/// The most of a body that is handed to a connection at once.
const PIECE: usize = 32 * 1024;
/// How often a piece is asked for that can't be had just now, and the wait after the first time; it doubles.
const TRIES: u32 = 6;
const PAUSE: Duration = Duration::from_millis(100);

/// The body of an answer as its connection takes it; for `HEAD`, how long it is and nothing more.
pub(super) fn on_the_wire(body: Body, head: bool, service: &Shared, id: Uuid) -> BoxBody {
    let broke_off = move |why: &io::Error| log::error!(request_id:% = id; "an answer broke off: {why}");
    match body {
        // For HEAD actix sends the length and leaves out the body.
        Body::Whole(bytes) if bytes.len() > PIECE && !head => in_pieces(bytes).boxed(),
        Body::Whole(bytes) => bytes.boxed(),
        Body::Packed(packed) => packed.plain.boxed(),
        Body::Pieces(length, _) if head => SizedStream::new(length, empty::<io::Result<Bytes>>()).boxed(),
        Body::Pieces(length, source) => SizedStream::new(length, begin(source, service).inspect_err(broke_off)).boxed(),
        Body::Blocks(_) if head => BodyStream::new(empty::<io::Result<Bytes>>()).boxed(),
        Body::Blocks(all) if all.packed => {
            BodyStream::new(packed(blocks(all, service)).inspect_err(broke_off).boxed_local()).boxed()
        }
        Body::Blocks(all) => BodyStream::new(blocks(all, service).inspect_err(broke_off).boxed_local()).boxed(),
    }
}

/// A long body, copied for its connection piece by piece, as the client takes it.
fn in_pieces(bytes: Bytes) -> impl MessageBody {
    let length = bytes.len();
    let pieces = (0..length).step_by(PIECE).map(move |at| Ok::<_, io::Error>(bytes.slice(at..length.min(at + PIECE))));
    SizedStream::new(u64::try_from(length).unwrap_or(u64::MAX), iter(pieces))
}

/// Begins to fetch the pieces of a body, on the thread that sends them: nothing here may block. An error ends the
/// connection, so that no reader takes a part for the whole.
fn begin(source: Source, service: &Shared) -> LocalBoxStream<'static, io::Result<Bytes>> {
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
            let piece = patiently(format!("piece {number}"), || piece(&service, Arc::clone(&job), number)).await;
            Ok(Some((Bytes::from(piece.map_err(io::Error::other)?), number + 1)))
        }
    })
}

/// What a body goes on with. What can't be had just now is asked for again a few times.
async fn patiently<T, F: Future<Output = Result<T>>>(what: String, ask: impl Fn() -> F) -> Result<T, String> {
    let mut pause = PAUSE;
    for left in (0..TRIES).rev() {
        match ask().await {
            Ok(had) => return Ok(had),
            Err(Failure::Unavailable(_) | Failure::Collided(_)) if left > 0 => {
                tokio::time::sleep(pause).await;
                pause *= 2;
            }
            Err(failure) => return Err(format!("{what}: {failure:?}")),
        }
    }
    Err(format!("{what} could not be had"))
}

/// Blocks of rows, each with a short turn of its own at the pool, and with its own entries in the access log before it is sent.
fn blocks(blocks: Blocks, service: &Shared) -> impl Stream<Item = io::Result<Bytes>> + use<> {
    let Blocks { first, after, asked, read, packed: _ } = blocks;
    let (service, job) = (Arc::clone(service), Arc::new((*asked, read)));
    let begun = once(ready(Ok(first)));
    begun.chain(try_unfold(Some(after), move |after| {
        let (service, job) = (Arc::clone(&service), Arc::clone(&job));
        async move {
            let Some(after) = after else { return Ok(None) };
            let next =
                patiently(format!("the rows after {}", after.id), || block(&service, Arc::clone(&job), after.clone()))
                    .await;
            let Block { bytes, after } = next.map_err(io::Error::other)?;
            Ok(Some((Bytes::from(bytes), after)))
        }
    }))
}

/// The same bytes packed, each block as it comes. One that can't be had breaks off what is packed as well.
fn packed(blocks: impl Stream<Item = io::Result<Bytes>>) -> impl Stream<Item = io::Result<Bytes>> {
    try_unfold(Some((Box::pin(blocks), Packing::begin())), async |on_the_way| {
        let Some((mut blocks, mut packing)) = on_the_way else { return Ok(None) };
        Ok(Some(match blocks.try_next().await? {
            Some(block) => (Bytes::from(packing.piece(&block)?), Some((blocks, packing))),
            None => (Bytes::from(packing.end()?), None),
        }))
    })
}

async fn block(service: &Shared, job: Arc<(RequestContext, ReadBlock)>, after: Place) -> Result<Block> {
    let budget = Budget::of_read();
    at_database(service, Budget::of_read(), move |service| {
        let (asked, read) = &*job;
        service.read(asked, &|reader| read(reader, after.clone()), &budget)
    })
    .await
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
