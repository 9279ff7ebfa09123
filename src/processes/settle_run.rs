//! Settling a payment run by the ledger's results: each payment paid, failed or returned, and the claims and
//! recoveries moved, in one transaction. What a result may do to a payment is a rule of `payments::runs`.

use serde_json::json;

use crate::access::Action;
use crate::claims;
use crate::db::ids::PaymentRunId;
use crate::http::Routes;
use crate::payments::RUN_LIFE;
use crate::payments::runs::{self, PaymentResults, PaymentRunView, RunVerb, results};
use crate::recoveries;
use crate::refusal::Result;
use crate::work::{Changed, Writer};

const CSV: &str = "text/csv";

/// Declares the operation.
pub(super) fn routes(routes: &mut Routes) {
    routes
        .within("Payments")
        .post("/v1/payment-runs/{id}/results", Action::WritePaymentRuns, record_payment_results)
        .describe(
            "Record payment results",
            "Records which payments were paid, failed or were returned by the bank: either all results or none. For \
             each payment that failed or was returned, another becomes due with the next invoice number. A result that \
             is recorded already changes nothing. The run is settled when every payment has an outcome; returned \
             payments are still accepted after that. A credit is paid only beside payments to the same person that come to \
             at least as much, and is returned only together with them; its recovery is then open again. Whoever is paid by the run can't record its results. CSV has the columns \
             `invoice_number,outcome,paid_on,ledger_reference,reason`.",
        )
        .verb(&RUN_LIFE, RunVerb::Results)
        .requires_key()
        .takes_long()
        .also_takes(CSV, runs::results_csv::read)
        .refuses(&["results-refused", "segregation-of-duties"])
        .example("paid and failed", json!({ "results": [
            { "invoice_number": "CLM-2026-000123-A1", "outcome": "paid", "paid_on": "2026-11-23", "ledger_reference": "BACS 4711" },
            { "invoice_number": "CLM-2026-000124-A1", "outcome": "failed", "reason": "account closed" },
        ] }));
}

fn record_payment_results(
    writer: &mut Writer<'_>,
    id: PaymentRunId,
    said: PaymentResults,
) -> Result<Changed<PaymentRunView>> {
    let run = runs::lock(writer, id)?;
    writer.step(&RUN_LIFE, run.version, run.status, RunVerb::Results)?;
    let moved = results::take(writer, &run, &said)?;
    if moved.claims.is_empty() && moved.recoveries.is_empty() {
        let view = runs::read_payment_run(writer, id)?;
        return Ok(writer.unchanged(view));
    }
    for block in moved.claims.chunks(results::BLOCK) {
        claims::settle(writer, block)?;
        writer.record_if_many()?;
    }
    for block in moved.unpaid.chunks(results::BLOCK) {
        claims::tell_unpaid(writer, block)?;
        writer.record_if_many()?;
    }
    for block in moved.recoveries.chunks(results::BLOCK) {
        recoveries::settle(writer, block)?;
        writer.record_if_many()?;
    }
    for block in moved.returned_credits.chunks(results::BLOCK) {
        results::try_again(writer, block.iter())?;
        writer.record_if_many()?;
    }
    let change = results::moved(writer, &run)?;
    let view = runs::read_payment_run(writer, id)?;
    Ok(writer.changed(change, view))
}
