//! An operation as data: what it takes and answers, whom it is for, how it works.
//! Routing, checks, rights, the document and the tests read it; `declare` makes it.

use std::sync::Arc;

use serde_json::Value;

use crate::access::Action;
use crate::clock::{Day, Instant};
use crate::db::ids::VolunteerId;
use crate::db::page::Page;
use crate::files::Arrived;
use crate::http::answer::{Answer, Content};
use crate::http::compile::{Described, Taken};
use crate::http::page::{Binding, Listing};
use crate::http::shape::Shape;
use crate::refusal::{Refusal, Result};
use crate::trust::Trust;
use crate::work::access_log::Category;
use crate::work::{NextSteps, Reader, Writer};

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
pub struct Prepared {
    pub(crate) path: Vec<String>,
    pub(crate) query: Value,
    /// The page of a list, and what binds its cursor.
    pub(crate) page: Option<(Page, Binding)>,
    pub(crate) body: Value,
    /// What the whole must look like once a merge patch is laid over what is there.
    pub(crate) whole: Arc<Shape>,
}

/// What is left to do at the database, for reading.
pub type ReadJob = Box<dyn Fn(&mut Reader<'_>) -> Result<Answer> + Send>;
/// What is left to do at the database, for writing.
pub type WriteJob = Box<dyn Fn(&mut Writer<'_>) -> Result<Answer> + Send>;
/// How a request becomes work at the database.
pub type Prepare<Job> = Box<dyn Fn(Prepared) -> Result<Job, Refusal> + Send + Sync>;
/// How a request with a file becomes work at the database.
pub type PrepareUpload = Box<dyn Fn(Prepared, Arrived) -> Result<WriteJob, Refusal> + Send + Sync>;
/// An answer about the service itself, from the parts of its path.
pub type SystemHandler = fn(&dyn System, &[String]) -> Result<Answer>;

/// Makes the page that people see in place of a problem: of the trust, for a status, on a day.
pub type ProblemPage = fn(&Trust, u16, Day) -> Result<Content>;
/// The beginning of every address of a volunteer.
pub(crate) const OF_A_VOLUNTEER: &str = "/v1/volunteers/{id}";
/// Asks which record a volunteer's record was merged into, if it was and the caller may see that one.
pub type MergedInto = fn(&mut Reader<'_>, VolunteerId) -> Result<Option<VolunteerId>>;

/// What the running service tells about itself.
pub trait System {
    /// Whether work can be sent here; if not, the failure says why.
    fn ready(&self) -> Result<()>;
    /// What was counted, where it is told on this address.
    fn metrics(&self) -> Option<String>;
    /// The answer with its OpenAPI document.
    fn document(&self) -> Answer;
}

/// How an operation works.
pub(crate) enum Work {
    Read(Prepare<ReadJob>),
    Write(Prepare<WriteJob>),
    Upload(PrepareUpload),
    /// It is about the service itself, and may block.
    System(bool, SystemHandler),
}

/// What the document says of a body that is answered.
#[derive(Clone)]
pub enum Shown {
    /// A resource.
    One(Described),
    /// A list of these.
    List(Described),
    /// A table whose rows are a CSV as well.
    Table(Described),
    /// Other media types.
    Content(Vec<&'static str>),
}

impl Shown {
    /// The type that is shown, where it is one of ours.
    pub(super) fn described(&self) -> Option<Described> {
        match self {
            Self::One(it) | Self::List(it) | Self::Table(it) => Some(*it),
            Self::Content(_) => None,
        }
    }
}

/// That an operation will go.
#[derive(Clone, Copy, Debug)]
pub struct Deprecation {
    /// Since when it is deprecated.
    pub since: Instant,
    /// When it will be gone: at least 24 months later.
    pub sunset: Instant,
    /// The page that says what takes its place.
    pub guide: &'static str,
}

/// A step of a life cycle, for the document.
pub(crate) struct Step {
    pub(crate) of: &'static str,
    pub(crate) verb: &'static str,
    pub(crate) from: Vec<&'static str>,
    /// Its place in the life cycle.
    pub(crate) place: usize,
}

/// One operation.
pub struct Operation {
    /// Its method.
    pub method: Method,
    /// Its path, with `{names}`.
    pub path: &'static str,
    /// A description of each of these.
    pub(crate) parts: Vec<String>,
    /// Its id: the handler's name.
    pub id: &'static str,
    /// The feature that it belongs to.
    pub tag: &'static str,
    /// The right it needs; none where it is open to all.
    pub action: Option<Action>,
    /// One line.
    pub summary: &'static str,
    pub(crate) description: String,
    /// The status of success.
    pub(crate) status: u16,
    /// The filter in its query.
    pub(crate) query: Option<Taken>,
    /// The body it takes.
    pub body: Option<Taken>,
    pub(crate) shown: Shown,
    /// How it can be asked for, if it is a list.
    pub(crate) listing: Listing,
    /// What its JSON is, where it answers other media types, too.
    pub(crate) json: Option<Described>,
    /// Whether an ETag is answered.
    pub(crate) versioned: bool,
    /// Whether a standby may answer it, where there is one, from what is a few seconds old.
    pub at_standby: bool,
    /// Whether there may be nothing to answer, though its path names nothing.
    pub(crate) may_be_missing: bool,
    /// Whether `Idempotency-Key` is needed.
    pub requires_key: bool,
    /// Whether its work may take longer than that of others.
    pub(crate) long: bool,
    /// Whether `If-Match` is needed, where it is no patch, which always needs it.
    pub(crate) requires_match: bool,
    /// Whether it may be asked to wait for news, with its parameter `wait`.
    pub(crate) waits: bool,
    /// Whether it decides who is let in, so that what is known of that must be read again.
    pub(crate) decides_log_ins: bool,
    pub(crate) step: Option<Step>,
    /// The steps that can be taken with the resource that it answers.
    pub(crate) next: NextSteps,
    /// Whether its answer has a secret that is shown once: such an answer is not kept for a retry.
    pub(crate) shows_secret: bool,
    /// The page that browsers are answered in place of a problem, if it is for people.
    pub(crate) problem_page: Option<ProblemPage>,
    /// That it will go, if it will.
    pub deprecated: Option<Deprecation>,
    /// Codes of refusals by business rules.
    pub(crate) refusals: Vec<&'static str>,
    /// Headers of its own that it answers, each described; with `ETag` it also answers `304`.
    pub(crate) headers: Vec<(&'static str, &'static str)>,
    /// What each word of the parameter `format` answers, the default first; empty where there is no choice.
    pub formats: &'static [(&'static str, &'static str)],
    pub(crate) work: Work,
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
            listing: Listing::USUAL,
            json: None,
            versioned: false,
            at_standby: false,
            may_be_missing: false,
            requires_key: false,
            long: false,
            requires_match: false,
            waits: false,
            decides_log_ins: false,
            step: None,
            next: NextSteps::default(),
            shows_secret: false,
            problem_page: None,
            deprecated: None,
            refusals: Vec::new(),
            headers: Vec::new(),
            formats: &[],
            work,
        }
    }

    /// Whether it may change something; a calculation that takes a body does not.
    pub(crate) fn changes(&self) -> bool {
        matches!(self.work, Work::Write(_) | Work::Upload(_))
    }

    /// Whether it is a list, which goes by pages.
    #[must_use]
    pub fn paged(&self) -> bool {
        matches!(self.shown, Shown::List(_))
    }

    /// What its JSON shows of people beyond their names, for the access log.
    #[must_use]
    pub fn shows_people(&self) -> Option<Category> {
        self.shown.described().and_then(|it| it.shows)
    }

    /// Whether its answer is kept under an `Idempotency-Key`.
    pub(crate) fn takes_key(&self) -> bool {
        self.method == Method::Post && self.changes() && self.action.is_some() && !self.shows_secret
    }

    /// Whether it is for people without a token alone.
    pub(crate) fn tokenless(&self) -> bool {
        self.action.is_none() && self.changes()
    }

    /// Whether its address is a volunteer's, which leads on once the record was merged into another.
    pub(crate) fn is_of_a_volunteer(&self) -> bool {
        self.path.starts_with(OF_A_VOLUNTEER)
    }

    /// Whether it is a list that is open to all.
    #[must_use]
    pub fn is_open_list(&self) -> bool {
        self.paged() && self.action.is_none()
    }

    /// Whether `If-Match` is needed.
    pub(crate) fn needs_match(&self) -> bool {
        self.method == Method::Patch || self.requires_match
    }

    /// Whether a word of the parameter `format` answers the same media type as no word.
    pub(super) fn is_default_media(&self, word: &str) -> bool {
        let media = |known: &&(&str, &'static str)| known.0 == word;
        let found = self.formats.iter().find(media).map(|(_, media)| *media);
        found == self.formats.first().map(|(_, media)| *media)
    }

    /// Every media type that it can answer, each once; with a query, the one that this asks for.
    pub(crate) fn media(&self, query: Option<&Value>) -> Vec<&'static str> {
        let asked = query.map(|query| query.get("format").and_then(Value::as_str));
        match (self.formats, asked, &self.shown) {
            ([], _, Shown::Content(media)) => media.clone(),
            ([], ..) => vec!["application/json"],
            (formats @ [default, ..], Some(word), _) => {
                vec![formats.iter().find(|(known, _)| Some(*known) == word).unwrap_or(default).1]
            }
            (formats, None, _) => {
                let mut media: Vec<&str> = formats.iter().map(|(_, media)| *media).collect();
                media.dedup();
                media
            }
        }
    }
}
