//! What the unit of work keeps about a person, for the export of everything recorded about them: their log-ins, and who
//! read their data.

use serde_json::Value;

use crate::db::ids::VolunteerId;
use crate::refusal::Result;
use crate::work::Reader;
use crate::work::export_rows::rows;

const ACCESSES: &str = "\
SELECT l.at, a.subject AS actor, a.name, l.what, l.thing_id FROM access_log l JOIN actors a ON a.id = l.actor_id
WHERE l.volunteer_id = $1 OR l.volunteer_id IN (SELECT m.from_id FROM merged_records m WHERE m.into_id = $1) ORDER BY l.id";

/// Who read something sensitive about them, under whichever of their records.
///
/// # Errors
/// Database errors.
pub(super) fn accesses(reader: &mut Reader<'_>, of: VolunteerId) -> Result<Value> {
    rows(reader, ACCESSES, of)
}

const LOG_INS: &str = "\
SELECT a.issuer, a.subject, a.name FROM actor_volunteers v JOIN actors a ON a.id = v.actor_id WHERE v.volunteer_id = $1 ORDER BY a.id";

/// The log-ins that speak for them.
///
/// # Errors
/// Database errors.
pub(super) fn log_ins(reader: &mut Reader<'_>, of: VolunteerId) -> Result<Value> {
    rows(reader, LOG_INS, of)
}
