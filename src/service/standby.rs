//! Reads at a standby: which requests are answered there, and what sends them to the primary.
//!
//! An answer never lacks what its reader has done: the primary is asked for the numbers of their latest changes, whichever
//! copy of the service made them, and the standby must have the same. Only answers are given from the standby, never
//! refusals, so that nothing new is "not found".

use std::borrow::Cow;
use std::sync::Arc;

use crate::access::Actor;
use crate::db::budget::Budget;
use crate::db::standby::{Standby, State, says_away};
use crate::http::answer::{Answer, ReadPiece};
use crate::http::operation::{Operation, ReadJob};
use crate::refusal::{Failure, Result};
use crate::service::blocking::{at, at_database};
use crate::service::run::still_there;
use crate::service::{Service, Shared};
use crate::work::{Reader, RequestContext, record};

/// What became of a read that the standby was to answer.
pub(super) enum Tried {
    /// This is the answer.
    Answered(Result<Answer>),
    /// The primary has to answer.
    Left(ReadJob),
}

/// Why the primary has to answer, for the metrics.
type Why = &'static str;

/// What must be true of the standby before it answers somebody.
struct Asker {
    actor: Actor,
    /// Numbers of their latest changes.
    changes: Vec<i64>,
}

/// Reads at the standby if the operation may be answered there, and the standby is close enough behind the primary.
pub(super) async fn read(service: &Shared, operation: &Operation, asked: &RequestContext, job: ReadJob) -> Tried {
    if !operation.at_standby {
        return Tried::Left(job);
    }
    let Some(standby) = &service.standby else { return Tried::Left(job) };
    let state = standby.state();
    if state != State::Fresh {
        return left(service, job, state.as_str());
    }
    let (asked, asker) = match asker(service, asked).await {
        Ok(known) => known,
        Err(failure) => return Tried::Answered(Err(failure)),
    };
    let budget = Budget::of_read();
    // Whoever gets no turn there in time has a turn at the primary.
    let Ok(turn) = standby.db.turn(&budget).await else { return left(service, job, "busy") };
    let reading = move |there: &Service| {
        let outcome = there.at_standby(&asked, asker.as_ref(), &job);
        Ok((outcome, job))
    };
    match at((&standby.db, turn), service, budget, reading).await {
        Ok((Ok(answer), _)) => {
            service.metrics.standby_read("standby", State::Fresh.as_str());
            Tried::Answered(Ok(answer))
        }
        Ok((Err(why), job)) => left(service, job, why),
        Err(failure) => {
            standby.is_away();
            Tried::Answered(Err(failure))
        }
    }
}

fn left(service: &Service, job: ReadJob, why: Why) -> Tried {
    service.metrics.standby_read("primary", why);
    Tried::Left(job)
}

/// A piece of a body that began to be read at the standby; none if it can't be had there any more.
pub(super) async fn piece(service: &Shared, job: Arc<(RequestContext, ReadPiece)>, number: i32) -> Option<Vec<u8>> {
    let standby = service.standby.as_ref().filter(|standby| standby.state() == State::Fresh)?;
    let reading = move |service: &Service| {
        let (asked, read) = &*job;
        let Some(standby) = service.standby.as_ref() else { return Ok(None) };
        let piece = standby.db.with(|conn| read(&mut Reader::new(conn, asked, service.routes.titles), number));
        Ok(piece.inspect_err(|failure| _ = why(standby, failure)).ok())
    };
    let budget = Budget::of_read();
    let turn = standby.db.turn(&budget).await.ok()?;
    at((&standby.db, turn), service, budget, reading).await.ok()?
}

/// Asks the primary who the caller still is, and for their latest changes. Nobody is asked about without a token.
async fn asker(service: &Shared, asked: &RequestContext) -> Result<(RequestContext, Option<Asker>)> {
    let mut asked = RequestContext { at_standby: true, ..asked.clone() };
    let Some(actor) = asked.actor.clone() else { return Ok((asked, None)) };
    let known = move |service: &Service| {
        service.db.with(|conn| {
            if let Cow::Owned(narrowed) = still_there(conn, &asked)? {
                asked = narrowed;
            }
            let changes = record::latest(conn, &actor)?;
            Ok((asked, Some(Asker { actor, changes })))
        })
    };
    at_database(service, Budget::of_read(), known).await
}

impl Service {
    /// Looks how far the standby is, if there is one.
    pub fn look_at_standby(&self) {
        if let Some(standby) = &self.standby {
            standby.look(&self.db);
        }
    }

    /// The metrics, with what is true of the database and the standby now.
    pub fn metrics_text(&self) -> String {
        if let Some(standby) = &self.standby {
            let now = standby.state();
            let states = State::ALL.iter().map(|state| (state.as_str(), *state == now));
            self.metrics.standby_is(states, standby.age());
        }
        self.verifier.key_ages().for_each(|(issuer, age)| self.metrics.keys_are(issuer, age));
        self.metrics.text(self.db.in_use())
    }

    /// Runs a read at the standby; without an answer from there, why.
    fn at_standby(&self, asked: &RequestContext, asker: Option<&Asker>, job: &ReadJob) -> Result<Answer, Why> {
        let Some(standby) = &self.standby else { return Err(State::Away.as_str()) };
        // Looked at again: turns and connections may have taken seconds.
        let state = standby.state();
        if state != State::Fresh {
            return Err(state.as_str());
        }
        let outcome = standby.db.with(|conn| {
            if let Some(Asker { actor, changes }) = asker
                && record::latest(conn, actor)? != *changes
            {
                return Ok(Err("own_change"));
            }
            let mut reader = Reader::new(conn, asked, self.routes.titles);
            let answer = job(&mut reader)?;
            // Whoever looked at what must be written down.
            Ok(if self.noted(asked, reader.take_accesses()) { Ok(answer) } else { Err("look") })
        });
        outcome.unwrap_or_else(|failure| Err(why(standby, &failure)))
    }
}

fn why(standby: &Standby, failure: &Failure) -> Why {
    if says_away(failure) {
        standby.is_away();
        return State::Away.as_str();
    }
    log::debug!("the standby did not answer, the primary will: {failure}");
    if matches!(failure, Failure::Refused(_)) { "refused" } else { "failed" }
}
