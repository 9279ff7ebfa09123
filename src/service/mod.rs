//! The service put together: its routes, its database, its clock; and the two roads on which requests go.
//! It knows no actix; `http::server` brings requests to it, and so does the demonstration's loader.

mod actors;
pub mod limit;
pub mod local;

pub use actors::forget;

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
use crate::db::{Asked, Reader, Writer};
use crate::files::Files;
use crate::http::Routes;
use crate::http::answer::Answer;
use crate::http::call;
use crate::http::document;
use crate::http::idempotency;
use crate::http::operation::{ReadJob, WriteJob};
use crate::http::problem;
use crate::mail::Mailer;
use crate::metrics::Metrics;
use crate::privacy::{Look, looks};
use crate::refusal::{Done, Failure, Kind, Refusal};
use crate::service::limit::Limit;
use crate::volunteers;

/// How often a write that met another one is tried.
const TRIES: u8 = 4;

/// Everything that requests share.
#[derive(Debug)]
pub struct Service {
    /// Every operation.
    pub routes: Routes,
    /// The database.
    pub db: Db,
    /// The time.
    pub clock: Clock,
    /// New ids.
    pub ids: IdSource,
    /// What verifies tokens.
    pub verifier: Verifier,
    /// The address under which clients know the service.
    pub public_url: String,
    /// Files that people send.
    pub files: Files,
    /// What sends e-mail, where a mail server is set.
    pub mail: Option<Mailer>,
    /// What is counted.
    pub metrics: Metrics,
    /// Whether `/metrics` is answered beside everything else.
    pub metrics_here: bool,
    /// The OpenAPI document, as it is served.
    pub document: Vec<u8>,
    /// How many requests a caller may send, where that is limited.
    pub limit: Option<Limit>,
    stopping: AtomicBool,
    actors: actors::Known,
}

/// What the work of a request is.
pub enum Job {
    /// It reads.
    Read(ReadJob),
    /// It writes.
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
    /// Puts the service together.
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

    /// Says that no more work should be sent here.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
    }

    /// Whether it is about to stop.
    #[must_use]
    pub fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }

    /// Who asks, by the header; none where there is no header.
    ///
    /// # Errors
    /// `unauthenticated`, without saying why: that is for the log alone.
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

    /// Does the work of a request at the database; blocks.
    ///
    /// # Errors
    /// Those of the work.
    pub fn run(&self, asked: &Asked, job: &Job) -> Done<Answer> {
        match job {
            Job::Read(job) => self.read(asked, job),
            Job::Write(job) => self.write(asked, &**job),
        }
    }

    /// Reads; once more on a fresh connection where the first one turned out to be dead.
    fn read(&self, asked: &Asked, job: &ReadJob) -> Done<Answer> {
        let once = || {
            self.db.with(|conn| {
                let asked = &*still_there(conn, asked)?;
                let mut reader = Reader::new(conn, asked);
                let answer = job(&mut reader)?;
                let looks = reader.take_looks();
                self.note_looks(conn, asked, &looks)?;
                Ok(answer)
            })
        };
        match once() {
            Err(Failure::Unavailable(_) | Failure::Collided(_)) => once(),
            outcome => outcome,
        }
    }

    /// Writes down who looked at whom; where that can't be, there is no answer.
    fn note_looks(&self, conn: &mut PgConnection, asked: &Asked, looks: &[Look]) -> Done<()> {
        let Some(actor) = asked.actor.as_ref().filter(|_| !looks.is_empty()) else { return Ok(()) };
        let actor = self.actors.id(conn, actor, &self.ids)?;
        let by = looks::By { actor, at: asked.now, request_id: asked.request_id };
        looks::write(conn, looks, by, &self.ids, true).map_err(|failure| Failure::Unavailable(failure.to_string()))
    }

    /// Writes, in one transaction with everything that belongs to a change.
    ///
    /// # Errors
    /// Those of the work; `Unavailable` where it met others again and again.
    pub fn write(&self, asked: &Asked, job: &dyn Fn(&mut Writer<'_>) -> Done<Answer>) -> Done<Answer> {
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
                    let mut writer = Writer::new(Reader::new(conn, asked), &self.ids, actor_id, self.mail.is_some());
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

    /// What the passing of time asks for, on the same road as every change.
    ///
    /// # Errors
    /// Those of the work.
    pub fn by_the_clock(&self, job: &dyn Fn(&mut Writer<'_>) -> Done<()>) -> Done<()> {
        let asked = Asked {
            actor: Some(Actor::clock()),
            grant: Grant::open(),
            now: self.clock.now(),
            request_id: self.ids.next(),
            if_match: None,
            idempotency: None,
        };
        self.write(&asked, &|writer| job(writer).map(|()| Answer::default())).map(|_| ())
    }

    /// The same for work that answers something.
    ///
    /// # Errors
    /// Those of the work.
    pub fn by_the_clock_for<T>(&self, job: &dyn Fn(&mut Writer<'_>) -> Done<T>) -> Done<T> {
        let answer = RefCell::new(None);
        self.by_the_clock(&|writer| {
            *answer.borrow_mut() = Some(job(writer)?);
            Ok(())
        })?;
        answer.into_inner().ok_or_else(|| Failure::broken("the clock's work had no answer"))
    }

    /// Turns what went wrong into an answer; a fault of ours is told to the log alone.
    #[must_use]
    pub fn problem(&self, failure: Failure, instance: &str, request_id: &str) -> Answer {
        let refusal = match failure {
            Failure::Refused(refusal) => *refusal,
            Failure::Unavailable(why) | Failure::Collided(why) => {
                log::warn!(request_id; "not available: {why}");
                Refusal::new(Kind::Unavailable, "The service can't do this just now; try again shortly.")
            }
            Failure::Broken(why) => {
                log::error!(request_id; "a fault: {why}");
                Refusal::new(Kind::Internal, "Something went wrong that should not have.")
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

/// What was asked, as somebody may who is not erased: the log-in of an erased person reaches nothing of theirs any more.
///
/// # Errors
/// `forbidden` where it reaches nothing else.
fn still_there<'a>(conn: &mut PgConnection, asked: &'a Asked) -> Done<Cow<'a, Asked>> {
    let alone = asked.actor.as_ref().and_then(Actor::only_volunteer);
    let Some(person) = asked.grant.own().or(alone) else { return Ok(Cow::Borrowed(asked)) };
    if !volunteers::is_erased(conn, person)? {
        return Ok(Cow::Borrowed(asked));
    }
    if alone.is_some() {
        return Err(Refusal::new(Kind::Forbidden, "The person of this log-in was erased.").into());
    }
    Ok(Cow::Owned(Asked { grant: asked.grant.without_own(), ..asked.clone() }))
}

/// A service that several threads share.
pub type Shared = Arc<Service>;
