//! Erasing a volunteer's clearances and the reminders of them: nothing of them stays.

use crate::db::ids::VolunteerId;
use crate::refusal::Result;
use crate::work::Writer;
use crate::work::erase_rows;

const CLEARANCES: &str =
    "DELETE FROM clearances WHERE volunteer_id = $1 RETURNING id, version + 1 AS version, NULL AS was";

const REMINDERS: &str =
    "DELETE FROM clearance_reminders WHERE volunteer_id = $1 RETURNING id, version + 1 AS version, NULL AS was";

/// Deletes the clearances and reminders of an erased volunteer.
///
/// # Errors
/// Database errors.
pub fn erase(writer: &mut Writer<'_>, of: VolunteerId) -> Result<()> {
    erase_rows::erase(writer, "clearance_reminder", REMINDERS, of)?;
    erase_rows::erase(writer, "clearance", CLEARANCES, of)
}
