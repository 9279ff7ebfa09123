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
