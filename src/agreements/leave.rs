//! What becomes of agreements when a volunteer leaves: those in force end, those on their way are withdrawn.

use crate::agreements::erase::withdraw_coming;
use crate::agreements::rules;
use crate::agreements::status::{AgreementVerb, LIFE};
use crate::agreements::store;
use crate::agreements::write::{self, Ending};
use crate::clock::Day;
use crate::db::ids::{AgreementId, OpportunityId, VolunteerId};
use crate::expressions;
use crate::refusal::Result;
use crate::sessions;
use crate::work::{Change, Writer};

/// What the agreement says of why it ended. Why somebody left stands with the person alone.
const REASON: &str = "The volunteer has left.";

/// Ends the agreements of a volunteer that are in force, on a last day, and withdraws those not accepted yet. Their places are
/// free again. Where somebody has died, each ends at the earliest on the last day on which they are recorded as having come.
/// The opportunities must be locked.
///
/// # Errors
/// `invalid` where the day is before one for which attendance is recorded; database errors.
pub fn leave(writer: &mut Writer<'_>, of: VolunteerId, on: Day, deceased: bool) -> Result<()> {
    let by_volunteer = writer.grant().own() == Some(of);
    withdraw_coming(writer, of)?;
    let in_force = store::lock_in_force(writer, of)?;
    let (ids, today): (Vec<AgreementId>, Day) = (in_force.iter().map(|row| row.id).collect(), writer.today());
    let recorded = sessions::last_recorded(writer.conn, &ids, today)?;
    if !deceased {
        rules::covers_recorded(on, recorded.values().max().copied())?;
    }
    if in_force.is_empty() {
        return Ok(());
    }
    let ends = in_force.iter().map(|row| {
        // Nothing keeps a death from being recorded, and what was attended is still paid.
        let last =
            rules::last_day_of_leaver(on, row.content.starts_on).max(recorded.get(&row.id).copied().unwrap_or(on));
        Ending { id: row.id, version: row.version, last }
    });
    write::end_all(writer, &ends.collect::<Vec<_>>(), by_volunteer, REASON)?;
    for row in &in_force {
        let to = LIFE.step(row.status, AgreementVerb::End)?;
        let path = (row.status, AgreementVerb::End, to);
        writer.note(Change::step(&LIFE, row.id, row.version + 1, path).fields(["reason", "ended_on"]));
    }
    let places: Vec<OpportunityId> = in_force.iter().map(|row| row.content.opportunity_id).collect();
    expressions::end_places(writer, &places, of)
}
