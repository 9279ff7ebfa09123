//! What agreements must keep to: never less than was offered, issued only when it can be kept, ended on a day that can be.
//! Pure: neither SQL nor HTTP, and no clock.

use crate::agreements::AgreementStatus;
use crate::agreements::views::{AcceptedHow, NewAgreement};
use crate::clock::Day;
use crate::opportunities::{OpportunityStatus, Panel};
use crate::people::clearances::Missing;
use crate::refusal::{Fault, Kind, Refusal, refuse_if_any};
use crate::vocabulary::offer::{Basis, Offer};
use crate::vocabulary::opportunity::PanelRole;
use crate::vocabulary::payment_route::PaymentRoute;

/// Never less than the opportunity offers.
///
/// # Errors
/// `worse-than-offered`, a fault for each thing that there is less of.
pub(super) fn keeps_offer(agreed: &Offer, offered: Option<&Offer>) -> Result<(), Refusal> {
    offered.map_or(Ok(()), |offered| less("The agreement offers less than the opportunity did.", agreed, offered))
}

/// What issuing needs: a way to pay what is promised, and something to do.
///
/// # Errors
/// `not-issuable`, with everything that is missing.
pub(super) fn issuable(
    draft: &NewAgreement,
    opportunity: OpportunityStatus,
    tariff_known: bool,
) -> Result<(), Refusal> {
    let mut faults = Vec::new();
    if opportunity == OpportunityStatus::Cancelled {
        faults.push(Fault::at("/opportunity_id", "opportunity-cancelled", "will not take place"));
    }
    if draft.basis == Basis::PaidInvolvement {
        match (&draft.offer.tariff, tariff_known) {
            (None, _) => faults.push(Fault::at("/offer/tariff", "required", "time is paid by a tariff")),
            (Some(_), false) => {
                faults.push(Fault::at("/offer/tariff", "tariff-not-in-policy", "stands in no published policy"));
            }
            (Some(_), true) => {}
        }
        match (draft.payment_route, &draft.employment_status) {
            (None, _) => faults.push(Fault::at("/payment_route", "required", "time is paid by one of the two routes")),
            (Some(PaymentRoute::AccountsPayable), None) => faults.push(Fault::at(
                "/employment_status",
                "required",
                "time is paid through accounts payable only where employment was determined",
            )),
            (Some(_), _) => {}
        }
    }
    refuse_if_any(Kind::NotIssuable, "The agreement lacks what issuing needs.", faults)
}

/// Whoever chairs an interview panel has sat in on one: an earlier session of any, from beginning to end. The training
/// that they need is among what the opportunity requires.
///
/// # Errors
/// `not-issuable`, `shadowing-missing`.
pub(super) fn may_chair(panel: Option<&Panel>, has_sat: bool) -> Result<(), Refusal> {
    if panel.is_none_or(|panel| panel.role != PanelRole::Chair) || has_sat {
        return Ok(());
    }
    let fault = Fault::at("/volunteer_id", "shadowing-missing", "a chair has sat in on an interview panel before");
    Err(Refusal::new(Kind::NotIssuable, "The agreement lacks what issuing needs.").with(vec![fault]))
}

/// Better terms take the place of others: never less than the agreement that is replaced.
///
/// # Errors
/// `worse-than-offered`, a fault for each thing that there is less of.
pub(super) fn keeps_agreed(agreed: &Offer, replaced: &Offer) -> Result<(), Refusal> {
    less("The agreement offers less than the one that it replaces.", agreed, replaced)
}

fn less(detail: &str, agreed: &Offer, than: &Offer) -> Result<(), Refusal> {
    let faults = agreed
        .worse_than(than)
        .into_iter()
        .map(|name| Fault::at(format!("/offer/{name}"), "worse-than-offered", "is less than was offered before"))
        .collect();
    refuse_if_any(Kind::WorseThanOffered, detail, faults)
}

/// Every required clearance is in date.
///
/// # Errors
/// `clearance-missing`, a fault for each.
pub(super) fn cleared(missing: &[Missing]) -> Result<(), Refusal> {
    let faults = missing
        .iter()
        .map(|one| {
            let stands = one.status.map_or("there is none", |status| status.as_str());
            Fault::whole("clearance-missing", format!("{}: {stands}", one.kind))
        })
        .collect();
    refuse_if_any(Kind::ClearanceMissing, "A required clearance is not in date.", faults)
}

/// How an answer counts as given: online by the person themselves, on paper as a lead records it.
///
/// # Errors
/// `field-forbidden` where somebody says what only the other can.
pub(crate) fn answered_how(
    how: Option<AcceptedHow>,
    is_themselves: bool,
    is_lead: bool,
) -> Result<AcceptedHow, Refusal> {
    match how.unwrap_or(AcceptedHow::Online) {
        AcceptedHow::Online if is_themselves => Ok(AcceptedHow::Online),
        AcceptedHow::Paper if is_lead => Ok(AcceptedHow::Paper),
        _ => Err(Refusal::field_forbidden(&["how"])),
    }
}

/// The last day of an agreement that is ended: today unless said otherwise, not in the future, not before its start.
/// One that has not begun may be ended today; then it covers no day.
///
/// # Errors
/// `invalid`, `out-of-range`.
pub(super) fn last_day(on: Option<Day>, starts_on: Day, today: Day) -> Result<Day, Refusal> {
    let day = on.unwrap_or(today);
    if day > today || (day < starts_on && day != today) {
        let fault = Fault::at("/on", "out-of-range", "must lie between its first day and today");
        return Err(Refusal::invalid(vec![fault]));
    }
    Ok(day)
}

/// Where the agreement replaced stops when a better one is accepted: on the day before the new one starts, past or
/// to come, so that every day is covered and none twice.
pub(super) fn replaced_until(starts_on: Day) -> Day {
    starts_on.plus_days(-1)
}

/// The first day of a short form, and the day on which clearances are tested for it. It covers the opportunity from its
/// first day where that is past (what happened is entered afterwards), else from today; clearances must hold on the
/// later of today and the opportunity's first day.
pub(super) fn short_form_days(opportunity_starts_on: Option<Day>, today: Day) -> (Day, Day) {
    let first = opportunity_starts_on.unwrap_or(today);
    (first.min(today), first.max(today))
}

/// Whether an agreement may take the place of another: of the same person and opportunity, and in force.
pub(super) fn replaceable(status: AgreementStatus) -> bool {
    matches!(status, AgreementStatus::Active | AgreementStatus::Paused)
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;
