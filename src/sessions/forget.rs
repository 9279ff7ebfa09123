//! Erasing what was noted of a person at sessions: that they were there stays, for claims rest on it.

use crate::db::ids::VolunteerId;
use crate::refusal::Done;
use crate::work::Writer;
use crate::work::erase_rows::clear;

const NOTES: &str = "UPDATE attendances SET note = NULL, clearance_flags = '[]' WHERE volunteer_id = $1";

/// Empties the notes on an erased person's attendance.
///
/// # Errors
/// Those of the database.
pub fn forget(writer: &mut Writer<'_>, of: VolunteerId) -> Done<()> {
    clear(writer, NOTES, of)
}
