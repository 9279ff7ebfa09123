//! How the work of a request, and of the clock, is run as a read or a write.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::Arc;

use diesel::PgConnection;

use crate::access::Actor;
use crate::access::Grant;
use crate::clock::Day;
use crate::db::Json;
use crate::db::budget::Budget;
use crate::db::ids::VolunteerId;
use crate::http::answer::Answer;
use crate::http::operation::{ReadJob, WriteJob};
use crate::refusal::{Failure, Kind, Refusal, Result};
use crate::service::Service;
use crate::work::access_log::{self, SensitiveRead};
use crate::work::became::{Became, became_of};
use crate::work::context::By;
use crate::work::idempotency::{self, KeptAnswer, Replay};
use crate::work::{IdempotencyKey, NextSteps, Reader, RequestContext, Writer};

/// How often a write that collides with another one is tried.
const TRIES: u8 = 4;

/// What a read does at the database.
type ReadWork<'w, T> = dyn Fn(&mut Reader<'_>) -> Result<T> + 'w;

/// What a write does in its transaction.
type WriteWork<'w> = dyn Fn(&mut Writer<'_>) -> Result<Answer> + 'w;

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
    /// Runs the work of a request at the database; blocks.
    ///
    /// # Errors
    /// Errors of the work.
    pub fn run(&self, asked: &RequestContext, job: &Job, budget: &Budget) -> Result<Answer> {
        match job {
            Job::Read(job) => self.read(asked, &**job, budget),
            Job::Write(job) => self.write(asked, &**job, budget),
        }
    }

    /// Reads; tries once more, on a fresh connection, if the first connection was dead.
    ///
    /// # Errors
    /// Errors of the work.
    pub(super) fn read<T>(&self, asked: &RequestContext, job: &ReadWork<'_, T>, budget: &Budget) -> Result<T> {
        let lost = self.db.lost();
        let once = || {
            self.db.within(budget, |conn| {
                let asked = &*still_there(conn, asked)?;
                let mut reader = Reader::new(conn, asked, self.routes.titles);
                let answer = job(&mut reader)?;
                let looks = reader.take_accesses();
                self.note_accesses(conn, asked, looks)?;
                Ok(answer)
            })
        };
        match once() {
            Err(Failure::Collided(_)) => once(),
            Err(Failure::Unavailable(_)) if self.db.lost() != lost => once(),
            Err(Failure::Outdated(why)) => {
                self.forget(&why);
                once()
            }
            outcome => outcome,
        }
    }

    /// Forgets what was remembered of the database.
    fn forget(&self, why: &str) {
        log::warn!("the database lacks what it had; what was remembered of it is forgotten: {why}");
        self.actors.forget();
    }

    /// Writes the access log. If that fails, the request is not answered.
    fn note_accesses(
        &self,
        conn: &mut PgConnection,
        asked: &RequestContext,
        looks: BTreeSet<SensitiveRead>,
    ) -> Result<()> {
        let Some(actor) = asked.actor.as_ref().filter(|_| !looks.is_empty()) else { return Ok(()) };
        let actor = self.actors.id(conn, actor, &self.ids, self.db.lost())?;
        let (at, day) = (asked.now, asked.now.london_day());
        let missing = self.looks.since(self.db.lost()).missing(looks, actor, day);
        if missing.is_empty() {
            return Ok(());
        }
        let RequestContext { request_id, client_request_id, .. } = *asked;
        let by = By { actor, at, request_id, client_request_id };
        access_log::write(conn, &missing, by, &self.ids).map_err(|failure| match failure {
            Failure::Outdated(_) => failure,
            other => Failure::Unavailable(other.to_string()),
        })?;
        self.looks.remember(&missing, actor, day);
        Ok(())
    }

    /// Whether all of this stands in today's access log already.
    pub(super) fn noted(&self, asked: &RequestContext, looks: BTreeSet<SensitiveRead>) -> bool {
        let actor = asked.actor.as_ref().and_then(|actor| self.actors.known(actor, self.db.lost()));
        looks.is_empty()
            || actor.is_some_and(|actor| {
                self.looks.since(self.db.lost()).missing(looks, actor, asked.now.london_day()).is_empty()
            })
    }

    /// Writes, in one transaction with the history, audit records, events and the answer stored for retries.
    ///
    /// # Errors
    /// Errors of the work; `Unavailable` if every try collided with another write.
    pub fn write(&self, asked: &RequestContext, job: &WriteWork<'_>, budget: &Budget) -> Result<Answer> {
        match self.write_once(asked, job, budget) {
            Err(Failure::Outdated(why)) => {
                self.forget(&why);
                self.write_once(asked, job, budget)
            }
            outcome => outcome,
        }
    }

    fn write_once(&self, asked: &RequestContext, job: &WriteWork<'_>, budget: &Budget) -> Result<Answer> {
        let actor = asked.actor.clone().unwrap_or_else(Actor::public);
        let lost = self.db.lost();
        self.db.within(budget, |conn| {
            let actor_id = match self.actors.known(&actor, lost) {
                Some(id) => id,
                // An actor is made for somebody who is still there.
                None => {
                    still_there(conn, asked)?;
                    self.actors.id(conn, &actor, &self.ids, lost)?
                }
            };
            let (mut tries, mut looked_again) = (0, false);
            loop {
                tries += 1;
                let outcome = budget.transaction(conn, |conn| -> Result<(Answer, Vec<SensitiveRead>, Day)> {
                    let asked = &self.beginning_now(asked);
                    let day = asked.now.london_day();
                    let (asked, replay) = open(conn, asked)?;
                    if let Some(answer) = replay {
                        return Ok((answer, Vec::new(), day));
                    }
                    let reader = Reader::new(conn, &asked, self.routes.titles);
                    let mut writer = Writer::new(reader, &self.ids, actor_id, self.mail.is_some());
                    let answer = job(&mut writer)?;
                    let kept = asked.idempotency.as_ref().map(|key| kept(key, &answer, &asked));
                    let looks = writer.record_changes(kept.transpose()?, self.looks.since(lost))?;
                    Ok((answer, looks, day))
                });
                match outcome {
                    Err(Failure::Collided(_)) if tries < TRIES => {}
                    Err(Failure::Collided(why)) => return Err(Failure::Unavailable(why)),
                    // What was a person's a moment ago may have moved to another record of theirs meanwhile.
                    Err(Failure::Refused(refusal)) if !looked_again && has_moved(conn, asked, refusal.kind)? => {
                        looked_again = true;
                    }
                    Err(failure) => return Err(failure),
                    Ok((answer, looks, day)) => {
                        self.looks.remember(&looks, actor_id, day);
                        return Ok(answer);
                    }
                }
            }
        })
    }

    /// The context of a request whose transaction has just begun: that is the time of its changes. However long it waited for
    /// its body or its turn, nothing is changed before its transaction is there to be seen, on which lists of changes rely
    /// (`db::changes`).
    fn beginning_now(&self, asked: &RequestContext) -> RequestContext {
        RequestContext { now: self.clock.now(), ..asked.clone() }
    }

    /// Runs scheduled work, with the same checks and records as the change of a caller.
    fn unattended(&self, job: &dyn Fn(&mut Writer<'_>) -> Result<()>) -> Result<()> {
        let asked = RequestContext {
            actor: Some(Actor::clock()),
            grant: Grant::open(),
            now: self.clock.now(),
            home: Arc::clone(&self.public_url),
            trust: Arc::clone(&self.trust),
            request_id: self.ids.next(),
            client_request_id: None,
            at_standby: false,
            if_match: None,
            idempotency: None,
            next: NextSteps::default(),
        };
        let job = |writer: &mut Writer<'_>| job(writer).map(|()| Answer::default());
        self.write(&asked, &job, &Budget::unattended()).map(|_| ())
    }

    /// Runs scheduled work, with the same checks and records as the change of a caller, and returns what it returns.
    ///
    /// # Errors
    /// Errors of the work.
    pub fn scheduled<T>(&self, job: &dyn Fn(&mut Writer<'_>) -> Result<T>) -> Result<T> {
        let answer = RefCell::new(None);
        self.unattended(&|writer| {
            *answer.borrow_mut() = Some(job(writer)?);
            Ok(())
        })?;
        answer.into_inner().ok_or_else(|| Failure::broken("scheduled work returned nothing"))
    }
}

/// Opens a write: its key is taken, and the person whose login asks is still there. Returns the context without what was
/// erased, and the answer to be given again where there is one.
///
/// # Errors
/// `forbidden` if the login of an erased volunteer has no other role; those of the key.
fn open<'a>(conn: &mut PgConnection, asked: &'a RequestContext) -> Result<(Cow<'a, RequestContext>, Option<Answer>)> {
    let Some(key) = &asked.idempotency else { return Ok((still_there(conn, asked)?, None)) };
    let opening = idempotency::take(conn, key, person(asked), asked.now)?;
    let (then, asked) = (&asked.grant, as_now(asked, opening.became)?);
    // The answer shows what they might see then. Whoever had another record then is still the same person.
    let covers = |rights: &str| asked.grant.covers(rights) || (!opening.became.erased && then.covers(rights));
    if opening.replay.as_ref().is_some_and(|replay| !covers(&replay.rights)) {
        let detail = "This was done under the same key. Your rights have changed since, so its answer is not given again: \
            read the record for what you may see now.";
        return Err(Refusal::new(Kind::Forbidden, detail).into());
    }
    Ok((asked, opening.replay.map(given_again)))
}

fn given_again(replay: Replay) -> Answer {
    let answer = Answer { headers: replay.headers, ..Answer::of(replay.status, replay.body) };
    answer.header("idempotency-replayed", "true")
}

/// An answer as it is kept for a retry; a fault of ours where the answer comes in pieces.
fn kept<'a>(key: &'a IdempotencyKey, answer: &'a Answer, asked: &RequestContext) -> Result<KeptAnswer<'a>> {
    Ok(KeptAnswer {
        key,
        status: i16::try_from(answer.status).unwrap_or(200),
        headers: Json(answer.headers.clone()),
        body: answer.body.whole()?,
        expires_at: idempotency::kept_until(asked.now),
        rights: asked.grant.rights(),
    })
}

/// The volunteer whose login asks, if it is a volunteer's; that of a member of staff who is one, too.
fn person(asked: &RequestContext) -> Option<VolunteerId> {
    asked.grant.own().or(asked.actor.as_ref().and_then(|actor| actor.volunteer_id))
}

/// The context of a request as things are now: the login of a volunteer whose record was merged reaches the record that it
/// became part of, and that of an erased one no longer reaches their records.
///
/// # Errors
/// `forbidden` if the login has no other role.
pub(super) fn still_there<'a>(conn: &mut PgConnection, asked: &'a RequestContext) -> Result<Cow<'a, RequestContext>> {
    match person(asked) {
        Some(person) => as_now(asked, became_of(conn, person)?),
        None => Ok(Cow::Borrowed(asked)),
    }
}

/// Whether something may have been refused because the record of a volunteer was merged into another while it was done.
fn has_moved(conn: &mut PgConnection, asked: &RequestContext, refused: Kind) -> Result<bool> {
    let person = person(asked).filter(|_| matches!(refused, Kind::NotFound | Kind::UnknownReference));
    let became = person.map(|person| became_of(conn, person)).transpose()?;
    Ok(refused == Kind::Merged || became.is_some_and(|became| became.merged_into.is_some()))
}

fn as_now(asked: &RequestContext, became: Became) -> Result<Cow<'_, RequestContext>> {
    if became.erased {
        if asked.actor.as_ref().and_then(Actor::only_volunteer).is_some() {
            let detail = "The data of the volunteer who uses this login was erased.";
            return Err(Refusal::new(Kind::Forbidden, detail).into());
        }
        return Ok(Cow::Owned(RequestContext { grant: asked.grant.without_own(), ..asked.clone() }));
    }
    let Some(into) = became.merged_into else { return Ok(Cow::Borrowed(asked)) };
    let actor = asked.actor.clone().map(|actor| Actor { volunteer_id: Some(into), ..actor });
    Ok(Cow::Owned(RequestContext { actor, grant: asked.grant.of_volunteer(into), ..asked.clone() }))
}
