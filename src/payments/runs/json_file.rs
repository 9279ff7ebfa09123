//! The JSON of a run, for programs: the run, its payments, and what a reader checks that it has all of it.
//! Which payments, and when, is decided in `export`.

use std::io::Write;

use serde::Serialize;

use crate::clock::Day;
use crate::db::ids::{ClaimId, PaymentId, PaymentRunId};
use crate::money::Pence;
use crate::payments::runs::csv_file::invoice_lines;
use crate::payments::runs::rows::ExportRow;
use crate::payments::runs::store::RunRow;
use crate::refusal::{Failure, Result};
use crate::vocabulary::payment_route::PaymentRoute;

/// A run in its JSON.
#[derive(Serialize)]
struct ExportedRun<'r> {
    id: PaymentRunId,
    reference: &'r str,
    route: PaymentRoute,
    cut_off: Option<Day>,
    cost_centre: Option<&'r str>,
    released_on: Day,
    export_sha256: &'r str,
}

/// A payment in a run's JSON.
#[derive(Serialize)]
struct ExportedPayment<'r> {
    id: PaymentId,
    invoice_number: &'r str,
    claim_id: ClaimId,
    claim_reference: &'r str,
    payee_name: Option<&'r str>,
    supplier_number: Option<&'r str>,
    supplier_site: Option<&'r str>,
    payroll_number: Option<&'r str>,
    cost_centre: &'r str,
    amount_pence: Pence,
    taxable_excess_pence: Pence,
    due_on: Day,
    work_from: Day,
    work_to: Day,
    lines: Vec<ExportedLine<'r>>,
}

#[derive(Serialize)]
struct ExportedLine<'r> {
    amount_pence: Pence,
    subjective: &'r str,
    description: &'static str,
}

/// What a reader of an export checks that it has all of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Control {
    /// How many payments there are.
    pub count: i32,
    /// What they come to.
    pub total_pence: Pence,
}

impl Control {
    /// With one payment more.
    pub fn with(self, amount: Pence) -> Result<Self> {
        let total = self.total_pence.checked_add(amount);
        let total_pence = total.ok_or_else(|| Failure::broken("a run's total is too large"))?;
        Ok(Self { count: self.count + 1, total_pence })
    }
}

/// Writes all that stands before the payments; the SHA-256 is that of the run's CSV.
pub(super) fn begin(mut file: impl Write, run: &RunRow, released_on: Day, sha256: &str) -> Result<()> {
    let head = ExportedRun {
        id: run.id,
        reference: &run.reference,
        route: run.route,
        cut_off: run.cut_off,
        cost_centre: run.cost_centre.as_deref(),
        released_on,
        export_sha256: sha256,
    };
    file.write_all(b"{\"run\":").map_err(Failure::broken)?;
    serde_json::to_writer(&mut file, &head).map_err(Failure::broken)?;
    file.write_all(b",\"payments\":[").map_err(Failure::broken)
}

/// Writes one payment.
pub(super) fn add(mut file: impl Write, row: &ExportRow, is_first: bool) -> Result<()> {
    if !is_first {
        file.write_all(b",").map_err(Failure::broken)?;
    }
    serde_json::to_writer(file, &exported(row)).map_err(Failure::broken)
}

/// Writes all that stands behind the payments.
pub(super) fn end(mut file: impl Write, control: Control) -> Result<()> {
    file.write_all(b"],\"control\":").map_err(Failure::broken)?;
    serde_json::to_writer(&mut file, &control).map_err(Failure::broken)?;
    file.write_all(b"}").map_err(Failure::broken)
}

fn exported(row: &ExportRow) -> ExportedPayment<'_> {
    let lines = invoice_lines(row)
        .map(|line| ExportedLine {
            amount_pence: line.amount,
            subjective: line.subjective,
            description: line.description,
        })
        .collect();
    ExportedPayment {
        id: row.id,
        invoice_number: &row.invoice_number,
        claim_id: row.claim_id,
        claim_reference: &row.claim_reference,
        payee_name: row.payee_name.as_deref(),
        supplier_number: row.supplier_number.as_deref(),
        supplier_site: row.supplier_site.as_deref(),
        payroll_number: row.payroll_number.as_deref(),
        cost_centre: &row.cost_centre,
        amount_pence: row.amount_pence,
        taxable_excess_pence: row.taxable_excess_pence,
        due_on: row.due_on,
        work_from: row.work_from,
        work_to: row.work_to,
        lines,
    }
}
