//! What the service answers, before actix turns it into bytes on a wire: status, headers, body.
//! How a resource says its version and its place.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::db::page::Rows;
use crate::http::pieces::Body;
use crate::refusal::{Done, Failure};

/// An answer.
#[derive(Debug, Default)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// Headers beside those that every answer has.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Body,
}

impl Answer {
    /// Of this status, with this body.
    #[must_use]
    pub fn of(status: u16, body: impl Into<Body>) -> Self {
        Self { status, headers: Vec::new(), body: body.into() }
    }

    /// JSON with this status.
    ///
    /// # Errors
    /// A fault of ours where the value can't be written.
    pub fn json(status: u16, value: &impl Serialize) -> Done<Self> {
        let body = serde_json::to_vec(value).map_err(Failure::broken)?;
        Ok(Self::of(status, body).header("content-type", "application/json"))
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

/// Something that is answered as JSON.
pub trait Represent: Serialize + ToSchema + 'static {
    /// Its entity tag without quotes: the version, or `<version>-<view>` where what is seen depends on role or date.
    fn etag(&self) -> Option<String> {
        None
    }

    /// Where it is found, after its creation.
    fn location(&self) -> Option<String> {
        None
    }
}

/// An item of a list, with the key that pages go by.
pub trait Keyed: Serialize + ToSchema + 'static {
    /// The key.
    fn key(&self) -> Uuid;
}

/// A body that is not JSON, or whose headers are its own.
#[derive(Debug)]
pub struct Content {
    /// The media type.
    pub media_type: &'static str,
    /// Headers beside it.
    pub headers: Vec<(&'static str, String)>,
    /// The bytes, or the pieces that they come in.
    pub body: Body,
}

/// What a list is answered with: its items, or a page for people.
#[derive(Debug)]
pub enum Listed<I> {
    /// Items.
    Items(Rows<I>),
    /// A page.
    Content(Content),
}

/// A resource as JSON, with its ETag.
///
/// # Errors
/// A fault of ours where the value can't be written.
pub fn represent<V: Represent>(status: u16, view: &V) -> Done<Answer> {
    let mut answer = Answer::json(status, view)?;
    if let Some(etag) = view.etag() {
        answer = answer.header("etag", format!("\"{etag}\""));
    }
    if status == 201
        && let Some(location) = view.location()
    {
        answer = answer.header("location", location);
    }
    Ok(answer)
}

/// A page of a list.
///
/// # Errors
/// A fault of ours where a value can't be written.
pub fn list<I: Keyed>(items: &[I], next: Option<(String, String)>) -> Done<Answer> {
    let (cursor, link) = next.unzip();
    let answer = Answer::json(200, &List { items, next_cursor: cursor })?;
    Ok(match link {
        None => answer,
        Some(link) => answer.header("link", format!("<{link}>; rel=\"next\"")),
    })
}

#[derive(Serialize)]
struct List<'i, I> {
    items: &'i [I],
    next_cursor: Option<String>,
}
