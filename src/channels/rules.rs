//! Whether a channel takes an opportunity and is recommended for it, in words; when something can be placed.
//! Which channels there are, and what their rules say, is data.

use crate::channels::views::{ChannelRule, Occasion};
use crate::clock::Day;
use crate::opportunities::OpportunityStatus;
use crate::refusal::{Kind, Refusal};
use crate::services::views::Domain;
use crate::vocabulary::clearance::Required;
use crate::vocabulary::opportunity::Audience;

crate::text_enum! {
    /// What decided whether a channel suits an opportunity.
    pub enum Suitability {
        /// It is not in use.
        NotInUse = "not_in_use",
        /// It is for other kinds of service.
        OtherServices = "other_services",
        /// It is said nowhere yet who is sought, and the channel is not for anybody.
        AudienceNotSaid = "audience_not_said",
        /// It is for other people than are sought.
        OtherPeople = "other_people",
        /// It can be used.
        Possible = "possible",
        /// It is where the right people are.
        Recommended = "recommended",
    }
}

/// What a channel's rule asks about an opportunity.
#[derive(Clone, Copy, Debug)]
pub struct Sought {
    /// The kind of service.
    pub domain: Domain,
    /// Who is sought, where it is said.
    pub audience: Option<Audience>,
    /// Whether a DBS check or occupational health clearance is required.
    pub clearance_needed: bool,
    /// Whether lived experience of a service is looked for.
    pub experience_wanted: bool,
}

/// What a channel is for an opportunity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// What decided it.
    pub code: Suitability,
    /// Why, for a person to read.
    pub reason: String,
}

impl Judged {
    /// Whether the channel takes the opportunity.
    pub fn allowed(&self) -> bool {
        matches!(self.code, Suitability::Possible | Suitability::Recommended)
    }

    /// Whether it is where the right people are.
    pub fn recommended(&self) -> bool {
        self.code == Suitability::Recommended
    }
}

/// Whether a DBS check or occupational health clearance is required; forum members usually have them (rules.md, point 7).
pub fn clearance_needed(required: &[Required]) -> bool {
    required.iter().any(|required| required.kind.level().is_some() || required.kind.0 == "occupational_health")
}

/// Whether a channel is recommended for an opportunity (docs/rules.md, point 9).
pub fn judge(active: bool, rule: &ChannelRule, sought: Sought) -> Judged {
    let judged = |code, reason| Judged { code, reason };
    if !active {
        return judged(Suitability::NotInUse, "This channel is not in use at present.".to_owned());
    }
    if !rule.domains.is_empty() && !rule.domains.contains(&sought.domain) {
        let kinds = either(rule.domains.iter().map(|domain| services(*domain)));
        return judged(Suitability::OtherServices, format!("It takes what concerns {kinds} only."));
    }
    if !rule.audiences.is_empty() {
        let people = either(rule.audiences.iter().map(|audience| people(*audience)));
        match sought.audience {
            None => {
                return judged(Suitability::AudienceNotSaid, format!("It is for {people}: say first who is sought."));
            }
            Some(audience) if !includes(audience, &rule.audiences) => {
                return judged(Suitability::OtherPeople, format!("It is for {people}, who are not sought here."));
            }
            Some(_) => {}
        }
    }
    let met: Vec<&str> =
        rule.recommended_when.iter().filter(|when| meets(**when, sought)).map(|when| said(*when)).collect();
    if !met.is_empty() {
        return judged(Suitability::Recommended, met.join(" "));
    }
    let open = either(rule.recommended_when.iter().map(|when| condition(*when)));
    let more = if open.is_empty() { String::new() } else { format!(" It would be recommended where {open}.") };
    judged(Suitability::Possible, format!("It can be used.{more}"))
}

/// Whether who is sought are among those that a channel is for: both are people who use services, and carers.
fn includes(sought: Audience, of: &std::collections::BTreeSet<Audience>) -> bool {
    of.contains(&sought)
        || (sought == Audience::Both && (of.contains(&Audience::ServiceUsers) || of.contains(&Audience::Carers)))
}

fn meets(when: Occasion, sought: Sought) -> bool {
    let among = |wanted: Audience| sought.audience.is_some_and(|audience| includes(audience, &[wanted].into()));
    match when {
        Occasion::ClearanceNeeded => sought.clearance_needed,
        Occasion::ExperienceWanted => sought.experience_wanted,
        Occasion::ServiceUsersSought => among(Audience::ServiceUsers),
        Occasion::CarersSought => among(Audience::Carers),
        Occasion::PublicSought => among(Audience::Public),
        Occasion::TrustWide => sought.domain == Domain::Corporate,
        Occasion::Always => true,
    }
}

/// Why a channel is recommended.
const fn said(when: Occasion) -> &'static str {
    match when {
        Occasion::ClearanceNeeded => {
            "A DBS check or occupational health clearance is needed, which people here usually have."
        }
        Occasion::ExperienceWanted => "Experience of a service is wanted, and this reaches the people who use it.",
        Occasion::ServiceUsersSought => "People who use services are sought, and this reaches them.",
        Occasion::CarersSought => "Carers are sought, and this reaches them.",
        Occasion::PublicSought => "Anybody may take part, and this reaches the public.",
        Occasion::TrustWide => "It concerns the trust as a whole, and this reaches its members.",
        Occasion::Always => "Every opportunity belongs here.",
    }
}

/// The same, as what would have to be so.
const fn condition(when: Occasion) -> &'static str {
    match when {
        Occasion::ClearanceNeeded => "a DBS check or occupational health clearance is needed",
        Occasion::ExperienceWanted => "experience of a service is wanted",
        Occasion::ServiceUsersSought => "people who use services are sought",
        Occasion::CarersSought => "carers are sought",
        Occasion::PublicSought => "anybody may take part",
        Occasion::TrustWide => "it concerns the trust as a whole",
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
        Domain::Corporate => "the trust as a whole",
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

/// Whether something can be placed, or recorded as placed on that day: what nobody published can't be advertised, and
/// what is closed is not advertised any more, though what was done can be entered afterwards.
///
/// # Errors
/// `opportunity-not-open`.
pub fn placeable(status: OpportunityStatus, placed_on: Day, today: Day) -> Result<(), Refusal> {
    let why = match status {
        OpportunityStatus::Published => return Ok(()),
        OpportunityStatus::Closed if placed_on <= today => return Ok(()),
        OpportunityStatus::Closed => "It is closed: only what was placed already can be recorded.",
        OpportunityStatus::Draft => "It is not published yet, so nobody can be pointed to it.",
        OpportunityStatus::Cancelled => "It is cancelled, so nobody should be pointed to it.",
    };
    Err(Refusal::new(Kind::OpportunityNotOpen, why))
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;
