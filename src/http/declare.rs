//! How features declare their operations, a line each. From that come routing, rights, checks and the document.
//! Nothing else registers a path.

use std::any::type_name_of_val;
use std::collections::BTreeMap;

use serde_json::Value;
use utoipa::ToSchema;

use crate::access::Action;
use crate::db::sorting::Sorting;
use crate::http::compile::{Described, ReadBody, collected, write_limits};
use crate::http::handler::{Handler, Table, WithSheet};
use crate::http::operation::{MergedInto, Method, Operation, ProblemPage, Shown, Step, SystemHandler, Work};
use crate::http::table::CSV;
use crate::life::{Life, Verb, Word};
use crate::work::titles::Titles;
use crate::work::{NextStep, NextSteps};

type Path = &'static str;
type Open = Option<Action>;

/// Every operation of the service.
#[derive(Debug, Default)]
pub struct Routes {
    /// The operations, in the order in which they were declared.
    pub operations: Vec<Operation>,
    /// What resources are called, of every feature.
    pub titles: &'static [Titles],
    /// Every type of event, each with an example.
    pub event_types: &'static [EventExample],
    /// Asks what a volunteer's record was merged into.
    pub merged_into: Option<MergedInto>,
    /// The tags with their descriptions, in order.
    pub(crate) tags: Vec<(&'static str, &'static str)>,
    /// The tag of what is declared next.
    current: &'static str,
}

/// A type of event, and what its example in the document says of the record.
#[derive(Clone, Copy, Debug)]
pub struct EventExample {
    /// Kind of the record.
    pub resource: &'static str,
    /// What happened to it.
    pub event: &'static str,
    /// Status of the record after it, if the event says one.
    pub state: Option<&'static str>,
    /// Version of the record after it.
    pub version: i32,
}

/// Kinds of operation that are a method and the status of success.
macro_rules! operations {
    ($($(#[$about:meta])* $name:ident: $method:ident, $status:literal;)+) => {$(
        $(#[$about])*
        pub fn $name<S>(&mut self, path: Path, action: impl Into<Open>, handler: impl Handler<S>) -> &mut Operation {
            self.declare(Method::$method, path, action.into(), $status, handler)
        }
    )+};
}

impl Routes {
    /// Begins a feature: its tag and what it is.
    pub fn tag(&mut self, name: &'static str, description: &'static str) {
        self.tags.push((name, description));
        self.current = name;
    }

    /// Goes on with a feature that has begun already: what runs across features is declared apart, and read in its place.
    pub fn within(&mut self, name: &'static str) -> &mut Self {
        self.current = name;
        self
    }

    operations! {
        /// Declares a read of one thing, by a filter where it takes one. One without an action is open to all.
        get: Get, 200;
        /// Declares a list with its filters; where `formats` offers it as a page for people, too, it answers `Listed`.
        list: Get, 200;
        /// Declares a verb of a life cycle.
        post: Post, 200;
        /// Declares the creation of something.
        create: Post, 201;
        /// Declares the creation of something from a form with a file, in its field `file`.
        upload: Post, 201;
        /// Declares a replacement.
        put: Put, 200;
        /// Declares a change by merge patch.
        patch: Patch, 200;
        /// Declares the removal of something, which answers without a body.
        delete: Delete, 204;
        /// Declares a calculation that takes a body: a POST that reads, answers 200 and changes nothing.
        /// An Idempotency-Key is taken and needs nothing kept: asked again, it is answered again.
        ask: Post, 200;
        /// Declares what is taken without telling what became of it, from somebody without a token.
        receive: Post, 202;
    }

    /// Declares a read of a table: JSON, or CSV where its parameter `format` says so.
    pub fn table<S, F>(&mut self, path: Path, action: Action, handler: F) -> &mut Operation
    where
        Table<F>: Handler<S>,
    {
        self.declare(Method::Get, path, Some(action), 200, Table(handler))
            .formats(&[("json", "application/json"), ("csv", CSV)])
    }

    /// Declares a list whose rows are a CSV as well, where its filter's parameter `format` says so.
    pub fn list_with_csv<S, F>(&mut self, path: Path, action: Action, handler: F) -> &mut Operation
    where
        WithSheet<F>: Handler<S>,
    {
        self.declare(Method::Get, path, Some(action), 200, WithSheet(handler))
    }

    /// Declares a read whose answer is not a resource, but of these media types: an export, a page.
    pub fn content<S>(&mut self, path: Path, action: Open, media: &[Path], handler: impl Handler<S>) -> &mut Operation {
        let operation = self.declare(Method::Get, path, action, 200, handler);
        operation.shown = Shown::Content(media.to_vec());
        operation
    }

    /// Declares an answer about the service itself, open to all.
    pub fn itself(
        &mut self,
        path: Path,
        id: &'static str,
        media: &[Path],
        blocking: bool,
        answer: SystemHandler,
    ) -> &mut Operation {
        let operation = Operation::new(Vec::new(), Shown::Content(media.to_vec()), Work::System(blocking, answer));
        self.add(Operation { path, id, ..operation })
    }

    /// The one way to declare: everything above is a method, a status and whom it is for.
    fn declare<S, H: Handler<S>>(
        &mut self,
        method: Method,
        path: Path,
        action: Open,
        status: u16,
        handler: H,
    ) -> &mut Operation {
        // The handler's name is the operation's id.
        let id = type_name_of_val(&handler).rsplit("::").next().unwrap_or_default().trim_end_matches('>');
        let operation = Operation { method, path, id, action, status, ..handler.operation(status) };
        let resource = matches!(operation.shown, Shown::One(_)) && !operation.tokenless();
        let versioned = resource && (method == Method::Get || operation.changes());
        self.add(Operation { versioned, ..operation })
    }

    /// The named schemas of all operations, with every limit of what is sent written in; a name that two different
    /// schemas claim is noted.
    pub(crate) fn schemas(&self, clashes: &mut Vec<String>) -> BTreeMap<String, Value> {
        let taken =
            || self.operations.iter().flat_map(|it| [&it.body, &it.query]).flatten().map(|taken| taken.described);
        let shown = self.operations.iter().flat_map(|it| [it.shown.described(), it.json]).flatten();
        let mut schemas = collected(shown.chain(taken()), clashes);
        let sent: Vec<String> = taken().map(Described::name).collect();
        write_limits(&mut schemas, sent.iter().map(String::as_str));
        schemas
    }

    /// Names that two different schemas claim; a test keeps it empty.
    #[must_use]
    pub fn clashes(&self) -> Vec<String> {
        let mut clashes = Vec::new();
        self.schemas(&mut clashes);
        clashes
    }

    /// Tells each operation that answers a resource which steps can be taken with it: those of the operations that answer
    /// the same. Called once all are declared.
    pub fn know_next_steps(&mut self) {
        let mut steps: BTreeMap<String, Vec<(usize, NextStep)>> = BTreeMap::new();
        for operation in &self.operations {
            if let (Shown::One(shown), Some(step), Some(action)) = (&operation.shown, &operation.step, operation.action)
            {
                let next = NextStep { verb: step.verb, from: step.from.clone(), action };
                steps.entry(shown.name()).or_default().push((step.place, next));
            }
        }
        let known = |(name, mut steps): (String, Vec<(usize, NextStep)>)| {
            steps.sort_by_key(|(place, _)| *place);
            (name, NextSteps::of(steps.into_iter().map(|(_, step)| step).collect()))
        };
        let steps: BTreeMap<String, NextSteps> = steps.into_iter().map(known).collect();
        for operation in &mut self.operations {
            if let Shown::One(shown) = &operation.shown
                && let Some(next) = steps.get(&shown.name())
            {
                operation.next = next.clone();
            }
        }
    }

    /// Says which operations a standby may answer, by their ids.
    pub fn at_standby(&mut self, ids: &[&str]) {
        for operation in &mut self.operations {
            operation.at_standby = ids.contains(&operation.id);
        }
    }

    fn add(&mut self, operation: Operation) -> &mut Operation {
        self.operations.push(Operation { tag: self.current, ..operation });
        let last = self.operations.len() - 1;
        &mut self.operations[last]
    }
}

/// What a declaration says beyond that.
impl Operation {
    /// Describes it: one line, then what a reader must know.
    pub fn describe(&mut self, summary: &'static str, description: impl Into<String>) -> &mut Self {
        (self.summary, self.description) = (summary, description.into());
        self
    }

    /// Describes the parts of its path, where their types can't.
    pub fn path_parts(&mut self, descriptions: &[&str]) -> &mut Self {
        self.parts = descriptions.iter().map(|&part| part.to_owned()).collect();
        self
    }

    /// Names the step of a life cycle that it is.
    pub fn verb<S: Word, V: Verb>(&mut self, life: &Life<S, V>, verb: V) -> &mut Self {
        let place = life.edges.iter().position(|(_, by, _)| *by == verb).unwrap_or_default();
        self.step = Some(Step { of: life.name, verb: verb.word(), from: life.sources(verb), place });
        self
    }

    /// Names the business refusals that it can answer.
    pub fn refuses(&mut self, codes: &[&'static str]) -> &mut Self {
        self.refusals.extend_from_slice(codes);
        self
    }

    /// Names the headers of its own that it answers.
    pub fn shows(&mut self, headers: &[(&'static str, &'static str)]) -> &mut Self {
        self.headers.extend_from_slice(headers);
        self
    }

    /// Says what its JSON is, where it answers content.
    pub fn json_is<T: ToSchema>(&mut self) -> &mut Self {
        self.json = Some(Described::of::<T>());
        self
    }

    /// Gives an example of its body, which works on the demonstration data.
    pub fn example(&mut self, name: &'static str, body: Value) -> &mut Self {
        self.body.iter_mut().for_each(|taken| taken.examples.push((name, body.clone())));
        self
    }

    /// Is a list that begins with the oldest where the request says no order.
    pub fn oldest_first(&mut self) -> &mut Self {
        self.listing.oldest_first = true;
        self
    }

    /// Is a list whose items have no id to ask for them by.
    pub fn without_ids(&mut self) -> &mut Self {
        self.listing.by_id = false;
        self
    }

    /// Is a list that can't be asked for in the order of changes, though its items say when they changed: what it shows
    /// depends on more than that.
    pub fn not_by_change(&mut self) -> &mut Self {
        self.listing.by_change = false;
        self
    }

    /// Answers no ETag: what it answers is no one resource.
    pub fn without_etag(&mut self) -> &mut Self {
        self.versioned = false;
        self
    }

    /// Answers `not-found` where there is nothing for the caller, though its path names nothing.
    pub fn may_be_missing(&mut self) -> &mut Self {
        self.may_be_missing = true;
        self
    }

    /// Needs an Idempotency-Key: money moves.
    pub fn requires_key(&mut self) -> &mut Self {
        self.requires_key = true;
        self
    }

    /// May take longer than others: it writes something for each of very many.
    pub fn takes_long(&mut self) -> &mut Self {
        self.long = true;
        self
    }

    /// Answers a secret that is shown once, and so takes no Idempotency-Key, with which the answer would be kept.
    pub fn shows_secret(&mut self) -> &mut Self {
        self.shows_secret = true;
        self
    }

    /// Is for people, too: browsers are answered this page in place of a problem.
    pub fn with_problem_page(&mut self, page: ProblemPage) -> &mut Self {
        self.problem_page = Some(page);
        self
    }

    /// Needs `If-Match`: what is removed is what was read.
    pub fn requires_match(&mut self) -> &mut Self {
        self.requires_match = true;
        self
    }

    /// May be asked to wait for news, with its parameter `wait` in seconds.
    pub fn waits(&mut self) -> &mut Self {
        self.waits = true;
        self
    }

    /// Decides who is let in.
    pub fn decides_log_ins(&mut self) -> &mut Self {
        self.decides_log_ins = true;
        self
    }

    /// Can be asked for in these orders, too: its items have a value that they go by (`Keyed::mark`).
    pub fn sorted_by(&mut self, sortings: &'static [Sorting]) -> &mut Self {
        self.listing.sortings = sortings;
        self
    }

    /// Answers one of several media types, as the parameter `format` says: each with its word, the default first.
    pub fn formats(&mut self, formats: &'static [(&'static str, &'static str)]) -> &mut Self {
        self.formats = formats;
        self
    }

    /// Takes another media type, too.
    pub fn also_takes(&mut self, media_type: &'static str, read: ReadBody) -> &mut Self {
        self.body.iter_mut().for_each(|taken| taken.also.push((media_type, read)));
        self
    }
}
