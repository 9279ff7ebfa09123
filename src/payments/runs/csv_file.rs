//! The CSV of a run as the ledger's or the payroll's import reads it: RFC 4180, UTF-8 without BOM, CRLF.
//! Descriptions are neutral: nothing clinical leaves by this way. Which rows, and when, is decided in `export`.

use std::io::Write;

use crate::clock::Day;
use crate::money::Pence;
use crate::payments::runs::rows::ExportRow;
use crate::refusal::{Failure, Result};
use crate::spreadsheet::{pounds, safe};
use crate::vocabulary::payment_route::PaymentRoute;

const AP_HEAD: [&str; 12] = [
    "INVOICE_NUM",
    "INVOICE_DATE",
    "VENDOR_NUM",
    "VENDOR_SITE_CODE",
    "VENDOR_NAME",
    "INVOICE_AMOUNT",
    "INVOICE_CURRENCY_CODE",
    "SOURCE",
    "DESCRIPTION",
    "LINE_NUMBER",
    "LINE_AMOUNT",
    "DIST_CODE",
];
const PAYROLL_HEAD: [&str; 10] = [
    "PAYROLL_NUMBER",
    "NAME",
    "INVOICE_NUM",
    "AMOUNT",
    "COST_CENTRE",
    "SUBJECTIVE",
    "WORK_FROM",
    "WORK_TO",
    "DESCRIPTION",
    "TAXABLE_EXCESS",
];

/// One line of a payment's invoice: its expenses, or its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct InvoiceLine<'r> {
    /// What it comes to.
    pub amount: Pence,
    /// The subjective code.
    pub subjective: &'r str,
    /// What it is, in neutral words.
    pub description: &'static str,
}

/// The lines of a payment's invoice: expenses, then time, those of nothing left out.
pub(super) fn invoice_lines(row: &ExportRow) -> impl Iterator<Item = InvoiceLine<'_>> {
    let is_credit = row.amount_pence < Pence::ZERO;
    let expense = InvoiceLine {
        amount: row.expense_pence,
        subjective: &row.subjective_expense,
        description: if is_credit { "Involvement expenses, credit" } else { "Involvement expenses" },
    };
    let time = InvoiceLine {
        amount: row.time_pence,
        subjective: &row.subjective_payment,
        description: if is_credit { "Involvement time, credit" } else { "Involvement time" },
    };
    [expense, time].into_iter().filter(|line| line.amount != Pence::ZERO)
}

/// How the rows of a run's CSV look.
pub(super) struct CsvRows {
    route: PaymentRoute,
    released_on: String,
}

impl CsvRows {
    /// Those of a run of this route, released on this day.
    pub fn new(route: PaymentRoute, released_on: Day) -> Self {
        Self { route, released_on: released_on.with_slashes() }
    }

    /// Writes the names of the columns.
    pub fn head(&self, file: impl Write) -> Result<()> {
        let mut out = records(file);
        match self.route {
            PaymentRoute::AccountsPayable => out.write_record(AP_HEAD),
            PaymentRoute::Payroll => out.write_record(PAYROLL_HEAD),
        }
        .map_err(Failure::broken)?;
        out.flush().map_err(Failure::broken)
    }

    /// Writes the rows of payments: one a subjective.
    pub fn add(&self, file: impl Write, rows: &[ExportRow]) -> Result<()> {
        let mut out = records(file);
        for row in rows {
            for (number, line) in (1_u8..).zip(invoice_lines(row)) {
                match self.route {
                    PaymentRoute::AccountsPayable => self.ap(&mut out, row, number, line),
                    PaymentRoute::Payroll => payroll(&mut out, row, number, line),
                }
                .map_err(Failure::broken)?;
            }
        }
        out.flush().map_err(Failure::broken)
    }

    fn ap(
        &self,
        out: &mut csv::Writer<impl Write>,
        row: &ExportRow,
        number: u8,
        line: InvoiceLine<'_>,
    ) -> csv::Result<()> {
        out.write_record([
            &*safe(&row.invoice_number),
            &self.released_on,
            &safe(row.supplier_number.as_deref().unwrap_or_default()),
            &safe(row.supplier_site.as_deref().unwrap_or_default()),
            &safe(row.payee_name.as_deref().unwrap_or_default()),
            &pounds(row.amount_pence),
            "GBP",
            "INVOLVEMENT",
            line.description,
            &number.to_string(),
            &pounds(line.amount),
            &safe(&format!("{}.{}", row.cost_centre, line.subjective)),
        ])
    }
}

/// What is taxable of the claim's mileage stands on the first row of a payment: rows are added up.
fn payroll(out: &mut csv::Writer<impl Write>, row: &ExportRow, number: u8, line: InvoiceLine<'_>) -> csv::Result<()> {
    let excess = if number == 1 { row.taxable_excess_pence } else { Pence::ZERO };
    out.write_record([
        &*safe(row.payroll_number.as_deref().unwrap_or_default()),
        &safe(row.payee_name.as_deref().unwrap_or_default()),
        &safe(&row.invoice_number),
        &pounds(line.amount),
        &safe(&row.cost_centre),
        &safe(line.subjective),
        &row.work_from.to_string(),
        &row.work_to.to_string(),
        line.description,
        &pounds(excess),
    ])
}

fn records<W: Write>(file: W) -> csv::Writer<W> {
    csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).flexible(false).from_writer(file)
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn row(expense: i64, time: i64) -> ExportRow {
        ExportRow {
            id: Uuid::from_u128(1).into(),
            claim_id: Uuid::from_u128(2).into(),
            claim_reference: "CLM-2026-000001".to_owned(),
            payee_name: Some("=O'Brien, \"Bo\"".to_owned()),
            supplier_number: Some("S1".to_owned()),
            supplier_site: None,
            payroll_number: Some("-7".to_owned()),
            cost_centre: "C20417".to_owned(),
            amount_pence: Pence::new(expense + time),
            expense_pence: Pence::new(expense),
            time_pence: Pence::new(time),
            taxable_excess_pence: Pence::new(230),
            subjective_expense: "73105".to_owned(),
            subjective_payment: "73110".to_owned(),
            invoice_number: "CLM-2026-000001-A1".to_owned(),
            work_from: "2026-06-01".parse().unwrap(),
            work_to: "2026-06-02".parse().unwrap(),
            due_on: "2026-06-10".parse().unwrap(),
            payee_changed: false,
        }
    }

    fn file(route: PaymentRoute, row: &ExportRow) -> String {
        let (look, mut file) = (CsvRows::new(route, "2026-06-15".parse().unwrap()), Vec::new());
        look.head(&mut file).unwrap();
        look.add(&mut file, std::slice::from_ref(row)).unwrap();
        String::from_utf8(file).unwrap()
    }

    #[test]
    fn an_invoice_has_a_row_a_subjective_and_runs_in_no_spreadsheet() {
        let head = AP_HEAD.join(",");
        let lines = "CLM-2026-000001-A1,2026/06/15,S1,,\"'=O'Brien, \"\"Bo\"\"\",196.81,GBP,INVOLVEMENT,Involvement expenses,1,46.81,C20417.73105\r\n\
            CLM-2026-000001-A1,2026/06/15,S1,,\"'=O'Brien, \"\"Bo\"\"\",196.81,GBP,INVOLVEMENT,Involvement time,2,150.00,C20417.73110\r\n";
        assert_eq!(file(PaymentRoute::AccountsPayable, &row(4681, 15_000)), format!("{head}\r\n{lines}"));
    }

    #[test]
    fn the_payroll_gets_days_of_work_and_one_row_for_time() {
        let head = PAYROLL_HEAD.join(",");
        let line = "'-7,\"'=O'Brien, \"\"Bo\"\"\",CLM-2026-000001-A1,0.05,C20417,73110,2026-06-01,2026-06-02,Involvement time,2.30\r\n";
        assert_eq!(file(PaymentRoute::Payroll, &row(0, 5)), format!("{head}\r\n{line}"));
        let both = file(PaymentRoute::Payroll, &row(7, 5));
        assert_eq!(
            both.lines().map(|row| row.rsplit(',').next().unwrap()).collect::<Vec<_>>(),
            ["TAXABLE_EXCESS", "2.30", "0.00"]
        );
    }
}
