//! What people are told about the money of a claim, with the figures and the reasons.
//! Who is told, and what a message makes out of date, is decided in `deliveries`.

use crate::claims::row::{ClaimLineRow, ClaimRow};
use crate::claims::status::LIFE;
use crate::claims::store;
use crate::db::ids::ClaimId;
use crate::deliveries::{self, About, Recipient};
use crate::money::Pence;
use crate::payments::{PaymentBrief, PaymentStatus, Unpaid};
use crate::policies::calculator::PaidBy;
use crate::refusal::{Failure, Result};
use crate::vocabulary::payment_route::PaymentRoute;
use crate::work::Writer;

/// The person of a claim.
pub(super) fn recipient(row: &ClaimRow) -> Recipient {
    Recipient { volunteer: row.volunteer_id, service: Some(row.service_id), subject: row.id.into(), route: None }
}

/// Tells the person what an approval changed: a top-up, or what of their claim is not paid.
pub(super) fn approved(writer: &mut Writer<'_>, row: &ClaimRow, lines: &[ClaimLineRow], total: Pence) -> Result<()> {
    let (about, message) = if row.supplements_claim_id.is_some() {
        let more = format!("A better rate applies to what you claimed before. We will pay you {total} more.");
        (About::ClaimToppedUp, Some(more))
    } else {
        (About::ClaimApproved, not_paid(lines, total))
    };
    match message {
        Some(said) => deliveries::notify_each(writer, about, LIFE.resource, vec![(recipient(row), Some(said))]),
        None => Ok(()),
    }
}

/// What of a claim is not paid, line by line with its reason; none where all of it is.
fn not_paid(lines: &[ClaimLineRow], total: Pence) -> Option<String> {
    let reduced: Vec<String> = lines.iter().filter_map(short_line).collect();
    (!reduced.is_empty()).then(|| format!("We will pay you {total}.\n{}", reduced.join("\n")))
}

/// A line that is paid in part or not at all. What the person chose not to take, or the trust paid, is no news.
fn short_line(line: &ClaimLineRow) -> Option<String> {
    let given = &line.inputs.0.given;
    let (approved, due) = (line.approved_pence?, line.due()?);
    let asked = given.spent_pence.filter(|_| given.payer() == PaidBy::Person).unwrap_or(due).max(due);
    let what = line.kind.words();
    if approved < due {
        let reason = line.texts.approval_reason.as_ref().map(|reason| format!(" The reason: {reason}"));
        return Some(format!("{what}: {approved} of {asked}.{}", reason.unwrap_or_default()));
    }
    let short = approved < asked || (due == Pence::ZERO && line.elected_pence.is_none_or(|elected| elected > due));
    let paid_by_person = given.payer() == PaidBy::Person;
    let how = line.explanation.0.last().map(|step| format!(" {step}")).unwrap_or_default();
    (short && paid_by_person).then(|| format!("{what}: {approved} of {asked}.{how}"))
}

/// What was paid for a claim, when and how.
pub(super) fn paid(payments: &[&PaymentBrief]) -> Option<String> {
    let made: Vec<&&PaymentBrief> = payments.iter().filter(|payment| payment.status == PaymentStatus::Paid).collect();
    let total = Pence::checked_sum(made.iter().map(|payment| payment.amount_pence))?;
    if made.is_empty() {
        return Some("It came to nothing, so there is no payment.".to_owned());
    }
    let each = made.iter().map(|payment| {
        let day = payment.paid_on.map(|day| format!(" on {}", day.words())).unwrap_or_default();
        format!("{}{day}{}", payment.amount_pence, by(payment.route))
    });
    Some(format!("We paid you {total}: {}.", each.collect::<Vec<_>>().join(" and ")))
}

const fn by(route: PaymentRoute) -> &'static str {
    match route {
        PaymentRoute::AccountsPayable => "",
        PaymentRoute::Payroll => " through the payroll",
    }
}

/// Tells people that a payment did not reach them, why, and what happens next.
///
/// # Errors
/// Database errors.
pub fn unpaid(writer: &mut Writer<'_>, unpaid: &[Unpaid]) -> Result<()> {
    let ids: Vec<ClaimId> = unpaid.iter().map(|payment| payment.claim_id).collect();
    let rows = store::lock_all(writer, &ids)?;
    for (about, returned) in [(About::PaymentFailed, false), (About::PaymentReturned, true)] {
        let told = unpaid.iter().filter(|payment| payment.is_returned == returned).map(|payment| {
            let row = rows.iter().find(|row| row.id == payment.claim_id);
            let row = row.ok_or_else(|| Failure::broken("a payment without its claim"))?;
            Ok((Recipient { route: Some(payment.route), ..recipient(row) }, Some(not_reached(payment))))
        });
        let told: Vec<_> = told.collect::<Result<_>>()?;
        if !told.is_empty() {
            deliveries::notify_each(writer, about, LIFE.resource, told)?;
        }
    }
    Ok(())
}

fn not_reached(payment: &Unpaid) -> String {
    let reason = payment.reason.as_ref().map(|reason| format!(" The reason that we were given: {reason}."));
    format!(
        "It is {} for your claim {}{}.{} A new payment is due, and you do not need to claim again.",
        payment.amount,
        payment.claim_reference,
        by(payment.route),
        reason.unwrap_or_default()
    )
}
