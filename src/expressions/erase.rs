//! Erasure in expressions of interest: open ones are withdrawn and texts are emptied; the rows stay for the figures.
//! Texts are also emptied when their retention period is over.

use uuid::Uuid;

use crate::db::among::words;
use crate::db::ids::{OpportunityId, VolunteerId};
use crate::expressions::status::{ExpressionStatus, ExpressionVerb, LIFE};
use crate::opportunities;
use crate::refusal::{Failure, Result};
use crate::work::erase_rows::{self, expire, gone};
use crate::work::{Change, Writer};

// The opportunities first: places are freed while these are locked.
fn places() -> String {
    format!(
        "SELECT opportunity_id AS id, 0 AS version, NULL AS was FROM expressions
WHERE volunteer_id = $1 AND status = '{}' ORDER BY opportunity_id",
        ExpressionStatus::Accepted
    )
}

/// Withdraws those that are not over.
fn open() -> String {
    format!(
        "UPDATE expressions e SET status = '{withdrawn}', version = e.version + 1, updated_at = $2
FROM (SELECT id, status FROM expressions WHERE volunteer_id = $1 AND status IN ({open}) ORDER BY id FOR UPDATE) old
WHERE e.id = old.id RETURNING e.id, e.version, old.status AS was",
        withdrawn = ExpressionStatus::Withdrawn,
        open = words(ExpressionStatus::OPEN),
    )
}

const WORDS: &str = "\
UPDATE expressions SET statement = NULL, adjustments = NULL, decline_message = NULL, conflict_declared = NULL,
    conditional_on = '[]', version = version + 1, updated_at = $2
WHERE volunteer_id = $1 RETURNING id, version, NULL AS was";

/// Empties the texts of those that are over.
fn old_texts() -> String {
    format!(
        "UPDATE expressions SET statement = NULL, adjustments = NULL, decline_message = NULL, version = version + 1, updated_at = $2
WHERE id IN (SELECT id FROM expressions WHERE id = ANY($1) AND status IN ({})
    ORDER BY id FOR UPDATE SKIP LOCKED)
RETURNING id, version",
        words(ExpressionStatus::OVER)
    )
}

/// Empties the texts of these, whose retention period is over; locked rows are skipped. Returns how many.
///
/// # Errors
/// Database errors.
pub fn clear_texts(writer: &mut Writer<'_>, ids: &[Uuid]) -> Result<usize> {
    expire(writer, LIFE.resource, &old_texts(), ids)
}

/// Withdraws and empties an erased person's expressions of interest.
///
/// # Errors
/// Database errors.
pub fn erase(writer: &mut Writer<'_>, of: VolunteerId) -> Result<()> {
    withdraw_open(writer, of)?;
    erase_rows::erase(writer, LIFE.resource, WORDS, of)
}

/// Withdraws what a person has not over, and frees the places that they had.
///
/// # Errors
/// Database errors.
pub fn withdraw_open(writer: &mut Writer<'_>, of: VolunteerId) -> Result<()> {
    let places: Vec<OpportunityId> = gone(writer, &places(), of)?.into_iter().map(|place| place.id.into()).collect();
    opportunities::lock_places_of(writer, &places)?;
    for one in gone(writer, &open(), of)? {
        let was: ExpressionStatus = one.was.unwrap_or_default().parse().map_err(Failure::broken)?;
        let step = (was, ExpressionVerb::Withdraw, ExpressionStatus::Withdrawn);
        writer.note(Change::step(&LIFE, one.id, one.version, step));
    }
    opportunities::free_places(writer, &places)
}

/// The open expressions of interest of a person, locked after their opportunities, so that nobody offers or accepts a place
/// meanwhile.
fn held() -> String {
    format!(
        "SELECT id, version, NULL AS was FROM expressions WHERE volunteer_id = $1 AND status IN ({}) ORDER BY id FOR UPDATE",
        words(ExpressionStatus::OPEN)
    )
}

/// Locks what is open of a person, and the opportunities that it is for: before the person, who is locked last.
///
/// # Errors
/// Database errors.
pub fn hold_open(writer: &mut Writer<'_>, of: VolunteerId) -> Result<()> {
    let open = gone(writer, &opportunities_of_open(), of)?;
    opportunities::lock_places_of(writer, &open.into_iter().map(|one| one.id.into()).collect::<Vec<_>>())?;
    gone(writer, &held(), of).map(drop)
}

fn opportunities_of_open() -> String {
    format!(
        "SELECT DISTINCT opportunity_id AS id, 0 AS version, NULL AS was FROM expressions
WHERE volunteer_id = $1 AND status IN ({}) ORDER BY opportunity_id",
        words(ExpressionStatus::OPEN)
    )
}
