//! What can be done with payment runs.

use serde_json::json;

use crate::access::Action;
use crate::db::ids::PaymentRunId;
use crate::db::page::{Page, Rows};
use crate::db::{Change, Changed, Reader, Writer};
use crate::http::{Content, Nothing, Routes};
use crate::payments::runs::store::{self, Whole};
use crate::payments::runs::views::{ExportChoice, NewPaymentRun, PaymentResults, PaymentRunFilter, PaymentRunView};
use crate::payments::runs::{export, fetch, moves, results, results_csv, rules};
use crate::payments::status::{RUN_LIFE, RunStatus, RunVerb};
use crate::refusal::{Done, Kind, Refusal};

const CSV: &str = "text/csv";

/// Declares the operations.
pub(in crate::payments) fn routes(routes: &mut Routes) {
    routes
        .list("/v1/payment-runs", Some(Action::ReadPaymentRuns), list_payment_runs)
        .says("Payment runs", "Newest first.");
    routes
        .create("/v1/payment-runs", Action::WritePaymentRuns, create_payment_run)
        .says(
            "Create a payment run",
            "Takes every payment of the route that is due, fits and is not blocked; `left_out_count` says how many fitted \
             but were blocked. A payment is in one run only, however many are made at once.",
        )
        .needs_key()
        .refuses(&["nothing-due"])
        .example("everything due", json!({ "route": "accounts_payable" }))
        .example("by cut-off", json!({ "route": "payroll", "cut_off": "2026-06-30", "cost_centre": "C20417" }));
    routes
        .get("/v1/payment-runs/{id}", Action::ReadPaymentRuns, read_payment_run)
        .says("A payment run", "Its payments are at `GET /v1/payments?payment_run_id=…`.");
    routes
        .content(
            "/v1/payment-runs/{id}/export",
            Some(Action::ReadPaymentRuns),
            &["text/csv; charset=utf-8", "application/json"],
            export_payment_run,
        )
        .says(
            "A file of a payment run",
            "Fixed at release and byte-identical at every fetch, with its hash in `Content-Digest` (RFC 9530). \
             `ap-csv` or `payroll-csv`, as the run's route is, and `json`. It is sent as it is read: `Content-Length` says \
             how long it is, `Control-Count` and `Control-Total-Pence` what is in it. An answer that broke off is shorter; \
             fetch it again.",
        )
        .shows(&fetch::HEADERS)
        .refuses(&["run-not-released", "wrong-route", "erased"]);
    verbs(routes);
}

fn verbs(routes: &mut Routes) {
    routes
        .post("/v1/payment-runs/{id}/release", Action::WritePaymentRuns, release_payment_run)
        .says(
            "Release a payment run",
            "By another person than created it or approved a claim in it, whatever their roles. Fixes the run's files.",
        )
        .verb(&RUN_LIFE, RunVerb::Release)
        .needs_key()
        .refuses(&["segregation-of-duties", "not-releasable"]);
    routes
        .post("/v1/payment-runs/{id}/cancel", Action::WritePaymentRuns, cancel_payment_run)
        .says("Cancel a payment run", "Before its release; its payments are due again.")
        .verb(&RUN_LIFE, RunVerb::Cancel);
    routes
        .post("/v1/payment-runs/{id}/results", Action::WritePaymentRuns, take_payment_results)
        .says(
            "Say what became of payments",
            "All of it is taken, or nothing. For what failed or came back another payment is due, with the next invoice \
             number. The same result again changes nothing. With the last outcome the run is settled; what the bank \
             returns afterwards is taken still. CSV has the columns `invoice_number,outcome,paid_on,ledger_reference,reason`.",
        )
        .verb(&RUN_LIFE, RunVerb::Results)
        .needs_key()
        .also_takes(CSV, results_csv::read)
        .refuses(&["results-refused"])
        .example("paid and failed", json!({ "results": [
            { "invoice_number": "CLM-2026-000123-A1", "outcome": "paid", "paid_on": "2026-06-20", "ledger_reference": "BACS 4711" },
            { "invoice_number": "CLM-2026-000124-A1", "outcome": "failed", "reason": "account closed" },
        ] }));
}

fn list_payment_runs(
    reader: &mut Reader<'_>,
    (): (),
    filter: &PaymentRunFilter,
    page: &Page,
) -> Done<Rows<PaymentRunView>> {
    Ok(store::list(reader, filter, page)?.map(view))
}

fn read_payment_run(reader: &mut Reader<'_>, id: PaymentRunId) -> Done<PaymentRunView> {
    Ok(view(store::find(reader, id)?))
}

fn export_payment_run(reader: &mut Reader<'_>, id: PaymentRunId, choice: &ExportChoice) -> Done<Content> {
    let (run, ..) = store::find(reader, id)?;
    fetch::file(reader, &run, choice.format)
}

fn create_payment_run(writer: &mut Writer<'_>, (): (), new: NewPaymentRun) -> Done<Changed<PaymentRunView>> {
    let id: PaymentRunId = writer.new_id();
    if moves::take(writer, id, &new)? == 0 {
        return Err(Refusal::new(Kind::NothingDue, "No payment that is due and not blocked fits.").into());
    }
    let view = read_payment_run(writer, id)?;
    let change = Change::created(RUN_LIFE.resource, id).to(RunStatus::Open).fields(["payments"]);
    Ok(writer.changed(change, view))
}

fn release_payment_run(writer: &mut Writer<'_>, id: PaymentRunId, _: Nothing) -> Done<Changed<PaymentRunView>> {
    let run = store::lock(writer, id)?;
    let to = writer.step(&RUN_LIFE, run.version, run.status, RunVerb::Release)?;
    rules::segregated(store::hands(writer, id)?)?;
    let sha256 = export::make(writer, &run)?;
    store::release(writer, &run, to, &sha256)?;
    let view = read_payment_run(writer, id)?;
    let change = Change::step(&RUN_LIFE, id, run.version + 1, (run.status, RunVerb::Release, to));
    Ok(writer.changed(change.fields(["export_sha256", "released_at", "released_by"]), view))
}

fn cancel_payment_run(writer: &mut Writer<'_>, id: PaymentRunId, _: Nothing) -> Done<Changed<PaymentRunView>> {
    let run = store::lock(writer, id)?;
    let to = writer.step(&RUN_LIFE, run.version, run.status, RunVerb::Cancel)?;
    moves::free(writer, id)?;
    store::cancel(writer, &run, to)?;
    let view = read_payment_run(writer, id)?;
    let change = Change::step(&RUN_LIFE, id, run.version + 1, (run.status, RunVerb::Cancel, to));
    Ok(writer.changed(change.fields(["payments"]), view))
}

fn take_payment_results(
    writer: &mut Writer<'_>,
    id: PaymentRunId,
    said: PaymentResults,
) -> Done<Changed<PaymentRunView>> {
    let run = store::lock(writer, id)?;
    writer.step(&RUN_LIFE, run.version, run.status, RunVerb::Results)?;
    let change = results::take(writer, &run, &said)?;
    let view = read_payment_run(writer, id)?;
    Ok(match change {
        Some(change) => writer.changed(change, view),
        None => writer.unchanged(view),
    })
}

fn view((row, created_by, released_by): Whole) -> PaymentRunView {
    PaymentRunView {
        id: row.id,
        version: row.version,
        reference: row.reference,
        status: row.status,
        route: row.route,
        cut_off: row.cut_off,
        cost_centre: row.cost_centre,
        payment_count: row.payment_count,
        total_pence: row.total_pence,
        export_sha256: row.export_sha256,
        left_out_count: row.left_out_count,
        released_at: row.released_at,
        released_by,
        settled_at: row.settled_at,
        created_at: row.created_at,
        created_by,
        updated_at: row.updated_at,
    }
}
