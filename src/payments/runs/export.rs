//! Making the files of a run in the transaction of its release, in parts: memory does not grow with the payments.
//! What a row looks like stands in `csv_file` and `json_file`; how the files are fetched, in `fetch`.

use crate::clock::Day;
use crate::money::Pence;
use crate::payments::runs::csv_file::CsvRows;
use crate::payments::runs::json_file::{self, Control};
use crate::payments::runs::kept::FileInParts;
use crate::payments::runs::rows::{ExportRow, ExportRows};
use crate::payments::runs::store::RunRow;
use crate::payments::runs::views::ExportFormat;
use crate::refusal::{Failure, Fault, Kind, Result, refuse_if_any};
use crate::vocabulary::payment_route::PaymentRoute;
use crate::work::Writer;

/// Faults beyond this number are not told one by one.
const MOST_FAULTS: usize = 100;

/// Makes, hashes and keeps the files of a run; answers the SHA-256 of its CSV.
///
/// # Errors
/// `payee-changed`, where the numbers of a payee are others than when the run was made.
pub(super) fn make(writer: &mut Writer<'_>, run: &RunRow) -> Result<String> {
    let today = writer.today();
    let rows = ExportRows::of(writer, run.id)?;
    let (sha256, control) = csv(writer, run, &rows, today)?;
    if (control.count, control.total_pence) != (run.payment_count, run.total_pence) {
        return Err(Failure::broken(format!("the payments of {} are not what it was made of", run.reference)));
    }
    json(writer, run, &rows, today, (&sha256, control))?;
    rows.close(writer)?;
    Ok(sha256)
}

fn csv(writer: &mut Writer<'_>, run: &RunRow, rows: &ExportRows, today: Day) -> Result<(String, Control)> {
    let mut file = FileInParts::new(run.id, own_csv(run.route));
    let look = CsvRows::new(run.route, today);
    look.head(&mut file)?;
    let mut control = Control { count: 0, total_pence: Pence::ZERO };
    let mut faults = Vec::new();
    rows.each(writer, |writer, batch| {
        look.add(&mut file, batch)?;
        for row in batch {
            control = control.with(row.amount_pence)?;
        }
        faults.extend(batch.iter().filter_map(changed).take(MOST_FAULTS - faults.len()));
        file.keep(writer)
    })?;
    refuse_if_any(
        Kind::PayeeChanged,
        "The numbers of a payee in this run were changed after it was created. Cancel the run and create it again.",
        faults,
    )?;
    Ok((file.finish(writer)?, control))
}

fn json(
    writer: &mut Writer<'_>,
    run: &RunRow,
    rows: &ExportRows,
    today: Day,
    (sha256, control): (&str, Control),
) -> Result<()> {
    let mut file = FileInParts::new(run.id, ExportFormat::Json);
    json_file::begin(&mut file, run, today, sha256)?;
    let mut is_first = true;
    rows.each(writer, |writer, batch| {
        for row in batch {
            json_file::add(&mut file, row, is_first)?;
            is_first = false;
        }
        file.keep(writer)
    })?;
    json_file::end(&mut file, control)?;
    file.finish(writer)?;
    Ok(())
}

/// Why a payment can't be released, where the payee's numbers changed since the run was made.
fn changed(row: &ExportRow) -> Option<Fault> {
    let detail = || format!("the payee of {} has other numbers than when the run was created", row.invoice_number);
    row.payee_changed.then(|| Fault::whole("payee-changed", detail()))
}

/// The CSV that a route has.
pub(super) fn own_csv(route: PaymentRoute) -> ExportFormat {
    match route {
        PaymentRoute::AccountsPayable => ExportFormat::ApCsv,
        PaymentRoute::Payroll => ExportFormat::PayrollCsv,
    }
}
