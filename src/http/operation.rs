//! An operation as data: what it takes and answers, whom it is for, how it works.
//! Routing, checks, rights, the document and the tests read it; `declare` makes it.

use std::sync::Arc;

use serde_json::Value;

use crate::access::{Action, Actor, policy};
use crate::db::page::Page;
use crate::db::{Reader, Writer};
use crate::files::Arrived;
use crate::http::answer::Answer;
use crate::http::page::Binding;
use crate::http::shape::Shape;
use crate::http::table::CSV;
use crate::refusal::{Done, Kind, Refusal};

crate::text_enum! {
    /// The methods that operations have.
    pub enum Method {
        /// Reading.
        Get = "GET",
        /// Creating, and verbs.
        Post = "POST",
        /// Replacing.
        Put = "PUT",
        /// Changing by merge patch.
        Patch = "PATCH",
        /// Removing.
        Delete = "DELETE",
    }
}

/// A request after everything that needs no database was checked.
#[derive(Debug)]
pub struct Prepared {
    /// The parts of the path, decoded.
    pub path: Vec<String>,
    /// The query, fitting its shape.
    pub query: Value,
    /// The page of a list, and what binds its cursor.
    pub page: Option<(Page, Binding)>,
    /// The address of this list without its cursor.
    pub address: String,
    /// The body, fitting its shape.
    pub body: Value,
    /// What the whole must look like once a merge patch is laid over what is there.
    pub whole: Arc<Shape>,
}

/// What is left to do at the database, for reading.
pub type ReadJob = Box<dyn Fn(&mut Reader<'_>) -> Done<Answer> + Send>;
/// What is left to do at the database, for writing.
pub type WriteJob = Box<dyn Fn(&mut Writer<'_>) -> Done<Answer> + Send>;
/// How a request becomes work at the database.
pub type Prepare<Job> = Box<dyn Fn(Prepared) -> Result<Job, Refusal> + Send + Sync>;
/// How a request with a file becomes work at the database.
pub type PrepareUpload = Box<dyn Fn(Prepared, Arrived) -> Result<WriteJob, Refusal> + Send + Sync>;

/// What the running service tells about itself.
pub trait System {
    /// Nothing where work can be sent here.
    ///
    /// # Errors
    /// Why not.
    fn ready(&self) -> Done<()>;

    /// What was counted, where it is told on this address.
    fn metrics(&self) -> Option<String>;

    /// The OpenAPI document.
    fn document(&self) -> Vec<u8>;
}

/// An answer about the service itself, from the parts of its path.
pub type SystemHandler = fn(&dyn System, &[String]) -> Done<Answer>;

/// How an operation works.
pub enum Work {
    /// It reads.
    Read(Prepare<ReadJob>),
    /// It changes something.
    Write(Prepare<WriteJob>),
    /// It changes something, with a file that arrived.
    Upload(PrepareUpload),
    /// It is about the service itself.
    System {
        /// Whether it may block.
        blocking: bool,
        /// What it answers.
        answer: SystemHandler,
    },
}

/// What the document says of a body that is answered.
#[derive(Clone, Debug)]
pub enum Shown {
    /// A named schema.
    One(String),
    /// A list of a named schema.
    List(String),
    /// A named schema whose rows are a CSV as well.
    Table(String),
    /// Other media types.
    Content(Vec<&'static str>),
}

/// How the bytes of a body become JSON.
pub type ReadBody = fn(&[u8]) -> Result<Value, Refusal>;

/// The body that an operation takes.
#[derive(Clone, Debug)]
pub struct Taken {
    /// The name of its schema.
    pub schema: String,
    /// Whether it is a merge patch.
    pub patch: bool,
    /// Whether it may be left out.
    pub optional: bool,
    /// Media types beside JSON, each with how it becomes JSON.
    pub also: Vec<(&'static str, ReadBody)>,
    /// Examples, by name.
    pub examples: Vec<(&'static str, Value)>,
    /// What it must look like; nothing fits before everything is declared.
    pub shape: Arc<Shape>,
    /// For a merge patch, what the whole must look like once it is laid over what is there.
    pub whole: Arc<Shape>,
}

/// The filter that an operation takes.
#[derive(Clone, Debug)]
pub struct Filter {
    /// The name of its schema.
    pub schema: String,
    /// What it must look like; nothing fits before everything is declared.
    pub shape: Arc<Shape>,
}

/// A step of a life cycle, for the document.
#[derive(Clone, Debug)]
pub struct Step {
    /// What lives, in words.
    pub of: &'static str,
    /// The verb.
    pub verb: &'static str,
    /// The states from which it leads on.
    pub from: Vec<&'static str>,
}

/// One operation.
pub struct Operation {
    /// Its method.
    pub method: Method,
    /// Its path, with `{names}`.
    pub path: &'static str,
    /// What each of these names.
    pub parts: Vec<String>,
    /// Its id: the handler's name.
    pub id: &'static str,
    /// The feature that it belongs to.
    pub tag: &'static str,
    /// The right it needs; none where it is open to all.
    pub action: Option<Action>,
    /// One line.
    pub summary: &'static str,
    /// More.
    pub description: String,
    /// The status of success.
    pub status: u16,
    /// The filter it takes.
    pub query: Option<Filter>,
    /// The body it takes.
    pub body: Option<Taken>,
    /// The body it answers.
    pub shown: Shown,
    /// Whether an ETag is answered.
    pub versioned: bool,
    /// Whether `Idempotency-Key` is needed.
    pub needs_key: bool,
    /// The step of a life cycle that it is.
    pub step: Option<Step>,
    /// Codes of refusals by business rules.
    pub refusals: Vec<&'static str>,
    /// Headers of its own that it answers, each described; with `ETag` it also answers `304`.
    pub headers: Vec<(&'static str, &'static str)>,
    /// What each word of the parameter `format` answers, the default first; empty where there is no choice.
    pub formats: &'static [(&'static str, &'static str)],
    /// How it works.
    pub work: Work,
}

impl std::fmt::Debug for Operation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} ({})", self.method, self.path, self.id)
    }
}

impl Operation {
    /// What is known of it from its handler; the declaration says the rest.
    pub(super) fn new(parts: Vec<String>, shown: Shown, work: Work) -> Self {
        Self {
            method: Method::Get,
            path: "",
            parts,
            id: "",
            tag: "",
            action: None,
            summary: "",
            description: String::new(),
            status: 200,
            query: None,
            body: None,
            shown,
            versioned: false,
            needs_key: false,
            step: None,
            refusals: Vec::new(),
            headers: Vec::new(),
            formats: &[],
            work,
        }
    }

    /// Whether it may change something; a calculation that takes a body does not.
    #[must_use]
    pub fn changes(&self) -> bool {
        matches!(self.work, Work::Write(_) | Work::Upload(_))
    }

    /// Whether it is a list, which goes by pages.
    #[must_use]
    pub fn paged(&self) -> bool {
        matches!(self.shown, Shown::List(_))
    }

    /// Whether it is for people without a token alone.
    #[must_use]
    pub fn tokenless(&self) -> bool {
        self.action.is_none() && self.changes()
    }

    /// Whether `If-Match` is needed.
    #[must_use]
    pub fn needs_match(&self) -> bool {
        self.method == Method::Patch
    }

    /// Whether the actor may, for the check, the table's test and the document.
    ///
    /// # Errors
    /// `forbidden`.
    pub fn permits(&self, actor: &Actor) -> Result<(), Refusal> {
        match self.action {
            Some(action) => policy::permit(actor, action).map(|_| ()),
            None if self.tokenless() => Err(Refusal::new(
                Kind::Forbidden,
                "This operation is for people without a log-in. Use the one for signed-in users.",
            )),
            None => Ok(()),
        }
    }

    /// Every media type that it can answer; with a query, the one that this asks for.
    #[must_use]
    pub fn media(&self, query: Option<&Value>) -> Vec<&'static str> {
        let asked = query.map(|query| query.get("format").and_then(Value::as_str));
        match (self.formats, asked, &self.shown) {
            ([], _, Shown::Content(media)) => media.clone(),
            ([], _, Shown::Table(_)) => vec!["application/json", CSV],
            ([], ..) => vec!["application/json"],
            (formats @ [default, ..], Some(word), _) => {
                vec![formats.iter().find(|(known, _)| Some(*known) == word).unwrap_or(default).1]
            }
            (formats, None, _) => formats.iter().map(|(_, media)| *media).collect(),
        }
    }
}
