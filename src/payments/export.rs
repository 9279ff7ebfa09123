//! Exporting the payments to a person. The numbers that they were paid to are finance's alone.

use serde_json::Value;

use crate::db::ids::VolunteerId;
use crate::refusal::Result;
use crate::work::Reader;
use crate::work::export_rows::rows;

const PAYMENTS: &str = "\
SELECT p.id, p.claim_id, p.invoice_number, p.route, p.status, p.cost_centre, p.amount_pence, p.expense_pence, p.time_pence, p.taxable_excess_pence, p.work_from, p.work_to,
    p.due_on, p.paid_on, p.ledger_reference, p.failure_reason, p.recovery_id, p.held_reason, p.by_hand_how, p.received_by, p.created_at, p.updated_at
FROM payments p WHERE p.volunteer_id = $1 ORDER BY p.id";

/// The payments to a person, as the export shows them.
///
/// # Errors
/// Database errors.
pub fn export(reader: &mut Reader<'_>, of: VolunteerId) -> Result<Value> {
    rows(reader, PAYMENTS, of)
}
