//! Erasing what sessions keep about a volunteer: notes, what was arranged, what they were told. Attendance and replies stay
//! as figures, because claims and registers depend on them.

use uuid::Uuid;

use crate::db::ids::VolunteerId;
use crate::refusal::Result;
use crate::sessions::{arrangement_views, replies};
use crate::work::Writer;
use crate::work::erase_rows::{self, clear, expire};

const NOTES: &str = "UPDATE attendances SET note = NULL, clearance_flags = '[]' WHERE volunteer_id = $1";

const REPLIES: &str = "\
UPDATE session_replies SET note = NULL, version = version + 1, updated_at = $2
WHERE volunteer_id = $1 RETURNING id, version, NULL AS was";

const ARRANGEMENTS: &str = "\
UPDATE session_arrangements SET items = '[]', version = version + 1, updated_at = $2
WHERE volunteer_id = $1 RETURNING id, version, NULL AS was";

const NEWS: &str = "DELETE FROM session_news WHERE volunteer_id = $1";

/// Clears what was written about an erased volunteer's part in sessions.
///
/// # Errors
/// Database errors.
pub fn erase(writer: &mut Writer<'_>, of: VolunteerId) -> Result<()> {
    clear(writer, NOTES, of)?;
    clear(writer, NEWS, of)?;
    erase_rows::erase(writer, replies::RESOURCE, REPLIES, of)?;
    erase_rows::erase(writer, arrangement_views::RESOURCE, ARRANGEMENTS, of)
}

const OLD_REPLIES: &str = "\
UPDATE session_replies SET note = NULL, version = version + 1, updated_at = $2
WHERE id IN (SELECT id FROM session_replies WHERE id = ANY($1) AND note IS NOT NULL ORDER BY id FOR UPDATE SKIP LOCKED)
RETURNING id, version";

const OLD_ARRANGEMENTS: &str = "\
UPDATE session_arrangements SET items = '[]', version = version + 1, updated_at = $2
WHERE id IN (SELECT id FROM session_arrangements WHERE id = ANY($1) AND items <> '[]' ORDER BY id FOR UPDATE SKIP LOCKED)
RETURNING id, version";

/// Clears the notes of these replies and what these arrangements say, whose retention period is over, except those locked by
/// another transaction. Returns how many.
///
/// # Errors
/// Database errors.
pub fn clear_notes(writer: &mut Writer<'_>, ids: &[Uuid]) -> Result<usize> {
    let replies = expire(writer, replies::RESOURCE, OLD_REPLIES, ids)?;
    Ok(replies + expire(writer, arrangement_views::RESOURCE, OLD_ARRANGEMENTS, ids)?)
}
