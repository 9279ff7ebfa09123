//! Whether a channel allows an opportunity and is recommended for it, with the reason in words; when a placement is
//! possible. The channels and their rules are data.

use crate::channels::views::{ChannelRule, Occasion};
use crate::clock::Day;
use crate::opportunities::OpportunityStatus;
use crate::refusal::{Kind, Refusal};
use crate::services::views::Domain;
use crate::vocabulary::clearance::Required;
use crate::vocabulary::opportunity::Audience;

crate::text_enum! {
    /// Why a channel suits an opportunity or does not.
    pub enum Suitability {
        /// The channel is not in use.
        NotInUse = "not_in_use",
        /// The channel is for other kinds of service.
        OtherServices = "other_services",
        /// The opportunity does not say yet who it is for, and the channel is only for some.
        AudienceNotSaid = "audience_not_said",
        /// The channel is for other people than the opportunity.
        OtherPeople = "other_people",
        /// The channel can be used.
        Possible = "possible",
        /// The channel is recommended: it reaches the right people.
        Recommended = "recommended",
    }
}

/// What a channel's rule needs to know about an opportunity.
#[derive(Clone, Copy, Debug)]
pub struct OpportunityNeeds {
    /// Kind of care that the service gives.
    pub domain: Domain,
    /// People whom the opportunity is for, if it says so.
    pub audience: Option<Audience>,
    /// Whether a DBS check or occupational health clearance is required.
    pub clearance_needed: bool,
    /// Whether lived experience of a service is wanted.
    pub experience_wanted: bool,
}

/// Whether a channel suits an opportunity, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Code of the reason.
    pub code: Suitability,
    /// Reason in words.
    pub reason: String,
}

impl Verdict {
    /// Whether the channel allows the opportunity.
    pub fn allowed(&self) -> bool {
        matches!(self.code, Suitability::Possible | Suitability::Recommended)
    }

    /// Whether the channel is recommended for the opportunity.
    pub fn recommended(&self) -> bool {
        self.code == Suitability::Recommended
    }
}

/// Whether a DBS check or occupational health clearance is required, which members of the forum usually have (point 7
/// of the guidance).
pub fn clearance_needed(required: &[Required]) -> bool {
    required.iter().any(|required| required.kind.level().is_some() || required.kind.0 == "occupational_health")
}

/// Decides whether a channel suits an opportunity (point 9 of the guidance).
pub fn assess_channel(active: bool, rule: &ChannelRule, needs: OpportunityNeeds) -> Verdict {
    let verdict = |code, reason| Verdict { code, reason };
    if !active {
        return verdict(Suitability::NotInUse, "This channel is not in use at present.".to_owned());
    }
    if !rule.domains.is_empty() && !rule.domains.contains(&needs.domain) {
        let kinds = either(rule.domains.iter().map(|domain| services(*domain)));
        return verdict(Suitability::OtherServices, format!("It takes opportunities from {kinds} only."));
    }
    if !rule.audiences.is_empty() {
        let people = either(rule.audiences.iter().map(|audience| people(*audience)));
        match needs.audience {
            None => {
                return verdict(
                    Suitability::AudienceNotSaid,
                    format!("It is for {people}. Say first who the opportunity is for."),
                );
            }
            Some(audience) if !includes(audience, &rule.audiences) => {
                return verdict(Suitability::OtherPeople, format!("It is for {people}, but the opportunity is not."));
            }
            Some(_) => {}
        }
    }
    let met: Vec<&str> =
        rule.recommended_when.iter().filter(|when| meets(**when, needs)).map(|when| said(*when)).collect();
    if !met.is_empty() {
        return verdict(Suitability::Recommended, met.join(" "));
    }
    let open = either(rule.recommended_when.iter().map(|when| condition(*when)));
    let more = if open.is_empty() { String::new() } else { format!(" It would be recommended if {open}.") };
    verdict(Suitability::Possible, format!("It can be used.{more}"))
}

/// Whether an audience is among those that a channel is for; `both` is people who use services, and carers.
fn includes(needs: Audience, of: &std::collections::BTreeSet<Audience>) -> bool {
    of.contains(&needs)
        || (needs == Audience::Both && (of.contains(&Audience::ServiceUsers) || of.contains(&Audience::Carers)))
}

fn meets(when: Occasion, needs: OpportunityNeeds) -> bool {
    let among = |wanted: Audience| needs.audience.is_some_and(|audience| includes(audience, &[wanted].into()));
    match when {
        Occasion::ClearanceNeeded => needs.clearance_needed,
        Occasion::ExperienceWanted => needs.experience_wanted,
        Occasion::ServiceUsersSought => among(Audience::ServiceUsers),
        Occasion::CarersSought => among(Audience::Carers),
        Occasion::PublicSought => among(Audience::Public),
        Occasion::TrustWide => needs.domain == Domain::Corporate,
        Occasion::Always => true,
    }
}

/// Why a channel is recommended, as a sentence.
const fn said(when: Occasion) -> &'static str {
    match when {
        Occasion::ClearanceNeeded => {
            "A DBS check or occupational health clearance is needed, which the people reached here usually have."
        }
        Occasion::ExperienceWanted => "Experience of a service is wanted, and this reaches the people who use it.",
        Occasion::ServiceUsersSought => "The opportunity is for people who use services, and this reaches them.",
        Occasion::CarersSought => "The opportunity is for carers, and this reaches them.",
        Occasion::PublicSought => "Anybody can take part, and this reaches the public.",
        Occasion::TrustWide => "It concerns the whole trust, and this reaches its members.",
        Occasion::Always => "Every opportunity should be advertised here.",
    }
}

/// The same as a condition, to follow `if`.
const fn condition(when: Occasion) -> &'static str {
    match when {
        Occasion::ClearanceNeeded => "a DBS check or occupational health clearance is needed",
        Occasion::ExperienceWanted => "experience of a service is wanted",
        Occasion::ServiceUsersSought => "the opportunity is for people who use services",
        Occasion::CarersSought => "the opportunity is for carers",
        Occasion::PublicSought => "anybody can take part",
        Occasion::TrustWide => "it concerns the whole trust",
        Occasion::Always => "there is an opportunity",
    }
}

const fn services(domain: Domain) -> &'static str {
    match domain {
        Domain::MentalHealth => "mental health services",
        Domain::Community => "community services",
        Domain::LearningDisability => "learning disability services",
        Domain::PhysicalHealth => "physical health services",
        Domain::Children => "services for children",
        Domain::Corporate => "services for the whole trust",
    }
}

const fn people(audience: Audience) -> &'static str {
    match audience {
        Audience::ServiceUsers => "people who use services",
        Audience::Carers => "carers",
        Audience::Both => "people who use services together with carers",
        Audience::Public => "the public",
    }
}

fn either<'w>(words: impl Iterator<Item = &'w str>) -> String {
    words.collect::<Vec<_>>().join(" or ")
}

/// Checks that a placement on that day can be recorded: only a published opportunity is advertised; once it is closed,
/// placements up to today can still be recorded.
///
/// # Errors
/// `opportunity-not-open`.
pub fn placeable(status: OpportunityStatus, placed_on: Day, today: Day) -> Result<(), Refusal> {
    let why = match status {
        OpportunityStatus::Published => return Ok(()),
        OpportunityStatus::Closed if placed_on <= today => return Ok(()),
        OpportunityStatus::Closed => "The opportunity is closed. Only placements up to today can be recorded.",
        OpportunityStatus::Draft => "The opportunity is not published yet. Publish it before you advertise it.",
        OpportunityStatus::Cancelled => "The opportunity is cancelled, so it can't be advertised.",
    };
    Err(Refusal::new(Kind::OpportunityNotOpen, why))
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;
