//! How an opportunity differs from the approved plan and from what is usual for its kind: what whoever publishes it must
//! have thought of, and says why. Pure; what publication needs in any case is in `rules`.

use std::collections::BTreeSet;

use crate::documents::words;
use crate::opportunities::kind_defaults::UsualOpportunity;
use crate::opportunities::publication::{AnsweredCaution, CautionCode};
use crate::opportunities::views::OpportunityContent;
use crate::plans::Intended;
use crate::refusal::Fault;
use crate::vocabulary::clearance::ClearanceKind;
use crate::vocabulary::offer::Basis;
use crate::vocabulary::opportunity::PanelRole;

/// A caution: what it is about, and why it is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Caution {
    pub code: CautionCode,
    pub pointer: &'static str,
    pub detail: String,
}

/// Every caution about an opportunity, in the order of their codes. Without a plan in force, nothing is compared with it.
pub(super) fn cautions(new: &OpportunityContent, plan: Option<&Intended>, usual: &UsualOpportunity) -> Vec<Caution> {
    let caution = |code, pointer, detail: Option<String>| detail.map(|detail| Caution { code, pointer, detail });
    [
        caution(CautionCode::LevelBelowPlan, "/involvement_level", plan.and_then(|plan| level(new, plan))),
        caution(CautionCode::PayDiffersFromPlan, "/offer", plan.and_then(|plan| pay(new, plan))),
        caution(CautionCode::OutsidePlanPeriod, "/starts_on", plan.and_then(|plan| period(new, plan))),
        caution(CautionCode::MorePeopleThanPlan, "/places", plan.and_then(|plan| people(new, plan))),
        caution(CautionCode::ChecksMissing, "/clearances_required", checks(new, plan, usual)),
        caution(CautionCode::AccessSupportNotOffered, "/offer/access_support", access_support(new)),
        caution(CautionCode::ChairNeedsShadowing, "/panel/role", chair(new)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn level(new: &OpportunityContent, plan: &Intended) -> Option<String> {
    let (mine, planned) = (new.involvement_level?, plan.level?);
    (mine < planned)
        .then(|| format!("The plan promises {}; this offers {}.", words::level(planned).0, words::level(mine).0))
}

fn pay(new: &OpportunityContent, plan: &Intended) -> Option<String> {
    let mut said = Vec::new();
    match (plan.time_payment, new.basis) {
        (Some(true), Some(Basis::ExpensesOnly)) => said.push("The plan pays for time; this does not."),
        (Some(false), Some(Basis::PaidInvolvement)) => said.push("The plan does not pay for time; this does."),
        _ => {}
    }
    if plan.travel == Some(true) && new.offer.as_ref().is_some_and(|offer| !offer.travel) {
        said.push("The plan pays for travel; this does not.");
    }
    (!said.is_empty()).then(|| said.join(" "))
}

fn period(new: &OpportunityContent, plan: &Intended) -> Option<String> {
    let outside = |day: crate::clock::Day| day < plan.period_start || day > plan.period_end;
    let outside = new.starts_on.is_some_and(outside) || new.ends_on.is_some_and(outside);
    outside.then(|| format!("The plan goes from {} to {}.", plan.period_start.words(), plan.period_end.words()))
}

fn people(new: &OpportunityContent, plan: &Intended) -> Option<String> {
    let needed = plan.people_needed?;
    let people = if needed == 1 { "person" } else { "people" };
    (new.places > needed).then(|| format!("The plan needs {needed} {people}; this has {} places.", new.places))
}

fn checks(new: &OpportunityContent, plan: Option<&Intended>, usual: &UsualOpportunity) -> Option<String> {
    let required = || new.clearances_required.iter().map(|required| &required.kind);
    let training = |code: &str| new.training_required.iter().any(|one| one.as_str() == code);
    let mut missing: BTreeSet<String> = BTreeSet::new();
    if plan.is_some_and(|plan| plan.dbs) && !required().any(|kind| kind.level().is_some()) {
        missing.insert("a DBS check".to_owned());
    }
    let health = ClearanceKind("occupational_health".to_owned());
    let of_plan = plan.filter(|plan| plan.occupational_health).map(|_| &health);
    for kind in of_plan.into_iter().chain(&usual.clearances_usual) {
        if !required().any(|held| held.satisfies(kind)) {
            missing.insert(words::clearance(kind).0);
        }
    }
    for code in &usual.training_usual {
        let kind = ClearanceKind::training(code);
        if !training(code) && !required().any(|held| *held == kind) {
            missing.insert(words::clearance(&kind).0);
        }
    }
    let named: Vec<String> = missing.into_iter().collect();
    (!named.is_empty()).then(|| {
        format!(
            "These checks are in the plan or usual for this kind of activity, but are not required here: {}.",
            named.join("; ")
        )
    })
}

fn access_support(new: &OpportunityContent) -> Option<String> {
    let refused = new.offer.as_ref().is_some_and(|offer| !offer.access_support);
    refused.then(|| {
        "Support that people need to take part is not paid for, such as an interpreter or a companion. The Equality Act 2010 \
         asks for reasonable adjustments."
            .to_owned()
    })
}

fn chair(new: &OpportunityContent) -> Option<String> {
    let chairs = new.panel.as_ref().is_some_and(|panel| panel.role == PanelRole::Chair);
    chairs.then(|| {
        "Whoever chairs must have sat in on a whole panel before, here or elsewhere. Is there somebody who has?"
            .to_owned()
    })
}

/// A fault for each caution that nobody answered.
pub(super) fn unanswered(cautions: &[Caution], answers: &[AnsweredCaution]) -> Vec<Fault> {
    let open = cautions.iter().filter(|caution| answers.iter().all(|answer| answer.code != caution.code));
    open.map(|caution| Fault::at(caution.pointer, caution.code.as_str(), caution.detail.clone())).collect()
}

/// The answers that are kept: those to cautions there are.
pub(super) fn kept(cautions: &[Caution], answers: Vec<AnsweredCaution>) -> Vec<AnsweredCaution> {
    answers.into_iter().filter(|answer| cautions.iter().any(|caution| caution.code == answer.code)).collect()
}

/// New answers over earlier ones.
pub(super) fn over(earlier: &[AnsweredCaution], mut new: Vec<AnsweredCaution>) -> Vec<AnsweredCaution> {
    let rest = earlier.iter().filter(|answer| new.iter().all(|later| later.code != answer.code)).cloned();
    let rest: Vec<AnsweredCaution> = rest.collect();
    new.extend(rest);
    new
}

#[cfg(test)]
#[path = "cautions_tests.rs"]
mod tests;
