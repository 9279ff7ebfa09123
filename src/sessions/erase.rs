//! Erasing the notes on a volunteer's attendance; the attendance itself stays, because claims depend on it.

use crate::db::ids::VolunteerId;
use crate::refusal::Result;
use crate::work::Writer;
use crate::work::erase_rows::clear;

const NOTES: &str = "UPDATE attendances SET note = NULL, clearance_flags = '[]' WHERE volunteer_id = $1";

/// Clears the notes and clearance flags of an erased volunteer's attendance.
///
/// # Errors
/// Database errors.
pub fn erase(writer: &mut Writer<'_>, of: VolunteerId) -> Result<()> {
    clear(writer, NOTES, of)
}
