//! The rules of sessions and attendance: recorded from the start on, for volunteers who are engaged, fixed once
//! claimed. Pure functions: no SQL, no HTTP, no clock.

use std::collections::{HashMap, HashSet};

use crate::clock::{Day, Instant};
use crate::db::ids::{AgreementId, VolunteerId};
use crate::people::clearances::Missing;
use crate::plans::PlanStatus;
use crate::policies::calculator::Outcome;
use crate::refusal::{Fault, Happened, Kind, Refusal, refuse_if_any};
use crate::sessions::SessionStatus;
use crate::sessions::views::SessionContent;
use crate::text::LongText;

/// The longest notice of a cancellation that anybody can have given: 366 days.
const LONGEST_NOTICE_MINUTES: i64 = 366 * 24 * 60;

/// The attendance of one volunteer, as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Recorded {
    pub volunteer_id: VolunteerId,
    pub agreement_id: AgreementId,
    pub outcome: Outcome,
    pub note: Option<LongText>,
    pub flags: Vec<Missing>,
}

/// The attendance of one volunteer, as the client sends it, and its place in the body.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub volunteer_id: VolunteerId,
    pub outcome: Outcome,
    pub note: Option<LongText>,
    pub pointer: String,
}

/// A session that is entered afterwards was held in living memory; one to come may be on any day.
///
/// # Errors
/// `invalid`, `out-of-range`.
pub(crate) fn possible(new: &SessionContent, pointer: &str, today: Day) -> Result<(), Refusal> {
    Happened::in_living_memory(today).check(pointer, Some(new.starts_at.london_day().min(today)))
}

/// The fields of a session that people are told when they change. Its title is for those who plan.
pub(crate) const TOLD: [&str; 5] = ["starts_at", "ends_at", "venue", "mode", "join_details"];

/// A session that nobody knows of can be deleted; one that somebody was told of, or replied to, is cancelled, so that they
/// are told.
///
/// # Errors
/// `not-editable`.
pub(crate) fn can_be_deleted(status: SessionStatus, taken: bool, known: bool) -> Result<(), Refusal> {
    let why = match (status, taken, known) {
        (SessionStatus::Held | SessionStatus::Cancelled, ..) => "Only a scheduled session can be deleted.",
        (_, true, _) => "Attendance is recorded for the session, so it can't be deleted.",
        (_, _, true) => return Err(is_known()),
        _ => return Ok(()),
    };
    Err(Refusal::new(Kind::NotEditable, why))
}

/// What is answered where somebody knows of a session that is to be deleted, or may know of it.
pub(crate) fn is_known() -> Refusal {
    Refusal::new(Kind::NotEditable, "Somebody knows of the session already. Cancel it, so that they are told.")
}

/// People can say whether they come until the session starts.
///
/// # Errors
/// `not-editable`.
pub(crate) fn takes_replies(status: SessionStatus, starts_at: Instant, now: Instant) -> Result<(), Refusal> {
    let why = match status {
        SessionStatus::Cancelled => "The session was cancelled, so nobody needs to reply.",
        SessionStatus::Held => "The session was held, so the reply can't be changed. Record the attendance instead.",
        SessionStatus::Scheduled if starts_at <= now => {
            "The session has started, so the reply can't be changed. Record the attendance instead."
        }
        SessionStatus::Scheduled => return Ok(()),
    };
    Err(Refusal::new(Kind::NotEditable, why))
}

/// A session can be marked as held, and attendance recorded, from its start on.
///
/// # Errors
/// `session-not-started`.
pub(crate) fn has_started(starts_at: Instant, now: Instant) -> Result<(), Refusal> {
    if now < starts_at {
        return Err(Refusal::new(Kind::SessionNotStarted, "The session has not started. Try again once it has."));
    }
    Ok(())
}

/// Attendance of a cancelled session can't be changed.
///
/// # Errors
/// `not-editable`.
pub(crate) fn takes_attendance(status: SessionStatus) -> Result<(), Refusal> {
    if status == SessionStatus::Cancelled {
        let detail =
            "The session was cancelled, and everyone who was expected or came is marked as cancelled by the trust.";
        return Err(Refusal::new(Kind::NotEditable, detail));
    }
    Ok(())
}

/// Sessions and attendance can't be changed once the plan is completed, because everything that can be claimed was
/// settled before. Under a withdrawn plan they can, because time that was given stays payable.
///
/// # Errors
/// `not-editable`.
pub(crate) fn plan_goes_on(plan: Option<PlanStatus>) -> Result<(), Refusal> {
    if plan == Some(PlanStatus::Completed) {
        let detail = "The plan is completed, so its sessions and attendance can't be changed.";
        return Err(Refusal::new(Kind::NotEditable, detail));
    }
    Ok(())
}

/// A cancellation counts from when volunteers were told: not in the future, nor more than a year before the start or, for a
/// session that is still further away, before now.
///
/// # Errors
/// `invalid`, `out-of-range`.
pub(crate) fn cancelled_at(given: Option<Instant>, starts_at: Instant, now: Instant) -> Result<Instant, Refusal> {
    match given {
        Some(at) if at < starts_at.min(now).plus_minutes(-LONGEST_NOTICE_MINUTES) => {
            let fault = Fault::at("/cancelled_at", "out-of-range", "must be in the year before the session or later");
            Err(Refusal::invalid(vec![fault]))
        }
        Some(at) if at > now => {
            let fault = Fault::at("/cancelled_at", "out-of-range", "must not be in the future");
            Err(Refusal::invalid(vec![fault]))
        }
        at => Ok(at.unwrap_or(now)),
    }
}

/// Adds to each entry its agreement: the one that covers the day, or the one that the same outcome was recorded under.
///
/// # Errors
/// `not-engaged`, with a fault for each volunteer who is not.
pub(crate) fn engaged(
    entries: Vec<Entry>,
    before: &[Recorded],
    covering: &HashMap<VolunteerId, AgreementId>,
) -> Result<Vec<(Entry, AgreementId)>, Refusal> {
    let mut engaged = Vec::new();
    let mut faults = Vec::new();
    for entry in entries {
        let known = before.iter().find(|known| known.volunteer_id == entry.volunteer_id);
        let same = known.filter(|known| known.outcome == entry.outcome).map(|known| known.agreement_id);
        match same.or_else(|| covering.get(&entry.volunteer_id).copied()) {
            Some(agreement) => engaged.push((entry, agreement)),
            None => {
                let pointer = format!("{}/volunteer_id", entry.pointer);
                faults.push(Fault::at(pointer, "not-engaged", "has no agreement that covers the session's day"));
            }
        }
    }
    refuse_if_any(Kind::NotEngaged, "One or more volunteers have no agreement that covers the session's day.", faults)?;
    Ok(engaged)
}

/// What must be written: attendance that differs from what is stored, and volunteers whose attendance is deleted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Difference {
    pub changed: Vec<Recorded>,
    pub gone: Vec<VolunteerId>,
}

impl Difference {
    /// The difference between stored and sent attendance; with `whole`, volunteers who are not sent are gone.
    pub fn of(before: &[Recorded], after: Vec<Recorded>, whole: bool) -> Self {
        let kept: HashSet<VolunteerId> = after.iter().map(|one| one.volunteer_id).collect();
        let gone = before.iter().map(|one| one.volunteer_id).filter(|id| whole && !kept.contains(id)).collect();
        Self { changed: after.into_iter().filter(|one| !before.contains(one)).collect(), gone }
    }

    /// Whether nothing has to be written.
    pub fn is_nothing(&self) -> bool {
        self.changed.is_empty() && self.gone.is_empty()
    }

    /// An outcome that a submitted claim depends on can't change; a note or a flag may.
    ///
    /// # Errors
    /// `claimed`, with a fault for each.
    pub fn leaves_claims_alone(
        &self,
        before: &[Recorded],
        claimed: &[VolunteerId],
        pointers: &HashMap<VolunteerId, String>,
    ) -> Result<(), Refusal> {
        let fixed = |id: &VolunteerId| claimed.contains(id);
        let other = |one: &&Recorded| {
            fixed(&one.volunteer_id)
                && before.iter().all(|known| known.volunteer_id != one.volunteer_id || known.outcome != one.outcome)
        };
        let changed = self.changed.iter().filter(other).map(|one| {
            let pointer = pointers.get(&one.volunteer_id).map(String::as_str).unwrap_or_default();
            Fault::at(
                format!("{pointer}/outcome"),
                "claimed",
                "can't be changed, because a submitted claim depends on it",
            )
        });
        let gone = self.gone.iter().filter(|id| fixed(id));
        let gone =
            gone.map(|_| Fault::at("/items", "claimed", "leaves out a volunteer whose submitted claim depends on it"));
        let detail = "A submitted claim depends on this attendance, so its outcome can't be changed.";
        refuse_if_any(Kind::Claimed, detail, changed.chain(gone).collect())
    }
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;
