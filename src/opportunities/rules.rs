//! What publication needs, and which fields can be changed in which status, as pure functions.
//! The facts come from `store`.

use crate::clock::Instant;
use crate::opportunities::status::OpportunityStatus;
use crate::opportunities::views::OpportunityContent;
use crate::refusal::{Fault, Kind, Refusal};
use crate::vocabulary::offer::Basis;
use crate::vocabulary::opportunity::{Mode, OpportunityKind, PanelRole};

/// All fields except the plan, the kind and what is offered and required, which can't change once people could read
/// them.
const WHILE_PUBLISHED: &[&str] = &[
    "title",
    "summary",
    "involvement_level",
    "audience",
    "experience_wanted",
    "skills",
    "commitment",
    "starts_on",
    "ends_on",
    "mode",
    "venue",
    "access_notes",
    "places",
    "contact",
    "closes_at",
];

/// Fields that people taking part still need to know.
const WHILE_CLOSED: &[&str] =
    &["summary", "commitment", "starts_on", "ends_on", "mode", "venue", "access_notes", "places", "contact"];

/// What publication needs to know about the plan and the policies.
#[derive(Clone, Copy, Debug)]
pub struct Background {
    /// Whether an approved version of the plan is in force.
    pub plan_in_force: bool,
    /// Whether the plan names a link person.
    pub has_link_person: bool,
    /// Whether a published policy has the tariff that is offered.
    pub tariff_known: bool,
}

/// Refuses fields that can't be changed in this status.
///
/// # Errors
/// `not-editable`, with every such field.
pub fn editable<'f>(status: OpportunityStatus, sent: impl Iterator<Item = &'f str>) -> Result<(), Refusal> {
    let open = match status {
        OpportunityStatus::Draft => return Ok(()),
        OpportunityStatus::Published => WHILE_PUBLISHED,
        OpportunityStatus::Closed => WHILE_CLOSED,
        OpportunityStatus::Cancelled => &[],
    };
    let fixed: Vec<Fault> = sent
        .filter(|field| !open.contains(field))
        .map(|field| {
            Fault::at(
                format!("/{field}"),
                "not-editable",
                format!("can't be changed while the opportunity is {status}"),
            )
        })
        .collect();
    let detail =
        format!("Some of these fields can't be changed while the opportunity is {status}. `errors` names them.");
    crate::refusal::refuse_if_any(Kind::NotEditable, &detail, fixed)
}

/// Everything that keeps an opportunity from being published; empty if nothing does.
#[must_use]
pub fn unpublishable(new: &OpportunityContent, background: Background, now: Instant) -> Vec<Fault> {
    let mut faults = missing_fields(new);
    if !background.plan_in_force {
        faults.push(Fault::at(
            "/plan_id",
            "plan-not-approved",
            "the plan has no approved version in force; have it approved first",
        ));
    }
    if !background.has_link_person {
        faults.push(Fault::at(
            "/plan_id",
            "link-person-missing",
            "the plan names no link person; name one in the plan and have it approved",
        ));
    }
    if new.closes_at.is_some_and(|closes_at| closes_at <= now) {
        faults.push(Fault::at("/closes_at", "out-of-range", "must be in the future"));
    }
    faults.extend(offer_faults(new, background.tariff_known));
    faults.extend(requirement_faults(new));
    faults
}

/// What is wrong with the fields alone, for changes to a published opportunity: its closing date may have passed and
/// its plan may have changed since.
#[must_use]
pub fn unfit(new: &OpportunityContent) -> Vec<Fault> {
    let mut faults = missing_fields(new);
    faults.extend(requirement_faults(new));
    faults
}

fn missing_fields(new: &OpportunityContent) -> Vec<Fault> {
    let said = |text: Option<&str>| text.is_some_and(|text| !text.trim().is_empty());
    let in_a_room = matches!(new.mode, Some(Mode::InPerson | Mode::Hybrid));
    [
        ("summary", said(new.summary.as_deref()), "must say what the opportunity is about"),
        ("involvement_level", new.involvement_level.is_some(), "must say how much say people have"),
        ("audience", new.audience.is_some(), "must say who the opportunity is for"),
        ("commitment", said(new.commitment.as_deref()), "must say how much time it takes"),
        ("starts_on", new.starts_on.is_some(), "must be given"),
        ("mode", new.mode.is_some(), "must say whether people meet in person or online"),
        ("venue", !in_a_room || new.venue.is_some(), "must be given unless people meet online only"),
        ("basis", new.basis.is_some(), "must say whether people are paid for their time"),
        ("offer", new.offer.is_some(), "must say what is reimbursed, even if it is nothing"),
        (
            "offer/statement",
            new.offer.as_ref().is_none_or(|offer| said(Some(&offer.statement))),
            "must describe the offer in plain words",
        ),
        ("contact", new.contact.is_some(), "must name somebody who answers questions"),
        ("closes_at", new.closes_at.is_some(), "must be given"),
        (
            "panel",
            new.kind != OpportunityKind::InterviewPanel || new.panel.is_some(),
            "must say what people do on the panel",
        ),
    ]
    .into_iter()
    .chain(untrained_chair(new))
    .filter(|(_, there, _)| !there)
    .map(|(field, _, detail)| Fault::at(format!("/{field}"), "required", detail))
    .collect()
}

/// A chair needs training. That they have sat in on a panel is checked when their agreement is issued.
fn untrained_chair(new: &OpportunityContent) -> Option<(&'static str, bool, &'static str)> {
    let chair = new.panel.as_ref().is_some_and(|panel| panel.role == PanelRole::Chair);
    chair.then_some((
        "training_required",
        !new.training_required.is_empty(),
        "must name the training that a chair needs",
    ))
}

fn offer_faults(new: &OpportunityContent, tariff_known: bool) -> Option<Fault> {
    let tariff = new.offer.as_ref()?.tariff.as_ref();
    let fault = |code, detail| Some(Fault::at("/offer/tariff", code, detail));
    match (new.basis?, tariff) {
        (Basis::ExpensesOnly, Some(_)) => fault("not-allowed", "must be null when the basis is `expenses_only`"),
        (Basis::PaidInvolvement, None) => fault("required", "must be given when the basis is `paid_involvement`"),
        (Basis::PaidInvolvement, Some(_)) if !tariff_known => {
            fault("unknown-tariff", "no published reimbursement policy has a tariff of this name")
        }
        _ => None,
    }
}

fn requirement_faults(new: &OpportunityContent) -> Vec<Fault> {
    let above_basic = |kind: &str| kind.starts_with("dbs_") && kind != "dbs_basic";
    let no_reason = |reason: Option<&str>| reason.is_none_or(|reason| reason.trim().is_empty());
    new.clearances_required
        .iter()
        .enumerate()
        .filter(|(_, required)| above_basic(&required.kind.0) && no_reason(required.eligibility_reason.as_deref()))
        .map(|(position, _)| {
            let pointer = format!("/clearances_required/{position}/eligibility_reason");
            Fault::at(pointer, "required", "must say why the role is eligible for more than a basic DBS check")
        })
        .collect()
}

/// A place that is taken or offered is not taken away.
///
/// # Errors
/// `no-places-left`.
pub fn keeps_places(places: i32, taken: i32, offered: i64) -> Result<(), Refusal> {
    if i64::from(places) >= i64::from(taken).saturating_add(offered) {
        return Ok(());
    }
    let detail = format!(
        "{taken} places are taken and {offered} offered. Give at least as many places, or wait for the answers to the offers."
    );
    Err(Refusal::new(Kind::NoPlacesLeft, detail))
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;
