//! What may be done with a run and its payments, from facts alone; no SQL, no clock.

mod cover;

use std::collections::HashMap;

use crate::clock::Day;
use crate::payments::runs::snapshot::PaymentSnapshot;
use crate::payments::runs::step::Step;
use crate::payments::runs::views::{PaymentOutcome, PaymentResult};
use crate::payments::status::{PaymentMove, PaymentStatus};
use crate::refusal::{Fault, Happened, Kind, Refusal, refuse_if_any};

pub use cover::{covered, people_to_cover};

/// Who would move a run on, beside those who had a hand in it.
#[derive(Clone, Copy, Debug)]
pub struct Hands {
    /// Whether the releaser is the person who created it.
    pub created: bool,
    /// Whether the releaser is a person who approved a claim in it.
    pub approved: bool,
    /// Whether they are paid by it.
    pub paid: bool,
}

/// Money needs two pairs of eyes.
///
/// # Errors
/// `segregation-of-duties`, with every rule that is broken.
pub fn segregated(hands: Hands) -> Result<(), Refusal> {
    let rules = [
        (hands.created, "releaser-is-creator", "whoever created a run can't release it"),
        (hands.approved, "releaser-is-approver", "whoever approved a claim in a run can't release it"),
        (hands.paid, "releaser-is-payee", "whoever is paid by a run can't release it"),
    ];
    let broken = rules.into_iter().filter(|(broken, ..)| *broken).map(|(_, code, why)| Fault::whole(code, why));
    refuse_if_any(Kind::SegregationOfDuties, "Somebody else must release this run.", broken.collect())
}

/// Nobody says that they themselves were paid, or were not.
///
/// # Errors
/// `segregation-of-duties`.
pub fn recorded_by_another(hands: Hands) -> Result<(), Refusal> {
    let fault = Fault::whole("recorder-is-payee", "whoever is paid by a run can't record its results");
    let faults = Some(fault).filter(|_| hands.paid).into_iter().collect();
    refuse_if_any(Kind::SegregationOfDuties, "Somebody else must record the results of this run.", faults)
}

/// What the results come to: the steps to take, those that were taken before left out.
///
/// # Errors
/// `results-refused` with every entry that can't be taken.
pub fn judge(
    payments: &[PaymentSnapshot],
    results: &[PaymentResult],
    (released_on, today): (Day, Day),
) -> Result<Vec<Step>, Refusal> {
    let possible = Happened::since(released_on, "the release of the run", today);
    let by_number: HashMap<&str, &PaymentSnapshot> = payments.iter().map(|p| (p.invoice_number.as_str(), p)).collect();
    let mut faults = Vec::new();
    let mut steps = Vec::new();
    for (position, entry) in results.iter().enumerate() {
        let judged = match by_number.get(entry.invoice_number.as_str()) {
            None => Err(("unknown-invoice", "is not the invoice number of a payment in this run")),
            Some(payment) => one(payment, entry, today),
        };
        match judged {
            Ok(Some(step)) => {
                let wrong = entry.paid_on.and_then(|on| possible.fault(format!("/results/{position}/paid_on"), on));
                faults.extend(wrong);
                steps.push(step);
            }
            Ok(None) => {}
            Err((code, detail)) => faults.push(Fault::at(format!("/results/{position}"), code, detail)),
        }
    }
    refuse_results(faults)?;
    Ok(steps)
}

fn refuse_results(faults: Vec<Fault>) -> Result<(), Refusal> {
    refuse_if_any(
        Kind::ResultsRefused,
        "One or more results can't be recorded, so none was. Correct what `errors` lists and send all results again.",
        faults,
    )
}

type Told = (&'static str, &'static str);

fn one(payment: &PaymentSnapshot, entry: &PaymentResult, today: Day) -> Result<Option<Step>, Told> {
    use PaymentStatus::{Failed, InRun, Paid, Returned};
    let step = match (payment.status, entry.outcome) {
        (InRun, PaymentOutcome::Paid) => (InRun, PaymentMove::Pay, Paid),
        (InRun, PaymentOutcome::Failed) => (InRun, PaymentMove::Fail, Failed),
        (Paid, PaymentOutcome::Returned) => (Paid, PaymentMove::Return, Returned),
        (InRun, PaymentOutcome::Returned) => {
            return Err(("not-paid", "was never reported as paid, so it can't be returned; report it as failed"));
        }
        // A file of payments made may arrive again after the bank sent one back.
        (Paid | Returned, PaymentOutcome::Paid)
        | (Failed, PaymentOutcome::Failed)
        | (Returned, PaymentOutcome::Returned)
            if same(payment, entry) =>
        {
            return Ok(None);
        }
        _ => return Err(("already-settled", "already has another outcome")),
    };
    let text = |line: &Option<crate::text::ShortText>| line.as_ref().map(ToString::to_string);
    let paid_on = match entry.outcome {
        PaymentOutcome::Paid => Some(entry.paid_on.unwrap_or(today)),
        PaymentOutcome::Failed | PaymentOutcome::Returned => payment.paid_on,
    };
    Ok(Some(Step {
        before: payment.clone(),
        step,
        paid_on,
        ledger_reference: text(&entry.ledger_reference).or_else(|| payment.ledger_reference.clone()),
        failure_reason: text(&entry.reason),
    }))
}

/// Whether an entry says nothing that is not known: what it leaves out may be anything.
fn same(payment: &PaymentSnapshot, entry: &PaymentResult) -> bool {
    fn agrees(kept: Option<&str>, said: Option<&crate::text::ShortText>) -> bool {
        said.is_none_or(|said| kept == Some(said.as_str()))
    }
    entry.paid_on.is_none_or(|day| payment.paid_on == Some(day))
        && agrees(payment.ledger_reference.as_deref(), entry.ledger_reference.as_ref())
        && agrees(payment.failure_reason.as_deref(), entry.reason.as_ref())
}

#[cfg(test)]
mod tests;
