//! Exporting a person's claims, with their lines and the facts of their receipts.
//! Warnings for approvers are left out: they are judgements on claims, and never shown to the claimant.

use serde_json::Value;

use crate::db::ids::VolunteerId;
use crate::refusal::Result;
use crate::work::Reader;
use crate::work::export_rows::rows;

const CLAIMS: &str = "\
SELECT c.id, c.reference, c.agreement_id, s.name AS service, c.status, c.calculation, c.on_behalf, c.total_pence, c.claim_by, c.late, c.supplements_claim_id,
    t.late_reason, t.declaration, t.reason, t.over_budget_reason, c.submitted_at, submitter.subject AS submitted_by, c.approved_at, approver.subject AS approved_by, c.paid_at,
    (SELECT COALESCE(jsonb_agg(to_jsonb(l) - '{claim_id, volunteer_id, agreement_id, warnings, live}'::text[] || COALESCE(x.texts, '{}') ORDER BY l.position), '[]')
        FROM claim_lines l LEFT JOIN claim_line_texts x ON x.line_id = l.id WHERE l.claim_id = c.id) AS lines,
    (SELECT COALESCE(jsonb_agg(to_jsonb(r) - '{claim_id, created_by}'::text[] ORDER BY r.id), '[]') FROM receipts r WHERE r.claim_id = c.id) AS receipts,
    a.subject AS created_by, c.created_at, c.updated_at
FROM claims c JOIN services s ON s.id = c.service_id JOIN actors a ON a.id = c.created_by LEFT JOIN claim_texts t ON t.claim_id = c.id
    LEFT JOIN actors submitter ON submitter.id = c.submitted_by LEFT JOIN actors approver ON approver.id = c.approved_by
WHERE c.volunteer_id = $1 ORDER BY c.id";

/// The claims of a person, as the export shows them.
///
/// # Errors
/// Database errors.
pub fn export(reader: &mut Reader<'_>, of: VolunteerId) -> Result<Value> {
    rows(reader, CLAIMS, of)
}
