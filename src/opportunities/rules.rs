//! What publication needs and what may change when, as pure functions.
//! Where the facts come from stands in `store`.

use crate::clock::Instant;
use crate::opportunities::kinds::{Mode, OpportunityKind, PanelRole};
use crate::opportunities::offer::Basis;
use crate::opportunities::status::OpportunityStatus;
use crate::opportunities::views::NewOpportunity;
use crate::refusal::{Fault, Kind, Refusal};

/// Everything but the plan, the kind and what was promised and required: those stand once people could read them.
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

/// What people who are engaged still need to know.
const WHILE_CLOSED: &[&str] =
    &["summary", "commitment", "starts_on", "ends_on", "mode", "venue", "access_notes", "places", "contact"];

/// What publication must know of the plan and the policies.
#[derive(Clone, Copy, Debug)]
pub struct Background {
    /// Whether an approved version of the plan is in force.
    pub plan_in_force: bool,
    /// Whether the plan names its link person.
    pub has_link_person: bool,
    /// Whether a published policy knows the tariff offered.
    pub tariff_known: bool,
}

/// Refuses fields that stand fixed in this state.
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
        .map(|field| Fault::at(format!("/{field}"), "not-editable", format!("stands fixed once it is {status}")))
        .collect();
    let detail = format!("Not every field of an opportunity that is {status} can be changed.");
    crate::refusal::refuse_if_any(Kind::NotEditable, &detail, fixed)
}

/// Everything that keeps an opportunity from being advertised; empty when nothing does.
#[must_use]
pub fn unpublishable(new: &NewOpportunity, background: Background, now: Instant) -> Vec<Fault> {
    let mut faults = missing_fields(new);
    if !background.plan_in_force {
        faults.push(Fault::at("/plan_id", "plan-not-approved", "the plan has no approved version in force"));
    }
    if !background.has_link_person {
        faults.push(Fault::at("/plan_id", "link-person-missing", "the plan names no link person"));
    }
    if new.closes_at.is_some_and(|closes_at| closes_at <= now) {
        faults.push(Fault::at("/closes_at", "out-of-range", "must lie in the future"));
    }
    faults.extend(offer_faults(new, background.tariff_known));
    faults.extend(requirement_faults(new));
    faults
}

/// What is wrong with the text alone: for changes to what is published already, which time or the plan may have overtaken.
#[must_use]
pub fn unfit(new: &NewOpportunity) -> Vec<Fault> {
    let mut faults = missing_fields(new);
    faults.extend(requirement_faults(new));
    faults
}

fn missing_fields(new: &NewOpportunity) -> Vec<Fault> {
    let said = |text: Option<&str>| text.is_some_and(|text| !text.trim().is_empty());
    let in_a_room = matches!(new.mode, Some(Mode::InPerson | Mode::Hybrid));
    [
        ("summary", said(new.summary.as_deref()), "must say what it is about"),
        ("involvement_level", new.involvement_level.is_some(), "must say how much of the decision is shared"),
        ("audience", new.audience.is_some(), "must say who is sought"),
        ("commitment", said(new.commitment.as_deref()), "must say how much time it takes"),
        ("starts_on", new.starts_on.is_some(), "must be given"),
        ("mode", new.mode.is_some(), "must say where people meet"),
        ("venue", !in_a_room || new.venue.is_some(), "must be given where people meet in a room"),
        ("basis", new.basis.is_some(), "must say how people are engaged"),
        ("offer", new.offer.is_some(), "must say what is reimbursed, even if it is nothing"),
        (
            "offer/statement",
            new.offer.as_ref().is_none_or(|offer| said(Some(&offer.statement))),
            "must say the offer in plain words",
        ),
        ("contact", new.contact.is_some(), "must say whom to ask"),
        ("closes_at", new.closes_at.is_some(), "must be given"),
        ("panel", new.kind != OpportunityKind::InterviewPanel || new.panel.is_some(), "must say the part in the panel"),
    ]
    .into_iter()
    .chain(untrained_chair(new))
    .filter(|(_, there, _)| !there)
    .map(|(field, _, detail)| Fault::at(format!("/{field}"), "required", detail))
    .collect()
}

/// Whoever leads a panel has been trained for it; that they sat in on one is asked when their agreement is issued.
fn untrained_chair(new: &NewOpportunity) -> Option<(&'static str, bool, &'static str)> {
    let chair = new.panel.as_ref().is_some_and(|panel| panel.role == PanelRole::Chair);
    chair.then_some((
        "training_required",
        !new.training_required.is_empty(),
        "must name the training that a chair has had",
    ))
}

fn offer_faults(new: &NewOpportunity, tariff_known: bool) -> Option<Fault> {
    let tariff = new.offer.as_ref()?.tariff.as_ref();
    let fault = |code, detail| Some(Fault::at("/offer/tariff", code, detail));
    match (new.basis?, tariff) {
        (Basis::ExpensesOnly, Some(_)) => fault("not-allowed", "time is not paid where expenses are all"),
        (Basis::PaidInvolvement, None) => fault("required", "must be given where time is paid"),
        (Basis::PaidInvolvement, Some(_)) if !tariff_known => {
            fault("unknown-tariff", "no published reimbursement policy has a tariff of this name")
        }
        _ => None,
    }
}

fn requirement_faults(new: &NewOpportunity) -> Vec<Fault> {
    let above_basic = |kind: &str| kind.starts_with("dbs_") && kind != "dbs_basic";
    let no_reason = |reason: Option<&str>| reason.is_none_or(|reason| reason.trim().is_empty());
    new.clearances_required
        .iter()
        .enumerate()
        .filter(|(_, required)| above_basic(&required.kind.0) && no_reason(required.eligibility_reason.as_deref()))
        .map(|(position, _)| {
            let pointer = format!("/clearances_required/{position}/eligibility_reason");
            Fault::at(pointer, "required", "must say why the role may ask for more than a basic check")
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::refusal::Place;
    use serde_json::{Value, json};

    const READY: Background = Background { plan_in_force: true, has_link_person: true, tariff_known: true };

    fn ready() -> Value {
        json!({
            "plan_id": "01970000-0000-7000-8000-000000000001", "title": "Panel", "summary": "Choose a nurse.", "kind": "interview_panel",
            "involvement_level": "co_produce", "audience": "both", "commitment": "One day.", "starts_on": "2026-06-01", "mode": "in_person",
            "venue": "Room 1", "places": 2, "basis": "paid_involvement", "closes_at": "2026-05-20T16:00:00Z",
            "offer": { "travel": true, "subsistence": false, "care": false, "access_support": true, "other": false, "tariff": "sessions", "statement": "Travel and time." },
            "clearances_required": [{ "kind": "dbs_enhanced", "eligibility_reason": "Alone with patients." }, { "kind": "dbs_basic" }],
            "contact": { "name": "Ada", "email": "ada@trust.example" }, "panel": { "role": "member", "scoring": "equal" },
        })
    }

    fn found(change: Value, background: Background) -> Vec<(String, &'static str)> {
        let mut new = ready();
        for (name, value) in change.as_object().unwrap() {
            new[name] = value.clone();
        }
        let now = "2026-05-01T12:00:00Z".parse().unwrap();
        unpublishable(&serde_json::from_value(new).unwrap(), background, now)
            .into_iter()
            .map(|fault| match fault.place {
                Place::Pointer(pointer) => (pointer, fault.code),
                other => panic!("{other:?}"),
            })
            .collect()
    }

    #[test]
    fn what_is_complete_can_be_published() {
        assert_eq!(found(json!({}), READY), []);
        let trained =
            json!({ "panel": { "role": "chair", "scoring": "equal" }, "training_required": ["interview-panels"] });
        assert_eq!(found(trained, READY), []);
        assert_eq!(found(json!({ "panel": { "role": "separate_panel", "scoring": "advisory" } }), READY), []);
        assert_eq!(found(json!({ "starts_on": "2026-04-01", "mode": "online", "venue": null }), READY), []);
    }

    #[test]
    fn each_thing_that_is_missing_is_found() {
        let offer = |tariff: Value, statement: &str| json!({ "travel": false, "subsistence": false, "care": false, "access_support": false, "other": false, "tariff": tariff, "statement": statement });
        let unready = |f: fn(&mut Background)| {
            let mut background = READY;
            f(&mut background);
            background
        };
        for (change, background, pointer, code) in [
            (json!({ "summary": " \n" }), READY, "/summary", "required"),
            (json!({ "involvement_level": null }), READY, "/involvement_level", "required"),
            (json!({ "audience": null }), READY, "/audience", "required"),
            (json!({ "starts_on": null }), READY, "/starts_on", "required"),
            (json!({ "mode": null }), READY, "/mode", "required"),
            (json!({ "venue": null }), READY, "/venue", "required"),
            (json!({ "basis": null }), READY, "/basis", "required"),
            (json!({ "offer": null }), READY, "/offer", "required"),
            (json!({ "offer": offer(json!("sessions"), "") }), READY, "/offer/statement", "required"),
            (json!({ "offer": offer(json!(null), "Nothing.") }), READY, "/offer/tariff", "required"),
            (json!({ "basis": "expenses_only" }), READY, "/offer/tariff", "not-allowed"),
            (json!({}), unready(|b| b.tariff_known = false), "/offer/tariff", "unknown-tariff"),
            (json!({ "contact": null }), READY, "/contact", "required"),
            (json!({ "closes_at": null }), READY, "/closes_at", "required"),
            (json!({ "closes_at": "2026-05-01T12:00:00Z" }), READY, "/closes_at", "out-of-range"),
            (json!({ "panel": null }), READY, "/panel", "required"),
            (json!({ "panel": { "role": "chair", "scoring": "equal" } }), READY, "/training_required", "required"),
            (
                json!({ "clearances_required": [{ "kind": "dbs_standard" }] }),
                READY,
                "/clearances_required/0/eligibility_reason",
                "required",
            ),
            (json!({}), unready(|b| b.plan_in_force = false), "/plan_id", "plan-not-approved"),
            (json!({}), unready(|b| b.has_link_person = false), "/plan_id", "link-person-missing"),
        ] {
            assert_eq!(found(change.clone(), background), [(pointer.to_owned(), code)], "{change}");
        }
    }

    #[test]
    fn all_findings_come_at_once() {
        let nothing = json!({ "summary": null, "offer": null, "contact": null, "closes_at": null });
        let background = Background { plan_in_force: false, has_link_person: false, tariff_known: false };
        assert_eq!(found(nothing, background).len(), 6);
    }

    #[test]
    fn what_was_promised_stands_once_published() {
        for (status, fields, fixed) in [
            (OpportunityStatus::Draft, vec!["offer", "plan_id"], 0),
            (OpportunityStatus::Published, vec!["offer", "summary", "basis"], 2),
            (OpportunityStatus::Closed, vec!["closes_at", "venue"], 1),
            (OpportunityStatus::Cancelled, vec!["venue"], 1),
        ] {
            let refused = editable(status, fields.into_iter()).err().map_or(0, |refusal| refusal.errors.len());
            assert_eq!(refused, fixed, "{status}");
        }
    }
}
