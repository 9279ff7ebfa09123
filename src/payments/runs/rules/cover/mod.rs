//! Credits and the payments that they are taken off, in one run: nobody is paid less than nothing by it, whatever the
//! ledger reports, so that nothing counts as taken off that was not.

use std::collections::{BTreeSet, HashMap};

use super::refuse_results;
use crate::db::ids::{PaymentId, VolunteerId};
use crate::payments::runs::snapshot::PaymentSnapshot;
use crate::payments::runs::step::Step;
use crate::payments::runs::views::PaymentResult;
use crate::payments::status::PaymentStatus::{Paid, Returned};
use crate::refusal::{Fault, Refusal};

const UNCOVERED: (&str, &str) = (
    "credit-uncovered",
    "is a credit of more than this run paid the person: report it as paid together with the payments that it was taken \
     off, or as failed where these failed",
);
const COVERS: (&str, &str) = (
    "covers-credit",
    "was paid less a credit, which would stay taken off: report the credit (its number ends in C and a figure) as \
     returned in the same results",
);
const CREDIT: (&str, &str) = (
    "credit",
    "is a credit, which comes back only together with the payments that it was taken off: report these as returned in \
     the same results",
);

/// The people whose payments of the run, all of them, decide about these steps: those of whom a credit is paid, or anything
/// comes back.
#[must_use]
pub fn people_to_cover(steps: &[Step]) -> BTreeSet<VolunteerId> {
    let matters = steps.iter().filter(|step| step.lowers_what_was_paid() || step.is_returned_credit());
    matters.map(|step| step.before.volunteer_id).collect()
}

/// After the steps, what the run paid each person comes to no less than nothing, and so does what came back from them.
/// `beside` are all payments of the run to [`people_to_cover`], as they are before the steps.
///
/// # Errors
/// `results-refused` with every entry that can't be taken.
pub fn covered(steps: &[Step], beside: &[PaymentSnapshot], results: &[PaymentResult]) -> Result<(), Refusal> {
    let steps_of: HashMap<PaymentId, &Step> = steps.iter().map(|step| (step.before.id, step)).collect();
    // What each person was paid by the run after the steps, and what came back from them.
    let mut sums: HashMap<VolunteerId, (i128, i128)> = HashMap::new();
    for payment in beside {
        let (paid, returned) = sums.entry(payment.volunteer_id).or_default();
        match steps_of.get(&payment.id).map_or(payment.status, |step| step.step.2) {
            Paid => *paid += i128::from(payment.amount_pence.get()),
            Returned => *returned += i128::from(payment.amount_pence.get()),
            _ => {}
        }
    }
    let entries = results.iter().enumerate().rev();
    let entries: HashMap<&str, usize> = entries.map(|(at, entry)| (entry.invoice_number.as_str(), at)).collect();
    let mut faults = Vec::new();
    for step in steps {
        let Some((paid, returned)) = sums.get(&step.before.volunteer_id) else { continue };
        let (code, detail) = match (step.step.2, step.before.is_credit()) {
            (Paid, true) if *paid < 0 => UNCOVERED,
            (Returned, false) if *paid < 0 => COVERS,
            (Returned, true) if *returned < 0 => CREDIT,
            _ => continue,
        };
        let position = entries.get(step.before.invoice_number.as_str());
        faults.extend(position.map(|at| (*at, Fault::at(format!("/results/{at}"), code, detail))));
    }
    faults.sort_by_key(|(position, _)| *position);
    refuse_results(faults.into_iter().map(|(_, fault)| fault).collect())
}

#[cfg(test)]
mod tests;
