//! Attendance in the export of a person.

use serde_json::Value;

use crate::db::ids::VolunteerId;
use crate::refusal::Result;
use crate::work::Reader;
use crate::work::export_rows::rows;

const ATTENDANCE: &str = "\
SELECT n.session_id, s.starts_at, s.ends_at, s.title, s.venue, n.outcome, n.clearance_flags, n.note, a.subject AS recorded_by, n.recorded_at
FROM attendances n JOIN sessions s ON s.id = n.session_id JOIN actors a ON a.id = n.recorded_by WHERE n.volunteer_id = $1 ORDER BY n.session_id";

/// All attendance of a volunteer.
///
/// # Errors
/// Database errors.
pub fn export(reader: &mut Reader<'_>, of: VolunteerId) -> Result<Value> {
    rows(reader, ATTENDANCE, of)
}

const REPLIES: &str = "\
SELECT r.session_id, s.starts_at, s.title, r.reply, r.how, r.note, r.created_at, r.updated_at, a.subject AS updated_by
FROM session_replies r JOIN sessions s ON s.id = r.session_id JOIN actors a ON a.id = r.updated_by
WHERE r.volunteer_id = $1 ORDER BY r.id";

/// What a volunteer replied to sessions.
///
/// # Errors
/// Database errors.
pub fn replies(reader: &mut Reader<'_>, of: VolunteerId) -> Result<Value> {
    rows(reader, REPLIES, of)
}

const ARRANGEMENTS: &str = "\
SELECT r.session_id, s.starts_at, s.title, r.items, r.created_at, r.updated_at, a.subject AS updated_by
FROM session_arrangements r JOIN sessions s ON s.id = r.session_id JOIN actors a ON a.id = r.updated_by
WHERE r.volunteer_id = $1 ORDER BY r.id";

/// What was arranged for a volunteer at sessions.
///
/// # Errors
/// Database errors.
pub fn arrangements(reader: &mut Reader<'_>, of: VolunteerId) -> Result<Value> {
    rows(reader, ARRANGEMENTS, of)
}

const NEWS: &str = "\
SELECT n.delivery_id, n.session_id, n.said, n.was, n.created_at FROM session_news n
WHERE n.volunteer_id = $1 ORDER BY n.delivery_id, n.session_id";

/// What a volunteer was told of sessions.
///
/// # Errors
/// Database errors.
pub fn news(reader: &mut Reader<'_>, of: VolunteerId) -> Result<Value> {
    rows(reader, NEWS, of)
}
