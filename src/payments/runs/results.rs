//! Taking the ledger's results: each payment paid, failed or returned, and the claims moved, in one transaction.
//! What a result may do to a payment is a rule; see `rules`.

use std::collections::BTreeSet;

use crate::db::ids::{ClaimId, RecoveryId};
use crate::life::{Verb, Word};
use crate::money::Pence;
use crate::payments::open::claim_of;
use crate::payments::runs::rules::{covered, judge, people_to_cover, recorded_by_another};
use crate::payments::runs::step::Step;
use crate::payments::runs::store::{self, RunRow};
use crate::payments::runs::updates;
use crate::payments::runs::views::PaymentResults;
use crate::payments::status::{PAYMENT_MOVES, PaymentStatus, RUN_LIFE, RunStatus, RunVerb};
use crate::refusal::{Failure, Result};
use crate::vocabulary::payment_route::PaymentRoute;
use crate::work::{Change, Writer};

/// How many payments, or claims, are moved by one statement. There may be thousands, with a record, a history, an event
/// and a message each.
pub(crate) const BLOCK: usize = 1_000;

/// What the results of a run moved: claims by their payments, recoveries by their credits.
#[derive(Debug, Default)]
pub(crate) struct Moved {
    /// The claims.
    pub claims: Vec<ClaimId>,
    /// The recoveries.
    pub recoveries: Vec<RecoveryId>,
    /// The payments that did not reach anybody.
    pub unpaid: Vec<Unpaid>,
    /// The credits that came back: another of each is due once its recovery is open again.
    pub returned_credits: Vec<Step>,
}

/// A payment that failed or came back.
#[derive(Clone, Debug)]
pub struct Unpaid {
    /// The claim that it was for.
    pub claim_id: ClaimId,
    /// Reference of the claim.
    pub claim_reference: String,
    /// Payment route.
    pub route: PaymentRoute,
    /// Amount in pence.
    pub amount: Pence,
    /// Whether the bank sent it back after it was made.
    pub is_returned: bool,
    /// Why, as the ledger reports it.
    pub reason: Option<String>,
}

impl Unpaid {
    fn of(step: &Step) -> Option<Self> {
        let payment = &step.before;
        step.is_owed_again().then(|| Self {
            claim_id: payment.claim_id,
            claim_reference: claim_of(&payment.invoice_number).to_owned(),
            route: payment.route,
            amount: payment.amount_pence,
            is_returned: payment.status == PaymentStatus::Paid,
            reason: step.failure_reason.clone(),
        })
    }
}

/// Takes the results of a locked run; answers what moved, nothing where all of it was known.
///
/// # Errors
/// `segregation-of-duties`, `results-refused`.
pub(crate) fn take(writer: &mut Writer<'_>, run: &RunRow, results: &PaymentResults) -> Result<Moved> {
    recorded_by_another(store::hands(writer, run.id)?)?;
    let invoices: Vec<&str> = results.results.iter().map(|entry| entry.invoice_number.as_str()).collect();
    let payments = updates::lock_named(writer, run.id, &invoices)?;
    let released = run.released_at.ok_or_else(|| Failure::broken("results of a run that is not released"))?;
    let mut steps = judge(&payments, &results.results, (released.london_day(), writer.today()))?;
    if steps.is_empty() {
        return Ok(Moved::default());
    }
    let beside = updates::of_people(writer, run.id, &people_to_cover(&steps))?;
    covered(&steps, &beside, &results.results)?;
    // What was paid falls last, so that nobody is below nothing between two blocks.
    steps.sort_by_key(Step::lowers_what_was_paid);
    for block in steps.chunks(BLOCK) {
        updates::apply(writer, block)?;
        for step in block {
            let version = step.before.version + 1;
            let fields = ["paid_on", "ledger_reference", "failure_reason"];
            writer.note(Change::step(&PAYMENT_MOVES, step.before.id, version, step.step).fields(fields));
        }
        try_again(writer, block.iter().filter(|step| step.is_owed_again() && !step.is_returned_credit()))?;
        writer.record_if_many()?;
    }
    let (credits, payments): (Vec<&Step>, Vec<&Step>) = steps.iter().partition(|step| step.before.is_credit());
    let claims: BTreeSet<ClaimId> = payments.iter().map(|step| step.before.claim_id).collect();
    let recoveries: BTreeSet<RecoveryId> = credits.iter().filter_map(|step| step.before.recovery_id).collect();
    let unpaid = payments.iter().filter_map(|step| Unpaid::of(step)).collect();
    Ok(Moved {
        claims: claims.into_iter().collect(),
        recoveries: recoveries.into_iter().collect(),
        unpaid,
        returned_credits: credits.into_iter().filter(|step| step.is_returned_credit()).cloned().collect(),
    })
}

/// What failed or came back is owed still: another payment is due in its place.
///
/// # Errors
/// Database errors.
pub(crate) fn try_again<'s>(writer: &mut Writer<'_>, owed: impl Iterator<Item = &'s Step>) -> Result<()> {
    let owed: Vec<&Step> = owed.collect();
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
