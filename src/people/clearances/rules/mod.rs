//! The status of a clearance on a day, and whether a volunteer's clearances meet what is required.
//! Who may see and write clearances is in `access::policy`.

use std::collections::BTreeMap;

use crate::clock::Day;
use crate::people::clearances::kinds::{ClearanceState, ClearanceStatus};
use crate::people::clearances::views::{ClearanceSummary, Missing, NewClearance};
use crate::vocabulary::clearance::ClearanceKind;

/// The status of a required clearance for a volunteer on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequirementStatus {
    /// The required kind.
    pub kind: ClearanceKind,
    /// Status of their most useful clearance that meets it; none where they have none.
    pub status: Option<ClearanceStatus>,
    /// Last day on which that clearance counts; none where it does not expire.
    pub valid_until: Option<Day>,
    /// Whether that clearance was given with restrictions.
    pub restricted: bool,
}

/// A clearance has the status `expiring` in this many days before its last day.
const EXPIRING_DAYS: i64 = 60;

/// A reminder, and the span of days before the last day in which it is due.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ahead {
    pub days_before: i16,
    pub most: i64,
    pub least: i64,
}

/// The reminders. The spans do not overlap, so that a clearance recorded late is reminded of once, not three times.
pub(crate) const REMINDERS: [Ahead; 3] = [
    Ahead { days_before: 60, most: 60, least: 31 },
    Ahead { days_before: 30, most: 30, least: 8 },
    Ahead { days_before: 7, most: 7, least: 0 },
];

/// First day on which a new clearance can replace this one: as soon as it is `expiring`.
pub(super) fn renewable_from(clearance: &NewClearance) -> Option<Day> {
    clearance.policy_expires_on.map(|last| last.plus_days(-EXPIRING_DAYS))
}

/// Whether the end of a clearance affects a session on a day that requires these kinds: it would meet one of them, has
/// expired by then, and no other clearance of the volunteer meets it.
pub(super) fn affects(
    clearance: &NewClearance,
    held: &[NewClearance],
    required: impl Iterator<Item = ClearanceKind>,
    on: Day,
) -> bool {
    let counts = ClearanceState::GIVEN.contains(&clearance.state);
    let ended = clearance.policy_expires_on.is_some_and(|last| last < on);
    let mut met = required.filter(|kind| clearance.kind.satisfies(kind));
    counts && ended && met.any(|kind| !missing(held, std::iter::once(kind), on).is_empty())
}

/// The status of a clearance on a day.
pub(super) fn status(clearance: &NewClearance, on: Day) -> ClearanceStatus {
    match clearance.state {
        ClearanceState::Requested | ClearanceState::InProgress => ClearanceStatus::Pending,
        ClearanceState::NotCleared => ClearanceStatus::NotCleared,
        ClearanceState::Cleared | ClearanceState::ClearedWithRestrictions => {
            if clearance.issued_on.is_some_and(|issued| on < issued) {
                return ClearanceStatus::Pending;
            }
            match clearance.policy_expires_on {
                None => ClearanceStatus::Valid,
                // The expiry day itself is still valid.
                Some(expires) if on == expires => ClearanceStatus::Valid,
                Some(expires) if on > expires => ClearanceStatus::Expired,
                Some(expires) if expires <= on.plus_days(EXPIRING_DAYS) => ClearanceStatus::Expiring,
                Some(_) => ClearanceStatus::Valid,
            }
        }
    }
}

/// Which of several clearances of a kind is the most useful: in date, then pending, then expired, then not cleared.
fn nearness(status: ClearanceStatus) -> u8 {
    match status {
        ClearanceStatus::Valid | ClearanceStatus::Expiring => 4,
        ClearanceStatus::Pending => 3,
        ClearanceStatus::Expired => 2,
        ClearanceStatus::NotCleared => 1,
    }
}

/// The status of a required kind on a day, by the most useful clearance that meets it; of several, the longest valid.
pub(super) fn standing(held: &[NewClearance], required: &ClearanceKind, on: Day) -> RequirementStatus {
    let meeting = held.iter().filter(|clearance| clearance.kind.satisfies(required));
    let nearest = meeting.map(|clearance| (status(clearance, on), clearance)).max_by_key(|(status, clearance)| {
        let until = clearance.policy_expires_on;
        (nearness(*status), until.is_none(), until)
    });
    RequirementStatus {
        kind: required.clone(),
        status: nearest.map(|(status, _)| status),
        valid_until: nearest.and_then(|(_, clearance)| clearance.policy_expires_on),
        restricted: nearest.is_some_and(|(_, clearance)| clearance.state == ClearanceState::ClearedWithRestrictions),
    }
}

/// The required kinds that the volunteer does not have in date on a day, each once.
pub(super) fn missing(held: &[NewClearance], required: impl Iterator<Item = ClearanceKind>, on: Day) -> Vec<Missing> {
    let mut missing: Vec<Missing> = Vec::new();
    for kind in required {
        let nearest = held
            .iter()
            .filter(|clearance| clearance.kind.satisfies(&kind))
            .map(|clearance| status(clearance, on))
            .max_by_key(|status| nearness(*status));
        let met = nearest.is_some_and(ClearanceStatus::in_date);
        if !met && missing.iter().all(|known| known.kind != kind.0) {
            missing.push(Missing { kind: kind.0, status: nearest });
        }
    }
    missing
}

/// The most useful clearance of each kind on a day; of several, the longest valid.
pub(super) fn summary(held: Vec<NewClearance>, on: Day) -> Vec<ClearanceSummary> {
    let mut best: BTreeMap<ClearanceKind, (ClearanceStatus, Option<Day>)> = BTreeMap::new();
    for clearance in held {
        let (status, until) = (status(&clearance, on), clearance.policy_expires_on);
        // A clearance that does not expire is valid longest.
        let rank = |(status, until): (ClearanceStatus, Option<Day>)| (nearness(status), until.is_none(), until);
        let known = best.entry(clearance.kind).or_insert((status, until));
        if rank((status, until)) > rank(*known) {
            *known = (status, until);
        }
    }
    best.into_iter().map(|(kind, (status, valid_until))| ClearanceSummary { kind, status, valid_until }).collect()
}

#[cfg(test)]
mod tests;
