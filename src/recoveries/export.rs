//! Exporting the recoveries from a person.

use serde_json::Value;

use crate::db::ids::VolunteerId;
use crate::refusal::Result;
use crate::work::Reader;
use crate::work::export_rows::rows;

const RECOVERIES: &str = "\
SELECT r.id, r.reference, r.claim_id, r.status, r.method, r.total_pence, t.reason, t.agreed_on, t.agreed_how, t.waive_reason,
    (SELECT COALESCE(jsonb_agg(jsonb_build_object('line_id', l.line_id, 'pence', l.pence) ORDER BY l.line_id), '[]')
        FROM recovery_lines l WHERE l.recovery_id = r.id) AS lines,
    (SELECT COALESCE(jsonb_agg(jsonb_build_object('on', b.on_day, 'pence', b.pence, 'ledger_reference', b.ledger_reference) ORDER BY b.id), '[]')
        FROM repayments b WHERE b.recovery_id = r.id) AS repayments,
    r.recovered_on, r.confirmed_at, r.waived_at, r.created_at, r.updated_at
FROM recoveries r LEFT JOIN recovery_texts t ON t.recovery_id = r.id WHERE r.volunteer_id = $1 ORDER BY r.id";

/// The recoveries from a person, as the export shows them.
///
/// # Errors
/// Database errors.
pub fn export(reader: &mut Reader<'_>, of: VolunteerId) -> Result<Value> {
    rows(reader, RECOVERIES, of)
}
