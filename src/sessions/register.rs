//! Recording attendance, under the session's lock: the whole register, one volunteer, or everyone at a cancellation.
//! What may be recorded is in `rules`; the operations are in `attendance`.

use std::collections::HashMap;

use crate::agreements;
use crate::claims;
use crate::clearances;
use crate::clock::Day;
use crate::db::ids::{AgreementId, OpportunityId, VolunteerId};
use crate::db::{Change, Writer};
use crate::opportunities;
use crate::policies::calculator::Outcome;
use crate::refusal::{Done, Failure};
use crate::sessions::attendance_store as kept;
use crate::sessions::rules::{self, Difference, Entry, Recorded};
use crate::sessions::status::{LIFE, SessionVerb};
use crate::sessions::store::{self, Row};

/// Records entries for a locked session; with `whole`, attendance of everyone else is deleted.
/// Returns whether anything changed; if so, the caller makes a new version of the session.
pub(super) fn record(writer: &mut Writer<'_>, row: &Row, entries: Vec<Entry>, whole: bool) -> Done<bool> {
    let before = recorded(writer, row)?;
    let covering = covering(writer, row)?;
    let pointers = entries.iter().map(|entry| (entry.volunteer_id, entry.pointer.clone())).collect();
    let engaged = rules::engaged(entries, &before, &covering)?;
    let after = flagged(writer, row, engaged)?;
    write(writer, row, &before, Difference::of(&before, after, whole), &pointers)
}

/// Marks everyone whose agreement covers the day as cancelled by the trust, and returns who they are.
pub(super) fn cancel_everyone(writer: &mut Writer<'_>, row: &Row) -> Done<Vec<VolunteerId>> {
    let before = recorded(writer, row)?;
    let covering = covering(writer, row)?;
    let people = covering.keys().copied().collect();
    let everyone = covering.into_iter().map(|(volunteer_id, agreement)| {
        let (outcome, pointer) = (Outcome::CancelledByTrust, String::new());
        (Entry { volunteer_id, outcome, note: None, pointer }, agreement)
    });
    let after = flagged(writer, row, everyone.collect())?;
    write(writer, row, &before, Difference::of(&before, after, false), &HashMap::new())?;
    Ok(people)
}

/// Cancels the future sessions of an opportunity, as of now, and marks everyone engaged on their days.
/// Called under the opportunity's lock; the caller tells the volunteers.
///
/// # Errors
/// Database errors.
pub fn cancel_to_come(writer: &mut Writer<'_>, opportunity: OpportunityId, reason: &str) -> Done<()> {
    let now = writer.now();
    for row in store::lock_to_come(writer, opportunity)? {
        let to = LIFE.step(row.status, SessionVerb::Cancel)?;
        cancel_everyone(writer, &row)?;
        store::step(writer, &row, to, Some((now, reason)))?;
        let change = Change::step(&LIFE, row.id, row.version + 1, (row.status, SessionVerb::Cancel, to));
        writer.note(change.fields(["cancelled_at", "cancel_reason", "attendance"]));
    }
    Ok(())
}

fn recorded(writer: &mut Writer<'_>, row: &Row) -> Done<Vec<Recorded>> {
    Ok(kept::of_session(writer.conn, row.id)?.into_iter().map(|signed| signed.recorded).collect())
}

/// The volunteers engaged on the session's day, each with the latest agreement that covers it.
fn covering(writer: &mut Writer<'_>, row: &Row) -> Done<HashMap<VolunteerId, AgreementId>> {
    let agreements = agreements::covering(writer.conn, row.opportunity_id, day(row))?;
    Ok(agreements.into_iter().map(|agreement| (agreement.volunteer_id, agreement.id)).collect())
}

/// Adds to entries the required clearances that were not in date on the day. Attendance is recorded all the same.
fn flagged(writer: &mut Writer<'_>, row: &Row, entries: Vec<(Entry, AgreementId)>) -> Done<Vec<Recorded>> {
    let now = writer.now();
    let opportunity = opportunities::facts(writer.conn, row.opportunity_id, now)?
        .ok_or_else(|| Failure::broken("a session without its opportunity"))?;
    let (required, training) = (&opportunity.clearances_required, &opportunity.training_required);
    let people: Vec<VolunteerId> = entries.iter().map(|(entry, _)| entry.volunteer_id).collect();
    let missing = clearances::missing_of(writer.conn, &people, required, training, day(row))?;
    let flag = |((entry, agreement_id), flags)| {
        let Entry { volunteer_id, outcome, note, .. } = entry;
        Recorded { volunteer_id, agreement_id, outcome, note, flags }
    };
    Ok(entries.into_iter().zip(missing).map(flag).collect())
}

fn write(
    writer: &mut Writer<'_>,
    row: &Row,
    before: &[Recorded],
    difference: Difference,
    pointers: &HashMap<VolunteerId, String>,
) -> Done<bool> {
    if difference.is_nothing() {
        return Ok(false);
    }
    let claimed = claims::on_session(writer.conn, row.id)?;
    difference.leaves_claims_alone(before, &claimed, pointers)?;
    kept::write(writer, row.id, &difference.changed, &difference.gone)?;
    Ok(true)
}

/// The day in London on which the session starts; clearances, agreements and the claim window depend on it.
pub(super) fn day(row: &Row) -> Day {
    row.starts_at.london_day()
}
