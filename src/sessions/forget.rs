//! Erasing what was noted of a person at sessions: that they were there stays, for claims rest on it.

use crate::db::Writer;
use crate::db::forget::clear;
use crate::db::ids::VolunteerId;
use crate::refusal::Done;

const NOTES: &str = "UPDATE attendances SET note = NULL, clearance_flags = '[]' WHERE volunteer_id = $1";

/// Empties the notes on an erased person's attendance.
///
/// # Errors
/// Those of the database.
pub fn forget(writer: &mut Writer<'_>, of: VolunteerId) -> Done<()> {
    clear(writer, NOTES, of)
}
