//! The operations on payment runs.

use serde_json::json;

use crate::access::Action;
use crate::db::ids::PaymentRunId;
use crate::db::page::{Page, Rows};
use crate::http::{Content, Nothing, Routes};
use crate::payments::runs::json_file::RunExport;
use crate::payments::runs::store::{self, RunListRow};
use crate::payments::runs::views::{ExportChoice, NewPaymentRun, PaymentRunFilter, PaymentRunView};
use crate::payments::runs::{export, fetch, rules, updates};
use crate::payments::status::{RUN_LIFE, RunStatus, RunVerb};
use crate::refusal::{Failure, Kind, Refusal, Result};
use crate::work::{Change, Changed, Reader, Writer};

/// Declares the operations.
pub(in crate::payments) fn routes(routes: &mut Routes) {
    routes
        .list("/v1/payment-runs", Some(Action::ReadPaymentRuns), list_payment_runs)
        .describe("List payment runs", "All payment runs, newest first.");
    routes
        .create("/v1/payment-runs", Action::WritePaymentRuns, create_payment_run)
        .describe(
            "Create a payment run",
            "Takes every payment of the payment route that is due, matches and is not blocked; `left_out_count` counts \
             those that match but are blocked, and credits that the same person's payments in the run do not cover. A payment is never in two runs, even when several are created at the \
             same time.",
        )
        .requires_key()
        .takes_long()
        .refuses(&["nothing-due"])
        .example("everything due", json!({ "route": "accounts_payable" }))
        .example(
            "by cut-off",
            json!({ "route": "accounts_payable", "cut_off": "2026-12-31", "cost_centre": "C20417" }),
        );
    routes
        .get("/v1/payment-runs/{id}", Action::ReadPaymentRuns, read_payment_run)
        .describe("Get a payment run", "To list its payments, use `GET /v1/payments?payment_run_id=…`.");
    routes
        .content("/v1/payment-runs/{id}/export", Some(Action::ReadPaymentRuns), &[], export_payment_run)
        .describe(
            "Download a file of a payment run",
            "The file is fixed when the run is released, and every download has the same bytes; `Content-Digest` (RFC \
             9530) holds its hash. The formats are `json` and the CSV of the run's payment route, `ap-csv` or \
             `payroll-csv`. The file is streamed: check its length against `Content-Length`, and its contents against \
             `Control-Count` and `Control-Total-Pence`. If the download breaks off, start it again.",
        )
        .formats(&fetch::FORMATS)
        .json_is::<RunExport<'static>>()
        .shows(&fetch::HEADERS)
        .refuses(&["run-not-released", "wrong-route", "erased"]);
    verbs(routes);
}

fn verbs(routes: &mut Routes) {
    routes
        .post("/v1/payment-runs/{id}/release", Action::WritePaymentRuns, release_payment_run)
        .describe(
            "Release a payment run",
            "The caller must be a person who did not create the run, approved no claim in it and is not paid by it, \
             whatever their roles. \
             Releasing fixes the run's files. Refused where the numbers of a payee were changed after the run was created \
             (`payee-changed`): cancel the run and create it again.",
        )
        .verb(&RUN_LIFE, RunVerb::Release)
        .requires_key()
        .takes_long()
        .refuses(&["segregation-of-duties", "payee-changed"]);
    routes
        .post("/v1/payment-runs/{id}/cancel", Action::WritePaymentRuns, cancel_payment_run)
        .describe("Cancel a payment run", "Possible until it is released. Its payments become due again.")
        .verb(&RUN_LIFE, RunVerb::Cancel)
        .takes_long();
}

fn list_payment_runs(
    reader: &mut Reader<'_>,
    (): (),
    filter: &PaymentRunFilter,
    page: &Page,
) -> Result<Rows<PaymentRunView>> {
    Ok(store::list(reader, filter, page)?.map(view))
}

/// A payment run that the caller can see.
///
/// # Errors
/// Not found.
pub(crate) fn read_payment_run(reader: &mut Reader<'_>, id: PaymentRunId) -> Result<PaymentRunView> {
    Ok(view(store::find(reader, id)?))
}

fn export_payment_run(reader: &mut Reader<'_>, id: PaymentRunId, choice: &ExportChoice) -> Result<Content> {
    let listed = store::find(reader, id)?;
    fetch::file(reader, &listed.run, choice.format)
}

fn create_payment_run(writer: &mut Writer<'_>, (): (), new: NewPaymentRun) -> Result<Changed<PaymentRunView>> {
    let id: PaymentRunId = writer.new_id();
    if updates::take(writer, id, &new)? == 0 {
        return Err(Refusal::new(
            Kind::NothingDue,
            "No payment is due and unblocked that matches. List payments to see what is due and what is blocked.",
        )
        .into());
    }
    let view = read_payment_run(writer, id)?;
    let change = Change::created(RUN_LIFE.resource, id).to(RunStatus::Open).fields(["payments"]);
    Ok(writer.changed(change, view))
}

fn release_payment_run(writer: &mut Writer<'_>, id: PaymentRunId, _: Nothing) -> Result<Changed<PaymentRunView>> {
    let run = store::lock(writer, id)?;
    let to = writer.step(&RUN_LIFE, run.version, run.status, RunVerb::Release)?;
    rules::segregated(store::hands(writer, id)?)?;
    let sha256 = export::make(writer, &run)?;
    store::release(writer, &run, to, &sha256)?;
    let view = read_payment_run(writer, id)?;
    let change = Change::step(&RUN_LIFE, id, run.version + 1, (run.status, RunVerb::Release, to));
    Ok(writer.changed(change.fields(["export_sha256", "released_at", "released_by"]), view))
}

fn cancel_payment_run(writer: &mut Writer<'_>, id: PaymentRunId, _: Nothing) -> Result<Changed<PaymentRunView>> {
    let run = store::lock(writer, id)?;
    let to = writer.step(&RUN_LIFE, run.version, run.status, RunVerb::Cancel)?;
    updates::make_due(writer, id, usize::try_from(run.payment_count).map_err(Failure::broken)?)?;
    store::cancel(writer, &run, to)?;
    let view = read_payment_run(writer, id)?;
    let change = Change::step(&RUN_LIFE, id, run.version + 1, (run.status, RunVerb::Cancel, to));
    Ok(writer.changed(change.fields(["payments"]), view))
}

fn view(RunListRow { run: row, created_by, released_by }: RunListRow) -> PaymentRunView {
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
        payees_changed_count: row.payees_changed_count,
        released_at: row.released_at,
        released_by,
        settled_at: row.settled_at,
        created_at: row.created_at,
        created_by,
        updated_at: row.updated_at,
    }
}
