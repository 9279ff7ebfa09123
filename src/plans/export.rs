//! What the export of a person shows from plans: their memberships and their comments.

use serde_json::Value;

use crate::db::ids::VolunteerId;
use crate::refusal::Result;
use crate::work::Reader;
use crate::work::export_rows::rows;

const MEMBERSHIPS: &str = "\
SELECT m.id, m.plan_id, p.title AS plan, a.subject AS created_by, m.created_at
FROM plan_members m JOIN plans p ON p.id = m.plan_id JOIN actors a ON a.id = m.created_by WHERE m.volunteer_id = $1 ORDER BY m.id";

const COMMENTS: &str = "\
SELECT c.id, c.plan_id, p.title AS plan, c.status, c.pointer, c.text, c.answer, c.resolved_at, c.created_at, c.updated_at
FROM plan_comments c JOIN plans p ON p.id = c.plan_id WHERE c.volunteer_id = $1 ORDER BY c.id";

/// The plans of which they are a member.
///
/// # Errors
/// Database errors.
pub fn memberships(reader: &mut Reader<'_>, of: VolunteerId) -> Result<Value> {
    rows(reader, MEMBERSHIPS, of)
}

/// Their comments on plans.
///
/// # Errors
/// Database errors.
pub fn comments(reader: &mut Reader<'_>, of: VolunteerId) -> Result<Value> {
    rows(reader, COMMENTS, of)
}
