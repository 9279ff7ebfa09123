//! Erasing the notes on a volunteer's attendance; the attendance itself stays, because claims depend on it.

use crate::db::Writer;
use crate::db::forget::clear;
use crate::db::ids::VolunteerId;
use crate::refusal::Done;

const NOTES: &str = "UPDATE attendances SET note = NULL, clearance_flags = '[]' WHERE volunteer_id = $1";

/// Clears the notes and clearance flags of an erased volunteer's attendance.
///
/// # Errors
/// Database errors.
pub fn forget(writer: &mut Writer<'_>, of: VolunteerId) -> Done<()> {
    clear(writer, NOTES, of)
}
