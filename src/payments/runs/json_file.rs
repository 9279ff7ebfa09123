//! The JSON of a run, for programs: the run, its payments, and what a reader checks that it has all of it.
//! Which payments, and when, is decided in `export`.

use std::io::Write;

use serde::Serialize;
use utoipa::ToSchema;

use crate::clock::Day;
use crate::db::ids::{ClaimId, PaymentId, PaymentRunId};
use crate::money::Pence;
use crate::payments::runs::csv_file::invoice_lines;
use crate::payments::runs::rows::ExportRow;
use crate::payments::runs::store::RunRow;
use crate::refusal::{Failure, Result};
use crate::vocabulary::payment_route::PaymentRoute;

/// The file of a payment run as JSON. It is written piece by piece, and read as this.
#[derive(ToSchema)]
#[expect(dead_code, reason = "for the document: the file is written in parts")]
pub(super) struct RunExport<'r> {
    /// The payment run.
    run: ExportedRun<'r>,
    /// Its payments and credits, by invoice number.
    payments: Vec<ExportedPayment<'r>>,
    /// What to check that you have all of it.
    control: Control,
}

/// A payment run in its file.
#[derive(Serialize, ToSchema)]
struct ExportedRun<'r> {
    /// Unique identifier (UUIDv7).
    id: PaymentRunId,
    /// Reference, such as `RUN-2026-000001`.
    reference: &'r str,
    /// Payment route.
    route: PaymentRoute,
    /// Latest due day of the payments that it took, inclusive, London date; null if it had no cut-off.
    #[schema(required = true)]
    cut_off: Option<Day>,
    /// Cost centre, where the run pays for one alone; null otherwise.
    #[schema(required = true)]
    cost_centre: Option<&'r str>,
    /// Day on which it was released, London date.
    released_on: Day,
    /// SHA-256 of the CSV of the same run, in hexadecimal.
    export_sha256: &'r str,
}

/// A payment in the file of its run.
#[derive(Serialize, ToSchema)]
struct ExportedPayment<'r> {
    /// Unique identifier (UUIDv7).
    id: PaymentId,
    /// Invoice number, by which results name the payment.
    invoice_number: &'r str,
    /// The claim that it pays, or of which it takes money back.
    claim_id: ClaimId,
    /// Reference of the claim.
    claim_reference: &'r str,
    /// Legal name of the payee; null once erased.
    #[schema(required = true)]
    payee_name: Option<&'r str>,
    /// Supplier number of the payee in the ledger; null if there is none.
    #[schema(required = true)]
    supplier_number: Option<&'r str>,
    /// Supplier site of the payee in the ledger; null if there is none.
    #[schema(required = true)]
    supplier_site: Option<&'r str>,
    /// Payroll number of the payee; null if there is none.
    #[schema(required = true)]
    payroll_number: Option<&'r str>,
    /// Cost centre that pays.
    cost_centre: &'r str,
    /// Amount in pence; negative for a credit, which takes money back.
    #[schema(value_type = i64)]
    amount_pence: Pence,
    /// What of the claim's mileage is above the HMRC approved amounts, in pence, for payroll to report. It stands on
    /// one payment of a claim alone: that by payroll, if there is one. It is no addition to the amount.
    taxable_excess_pence: Pence,
    /// Day on which it is due, London date.
    due_on: Day,
    /// First day of what it pays for, London date.
    work_from: Day,
    /// Last day of what it pays for, London date.
    work_to: Day,
    /// The amount by subjective code.
    lines: Vec<ExportedLine<'r>>,
}

/// A part of a payment, under one subjective code.
#[derive(Serialize, ToSchema)]
struct ExportedLine<'r> {
    /// Amount in pence; negative for a credit.
    #[schema(value_type = i64)]
    amount_pence: Pence,
    /// Subjective code.
    subjective: &'r str,
    /// What it is for, in words.
    description: &'static str,
}

/// What a reader of an export checks that it has all of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ControlTotals)]
pub(super) struct Control {
    /// How many payments there are.
    pub count: i32,
    /// What they come to, in pence.
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
        payee_name: row.payee_name.as_deref().filter(|name| !name.is_empty()),
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
