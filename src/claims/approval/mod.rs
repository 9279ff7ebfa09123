//! What an approver may decide of a claim, and what is owed after: pure.
//! Involvement leads alone approve (`DecideClaims` in `access::policy`), and none of them a claim that they submitted or
//! entered, or that pays them: `segregation`, by what `claims::store::lock` reads.

use crate::claims::bodies::{Approval, LineDecision};
use crate::claims::line::LineKind;
use crate::claims::row::{ClaimLineRow, ClaimRow};
use crate::claims::store::Decider;
use crate::clock::Day;
use crate::money::Pence;
use crate::payments::Owed;
use crate::refusal::{Failure, Fault, Kind, Refusal, refuse_if_any, refuse_unknown};
use crate::vocabulary::payment_route::PaymentRoute;

/// Nobody approves what they submitted, typed or are paid.
///
/// # Errors
/// `segregation-of-duties` with every rule that is broken.
pub fn segregation(decider: Decider) -> Result<(), Refusal> {
    let rules = [
        (decider.is_submitter, "approver-is-submitter", "whoever submitted or entered a claim can't approve it"),
        (decider.is_claimant, "approver-is-claimant", "nobody can approve their own claim"),
    ];
    let broken = rules.into_iter().filter(|(holds, ..)| *holds).map(|(_, code, detail)| Fault::whole(code, detail));
    refuse_if_any(Kind::SegregationOfDuties, "Somebody else must approve this claim.", broken.collect())
}

/// Puts what is approved on every line: what it comes to, or less with a reason.
///
/// # Errors
/// `late-not-accepted`, `unknown-reference`, `approved-above-payable`; a fault of ours where a line has no figure.
pub fn decide(row: &ClaimRow, lines: &mut [ClaimLineRow], approval: &Approval) -> Result<Pence, Failure> {
    if row.late && approval.accept_late != Some(true) {
        let detail = "The claim was submitted after its last day. Approve it with `accept_late: true`, or reject it.";
        return Err(Refusal::new(Kind::LateNotAccepted, detail).into());
    }
    for line in lines.iter_mut() {
        line.approved_pence = Some(line.due().ok_or_else(|| Failure::broken("a frozen line without a figure"))?);
        line.texts.approval_reason = None;
    }
    let decisions = approval.lines.as_deref().unwrap_or_default();
    lower(lines, decisions)?;
    let total = Pence::checked_sum(lines.iter().filter_map(|line| line.approved_pence));
    total.ok_or_else(|| Failure::broken("a total beyond range"))
}

fn lower(lines: &mut [ClaimLineRow], decisions: &[LineDecision]) -> Result<(), Refusal> {
    let (mut unknown, mut above) = (Vec::new(), Vec::new());
    for (position, decision) in decisions.iter().enumerate() {
        match lines.iter_mut().find(|line| line.id == decision.id) {
            None => unknown.push(Fault::at(
                format!("/lines/{position}/id"),
                "unknown-reference",
                "is not the id of a line of this claim",
            )),
            Some(line) if line.approved_pence < Some(decision.approved_pence) => above.push(Fault::at(
                format!("/lines/{position}/approved_pence"),
                "approved-above-payable",
                "is more than the line comes to",
            )),
            Some(line) => {
                line.approved_pence = Some(decision.approved_pence);
                line.texts.approval_reason = Some(decision.reason.clone());
            }
        }
    }
    refuse_unknown(unknown)?;
    refuse_if_any(
        Kind::ApprovedAbovePayable,
        "An approver can reduce a line, never raise it. Approve at most what each line comes to.",
        above,
    )
}

/// What is owed by each route for what was approved; lines of nothing, and what the trust paid itself, owe nothing.
#[must_use]
pub fn owed(row: &ClaimRow, lines: &[ClaimLineRow], due_on: Day) -> Vec<Owed> {
    let excess = Pence::checked_sum(lines.iter().filter_map(approved_excess)).unwrap_or_default();
    let of = |route: PaymentRoute| {
        let paid: Vec<&ClaimLineRow> = lines
            .iter()
            .filter(|line| line.route == route && line.approved_pence.is_some_and(|pence| pence > Pence::ZERO))
            .collect();
        let sum = |time: bool| {
            let of_kind = paid.iter().filter(|line| (line.kind == LineKind::Time) == time);
            Pence::checked_sum(of_kind.filter_map(|line| line.approved_pence)).unwrap_or_default()
        };
        Some(Owed {
            claim_id: row.id,
            claim_reference: row.reference.clone(),
            volunteer_id: row.volunteer_id,
            service_id: row.service_id,
            recovery_id: None,
            route,
            expense: sum(false),
            time: sum(true),
            taxable_excess: Pence::ZERO,
            work_from: paid.iter().filter_map(|line| line.on_day).min()?,
            work_to: paid.iter().filter_map(|line| line.on_day).max()?,
            due_on,
        })
    };
    let mut owed: Vec<Owed> =
        [PaymentRoute::AccountsPayable, PaymentRoute::Payroll].into_iter().filter_map(of).collect();
    // On one payment alone, so that it is reported once: the last, which is payroll's where time is paid through it.
    if let Some(last) = owed.last_mut() {
        last.taxable_excess = excess;
    }
    owed
}

/// What of an approved line is above the HMRC approved amount: lowering a line lowers that part first.
fn approved_excess(line: &ClaimLineRow) -> Option<Pence> {
    let free = line.payable_pence?.above(line.taxable_excess_pence.unwrap_or_default());
    Some(line.approved_pence?.above(free)).filter(|_| line.kind == LineKind::Mileage)
}

#[cfg(test)]
mod tests;
