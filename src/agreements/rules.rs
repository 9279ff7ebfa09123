//! The rules of agreements: never less than was offered, issued only when it can be kept, ended on a possible day.
//! Pure functions: no SQL, no HTTP, no clock.

use crate::access::{Viewer, Viewers};
use crate::agreements::AgreementStatus;
use crate::agreements::bodies::{AcceptedHow, AnsweredHow};
use crate::agreements::content::{AgreementContent, EmploymentOutcome};
use crate::clock::Day;
use crate::opportunities::{OpportunityStatus, Panel};
use crate::people::clearances::Missing;
use crate::policies::Promised;
use crate::refusal::{Fault, Happened, Kind, Refusal, refuse_if_any};
use crate::vocabulary::offer::{Basis, Offer};
use crate::vocabulary::opportunity::PanelRole;
use crate::vocabulary::payment_route::PaymentRoute;

/// An employment status was determined on a day that is past, and no agreement reaches back for longer than anything
/// that can be recorded.
///
/// # Errors
/// `invalid`, `out-of-range`.
pub(super) fn possible_days(new: &AgreementContent, today: Day) -> Result<(), Refusal> {
    let possible = Happened::in_living_memory(today);
    let determined_on = new.employment_status.as_ref().map(|status| status.determined_on);
    let faults = [
        determined_on.and_then(|on| possible.fault("/employment_status/determined_on", on)),
        possible.fault("/starts_on", new.starts_on.min(today)),
    ];
    let faults: Vec<Fault> = faults.into_iter().flatten().collect();
    if faults.is_empty() { Ok(()) } else { Err(Refusal::invalid(faults)) }
}

/// An offer, and what its tariff promises as far as that is known.
#[derive(Clone, Copy, Debug)]
pub(super) struct Terms<'a> {
    pub offer: &'a Offer,
    pub promised: Option<&'a Promised>,
}

/// An agreement must not offer less than the opportunity.
///
/// # Errors
/// `worse-than-offered`, with a fault for each part that is less.
pub(super) fn keeps_offer(agreed: Terms<'_>, offered: Terms<'_>) -> Result<(), Refusal> {
    less("The agreement offers less than the opportunity did. Offer at least the same.", agreed, offered)
}

/// Several checks at once, so that nobody learns of one fault after the other. Where only one kind refuses, its own stands;
/// otherwise the agreement is not issuable, and each fault keeps its code.
///
/// # Errors
/// All faults of the checks that refuse.
pub(super) fn together(checks: impl IntoIterator<Item = Result<(), Refusal>>) -> Result<(), Refusal> {
    let mut refused = checks.into_iter().filter_map(Result::err);
    let Some(first) = refused.next() else { return Ok(()) };
    Err(refused.fold(first, |all, more| {
        let same = all.kind == more.kind;
        let errors = all.errors.into_iter().chain(more.errors).collect();
        let kind = if same { all.kind } else { Kind::NotIssuable };
        let detail = if same { all.detail } else { NOT_ISSUABLE.to_owned() };
        Refusal::new(kind, detail).with(errors)
    }))
}

const NOT_ISSUABLE: &str = "The agreement can't be issued yet. The errors say why.";

/// The volunteer is there to be given an agreement.
///
/// # Errors
/// `volunteer-not-active`.
pub(super) fn is_present(present: bool) -> Result<(), Refusal> {
    let fault = (!present).then(|| Fault::at("/volunteer_id", "volunteer-not-active", "has left, or was erased"));
    let detail = "The volunteer has left, or was erased.";
    refuse_if_any(Kind::VolunteerNotActive, detail, fault.into_iter().collect())
}

/// What issuing needs: the opportunity takes place, and what is promised can be paid.
///
/// # Errors
/// `not-issuable`, with everything that is missing.
pub(super) fn issuable(
    draft: &AgreementContent,
    opportunity: OpportunityStatus,
    tariff_known: bool,
) -> Result<(), Refusal> {
    let mut faults = Vec::new();
    if opportunity == OpportunityStatus::Cancelled {
        faults.push(Fault::at("/opportunity_id", "opportunity-cancelled", "was cancelled"));
    }
    if draft.basis == Basis::PaidInvolvement {
        match (&draft.offer.tariff, tariff_known) {
            (None, _) => faults.push(Fault::at("/offer/tariff", "required", "must be given where time is paid")),
            (Some(_), false) => {
                faults.push(Fault::at("/offer/tariff", "tariff-not-in-policy", "is in no published policy"));
            }
            (Some(_), true) => {}
        }
        match (draft.payment_route, &draft.employment_status) {
            (None, _) => faults.push(Fault::at("/payment_route", "required", "must be given where time is paid")),
            (Some(PaymentRoute::AccountsPayable), None) => faults.push(Fault::at(
                "/employment_status",
                "required",
                "must be given where time is paid through accounts payable",
            )),
            (Some(_), _) => {}
        }
    }
    refuse_if_any(Kind::NotIssuable, NOT_ISSUABLE, faults)
}

/// Whoever is employed for tax is paid their time through payroll.
///
/// # Errors
/// `employed-needs-payroll`.
pub(super) fn employed_by_payroll(draft: &AgreementContent) -> Result<(), Refusal> {
    let is_employed =
        draft.employment_status.as_ref().is_some_and(|status| status.outcome == EmploymentOutcome::Employed);
    if is_employed && draft.payment_route == Some(PaymentRoute::AccountsPayable) {
        let detail = "The volunteer counts as employed for tax, so time can't be paid through accounts payable. Choose \
                      the payment route `payroll`.";
        let fault = Fault::at("/payment_route", "employed-needs-payroll", "must be `payroll` for the employed");
        return Err(Refusal::new(Kind::EmployedNeedsPayroll, detail).with(vec![fault]));
    }
    Ok(())
}

/// The chair of an interview panel must have attended a whole session of one before, here or elsewhere. The training that
/// they need is among the requirements of the opportunity.
///
/// # Errors
/// `not-issuable`, `shadowing-missing`.
pub(super) fn may_chair(panel: Option<&Panel>, has_sat: bool) -> Result<(), Refusal> {
    if panel.is_none_or(|panel| panel.role != PanelRole::Chair) || has_sat {
        return Ok(());
    }
    let fault =
        Fault::at("/volunteer_id", "shadowing-missing", "must have attended an interview panel before chairing one");
    Err(Refusal::new(Kind::NotIssuable, NOT_ISSUABLE).with(vec![fault]))
}

/// An agreement must not offer less than the one that it replaces.
///
/// # Errors
/// `worse-than-offered`, with a fault for each part that is less.
pub(super) fn keeps_agreed(agreed: Terms<'_>, replaced: Terms<'_>) -> Result<(), Refusal> {
    less("The agreement offers less than the one that it replaces. Offer at least the same.", agreed, replaced)
}

fn less(detail: &str, agreed: Terms<'_>, than: Terms<'_>) -> Result<(), Refusal> {
    // A tariff of another name is no worse where it pays at least as much, whatever is claimed.
    let pays_at_least = agreed.promised.zip(than.promised).is_some_and(|(mine, theirs)| mine.pays_at_least(theirs));
    let faults = agreed
        .offer
        .worse_than(than.offer)
        .into_iter()
        .filter(|name| *name != "tariff" || !pays_at_least)
        .map(|name| Fault::at(format!("/offer/{name}"), "worse-than-offered", "is less than was offered before"))
        .collect();
    refuse_if_any(Kind::WorseThanOffered, detail, faults)
}

/// Every required clearance must be in date.
///
/// # Errors
/// `clearance-missing`, with a fault for each that is not.
pub(super) fn cleared(missing: &[Missing]) -> Result<(), Refusal> {
    let faults = missing
        .iter()
        .map(|one| {
            let stands = one.status.map_or("not recorded", |status| status.as_str());
            Fault::whole("clearance-missing", format!("{}: {stands}", one.kind))
        })
        .collect();
    refuse_if_any(Kind::ClearanceMissing, "One or more required clearances are not in date.", faults)
}

/// How an agreement was answered: online only by the volunteer themselves, `by_link` where they had not signed in, on paper
/// only as recorded by a lead.
///
/// # Errors
/// `field-forbidden` for any other combination.
pub(crate) fn answered_how(how: Option<AnsweredHow>, caller: Viewers, by_link: bool) -> Result<AcceptedHow, Refusal> {
    match how.unwrap_or(AnsweredHow::Online) {
        AnsweredHow::Online if caller.includes(Viewer::Own) && by_link => Ok(AcceptedHow::ByLink),
        AnsweredHow::Online if caller.includes(Viewer::Own) => Ok(AcceptedHow::Online),
        AnsweredHow::Paper if caller.includes(Viewer::Lead) => Ok(AcceptedHow::Paper),
        _ => Err(Refusal::field_forbidden(&["how"])),
    }
}

/// The last day of an agreement that is ended: today unless another day is given, not in the future, not before its
/// start. An agreement that has not started can be ended today; then it covers no day.
///
/// # Errors
/// `invalid`, `out-of-range`.
pub(super) fn last_day(on: Option<Day>, starts_on: Day, today: Day) -> Result<Day, Refusal> {
    let day = on.unwrap_or(today);
    if day > today || (day < starts_on && day != today) {
        let fault = Fault::at("/on", "out-of-range", "must be between its first day and today");
        return Err(Refusal::invalid(vec![fault]));
    }
    Ok(day)
}

/// An agreement does not end before the last day on which attendance is recorded under it: that could not be paid any more.
///
/// # Errors
/// `invalid`, `out-of-range`, with that day.
pub(super) fn covers_recorded(last: Day, recorded: Option<Day>) -> Result<(), Refusal> {
    let Some(recorded) = recorded.filter(|recorded| last < *recorded) else { return Ok(()) };
    let detail = format!("must not be before {}, the last day for which attendance is recorded", recorded.words());
    Err(Refusal::invalid(vec![Fault::at("/on", "out-of-range", detail)]))
}

/// The last day of an agreement of somebody who left: their last day, or none where the agreement had not begun by then.
pub(super) fn last_day_of_leaver(left_on: Day, starts_on: Day) -> Day {
    left_on.max(starts_on.plus_days(-1))
}

/// The last day of an agreement that is replaced: the day before the new one starts, past or to come, so that every day
/// is covered once.
pub(super) fn replaced_until(starts_on: Day) -> Day {
    starts_on.plus_days(-1)
}

/// The first day of a short form, and the day on which clearances must be in date for it. It covers the opportunity
/// from its first day where that is past (attendance is entered afterwards), else from today; clearances must be in
/// date today, or on the opportunity's first day if that is later.
pub(super) fn short_form_days(opportunity_starts_on: Option<Day>, today: Day) -> (Day, Day) {
    let first = opportunity_starts_on.unwrap_or(today);
    (first.min(today), first.max(today))
}

/// Whether an agreement in this status can be replaced: only while it is in force.
pub(super) fn replaceable(status: AgreementStatus) -> bool {
    AgreementStatus::IN_FORCE.contains(&status)
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;
