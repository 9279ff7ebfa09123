//! What sessions and their attendance must keep to: taken once it began, of people who are engaged, fixed once claimed.
//! Pure: neither SQL nor HTTP, and no clock.

use std::collections::{HashMap, HashSet};

use crate::clock::Instant;
use crate::db::ids::{AgreementId, VolunteerId};
use crate::people::clearances::Missing;
use crate::plans::PlanStatus;
use crate::policies::calculator::Outcome;
use crate::refusal::{Fault, Kind, Refusal, refuse_if_any};
use crate::sessions::SessionStatus;
use crate::text::Prose;

/// How a session went for one person, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Recorded {
    pub volunteer_id: VolunteerId,
    pub agreement_id: AgreementId,
    pub outcome: Outcome,
    pub note: Option<Prose>,
    pub flags: Vec<Missing>,
}

/// How a session went for one person, as somebody sends it, and where in the body.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub volunteer_id: VolunteerId,
    pub outcome: Outcome,
    pub note: Option<Prose>,
    pub pointer: String,
}

/// A session is held, and attendance taken, from its start on.
///
/// # Errors
/// `session-not-started`.
pub(crate) fn has_started(starts_at: Instant, now: Instant) -> Result<(), Refusal> {
    if now < starts_at {
        return Err(Refusal::new(Kind::SessionNotStarted, "The session has not begun."));
    }
    Ok(())
}

/// Attendance of a cancelled session stands as the cancellation left it.
///
/// # Errors
/// `not-editable`.
pub(crate) fn takes_attendance(status: SessionStatus) -> Result<(), Refusal> {
    if status == SessionStatus::Cancelled {
        return Err(Refusal::new(Kind::NotEditable, "The session was cancelled; everyone engaged is marked so."));
    }
    Ok(())
}

/// Sessions and attendance stand once the plan is completed: what people could claim for was settled before. Under one that
/// was given up they are still entered, for what was given stays payable.
///
/// # Errors
/// `not-editable`.
pub(crate) fn plan_goes_on(plan: Option<PlanStatus>) -> Result<(), Refusal> {
    if plan == Some(PlanStatus::Completed) {
        return Err(Refusal::new(Kind::NotEditable, "The plan is completed: its sessions stand as they were."));
    }
    Ok(())
}

/// A cancellation counts from when people were told: not in the future.
///
/// # Errors
/// `invalid`, `out-of-range`.
pub(crate) fn cancelled_at(given: Option<Instant>, now: Instant) -> Result<Instant, Refusal> {
    match given {
        Some(at) if at > now => {
            let fault = Fault::at("/cancelled_at", "out-of-range", "must not lie in the future");
            Err(Refusal::invalid(vec![fault]))
        }
        at => Ok(at.unwrap_or(now)),
    }
}

/// The agreement under which each entry is recorded: the one that covers the day, or the one it was recorded under.
///
/// # Errors
/// `not-engaged`, a fault for each who is not.
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
    refuse_if_any(Kind::NotEngaged, "No agreement covers the session's day.", faults)?;
    Ok(engaged)
}

/// What must be written: entries that differ from what is there, and who is gone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Difference {
    pub changed: Vec<Recorded>,
    pub gone: Vec<VolunteerId>,
}

impl Difference {
    /// Between what is recorded and what shall be; with `whole`, whoever is not in it is gone.
    pub fn of(before: &[Recorded], after: Vec<Recorded>, whole: bool) -> Self {
        let kept: HashSet<VolunteerId> = after.iter().map(|one| one.volunteer_id).collect();
        let gone = before.iter().map(|one| one.volunteer_id).filter(|id| whole && !kept.contains(id)).collect();
        Self { changed: after.into_iter().filter(|one| !before.contains(one)).collect(), gone }
    }

    /// Whether everything is so already.
    pub fn is_nothing(&self) -> bool {
        self.changed.is_empty() && self.gone.is_empty()
    }

    /// An outcome on which a submitted claim rests stays as it is; a note or a flag may change.
    ///
    /// # Errors
    /// `claimed`, a fault for each.
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
            Fault::at(format!("{pointer}/outcome"), "claimed", "stands in a submitted claim")
        });
        let gone = self.gone.iter().filter(|id| fixed(id));
        let gone = gone.map(|_| Fault::at("/items", "claimed", "leaves out somebody whose claim rests on it"));
        refuse_if_any(Kind::Claimed, "A submitted claim rests on what was recorded.", changed.chain(gone).collect())
    }
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;
