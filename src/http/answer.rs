//! What the service answers, before actix turns it into bytes on a wire: status, headers, body.
//! How a resource says its version and its place.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::stream::BoxStream;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::clock::Instant;
use crate::db::ids::{FileId, VolunteerId};
use crate::db::page::{Page, Rows};
use crate::db::sorting::Mark;
use crate::http::packed::Packed;
use crate::refusal::{Failure, Result};
use crate::work::access_log::{Category, SensitiveRead};
use crate::work::{Reader, RequestContext};

/// The media type of most answers.
pub(super) const JSON: &str = "application/json";

/// An answer.
#[derive(Default)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// Headers beside those that every answer has.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Body,
    /// Whether it says anything that a caller who waits would want to know.
    pub has_news: bool,
}

impl Answer {
    /// Of this status, with this body.
    #[must_use]
    pub fn of(status: u16, body: impl Into<Body>) -> Self {
        Self { status, headers: Vec::new(), body: body.into(), has_news: true }
    }

    /// JSON with this status; a fault of ours where the value can't be written.
    pub fn json(status: u16, value: &impl Serialize) -> Result<Self> {
        let body = serde_json::to_vec(value).map_err(Failure::broken)?;
        Ok(Self::of(status, body).header("content-type", JSON))
    }

    /// With one header more.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// The value of a header, by its name in small letters.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// The body of an answer.
pub enum Body {
    /// All of it is here.
    Whole(Bytes),
    /// It comes in pieces: how many bytes there are in all (fewer break the answer off, more are not sent), and where
    /// they come from. Nothing is fetched before it is sent: not for `HEAD`, not for `304`, and no piece before the
    /// reader took those ahead of it.
    Pieces(u64, Source),
    /// It comes in blocks of rows; how long it is, nobody knows before the last.
    Blocks(Blocks),
    /// All of it is here, and never changes: it was packed beforehand.
    Packed(Packed),
}

/// Rows that are read block by block while they are sent, each on behalf of who asked. No block is read before the reader
/// took those ahead of it, and a block that can't be had breaks the answer off.
pub struct Blocks {
    /// The first of them, with whatever stands above the rows.
    pub first: Bytes,
    /// The place of its last row.
    pub after: Place,
    /// Who asked.
    pub asked: Box<RequestContext>,
    /// How the next ones are read.
    pub read: ReadBlock,
    /// Whether they are packed on their way.
    pub packed: bool,
}

/// The place of a row in its list.
#[derive(Clone, Debug)]
pub struct Place {
    /// Its key.
    pub id: Uuid,
    /// Its value, in a list that goes by one.
    pub mark: Option<Mark>,
}

impl Place {
    /// The place of an item in the order of a page.
    pub fn of<I: Keyed>(item: &I, page: &Page) -> Self {
        let mark = match page.changed {
            Some(_) => I::CHANGED.map(|changed| Mark::Time(Some(changed(item)))),
            None => page.sorted.and_then(|_| item.mark()),
        };
        Self { id: item.key(), mark }
    }
}

/// Reads the block after a place.
pub type ReadBlock = Arc<dyn Fn(&mut Reader<'_>, Place) -> Result<Block> + Send + Sync>;

/// Some rows, as they are sent.
pub struct Block {
    /// The rows.
    pub bytes: Vec<u8>,
    /// The place of the last row, if more follow.
    pub after: Option<Place>,
}

/// Reads one piece of a body, by its number.
pub type ReadPiece = Arc<dyn Fn(&mut Reader<'_>, i32) -> Result<Vec<u8>> + Send + Sync>;

/// Where the pieces of a body come from.
pub enum Source {
    /// A file of the store.
    File(FileId),
    /// A file that was opened.
    Opened(BoxStream<'static, std::io::Result<Bytes>>),
    /// The database, which keeps pieces `0` to a count; each is read by itself, on behalf of who asked.
    Rows(Box<RequestContext>, i32, ReadPiece),
}

impl Default for Body {
    fn default() -> Self {
        Self::Whole(Bytes::new())
    }
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Whole(bytes.into())
    }
}

impl From<&'static [u8]> for Body {
    fn from(bytes: &'static [u8]) -> Self {
        Self::Whole(Bytes::from_static(bytes))
    }
}

impl From<Packed> for Body {
    fn from(packed: Packed) -> Self {
        Self::Packed(packed)
    }
}

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Self {
        Self::Whole(bytes)
    }
}

impl Body {
    /// Its bytes; a fault of ours where it comes in pieces: such an answer can't be kept or read at once.
    pub fn whole(&self) -> Result<&[u8]> {
        match self {
            Self::Whole(bytes) => Ok(bytes),
            Self::Packed(packed) => Ok(&packed.plain),
            Self::Pieces(..) | Self::Blocks(_) => Err(Failure::broken("a body in pieces was taken for a whole one")),
        }
    }
}

/// Something that is answered as JSON.
pub trait Represent: Serialize + ToSchema + 'static {
    /// What it shows of people beyond their names; `shows!` says so.
    const SHOWS: Option<Category> = None;

    /// Whose data it shows.
    fn people(&self) -> People {
        People::new()
    }

    /// Its entity tag without quotes: the version, or `<version>-<view>` where what is seen depends on role or date.
    fn etag(&self) -> Option<String> {
        None
    }

    /// Whether it has a status in a life cycle, and so says which steps can be taken next; `stands!` says so.
    const STANDS: bool = false;

    /// Its status in its life cycle.
    fn standing(&self) -> Option<&'static str> {
        None
    }

    /// Whether a verb that its status allows is one for this resource, where some of a kind have fewer.
    fn takes(&self, _verb: &str) -> bool {
        true
    }

    /// Whether it says anything that a caller who waits would want to know.
    fn has_news(&self) -> bool {
        true
    }

    /// Where it is found, after its creation.
    fn location(&self) -> Option<String> {
        None
    }
}

/// Whose data an answer shows, and of which record where a person can have several.
pub type People = Vec<(VolunteerId, Option<Uuid>)>;

/// Says, in `impl Represent` or `impl Keyed`, what an answer shows of people beyond their names, and of whom:
/// `shows!(Claim, |it| [(it.volunteer_id, Some(it.id.into()))]);`. The access log is written from it.
macro_rules! shows {
    ($what:ident, |$it:ident| $people:expr) => {
        const SHOWS: Option<$crate::work::access_log::Category> = Some($crate::work::access_log::Category::$what);

        fn people(&self) -> $crate::http::answer::People {
            let $it = self;
            let people = $people;
            people.into_iter().collect()
        }
    };
}
pub(crate) use shows;

/// Says, in `impl Represent`, that what is answered has a status in a life cycle: `stands!(|it| it.status);`. The answer
/// then has the member `actions`.
macro_rules! stands {
    (|$it:ident| $status:expr) => {
        const STANDS: bool = true;

        fn standing(&self) -> Option<&'static str> {
            let $it = self;
            Some($status.as_str())
        }
    };
}
pub(crate) use stands;

/// A body that is not JSON, or whose headers are its own.
pub struct Content {
    /// The media type.
    pub media_type: &'static str,
    /// Headers beside it.
    pub headers: Vec<(&'static str, String)>,
    /// The bytes, or the pieces that they come in.
    pub body: Body,
    /// What it shows of people beyond their names.
    pub shows: Vec<SensitiveRead>,
}

impl Content {
    /// Content that shows nothing of people beyond their names.
    #[must_use]
    pub fn of(media_type: &'static str, headers: Vec<(&'static str, String)>, body: impl Into<Body>) -> Self {
        Self { media_type, headers, body: body.into(), shows: Vec::new() }
    }

    /// The same, of which this is shown of somebody.
    #[must_use]
    pub fn showing(mut self, volunteer: VolunteerId, what: Category, thing: Option<Uuid>) -> Self {
        self.shows.push(SensitiveRead { volunteer, what, thing });
        self
    }
}

/// An item of a list, with the key that pages go by.
pub trait Keyed: Serialize + ToSchema + Sized + 'static {
    /// What it shows of people beyond their names; `shows!` says so.
    const SHOWS: Option<Category> = None;

    /// When an item was last changed, in lists that can be asked for in the order of changes.
    const CHANGED: Option<fn(&Self) -> Instant> = None;

    /// Whose data it shows.
    fn people(&self) -> People {
        People::new()
    }

    /// The key.
    fn key(&self) -> Uuid;

    /// Its value in the orders that its list has besides that of age; none where it has no others.
    fn mark(&self) -> Option<Mark> {
        None
    }
}

/// What a list is answered with: its items, or a page for people.
pub enum Listed<I> {
    /// Items.
    Items(Rows<I>),
    /// A page.
    Content(Content),
}

impl<I> From<Rows<I>> for Listed<I> {
    fn from(rows: Rows<I>) -> Self {
        Self::Items(rows)
    }
}
