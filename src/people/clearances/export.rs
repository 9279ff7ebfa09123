//! Clearances and reminders in the export of a person.

use serde_json::Value;

use crate::db::ids::VolunteerId;
use crate::refusal::Result;
use crate::work::Reader;
use crate::work::export_rows::rows;

const CLEARANCES: &str = "\
SELECT c.id, c.kind, c.workforce, c.state, c.issued_on, c.policy_expires_on, c.reference_last4, c.eligibility_reason, c.how,
    a.subject AS created_by, c.created_at, c.updated_at
FROM clearances c JOIN actors a ON a.id = c.created_by WHERE c.volunteer_id = $1 ORDER BY c.id";

const REMINDERS: &str = "\
SELECT r.id, r.clearance_id, r.expires_on, r.days_before, r.created_at FROM clearance_reminders r WHERE r.volunteer_id = $1 ORDER BY r.id";

/// Reminders that a clearance was about to expire.
///
/// # Errors
/// Database errors.
pub fn export_reminders(reader: &mut Reader<'_>, of: VolunteerId) -> Result<Value> {
    rows(reader, REMINDERS, of)
}

/// Clearances and training.
///
/// # Errors
/// Database errors.
pub fn export_clearances(reader: &mut Reader<'_>, of: VolunteerId) -> Result<Value> {
    rows(reader, CLEARANCES, of)
}
