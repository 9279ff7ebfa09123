//! What the export of a person shows of their expressions of interest.

use serde_json::Value;

use crate::db::ids::VolunteerId;
use crate::refusal::Result;
use crate::work::Reader;
use crate::work::export_rows::rows;

const EXPRESSIONS: &str = "\
SELECT e.id, o.title AS opportunity, s.name AS service, e.status, e.on_behalf, e.statement, e.adjustments, e.conflict_declared, e.conflict_cleared_at, e.heard_from,
    e.respond_by, e.conditional_on, e.decline_reason_code, e.decline_message, e.reserved_at, a.subject AS created_by, e.created_at, e.updated_at
FROM expressions e JOIN opportunity_titles o USING (opportunity_id) JOIN services s ON s.id = e.service_id JOIN actors a ON a.id = e.created_by
WHERE e.volunteer_id = $1 ORDER BY e.id";

/// The person's expressions of interest.
///
/// # Errors
/// Database errors.
pub fn export(reader: &mut Reader<'_>, of: VolunteerId) -> Result<Value> {
    rows(reader, EXPRESSIONS, of)
}
