//! Fetching a file of a run: which one, what is said beside it, and its parts as they are asked for.
//! How it was made stands in `export`; that it never changes, in the database.

use std::sync::Arc;

use crate::digest::content_digest;
use crate::http::answer::{Body, Content, Source};
use crate::http::table::CSV;
use crate::payments::runs::export::own_csv;
use crate::payments::runs::kept::{self, KeptFile};
use crate::payments::runs::store::{self, RunRow};
use crate::payments::runs::views::ExportFormat;
use crate::payments::status::RunStatus;
use crate::refusal::{Failure, Kind, Refusal, Result};
use crate::vocabulary::payment_route::PaymentRoute;
use crate::work::Reader;
use crate::work::access_log::Category;

/// The formats, for the document and for `Accept`. Where nothing is asked for, it is the CSV of the run's payment route.
pub(super) const FORMATS: [(&str, &str); 3] = [("ap-csv", CSV), ("payroll-csv", CSV), ("json", "application/json")];

/// The headers of a file beside the usual ones, for the document.
pub(super) const HEADERS: [(&str, &str); 5] = [
    ("ETag", "The SHA-256 of the file, for `If-None-Match`: a file that you have is not sent again."),
    ("Content-Digest", "The SHA-256 of the file (RFC 9530), `sha-256=:…:` in base64."),
    ("Content-Disposition", "The name under which to keep the file."),
    ("Control-Count", "How many payments the file has: `payment_count` of the run."),
    ("Control-Total-Pence", "What the payments come to, in pence: `total_pence` of the run."),
];

/// Which file is asked for, of a run as it stands.
///
/// # Errors
/// `run-not-released`, `wrong-route`.
fn choose(status: RunStatus, route: PaymentRoute, asked: Option<ExportFormat>) -> Result<ExportFormat, Refusal> {
    if !RunStatus::WITH_FILES.contains(&status) {
        return Err(Refusal::new(
            Kind::RunNotReleased,
            "The run has no files. It gets them when another person releases it.",
        ));
    }
    let own = own_csv(route);
    match asked.unwrap_or(own) {
        format if format == own || format == ExportFormat::Json => Ok(format),
        _ => Err(Refusal::new(
            Kind::WrongRoute,
            format!("The payment route of this run is {route}. Ask for {own} or json."),
        )),
    }
}

/// A file of a run: what is said of it now, its parts when they are sent.
///
/// # Errors
/// `run-not-released`, `wrong-route`; `erased`, with the hash of what was there.
pub(super) fn file(reader: &mut Reader<'_>, run: &RunRow, asked: Option<ExportFormat>) -> Result<Content> {
    let format = choose(run.status, run.route, asked)?;
    let file = kept::find(reader, run.id, format)?;
    refuse_erased(&file)?;
    let (media_type, ending) = match format {
        ExportFormat::ApCsv => (CSV, "-ap.csv"),
        ExportFormat::PayrollCsv => (CSV, "-payroll.csv"),
        ExportFormat::Json => ("application/json", ".json"),
    };
    let headers = vec![
        ("etag", format!("\"{}\"", file.sha256)),
        ("content-digest", content_digest(&file.sha256).map_err(Failure::broken)?),
        ("content-disposition", format!("attachment; filename=\"{}{ending}\"", run.reference)),
        ("control-count", run.payment_count.to_string()),
        ("control-total-pence", run.total_pence.get().to_string()),
        // The digest is of these bytes: nothing may change them on the way, and nothing keep them.
        ("cache-control", "no-store, no-transform".to_owned()),
    ];
    let length = u64::try_from(file.length).map_err(Failure::broken)?;
    let id = run.id;
    let read = move |reader: &mut Reader<'_>, number| kept::part(reader, id, format, number);
    let source = Source::Rows(Box::new(reader.context().clone()), file.part_count, Arc::new(read));
    let people = store::paid_by(reader.conn, id)?;
    let content = Content::of(media_type, headers, Body::Pieces(length, source));
    Ok(people.into_iter().fold(content, |content, of| content.showing(of, Category::PaymentFile, Some(id.into()))))
}

fn refuse_erased(file: &KeptFile) -> Result<(), Refusal> {
    if file.cleared_at.is_none() {
        return Ok(());
    }
    let detail = format!("The file named a person whose data was erased. Its SHA-256 was {}.", file.sha256);
    Err(Refusal::new(Kind::Erased, detail))
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
        let file = |cleared_at| KeptFile { sha256: "abc123".to_owned(), length: 3, part_count: 1, cleared_at };
        assert_eq!(refuse_erased(&file(None)), Ok(()));
        let refusal = refuse_erased(&file("2026-06-15T10:00:00Z".parse().ok())).unwrap_err();
        assert_eq!(refusal.kind, Kind::Erased);
        assert!(refusal.detail.contains("abc123"));
    }
}
