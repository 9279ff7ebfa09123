//! The service: its operations, database, clock and files, and how a request is run as a read or a write.
//! Requests come from the HTTP server, from the demonstration and from scheduled work.

mod feature;
pub mod idempotency;
pub mod limit;
pub mod local;
pub mod server;
mod streaming;
mod upload;

pub use feature::FEATURE;

use std::borrow::Cow;
use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use actix_web::http::header::{AUTHORIZATION, HeaderMap};
use diesel::PgConnection;

use crate::access::Actor;
use crate::access::Grant;
use crate::access::token::Verifier;
use crate::clock::Clock;
use crate::db::ids::IdSource;
use crate::db::pool::Db;
use crate::files::Files;
use crate::http::Routes;
use crate::http::answer::Answer;
use crate::http::call;
use crate::http::document;
use crate::http::operation::{ReadJob, WriteJob};
use crate::http::problem;
use crate::mail::Mailer;
use crate::metrics::Metrics;
use crate::refusal::{Done, Failure, Kind, Refusal};
use crate::service::limit::Limit;
use crate::work::access_log::{self, SensitiveRead};
use crate::work::actors;
use crate::work::{Reader, RequestContext, Writer};

/// How often a write that collides with another one is tried.
const TRIES: u8 = 4;

/// Everything that all requests share.
#[derive(Debug)]
pub struct Service {
    /// Every operation.
    pub routes: Routes,
    /// Connection pool of the database.
    pub db: Db,
    /// Source of the time.
    pub clock: Clock,
    /// Source of new ids.
    pub ids: IdSource,
    /// Verifier of tokens.
    pub verifier: Verifier,
    /// Address that clients use.
    pub public_url: String,
    /// Object store for uploaded files.
    pub files: Files,
    /// Mailer, if a mail server is set.
    pub mail: Option<Mailer>,
    /// Metrics for Prometheus.
    pub metrics: Metrics,
    /// Whether `/metrics` is served on the same address as the API.
    pub metrics_here: bool,
    /// The OpenAPI document, as served.
    pub document: Vec<u8>,
    /// Limit on the requests of a caller, if one is set.
    pub limit: Option<Limit>,
    stopping: AtomicBool,
    actors: actors::Known,
}

/// The work of a request at the database.
pub enum Job {
    /// Work that only reads.
    Read(ReadJob),
    /// Work that may write.
    Write(WriteJob),
}

impl std::fmt::Debug for Job {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Read(_) => "Read",
            Self::Write(_) => "Write",
        })
    }
}

impl Service {
    /// A service with these parts, without a mailer and without a limit on requests.
    #[must_use]
    pub fn new(
        routes: Routes,
        db: Db,
        clock: Clock,
        ids: IdSource,
        verifier: Verifier,
        files: Files,
        public_url: String,
    ) -> Self {
        let mut document = serde_json::to_vec_pretty(&document::document(&routes)).unwrap_or_default();
        document.push(b'\n');
        Self {
            routes,
            db,
            clock,
            ids,
            verifier,
            files,
            mail: None,
            public_url,
            metrics: Metrics::new(),
            metrics_here: true,
            document,
            limit: None,
            stopping: AtomicBool::new(false),
            actors: actors::Known::default(),
        }
    }

    /// Makes `/health/ready` report that no more requests should be sent.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
    }

    /// Whether the service is about to stop.
    #[must_use]
    pub fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }

    /// The caller named by the `Authorization` header; `None` if there is no header.
    ///
    /// # Errors
    /// `unauthenticated`, without the reason, which is only logged.
    pub fn verify(&self, headers: &HeaderMap) -> Result<Option<Actor>, Refusal> {
        let mut given = headers.get_all(AUTHORIZATION);
        let Some(value) = given.next() else { return Ok(None) };
        let token = value
            .to_str()
            .ok()
            .and_then(|value| value.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
        match token {
            Some((_, token)) if given.next().is_none() => self.verifier.verify(token.trim()).map(Some).map_err(|why| {
                log::debug!("a token was not accepted: {why}");
                call::unauthenticated()
            }),
            _ => Err(call::unauthenticated()),
        }
    }

    /// Runs the work of a request at the database; blocks.
    ///
    /// # Errors
    /// Errors of the work.
    pub fn run(&self, asked: &RequestContext, job: &Job) -> Done<Answer> {
        match job {
            Job::Read(job) => self.read(asked, job),
            Job::Write(job) => self.write(asked, &**job),
        }
    }

    /// Reads; tries once more, on a fresh connection, if the first connection was dead.
    fn read(&self, asked: &RequestContext, job: &ReadJob) -> Done<Answer> {
        let once = || {
            self.db.with(|conn| {
                let asked = &*still_there(conn, asked)?;
                let mut reader = Reader::new(conn, asked, self.routes.titles);
                let answer = job(&mut reader)?;
                let looks = reader.take_accesses();
                self.note_looks(conn, asked, &looks)?;
                Ok(answer)
            })
        };
        match once() {
            Err(Failure::Unavailable(_) | Failure::Collided(_)) => once(),
            outcome => outcome,
        }
    }

    /// Writes the access log. If that fails, the request is not answered.
    fn note_looks(&self, conn: &mut PgConnection, asked: &RequestContext, looks: &[SensitiveRead]) -> Done<()> {
        let Some(actor) = asked.actor.as_ref().filter(|_| !looks.is_empty()) else { return Ok(()) };
        let actor = self.actors.id(conn, actor, &self.ids)?;
        let by = access_log::By { actor, at: asked.now, request_id: asked.request_id };
        access_log::write(conn, looks, by, &self.ids, true).map_err(|failure| Failure::Unavailable(failure.to_string()))
    }

    /// Writes, in one transaction with the history, audit records, events and the answer stored for retries.
    ///
    /// # Errors
    /// Errors of the work; `Unavailable` if every try collided with another write.
    pub fn write(&self, asked: &RequestContext, job: &dyn Fn(&mut Writer<'_>) -> Done<Answer>) -> Done<Answer> {
        let actor = asked.actor.clone().unwrap_or_else(Actor::public);
        self.db.with(|conn| {
            let asked = &*still_there(conn, asked)?;
            let actor_id = self.actors.id(conn, &actor, &self.ids)?;
            let mut tries = 0;
            loop {
                tries += 1;
                let outcome = conn.build_transaction().run(|conn| -> Done<Answer> {
                    if let Some(key) = &asked.idempotency
                        && let Some(answer) = idempotency::earlier(conn, key, asked.now)?
                    {
                        return Ok(answer);
                    }
                    let mut writer = Writer::new(
                        Reader::new(conn, asked, self.routes.titles),
                        &self.ids,
                        actor_id,
                        self.mail.is_some(),
                    );
                    let answer = job(&mut writer)?;
                    writer.settle()?;
                    if let Some(key) = &asked.idempotency {
                        idempotency::keep(conn, key, &answer, asked.now)?;
                    }
                    Ok(answer)
                });
                match outcome {
                    Err(Failure::Collided(_)) if tries < TRIES => {}
                    Err(Failure::Collided(why)) => return Err(Failure::Unavailable(why)),
                    outcome => return outcome,
                }
            }
        })
    }

    /// Runs scheduled work, with the same checks and records as the change of a caller.
    ///
    /// # Errors
    /// Errors of the work.
    pub fn by_the_clock(&self, job: &dyn Fn(&mut Writer<'_>) -> Done<()>) -> Done<()> {
        let asked = RequestContext {
            actor: Some(Actor::clock()),
            grant: Grant::open(),
            now: self.clock.now(),
            request_id: self.ids.next(),
            if_match: None,
            idempotency: None,
        };
        self.write(&asked, &|writer| job(writer).map(|()| Answer::default())).map(|_| ())
    }

    /// Runs scheduled work that returns something.
    ///
    /// # Errors
    /// Errors of the work.
    pub fn by_the_clock_for<T>(&self, job: &dyn Fn(&mut Writer<'_>) -> Done<T>) -> Done<T> {
        let answer = RefCell::new(None);
        self.by_the_clock(&|writer| {
            *answer.borrow_mut() = Some(job(writer)?);
            Ok(())
        })?;
        answer.into_inner().ok_or_else(|| Failure::broken("scheduled work returned nothing"))
    }

    /// The answer for a failure. The details of an internal fault are only logged.
    #[must_use]
    pub fn problem(&self, failure: Failure, instance: &str, request_id: &str) -> Answer {
        let refusal = match failure {
            Failure::Refused(refusal) => *refusal,
            Failure::Unavailable(why) | Failure::Collided(why) => {
                log::warn!(request_id; "not available: {why}");
                Refusal::new(Kind::Unavailable, "The service can't do this at the moment. Try again in a few seconds.")
            }
            Failure::Broken(why) => {
                log::error!(request_id; "internal fault: {why}");
                Refusal::new(Kind::Internal, "Something went wrong. Try again, or report it with the `request_id`.")
            }
        };
        let status = problem::of(refusal.kind).status;
        let body = problem::body(&refusal, &self.public_url, instance, request_id);
        let body = serde_json::to_vec(&body).unwrap_or_default();
        let mut answer = Answer::of(status, body).header("content-type", problem::PROBLEM_JSON);
        match refusal.kind {
            Kind::Unauthenticated => answer = answer.header("www-authenticate", "Bearer"),
            Kind::MethodNotAllowed => answer = answer.header("allow", refusal.allowed.unwrap_or_default().join(", ")),
            Kind::TooManyRequests => {
                answer = answer.header("retry-after", Limit::seconds_left(self.clock.now()).to_string());
            }
            Kind::Unavailable => answer = answer.header("retry-after", "1"),
            _ => {}
        }
        answer
    }
}

/// The context of a request without what was erased: the login of an erased volunteer no longer reaches their records.
///
/// # Errors
/// `forbidden` if the login has no other role.
fn still_there<'a>(conn: &mut PgConnection, asked: &'a RequestContext) -> Done<Cow<'a, RequestContext>> {
    let alone = asked.actor.as_ref().and_then(Actor::only_volunteer);
    let Some(person) = asked.grant.own().or(alone) else { return Ok(Cow::Borrowed(asked)) };
    if !actors::is_erased(conn, person)? {
        return Ok(Cow::Borrowed(asked));
    }
    if alone.is_some() {
        return Err(Refusal::new(Kind::Forbidden, "The data of the volunteer who uses this login was erased.").into());
    }
    Ok(Cow::Owned(RequestContext { grant: asked.grant.without_own(), ..asked.clone() }))
}

/// A service shared by several threads.
pub type Shared = Arc<Service>;
