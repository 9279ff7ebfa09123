//! The body of an answer: whole, or in pieces that are fetched while they are sent.
//! What the pieces are is the feature's business; that a reader gets all of them or notices is decided here.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use actix_web::web;
use bytes::Bytes;
use futures_util::stream::{LocalBoxStream, Stream, StreamExt, try_unfold};

use crate::db::pool::Db;
use crate::files::Files;
use crate::refusal::{Done, Failure};
use crate::work::titles::Titles;
use crate::work::{Reader, RequestContext};

/// How often a piece is asked for that can't be had just now, and the wait after the first time; it doubles.
const TRIES: u32 = 6;
const PAUSE: Duration = Duration::from_millis(100);

/// A body.
#[derive(Debug)]
pub enum Body {
    /// All of it is here.
    Whole(Vec<u8>),
    /// It comes while it is sent.
    Pieces(Pieces),
}

impl Default for Body {
    fn default() -> Self {
        Self::Whole(Vec::new())
    }
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Whole(bytes)
    }
}

impl From<Pieces> for Body {
    fn from(pieces: Pieces) -> Self {
        Self::Pieces(pieces)
    }
}

impl Body {
    /// Its bytes, where they are all here.
    ///
    /// # Errors
    /// A fault of ours where it comes in pieces: such an answer can't be kept or read at once.
    pub fn whole(&self) -> Done<&[u8]> {
        match self {
            Self::Whole(bytes) => Ok(bytes),
            Self::Pieces(_) => Err(Failure::broken("a body in pieces was taken for a whole one")),
        }
    }
}

/// What a body in pieces may fetch from.
#[derive(Clone, Debug)]
pub struct Sources {
    /// The database.
    pub db: Db,
    /// Files that people send.
    pub files: Files,
    /// What resources are called.
    pub titles: &'static [Titles],
}

type Begin = Box<dyn FnOnce(Sources) -> LocalBoxStream<'static, io::Result<Bytes>> + Send>;

/// A body that comes in pieces. Nothing is fetched before it is sent: not for `HEAD`, not for `304`, and no piece
/// before the reader took those ahead of it.
pub struct Pieces {
    /// How many bytes there are in all: the `Content-Length`. Fewer break the answer off, more are not sent.
    pub length: u64,
    begin: Begin,
}

impl std::fmt::Debug for Pieces {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pieces").field("length", &self.length).finish_non_exhaustive()
    }
}

impl Pieces {
    /// Pieces of a stream that is made when the first of them is wanted, on the thread that sends them: it must not
    /// block. An error ends the connection, so that no reader takes a part for the whole.
    pub fn new<S>(length: u64, begin: impl FnOnce(Sources) -> S + Send + 'static) -> Self
    where
        S: Stream<Item = io::Result<Bytes>> + 'static,
    {
        Self { length, begin: Box::new(move |sources| begin(sources).boxed_local()) }
    }

    /// Pieces that the database keeps, `0` to `count`. Each has a short turn of its own at the pool, so a slow reader
    /// holds no connection; one that can't be had just now is asked for again a few times.
    pub fn kept<F>(asked: RequestContext, length: u64, count: i32, read: F) -> Self
    where
        F: Fn(&mut Reader<'_>, i32) -> Done<Vec<u8>> + Send + Sync + 'static,
    {
        let job = Arc::new((asked, read));
        Self::new(length, move |sources| {
            try_unfold(0, move |number| {
                let (sources, job) = (sources.clone(), Arc::clone(&job));
                async move {
                    if number >= count {
                        return Ok(None);
                    }
                    let piece = patiently(&sources, &job, number).await;
                    Ok(Some((Bytes::from(piece.map_err(io::Error::other)?), number + 1)))
                }
            })
        })
    }

    /// Begins to fetch.
    pub(crate) fn begin(self, sources: Sources) -> LocalBoxStream<'static, io::Result<Bytes>> {
        (self.begin)(sources)
    }
}

async fn patiently<F>(sources: &Sources, job: &Arc<(RequestContext, F)>, number: i32) -> Result<Vec<u8>, String>
where
    F: Fn(&mut Reader<'_>, i32) -> Done<Vec<u8>> + Send + Sync + 'static,
{
    let mut pause = PAUSE;
    for left in (0..TRIES).rev() {
        match piece(sources, Arc::clone(job), number).await {
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

async fn piece<F>(sources: &Sources, job: Arc<(RequestContext, F)>, number: i32) -> Done<Vec<u8>>
where
    F: Fn(&mut Reader<'_>, i32) -> Done<Vec<u8>> + Send + Sync + 'static,
{
    let turn = sources.db.turn().await?;
    let (db, titles) = (sources.db.clone(), sources.titles);
    let reading = web::block(move || {
        let _turn = turn;
        let (asked, read) = &*job;
        db.with(|conn| read(&mut Reader::new(conn, asked, titles), number))
    });
    reading.await.map_err(|error| Failure::Broken(error.to_string()))?
}
