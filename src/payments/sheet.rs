//! The list of payments as a CSV: its columns, and who gets which.

use crate::access::Viewers;
use crate::http::sheet::Sheet;
use crate::payments::views::PaymentView;

const ALL: Viewers = Viewers::EVERYBODY;
const FINANCE: Viewers = PaymentView::NUMBERS;

impl Sheet for PaymentView {
    const FILE: &'static str = "payments";

    const COLUMNS: &'static [(&'static str, Viewers)] = &[
        ("invoice_number", ALL),
        ("claim_reference", ALL),
        ("payee_name", ALL),
        ("supplier_number", FINANCE),
        ("supplier_site", FINANCE),
        ("payroll_number", FINANCE),
        ("payee_changed_on", FINANCE),
        ("route", ALL),
        ("cost_centre", ALL),
        ("amount_pence", ALL),
        ("taxable_excess_pence", ALL),
        ("status", ALL),
        ("blocked", ALL),
        ("due_on", ALL),
        ("paid_on", ALL),
        ("ledger_reference", ALL),
        ("failure_reason", ALL),
        ("held_reason", ALL),
        ("by_hand_how", ALL),
        ("received_by", ALL),
        ("created_at", ALL),
        ("created_by", ALL),
        ("updated_at", ALL),
        ("id", ALL),
        ("claim_id", ALL),
        ("volunteer_id", ALL),
        ("payment_run_id", ALL),
        ("retry_of_id", ALL),
        ("recovery_id", ALL),
    ];
}
