//! Erasing a volunteer's agreements: text, reasons and witnesses are removed; the offer, the text's hash and the
//! employment status determination stay. An agreement in force must be ended first.

use crate::db::prelude::*;

use crate::agreements::AgreementStatus;
use crate::agreements::status::{AgreementVerb, LIFE};
use crate::db::among::words;
use crate::db::ids::{AgreementId, VolunteerId};
use crate::db::schema::agreements;
use crate::refusal::{Failure, Result};
use crate::work::erase_rows::{self, clear, gone};
use crate::work::{Change, Writer};

/// Locks a volunteer's agreements and counts those in force.
///
/// # Errors
/// Database errors.
pub fn hold_in_force(writer: &mut Writer<'_>, of: VolunteerId) -> Result<usize> {
    let held: Vec<(AgreementId, AgreementStatus)> = agreements::table
        .filter(agreements::volunteer_id.eq(of))
        .order_by(agreements::id)
        .select((agreements::id, agreements::status))
        .for_update()
        .load(writer.conn)?;
    Ok(held.into_iter().filter(|(_, status)| AgreementStatus::IN_FORCE.contains(status)).count())
}

/// Withdraws those that were not accepted.
fn not_accepted() -> String {
    format!(
        "UPDATE agreements a SET status = '{withdrawn}', version = a.version + 1, updated_at = $2
FROM (SELECT id, status FROM agreements WHERE volunteer_id = $1 AND status IN ({coming}) ORDER BY id FOR UPDATE) old
WHERE a.id = old.id RETURNING a.id, a.version, old.status AS was",
        withdrawn = AgreementStatus::Withdrawn,
        coming = words(AgreementStatus::COMING),
    )
}

const TEXTS: &str = "\
UPDATE agreement_texts SET body = NULL, reason = NULL, witness = NULL
WHERE agreement_id IN (SELECT id FROM agreements WHERE volunteer_id = $1)";

const WORDS: &str = "\
UPDATE agreements SET role = 'Volunteer', expectations = NULL, version = version + 1, updated_at = $2
WHERE volunteer_id = $1 RETURNING id, version, NULL AS was";

/// Withdraws the agreements that an erased volunteer had not accepted, and clears the texts of all of theirs.
///
/// # Errors
/// Database errors.
pub fn erase(writer: &mut Writer<'_>, of: VolunteerId) -> Result<()> {
    withdraw_coming(writer, of)?;
    clear(writer, TEXTS, of)?;
    erase_rows::erase(writer, LIFE.resource, WORDS, of)
}

/// Withdraws the agreements that a volunteer had not accepted.
///
/// # Errors
/// Database errors.
pub fn withdraw_coming(writer: &mut Writer<'_>, of: VolunteerId) -> Result<()> {
    for one in gone(writer, &not_accepted(), of)? {
        let was: AgreementStatus = one.was.unwrap_or_default().parse().map_err(Failure::broken)?;
        let to = LIFE.step(was, AgreementVerb::Withdraw).map_err(Failure::from)?;
        writer.note(Change::step(&LIFE, one.id, one.version, (was, AgreementVerb::Withdraw, to)));
    }
    Ok(())
}
