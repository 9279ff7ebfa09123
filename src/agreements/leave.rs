//! What becomes of agreements when a volunteer leaves: those in force end, those on their way are withdrawn.

use crate::agreements::erase::withdraw_coming;
use crate::agreements::rules;
use crate::agreements::status::{AgreementVerb, LIFE};
use crate::agreements::store::{self, AgreementStep, AgreementTexts};
use crate::agreements::write;
use crate::clock::Day;
use crate::db::ids::{AgreementId, VolunteerId};
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
    for row in in_force {
        let to = LIFE.step(row.status, AgreementVerb::End)?;
        // Nothing keeps a death from being recorded, and what was attended is still paid.
        let last =
            rules::last_day_of_leaver(on, row.content.starts_on).max(recorded.get(&row.id).copied().unwrap_or(on));
        write::end_pause(writer, row.id, last)?;
        let step =
            AgreementStep { ended_on: Some(last), ended_by_volunteer: Some(by_volunteer), ..AgreementStep::default() };
        let said = AgreementTexts { reason: Some(REASON.to_owned()), ..AgreementTexts::default() };
        write::step(writer, (row.id, row.version), to, &step, &said)?;
        let path = (row.status, AgreementVerb::End, to);
        writer.note(Change::step(&LIFE, row.id, row.version + 1, path).fields(["reason", "ended_on"]));
        expressions::end_place(writer, row.content.opportunity_id, of)?;
    }
    Ok(())
}
