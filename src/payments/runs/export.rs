//! The files of a run: made and hashed in the transaction of its release, byte-identical ever after.
//! How a row of the CSV looks stands in `csv_files`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::agreements::PaymentRoute;
use crate::audit::record::hex;
use crate::clock::Day;
use crate::db::Writer;
use crate::db::ids::{ClaimId, PaymentId, PaymentRunId};
use crate::http::Content;
use crate::money::Pence;
use crate::payments::blocked::lacking;
use crate::payments::runs::csv_files::{CsvFile, parts};
use crate::payments::runs::files::{self, ExportRow, KeptExport};
use crate::payments::runs::store::RunRow;
use crate::payments::runs::views::ExportFormat;
use crate::payments::status::RunStatus;
use crate::refusal::{Done, Failure, Fault, Kind, Refusal, refuse_if_any};

/// Faults beyond this number are not told one by one.
const MOST_FAULTS: usize = 100;

/// A run in its JSON export.
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

/// A payment in a run's JSON export.
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
#[derive(Serialize)]
struct Control {
    count: i32,
    total_pence: Pence,
}

/// The files of a run in the making.
struct Files {
    route: PaymentRoute,
    csv: CsvFile,
    payments: Vec<u8>,
    control: Control,
    lacking: Vec<Fault>,
}

/// Makes, hashes and keeps the files of a run; answers the SHA-256 of its CSV.
///
/// # Errors
/// `not-releasable`, where a payment lost the number that it would be paid to.
pub(super) fn make(writer: &mut Writer<'_>, run: &RunRow) -> Done<String> {
    let today = writer.today();
    let mut making = Files {
        route: run.route,
        csv: CsvFile::new(run.route, today)?,
        payments: Vec::new(),
        control: Control { count: 0, total_pence: Pence::ZERO },
        lacking: Vec::new(),
    };
    files::each_to_export(writer, run.id, |row| making.add(row))?;
    let Files { csv, payments, control, mut lacking, .. } = making;
    lacking.truncate(MOST_FAULTS);
    refuse_if_any(Kind::NotReleasable, "A payment of the run has lost the number that it is paid to.", lacking)?;
    if (control.count, control.total_pence) != (run.payment_count, run.total_pence) {
        return Err(Failure::broken(format!("the payments of {} are not what it was made of", run.reference)));
    }
    let csv = csv.finish()?;
    let sha256 = digest(&csv);
    let json = whole(run, today, &sha256, &payments, &control)?;
    let json_sha256 = digest(&json);
    files::keep_export(writer, run.id, own_csv(run.route), &csv, &sha256)?;
    files::keep_export(writer, run.id, ExportFormat::Json, &json, &json_sha256)?;
    Ok(sha256)
}

impl Files {
    fn add(&mut self, row: &ExportRow) -> Done<()> {
        if let Some(number) = lacking(self.route, row.supplier_number.as_deref(), row.payroll_number.as_deref()) {
            let detail = format!("{} has no number to be paid to", row.invoice_number);
            self.lacking.push(Fault::whole(number.as_str(), detail));
        }
        self.csv.add(row)?;
        if !self.payments.is_empty() {
            self.payments.push(b',');
        }
        serde_json::to_writer(&mut self.payments, &exported(row)).map_err(Failure::broken)?;
        self.control.count += 1;
        let total = self.control.total_pence.checked_add(row.amount_pence);
        self.control.total_pence = total.ok_or_else(|| Failure::broken("a run's total is too large"))?;
        Ok(())
    }
}

fn exported(row: &ExportRow) -> ExportedPayment<'_> {
    let lines = parts(row)
        .map(|part| ExportedLine {
            amount_pence: part.amount,
            subjective: part.subjective,
            description: part.description,
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
        due_on: row.due_on,
        work_from: row.work_from,
        work_to: row.work_to,
        lines,
    }
}

/// The JSON file, of payments that are written already.
fn whole(run: &RunRow, released_on: Day, sha256: &str, payments: &[u8], control: &Control) -> Done<Vec<u8>> {
    let head = ExportedRun {
        id: run.id,
        reference: &run.reference,
        route: run.route,
        cut_off: run.cut_off,
        cost_centre: run.cost_centre.as_deref(),
        released_on,
        export_sha256: sha256,
    };
    let mut json = b"{\"run\":".to_vec();
    serde_json::to_writer(&mut json, &head).map_err(Failure::broken)?;
    json.extend_from_slice(b",\"payments\":[");
    json.extend_from_slice(payments);
    json.extend_from_slice(b"],\"control\":");
    serde_json::to_writer(&mut json, control).map_err(Failure::broken)?;
    json.push(b'}');
    Ok(json)
}

fn digest(file: &[u8]) -> String {
    hex(&Sha256::digest(file))
}

/// The CSV that a route has.
fn own_csv(route: PaymentRoute) -> ExportFormat {
    match route {
        PaymentRoute::AccountsPayable => ExportFormat::ApCsv,
        PaymentRoute::Payroll => ExportFormat::PayrollCsv,
    }
}

/// Which file is asked for, of a run as it stands.
///
/// # Errors
/// `run-not-released`, `wrong-route`.
pub(super) fn choose(
    status: RunStatus,
    route: PaymentRoute,
    asked: Option<ExportFormat>,
) -> Result<ExportFormat, Refusal> {
    if matches!(status, RunStatus::Open | RunStatus::Cancelled) {
        return Err(Refusal::new(Kind::RunNotReleased, "The run is not released, so it has no files."));
    }
    let own = own_csv(route);
    match asked.unwrap_or(own) {
        format if format == own || format == ExportFormat::Json => Ok(format),
        _ => Err(Refusal::new(Kind::WrongRoute, format!("The run goes by {route}; its CSV is {own}."))),
    }
}

/// A file of a run as it is fetched.
///
/// # Errors
/// `erased`, with the hash of what was there.
pub(super) fn fetched(reference: &str, format: ExportFormat, kept: KeptExport) -> Done<Content> {
    let KeptExport { body, sha256 } = kept;
    let Some(body) = body else {
        let detail = format!("It named a person whose data was erased; its SHA-256 was {sha256}.");
        return Err(Refusal::new(Kind::Erased, detail).into());
    };
    let (media_type, ending) = match format {
        ExportFormat::ApCsv => ("text/csv; charset=utf-8", "ap.csv"),
        ExportFormat::PayrollCsv => ("text/csv; charset=utf-8", "payroll.csv"),
        ExportFormat::Json => ("application/json", "json"),
    };
    let digest = STANDARD.encode(Sha256::digest(&body));
    let joint = if ending == "json" { '.' } else { '-' };
    let headers = vec![
        ("content-digest", format!("sha-256=:{digest}:")),
        // The digest is of these bytes: nothing may change them on the way.
        ("cache-control", "no-store, no-transform".to_owned()),
        ("content-disposition", format!("attachment; filename=\"{reference}{joint}{ending}\"")),
    ];
    Ok(Content { media_type, headers, body: body.into() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use ExportFormat::{ApCsv, Json, PayrollCsv};
    use PaymentRoute::{AccountsPayable, Payroll};
    use RunStatus::{Cancelled, Open, Released, Settled};

    #[test]
    fn a_run_has_its_own_csv_and_json_once_released() {
        for (status, route, asked, wanted) in [
            (Open, AccountsPayable, None, Err(Kind::RunNotReleased)),
            (Cancelled, AccountsPayable, Some(Json), Err(Kind::RunNotReleased)),
            (Released, AccountsPayable, None, Ok(ApCsv)),
            (Released, AccountsPayable, Some(Json), Ok(Json)),
            (Released, AccountsPayable, Some(PayrollCsv), Err(Kind::WrongRoute)),
            (Settled, Payroll, Some(PayrollCsv), Ok(PayrollCsv)),
            (Settled, Payroll, Some(ApCsv), Err(Kind::WrongRoute)),
        ] {
            assert_eq!(choose(status, route, asked).map_err(|refusal| refusal.kind), wanted, "{status} {route}");
        }
    }

    #[test]
    fn an_erased_file_leaves_its_hash() {
        let kept = KeptExport { body: None, sha256: "abc123".to_owned() };
        match fetched("RUN-2026-000001", ApCsv, kept) {
            Err(Failure::Refused(refusal)) => {
                assert_eq!(refusal.kind, Kind::Erased);
                assert!(refusal.detail.contains("abc123"));
            }
            other => panic!("{other:?}"),
        }
    }
}
