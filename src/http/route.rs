//! One declaration an operation: from it come routing, checks, rights, and the OpenAPI document.
//! Features declare their operations with `Routes`; nothing else registers a path.

use std::any::type_name_of_val;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};
use uuid::Uuid;
use validator::Validate;

use crate::access::{Action, Actor};
use crate::db::kinds::PathId;
use crate::db::page::{Page, Rows};
use crate::files::Arrived;
use crate::http::answer::{Answer, Content, Keyed, Listed, Represent, list, represent};
use crate::http::body::{Patch, typed, validated};
use crate::http::page::Binding;
use crate::http::shape::{Compiler, Shape};
use crate::http::table::{CSV, TableFormat, TableQuery, Tabular, csv};
use crate::life::{Life, Word};
use crate::refusal::{Done, Kind, Refusal};
use crate::service::Service;
use crate::work::Feature;
use crate::work::{Changed, Reader, Writer};

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

/// Ids in a path. One that is no UUID becomes the nil UUID, which nothing has: it is not found, like any unknown one.
pub trait PathIds: Copy + Send + Sync + 'static {
    /// From the path's parts in their order.
    fn from_path(parts: &[String]) -> Self;
}

impl PathIds for () {
    fn from_path(_: &[String]) -> Self {}
}

fn id(parts: &[String], position: usize) -> Uuid {
    parts.get(position).and_then(|part| crate::http::check::uuid(part)).unwrap_or_default()
}

/// A number in a path; what is none is 0, which nothing has.
impl PathIds for i16 {
    fn from_path(parts: &[String]) -> Self {
        parts.first().and_then(|part| part.parse().ok()).unwrap_or_default()
    }
}

impl<A: PathId> PathIds for A {
    fn from_path(parts: &[String]) -> Self {
        A::from(id(parts, 0))
    }
}

impl<A: PathId, B: PathId> PathIds for (A, B) {
    fn from_path(parts: &[String]) -> Self {
        (A::from(id(parts, 0)), B::from(id(parts, 1)))
    }
}

/// A request after everything that needs no database was checked.
#[derive(Debug)]
pub struct Prepared {
    /// The parts of the path, decoded.
    pub path: Vec<String>,
    /// The query, fitting its shape.
    pub query: Value,
    /// The page asked for and what binds its cursor; on lists.
    pub page: Option<(Page, Binding)>,
    /// The address of this list without its cursor.
    pub address: String,
    /// The body, fitting its shape.
    pub body: Value,
}

/// What is left to do at the database, for reading.
pub type ReadJob = Box<dyn Fn(&mut Reader<'_>) -> Done<Answer> + Send>;
/// What is left to do at the database, for writing.
pub type WriteJob = Box<dyn Fn(&mut Writer<'_>) -> Done<Answer> + Send>;

/// How a request with a file becomes work at the database.
pub type PrepareUpload = Box<dyn Fn(Prepared, Arrived) -> Result<WriteJob, Refusal> + Send + Sync>;

/// How an operation works.
pub enum Work {
    /// It reads.
    Read(Box<dyn Fn(Prepared) -> Result<ReadJob, Refusal> + Send + Sync>),
    /// It changes something.
    Write(Box<dyn Fn(Prepared) -> Result<WriteJob, Refusal> + Send + Sync>),
    /// It changes something, with a file that arrived.
    Upload(PrepareUpload),
    /// It is about the service itself; the flag says whether it may block.
    Itself(bool, fn(&Service, &[String]) -> Done<Answer>),
}

/// What the OpenAPI document says of a body that is answered.
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
    /// The name of its schema; `…Change` for a patch.
    pub schema: String,
    /// Whether it is a merge patch.
    pub patch: bool,
    /// Media types beside JSON, each with how it becomes JSON.
    pub also: Vec<(&'static str, ReadBody)>,
    /// What it looks like, once everything is declared.
    pub shape: Option<Arc<Shape>>,
    /// For a merge patch, what the whole must look like once it is laid over what is there.
    pub whole: Option<Arc<OnceLock<Arc<Shape>>>>,
    /// Whether it may be left out.
    pub optional: bool,
    /// Examples, by name.
    pub examples: Vec<(&'static str, Value)>,
}

/// One operation.
pub struct Operation {
    /// Its method.
    pub method: Method,
    /// Its path, with `{names}`.
    pub path: &'static str,
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
    /// The filter's schema.
    pub query: Option<String>,
    /// The filter's shape, once everything is declared.
    pub query_shape: Option<Arc<Shape>>,
    /// Whether it is a list.
    pub paged: bool,
    /// The body it takes.
    pub body: Option<Taken>,
    /// The body it answers.
    pub shown: Shown,
    /// Whether `If-Match` is needed.
    pub needs_match: bool,
    /// Whether `Idempotency-Key` is needed.
    pub needs_key: bool,
    /// Whether it is for those without a token alone.
    pub tokenless: bool,
    /// Whether an ETag is answered.
    pub versioned: bool,
    /// The edges of a life cycle that this verb is: resource, verb, states from which.
    pub verb: Option<(&'static str, &'static str, Vec<&'static str>)>,
    /// Codes of refusals by business rules, for the document.
    pub refusals: Vec<&'static str>,
    /// Headers of its own that it answers, each with what it says; with `ETag` it also answers `304`.
    pub headers: Vec<(&'static str, &'static str)>,
    /// What each word of the parameter `format` answers, the usual one first; empty where there is no choice.
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
    /// Whether it may change something; a question that takes a body does not.
    #[must_use]
    pub fn changes(&self) -> bool {
        matches!(self.work, Work::Write(_) | Work::Upload(_))
    }

    /// Who may, for the table's test and the document.
    ///
    /// # Errors
    /// `forbidden`.
    pub fn permits(&self, actor: &Actor) -> Result<(), Refusal> {
        match self.action {
            Some(action) => crate::access::policy::permit(actor, action).map(|_| ()),
            None if self.tokenless => Err(Refusal::new(Kind::Forbidden, "Who has a log-in uses the operation for it.")),
            None => Ok(()),
        }
    }

    /// Says more about it: one line, then what a reader must know.
    pub fn says(&mut self, summary: &'static str, description: &str) -> &mut Self {
        self.summary = summary;
        description.clone_into(&mut self.description);
        self
    }

    /// Names the edge of a life cycle that it is.
    pub fn verb<S: Word, V: Word>(&mut self, life: &Life<S, V>, verb: V) -> &mut Self {
        self.verb = Some((life.resource, verb.word(), life.sources(verb)));
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

    /// Gives an example of its body, which works on the demonstration data.
    pub fn example(&mut self, name: &'static str, body: Value) -> &mut Self {
        if let Some(taken) = &mut self.body {
            taken.examples.push((name, body));
        }
        self
    }

    /// Needs an Idempotency-Key: money moves.
    pub fn needs_key(&mut self) -> &mut Self {
        self.needs_key = true;
        self
    }

    /// Answers another status than usual.
    pub fn status(&mut self, status: u16) -> &mut Self {
        self.status = status;
        self
    }

    /// Answers one of several media types, as the parameter `format` says: each with its word, the usual one first.
    pub fn formats(&mut self, formats: &'static [(&'static str, &'static str)]) -> &mut Self {
        self.formats = formats;
        self
    }

    /// Every media type that it can answer; with a query, the one that this asks for.
    #[must_use]
    pub fn media(&self, query: Option<&Value>) -> Vec<&'static str> {
        let asked = query.map(|query| query.get("format").and_then(Value::as_str));
        match (self.formats, asked, &self.shown) {
            ([], _, Shown::Content(media)) => media.clone(),
            ([], _, Shown::Table(_)) => vec!["application/json", CSV],
            ([], ..) => vec!["application/json"],
            (formats @ [usual, ..], Some(word), _) => {
                vec![formats.iter().find(|(known, _)| Some(*known) == word).unwrap_or(usual).1]
            }
            (formats, None, _) => formats.iter().map(|(_, media)| *media).collect(),
        }
    }

    /// Takes another media type, too.
    pub fn also_takes(&mut self, media_type: &'static str, read: fn(&[u8]) -> Result<Value, Refusal>) -> &mut Self {
        if let Some(taken) = &mut self.body {
            taken.also.push((media_type, read));
        }
        self
    }
}

/// Every operation and schema of the service.
#[derive(Default)]
pub struct Routes {
    /// The operations, in the order in which they were declared.
    pub operations: Vec<Operation>,
    /// The named schemas.
    pub schemas: BTreeMap<String, Value>,
    /// Every feature, for what runs across them all.
    pub features: &'static [&'static Feature],
    /// The tags with their descriptions, in order.
    pub tags: Vec<(&'static str, &'static str)>,
    current: &'static str,
    /// Names that two different schemas claim; a test keeps it empty.
    pub clashes: Vec<String>,
}

impl std::fmt::Debug for Routes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Routes").field("operations", &self.operations).finish_non_exhaustive()
    }
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

    /// Declares a read of one thing; one without an action is open to all.
    pub fn get<F, P, V>(&mut self, path: &'static str, action: impl Into<Option<Action>>, f: F) -> &mut Operation
    where
        F: Fn(&mut Reader<'_>, P) -> Done<V> + Send + Sync + 'static,
        P: PathIds,
        V: Represent,
    {
        let id = name_of(&f);
        let f = Arc::new(f);
        let work = Work::Read(Box::new(move |prepared| {
            let (f, path) = (Arc::clone(&f), P::from_path(&prepared.path));
            Ok(Box::new(move |reader| represent(200, &f(reader, path)?)))
        }));
        let shown = self.shows::<V>();
        self.push(Method::Get, path, id, action.into(), shown, work)
    }

    /// Declares a read of one thing that takes parameters.
    pub fn get_by<F, P, Q, V>(&mut self, path: &'static str, action: Action, f: F) -> &mut Operation
    where
        F: Fn(&mut Reader<'_>, P, &Q) -> Done<V> + Send + Sync + 'static,
        P: PathIds,
        Q: DeserializeOwned + ToSchema + Send + 'static,
        V: Represent,
    {
        let id = name_of(&f);
        let f = Arc::new(f);
        let work = Work::Read(Box::new(move |prepared| {
            let (f, path) = (Arc::clone(&f), P::from_path(&prepared.path));
            let query: Q = typed(prepared.query)?;
            Ok(Box::new(move |reader| represent(200, &f(reader, path, &query)?)))
        }));
        let shown = self.shows::<V>();
        let query = self.schema::<Q>();
        let operation = self.push(Method::Get, path, id, Some(action), shown, work);
        operation.query = Some(query);
        operation
    }

    /// Declares a read of a table: JSON, or CSV where its parameter `format` says so.
    pub fn table<F, P, Q, V>(&mut self, path: &'static str, action: Action, f: F) -> &mut Operation
    where
        F: Fn(&mut Reader<'_>, P, &Q) -> Done<V> + Send + Sync + 'static,
        P: PathIds,
        Q: TableQuery,
        V: Tabular,
    {
        let id = name_of(&f);
        let f = Arc::new(f);
        let work = Work::Read(Box::new(move |prepared| {
            let (f, path) = (Arc::clone(&f), P::from_path(&prepared.path));
            let query: Q = typed(prepared.query)?;
            Ok(Box::new(move |reader| {
                let found = f(reader, path, &query)?;
                match query.format() {
                    Some(TableFormat::Csv) => csv(&found),
                    Some(TableFormat::Json) | None => represent(200, &found),
                }
            }))
        }));
        let (shown, query) = (Shown::Table(self.schema::<V>()), self.schema::<Q>());
        let operation = self.push(Method::Get, path, id, Some(action), shown, work);
        operation.query = Some(query);
        operation
    }

    /// Declares a list with its filters.
    pub fn list<F, P, Q, I>(&mut self, path: &'static str, action: Option<Action>, f: F) -> &mut Operation
    where
        F: Fn(&mut Reader<'_>, P, &Q, &Page) -> Done<Rows<I>> + Send + Sync + 'static,
        P: PathIds,
        Q: DeserializeOwned + ToSchema + Send + 'static,
        I: Keyed,
    {
        let id = name_of(&f);
        self.listing(path, action, id, move |reader: &mut Reader<'_>, ids: P, query: &Q, page: &Page| {
            f(reader, ids, query, page).map(Listed::Items)
        })
    }

    /// Declares a list that can be had as a page for people, too; `formats` says by which word.
    pub fn list_or<F, P, Q, I>(&mut self, path: &'static str, action: Option<Action>, f: F) -> &mut Operation
    where
        F: Fn(&mut Reader<'_>, P, &Q, &Page) -> Done<Listed<I>> + Send + Sync + 'static,
        P: PathIds,
        Q: DeserializeOwned + ToSchema + Send + 'static,
        I: Keyed,
    {
        let id = name_of(&f);
        self.listing(path, action, id, f)
    }

    fn listing<F, P, Q, I>(
        &mut self,
        path: &'static str,
        action: Option<Action>,
        id: &'static str,
        f: F,
    ) -> &mut Operation
    where
        F: Fn(&mut Reader<'_>, P, &Q, &Page) -> Done<Listed<I>> + Send + Sync + 'static,
        P: PathIds,
        Q: DeserializeOwned + ToSchema + Send + 'static,
        I: Keyed,
    {
        let f = Arc::new(f);
        let work = Work::Read(Box::new(move |prepared| {
            let (f, path) = (Arc::clone(&f), P::from_path(&prepared.path));
            let query: Q = typed(prepared.query)?;
            let (page, binding) = prepared.page.unwrap_or_else(unreachable_page);
            let address = prepared.address;
            Ok(Box::new(move |reader| {
                let Rows { rows, more } = match f(reader, path, &query, &page)? {
                    Listed::Items(rows) => rows,
                    Listed::Content(content) => return Ok(answered(content)),
                };
                let next = rows.last().filter(|_| more).map(|last| {
                    let cursor = binding.cursor(last.key());
                    let joint = if address.contains('?') { '&' } else { '?' };
                    let link = format!("{address}{joint}cursor={cursor}");
                    (cursor, link)
                });
                list(&rows, next)
            }))
        }));
        let shown = Shown::List(self.schema::<I>());
        let query = self.schema::<Q>();
        let operation = self.push(Method::Get, path, id, action, shown, work);
        operation.query = Some(query);
        operation.paged = true;
        operation.versioned = false;
        operation
    }

    /// Declares a read whose answer is not a resource: an export, a page.
    pub fn content<F, P, Q>(
        &mut self,
        path: &'static str,
        action: Option<Action>,
        media: &[&'static str],
        f: F,
    ) -> &mut Operation
    where
        F: Fn(&mut Reader<'_>, P, &Q) -> Done<Content> + Send + Sync + 'static,
        P: PathIds,
        Q: DeserializeOwned + ToSchema + Send + 'static,
    {
        let id = name_of(&f);
        let f = Arc::new(f);
        let work = Work::Read(Box::new(move |prepared| {
            let (f, path) = (Arc::clone(&f), P::from_path(&prepared.path));
            let query: Q = typed(prepared.query)?;
            Ok(Box::new(move |reader| f(reader, path, &query).map(answered)))
        }));
        let query = self.schema::<Q>();
        let operation = self.push(Method::Get, path, id, action, Shown::Content(media.to_vec()), work);
        operation.query = Some(query);
        operation.versioned = false;
        operation
    }

    /// Declares an answer about the service itself, open to all.
    pub fn itself(
        &mut self,
        path: &'static str,
        id: &'static str,
        media: &[&'static str],
        blocking: bool,
        f: fn(&Service, &[String]) -> Done<Answer>,
    ) -> &mut Operation {
        let operation =
            self.push(Method::Get, path, id, None, Shown::Content(media.to_vec()), Work::Itself(blocking, f));
        operation.versioned = false;
        operation
    }

    /// Declares the creation of something.
    pub fn create<F, P, B, V>(&mut self, path: &'static str, action: Action, f: F) -> &mut Operation
    where
        F: Fn(&mut Writer<'_>, P, B) -> Done<Changed<V>> + Send + Sync + 'static,
        P: PathIds,
        B: DeserializeOwned + Validate + ToSchema + Clone + Send + 'static,
        V: Represent,
    {
        self.write(Method::Post, path, Some(action), 201, f)
    }

    /// Declares what somebody without a token may send; it is taken, and not told what became of it.
    pub fn receive<F, P, B, V>(&mut self, path: &'static str, f: F) -> &mut Operation
    where
        F: Fn(&mut Writer<'_>, P, B) -> Done<Changed<V>> + Send + Sync + 'static,
        P: PathIds,
        B: DeserializeOwned + Validate + ToSchema + Clone + Send + 'static,
        V: Represent,
    {
        let operation = self.write(Method::Post, path, None, 202, f);
        operation.tokenless = true;
        operation.versioned = false;
        operation
    }

    /// Declares a verb of a life cycle.
    pub fn post<F, P, B, V>(&mut self, path: &'static str, action: Action, f: F) -> &mut Operation
    where
        F: Fn(&mut Writer<'_>, P, B) -> Done<Changed<V>> + Send + Sync + 'static,
        P: PathIds,
        B: DeserializeOwned + Validate + ToSchema + Clone + Send + 'static,
        V: Represent,
    {
        self.write(Method::Post, path, Some(action), 200, f)
    }

    /// Declares a replacement.
    pub fn put<F, P, B, V>(&mut self, path: &'static str, action: Action, f: F) -> &mut Operation
    where
        F: Fn(&mut Writer<'_>, P, B) -> Done<Changed<V>> + Send + Sync + 'static,
        P: PathIds,
        B: DeserializeOwned + Validate + ToSchema + Clone + Send + 'static,
        V: Represent,
    {
        self.write(Method::Put, path, Some(action), 200, f)
    }

    fn write<F, P, B, V>(
        &mut self,
        method: Method,
        path: &'static str,
        action: Option<Action>,
        status: u16,
        f: F,
    ) -> &mut Operation
    where
        F: Fn(&mut Writer<'_>, P, B) -> Done<Changed<V>> + Send + Sync + 'static,
        P: PathIds,
        B: DeserializeOwned + Validate + ToSchema + Clone + Send + 'static,
        V: Represent,
    {
        let id = name_of(&f);
        let f = Arc::new(f);
        let work = Work::Write(Box::new(move |prepared| {
            let (f, path) = (Arc::clone(&f), P::from_path(&prepared.path));
            let body: B = typed(prepared.body)?;
            validated(&body)?;
            Ok(Box::new(move |writer| represent(status, &f(writer, path, body.clone())?.into_inner())))
        }));
        let (shown, schema) = (self.shows::<V>(), self.schema::<B>());
        let optional = self.schemas.get(&schema).is_some_and(|body| !requires(body, &self.schemas));
        let operation = self.push(method, path, id, action, shown, work);
        operation.status = status;
        operation.body = Some(taken(schema, false, optional));
        operation
    }

    /// Declares the removal of something, which answers without a body.
    pub fn delete<F, P>(&mut self, path: &'static str, action: Action, f: F) -> &mut Operation
    where
        F: Fn(&mut Writer<'_>, P) -> Done<Changed<()>> + Send + Sync + 'static,
        P: PathIds,
    {
        let id = name_of(&f);
        let f = Arc::new(f);
        let work = Work::Write(Box::new(move |prepared| {
            let (f, path) = (Arc::clone(&f), P::from_path(&prepared.path));
            Ok(Box::new(move |writer| {
                f(writer, path)?.into_inner();
                Ok(Answer { status: 204, ..Answer::default() })
            }))
        }));
        let operation = self.push(Method::Delete, path, id, Some(action), Shown::Content(Vec::new()), work);
        operation.status = 204;
        operation.versioned = false;
        operation
    }

    /// Declares a change by merge patch to something that is written as `B`.
    pub fn patch<F, P, B, V>(&mut self, path: &'static str, action: Action, f: F) -> &mut Operation
    where
        F: Fn(&mut Writer<'_>, P, Patch<B>) -> Done<Changed<V>> + Send + Sync + 'static,
        P: PathIds,
        B: Serialize + DeserializeOwned + Validate + ToSchema + Clone + Send + 'static,
        V: Represent,
    {
        let id = name_of(&f);
        let f = Arc::new(f);
        let whole = Arc::new(OnceLock::<Arc<Shape>>::new());
        let compiled = Arc::clone(&whole);
        let work = Work::Write(Box::new(move |prepared| {
            let (f, path) = (Arc::clone(&f), P::from_path(&prepared.path));
            let shape = compiled.get().ok_or_else(|| Refusal::new(Kind::Internal, "the routes are not finished"))?;
            let members = prepared.body.as_object().cloned().unwrap_or_default();
            let patch = Patch::<B> { members, shape: Arc::clone(shape), of: std::marker::PhantomData };
            Ok(Box::new(move |writer| represent(200, &f(writer, path, patch.clone())?.into_inner())))
        }));
        let (shown, schema) = (self.shows::<V>(), self.schema::<B>());
        let operation = self.push(Method::Patch, path, id, Some(action), shown, work);
        operation.body = Some(Taken { whole: Some(whole), ..taken(schema, true, false) });
        operation.needs_match = true;
        operation
    }

    pub(super) fn push(
        &mut self,
        method: Method,
        path: &'static str,
        id: &'static str,
        action: Option<Action>,
        shown: Shown,
        work: Work,
    ) -> &mut Operation {
        let versioned = matches!(shown, Shown::One(_));
        self.operations.push(Operation {
            method,
            path,
            id,
            tag: self.current,
            action,
            summary: "",
            description: String::new(),
            status: 200,
            query: None,
            query_shape: None,
            paged: false,
            body: None,
            shown,
            needs_match: false,
            needs_key: false,
            tokenless: false,
            versioned,
            verb: None,
            refusals: Vec::new(),
            headers: Vec::new(),
            formats: &[],
            work,
        });
        let last = self.operations.len() - 1;
        &mut self.operations[last]
    }

    pub(super) fn shows<V: ToSchema>(&mut self) -> Shown {
        Shown::One(self.schema::<V>())
    }

    /// Registers a type's schema with all that it refers to; answers its name.
    pub fn schema<T: ToSchema>(&mut self) -> String {
        let mut found: Vec<(String, RefOr<Schema>)> = vec![(T::name().into_owned(), T::schema())];
        T::schemas(&mut found);
        for (name, schema) in found {
            let schema = serde_json::to_value(schema).unwrap_or_default();
            if self.schemas.get(&name).is_some_and(|known| *known != schema) {
                self.clashes.push(name.clone());
            }
            self.schemas.insert(name, schema);
        }
        T::name().into_owned()
    }

    /// Compiles every shape, now that every schema is known.
    pub fn finish(&mut self) {
        let names: Vec<String> = self.schemas.keys().cloned().collect();
        for name in names {
            let merged = merged(&self.schemas[&name], &self.schemas);
            self.schemas.insert(name, merged);
        }
        let schemas = &self.schemas;
        for operation in &mut self.operations {
            let view = match &operation.shown {
                Shown::One(name) => schemas.get(name),
                _ => None,
            };
            if let Some(taken) = &mut operation.body {
                let compiler = Compiler { schemas, patch: taken.patch };
                taken.shape = schemas.get(&taken.schema).map(|schema| Arc::new(compiler.compile(schema, view)));
                if let (Some(whole), Some(schema)) = (&taken.whole, schemas.get(&taken.schema)) {
                    whole.get_or_init(|| Arc::new(Compiler { schemas, patch: false }.compile(schema, None)));
                }
            }
            if let Some(query) = &operation.query {
                let compiler = Compiler { schemas, patch: false };
                operation.query_shape = schemas.get(query).map(|schema| Arc::new(compiler.compile(schema, None)));
            }
        }
    }
}

/// Content as an answer.
fn answered(Content { media_type, headers, body }: Content) -> Answer {
    let answer = Answer::of(200, body).header("content-type", media_type);
    headers.into_iter().fold(answer, |answer, (name, value)| answer.header(name, value))
}

/// A schema that is put together of parts (flattened structs), as one object.
fn merged(schema: &Value, schemas: &BTreeMap<String, Value>) -> Value {
    let Some(parts) = schema.get("allOf").and_then(Value::as_array) else { return schema.clone() };
    let (mut properties, mut required) = (serde_json::Map::new(), Vec::new());
    for part in parts {
        let (part, optional) = resolved(part, schemas);
        let part = merged(part, schemas);
        properties.extend(part.get("properties").and_then(Value::as_object).cloned().unwrap_or_default());
        if !optional {
            required.extend(part.get("required").and_then(Value::as_array).cloned().unwrap_or_default());
        }
    }
    let mut object = serde_json::json!({ "type": "object", "properties": properties });
    if !required.is_empty() {
        object["required"] = Value::Array(required);
    }
    if let Some(description) = schema.get("description") {
        object["description"] = description.clone();
    }
    object
}

/// What a part refers to, and whether it may be absent as a whole.
fn resolved<'v>(part: &'v Value, schemas: &'v BTreeMap<String, Value>) -> (&'v Value, bool) {
    let is_null = |variant: &&Value| variant.get("type").and_then(Value::as_str) == Some("null");
    let variants = part.get("oneOf").and_then(Value::as_array);
    let optional = variants.is_some_and(|variants| variants.iter().any(|variant| is_null(&variant)));
    let part = variants.and_then(|variants| variants.iter().find(|variant| !is_null(variant))).unwrap_or(part);
    let name = part.get("$ref").and_then(Value::as_str).and_then(|target| target.rsplit('/').next());
    (name.and_then(|name| schemas.get(name)).unwrap_or(part), optional)
}

pub(super) fn taken(schema: String, patch: bool, optional: bool) -> Taken {
    Taken { schema, patch, also: Vec::new(), shape: None, whole: None, optional, examples: Vec::new() }
}

/// Whether a body must have some member, in itself or in a part of it.
fn requires(schema: &Value, schemas: &BTreeMap<String, Value>) -> bool {
    let mut parts = schema.get("allOf").and_then(Value::as_array).into_iter().flatten();
    let needed = |part| matches!(resolved(part, schemas), (part, false) if requires(part, schemas));
    schema.get("required").is_some() || parts.any(needed)
}

/// The name of a handler, which is its operation's id.
pub(super) fn name_of<F>(f: &F) -> &'static str {
    type_name_of_val(f).rsplit("::").next().unwrap_or_default()
}

/// A list's page is always prepared; this stands where the type can't say so.
fn unreachable_page() -> (Page, Binding) {
    let page = Page { limit: 20, order: crate::db::page::Order::Newest, after: None };
    (page, Binding::of("", &[], &BTreeMap::new()))
}
