//! The feedback that a volunteer contributed to, for the export of their data; other contributors are not named.

use serde_json::Value;

use crate::db::ids::VolunteerId;
use crate::refusal::Result;
use crate::work::Reader;
use crate::work::export_rows::rows;

const FEEDBACK: &str = "\
SELECT f.id, p.title AS plan, s.name AS service, f.status, f.you_said, f.theme, f.source, f.decision, f.we_did, f.because, f.responded_at, f.told_on, f.told_how, f.published_at, f.created_at, f.updated_at
FROM feedback_contributors c JOIN feedback f ON f.id = c.feedback_id JOIN plan_titles p USING (plan_id) JOIN services s ON s.id = f.service_id
WHERE c.volunteer_id = $1 ORDER BY f.id";

/// The feedback that a volunteer contributed to.
///
/// # Errors
/// Database errors.
pub fn export(reader: &mut Reader<'_>, of: VolunteerId) -> Result<Value> {
    rows(reader, FEEDBACK, of)
}
