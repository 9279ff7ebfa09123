//! The rules for feedback and responses, and the message that contributors get.
//! Who may give and publish feedback is decided in `access::policy`.

use std::collections::BTreeSet;

use crate::db::ids::VolunteerId;
use crate::feedback::status::{Decision, FeedbackStatus};
use crate::plans::PlanStatus;
use crate::refusal::{Fault, Kind, Refusal, refuse_if_any, refuse_unknown};

/// A published item can't be changed until it is responded to again; the plan can never be changed.
pub(super) fn editable<'f>(
    status: FeedbackStatus,
    fields: impl Iterator<Item = &'f str>,
    plan_stays: bool,
) -> Result<(), Refusal> {
    if status == FeedbackStatus::Published {
        let faults = fields.map(|field| Fault::at(format!("/{field}"), "not-editable", "the item is published"));
        let detail = "Published feedback can't be changed. Respond to it again first.";
        return Err(Refusal::new(Kind::NotEditable, detail).with(faults.collect()));
    }
    if !plan_stays {
        let fault = Fault::at("/plan_id", "not-editable", "can't be changed");
        let detail = "The plan of feedback can't be changed. Give the feedback again on the other plan.";
        return Err(Refusal::new(Kind::NotEditable, detail).with(vec![fault]));
    }
    Ok(())
}

/// A completed plan keeps every item decided (docs/rules.md, rule 9): no new feedback, no decision reopened.
pub(super) fn plan_open(plan: PlanStatus, pointer: &str) -> Result<(), Refusal> {
    if plan != PlanStatus::Completed {
        return Ok(());
    }
    let fault = Fault::at(pointer, "not-editable", "the plan is completed, so its feedback stays decided");
    Err(Refusal::new(Kind::NotEditable, "The plan is completed, so all of its feedback stays decided.")
        .with(vec![fault]))
}

/// Refuses contributors whom the caller can't see.
pub(super) fn unknown_contributors(asked: &[VolunteerId], seen: &BTreeSet<VolunteerId>) -> Result<(), Refusal> {
    let faults: Vec<Fault> = asked
        .iter()
        .enumerate()
        .filter(|(_, person)| !seen.contains(person))
        .map(|(position, _)| Fault::unknown(format!("/contributors/{position}")))
        .collect();
    refuse_unknown(faults)
}

/// Contributors are told before everybody else: each one who was not is a fault.
///
/// # Errors
/// `contributors-not-told`.
pub(super) fn told_first(contributors: &[VolunteerId], untold: &[VolunteerId]) -> Result<(), Refusal> {
    let place = |person: &VolunteerId| contributors.iter().position(|one| one == person);
    let faults: Vec<Fault> = untold
        .iter()
        .filter_map(place)
        .map(|place| Fault::at(format!("/contributors/{place}"), "not-told", "has not been told what was decided"))
        .collect();
    let detail = "Not everybody who said it has been told what was decided. Mark their deliveries as done, or say in `told` \
                  how they were told.";
    refuse_if_any(Kind::ContributorsNotTold, detail, faults)
}

/// The message to a contributor.
pub(super) fn message(decision: Option<Decision>, we_did: Option<&str>, because: Option<&str>) -> String {
    let decided = match decision {
        Some(Decision::Doing) => "We are doing this now.",
        Some(Decision::Done) => "We have done this.",
        Some(Decision::NotDoing) => "We are not doing this.",
        Some(Decision::Exploring) | None => "We are still looking into this.",
    };
    let mut message = format!("You gave us feedback. {decided}");
    if let Some(we_did) = we_did {
        message.push_str(&format!("\nWhat we did: {we_did}"));
    }
    if let Some(because) = because {
        message.push_str(&format!("\nBecause: {because}"));
    }
    message.push_str("\nWe may publish this, never with your name.");
    message
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feedback::status::FeedbackVerb::{Publish, Respond};
    use crate::feedback::status::LIFE;

    #[test]
    fn an_item_is_answered_before_it_is_published() {
        use FeedbackStatus::{Open, Published, Responded};
        for (from, verb, to) in [
            (Open, Respond, Some(Responded)),
            (Responded, Respond, Some(Responded)),
            (Published, Respond, Some(Responded)),
            (Responded, Publish, Some(Published)),
            (Open, Publish, None),
            (Published, Publish, None),
        ] {
            assert_eq!(LIFE.step(from, verb).ok(), to, "{from} {verb}");
        }
    }

    #[test]
    fn what_is_published_stands_fixed() {
        for (status, plan_stays, fits) in [
            (FeedbackStatus::Open, true, true),
            (FeedbackStatus::Responded, true, true),
            (FeedbackStatus::Published, true, false),
            (FeedbackStatus::Open, false, false),
        ] {
            assert_eq!(editable(status, ["theme"].into_iter(), plan_stays).is_ok(), fits, "{status}");
        }
    }

    #[test]
    fn a_completed_plan_takes_nothing_more() {
        for status in [PlanStatus::Draft, PlanStatus::Approved, PlanStatus::Withdrawn] {
            assert!(plan_open(status, "/plan_id").is_ok(), "{status}");
        }
        assert!(plan_open(PlanStatus::Completed, "/plan_id").is_err());
    }

    #[test]
    fn a_contributor_that_nobody_sees_is_pointed_at() {
        let people: Vec<VolunteerId> = (1..=3u128).map(|n| uuid::Uuid::from_u128(n).into()).collect();
        let seen = people.iter().copied().take(2).collect();
        assert!(unknown_contributors(&people[..2], &seen).is_ok());
        let refused = unknown_contributors(&people, &seen).unwrap_err();
        assert_eq!(refused.errors.len(), 1);
        assert_eq!(refused.errors[0].place, crate::refusal::Place::Pointer("/contributors/2".to_owned()));
    }

    #[test]
    fn contributors_are_told_what_and_why() {
        let told = message(Some(Decision::NotDoing), None, Some("There is no room."));
        assert!(told.contains("We are not doing this.") && told.contains("Because: There is no room."), "{told}");
        assert!(told.ends_with("never with your name."));
    }

    #[test]
    fn whoever_was_not_told_is_pointed_at() {
        let people: Vec<VolunteerId> = (1..=3u128).map(|n| uuid::Uuid::from_u128(n).into()).collect();
        assert!(told_first(&people, &[]).is_ok());
        let refused = told_first(&people, &people[1..2]).unwrap_err();
        assert_eq!(refused.kind, Kind::ContributorsNotTold);
        assert_eq!(refused.errors[0].place, crate::refusal::Place::Pointer("/contributors/1".to_owned()));
    }
}
