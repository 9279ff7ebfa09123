//! A payment as each viewer sees it.

use crate::access::Viewers;
use crate::clock::Day;
use crate::db::ids::PaymentId;
use crate::digest::fingerprint;
use crate::payments::blocked::blocked;
use crate::payments::store::{self, PayeeNumbersRow, PaymentListRow};
use crate::payments::views::{PaymentNumbers, PaymentView};
use crate::refusal::{Failure, Result};
use crate::work::Reader;

/// The first day on which a change of a payee's numbers counts as recent.
pub(super) fn recent_since(today: Day) -> Day {
    today.plus_days(-30)
}

/// A payment as the caller sees it.
///
/// # Errors
/// Not found.
pub(crate) fn read_payment(reader: &mut Reader<'_>, id: PaymentId) -> Result<PaymentView> {
    let viewer = reader.grant().viewer();
    let today = reader.today();
    let mut view = view(store::find(reader, id)?, viewer, today);
    let around = serde_json::to_string(&(&view.payee_name, &view.numbers, view.blocked)).map_err(Failure::broken)?;
    view.seen = fingerprint(&[&around]).chars().take(12).collect();
    Ok(view)
}

/// An item of the list.
pub(super) fn view(listed: PaymentListRow, viewer: Viewers, today: Day) -> PaymentView {
    let PaymentListRow { payment: row, claim_reference, payee_name, numbers, created_by } = listed;
    let number = |pick: fn(&PayeeNumbersRow) -> &Option<String>| numbers.as_ref().and_then(|n| pick(n).clone());
    let (supplier, payroll) = (number(|n| &n.supplier_number), number(|n| &n.payroll_number));
    let lacks = blocked(row.status, row.route, supplier.as_deref(), payroll.as_deref());
    let numbers = PaymentNumbers {
        supplier_site: number(|n| &n.supplier_site),
        supplier_number: supplier,
        payroll_number: payroll,
        payee_changed_on: numbers.as_ref().and_then(|n| n.changed_on).filter(|on| *on >= recent_since(today)),
    };
    PaymentView {
        id: row.id,
        version: row.version,
        claim_id: row.claim_id,
        claim_reference,
        volunteer_id: row.volunteer_id,
        payee_name: payee_name.filter(|name| !name.is_empty()),
        numbers: viewer.shown(PaymentView::NUMBERS, || numbers),
        route: row.route,
        cost_centre: row.cost_centre,
        amount_pence: row.amount_pence,
        taxable_excess_pence: row.taxable_excess_pence,
        status: row.status,
        blocked: lacks,
        invoice_number: row.invoice_number,
        payment_run_id: row.payment_run_id,
        retry_of_id: row.retry_of_id,
        due_on: row.due_on,
        paid_on: row.paid_on,
        ledger_reference: row.ledger_reference,
        failure_reason: row.failure_reason,
        recovery_id: row.recovery_id,
        held_reason: row.held_reason,
        by_hand_how: row.by_hand_how,
        received_by: row.received_by,
        created_at: row.created_at,
        created_by,
        updated_at: row.updated_at,
        seen: String::new(),
    }
}
