//! Taking the ledger's results: each payment paid, failed or returned, and the claims moved, in one transaction.
//! What a result may do to a payment is a rule; see `rules`.

use std::collections::BTreeSet;

use crate::db::ids::ClaimId;
use crate::life::{Verb, Word};
use crate::payments::runs::rules::{judge, recorded_by_another};
use crate::payments::runs::step::Step;
use crate::payments::runs::store::{self, RunRow};
use crate::payments::runs::updates;
use crate::payments::runs::views::PaymentResults;
use crate::payments::status::{PAYMENT_MOVES, PaymentStatus, RUN_LIFE, RunStatus, RunVerb};
use crate::refusal::{Failure, Result};
use crate::work::{Change, Writer};

/// How many payments, or claims, are moved by one statement. There may be thousands, with a record, a history, an event
/// and a message each.
pub(crate) const BLOCK: usize = 1_000;

/// Takes the results of a locked run; answers the claims whose payments moved, none where all of it was known.
///
/// # Errors
/// `segregation-of-duties`, `results-refused`.
pub(crate) fn take(writer: &mut Writer<'_>, run: &RunRow, results: &PaymentResults) -> Result<Vec<ClaimId>> {
    recorded_by_another(store::hands(writer, run.id)?)?;
    let invoices: Vec<&str> = results.results.iter().map(|entry| entry.invoice_number.as_str()).collect();
    let payments = updates::lock_named(writer, run.id, &invoices)?;
    let released = run.released_at.ok_or_else(|| Failure::broken("results of a run that is not released"))?;
    let steps = judge(&payments, &results.results, (released.london_day(), writer.today()))?;
    if steps.is_empty() {
        return Ok(Vec::new());
    }
    for block in steps.chunks(BLOCK) {
        updates::apply(writer, block)?;
        for step in block {
            let version = step.before.version + 1;
            let fields = ["paid_on", "ledger_reference", "failure_reason"];
            writer.note(Change::step(&PAYMENT_MOVES, step.before.id, version, step.step).fields(fields));
        }
        try_again(writer, block)?;
        writer.record_if_many()?;
    }
    let moved: BTreeSet<ClaimId> = steps.iter().map(Step::claim_id).collect();
    Ok(moved.into_iter().collect())
}

/// What failed or came back is owed still: another payment is due in its place.
fn try_again(writer: &mut Writer<'_>, steps: &[Step]) -> Result<()> {
    let owed: Vec<&Step> = steps.iter().filter(|step| step.is_owed_again()).collect();
    if owed.is_empty() {
        return Ok(());
    }
    for id in updates::retry(writer, &owed)? {
        writer.note(Change::created(PAYMENT_MOVES.resource, id).to(PaymentStatus::Due));
    }
    Ok(())
}

/// The run is settled with the last outcome; results before and after are no step of its life.
///
/// # Errors
/// Database errors.
pub(crate) fn moved(writer: &mut Writer<'_>, run: &RunRow) -> Result<Change> {
    let settles = run.status == RunStatus::Released && !updates::waits(writer, run.id)?;
    let to = if settles { RunStatus::Settled } else { run.status };
    store::settle(writer, run, to)?;
    let version = run.version + 1;
    Ok(if settles {
        Change::step(&RUN_LIFE, run.id, version, (run.status, RunVerb::Results, to)).fields(["payments"])
    } else {
        let results = RunVerb::Results;
        let change = Change::new(RUN_LIFE.resource, run.id, version, results.word(), results.event());
        change.to(to).fields(["payments"])
    })
}
