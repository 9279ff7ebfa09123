//! Why a volunteer fits and which requirements they do not meet, in words for involvement leads.
//! The points are in `rules`.

use crate::clock::Day;
use crate::matching::rules::{self, Ask, Candidate, Criterion};
use crate::matching::store::Profile;
use crate::matching::views::{Caution, Lack, MatchCaution, MatchLack, MatchReason};
use crate::people::clearances::{ClearanceStatus, RequirementStatus};
use crate::people::volunteers::Membership;
use crate::text::ShortText;
use crate::vocabulary::clearance::ClearanceKind;
use crate::vocabulary::opportunity::{OpportunityKind, Perspective};

/// What an opportunity wants and requires, for the words.
#[derive(Debug)]
pub struct Asked {
    /// The wanted experiences: name of the service and perspective, in the order of the candidates' bits.
    pub wanted: Vec<(ShortText, Perspective)>,
    /// Kind of activity.
    pub kind: OpportunityKind,
    /// Phrases of the skills that are wanted.
    pub phrases: std::collections::BTreeSet<String>,
    /// The part that the points depend on.
    pub ask: Ask,
    /// Day on which requirements must be met.
    pub on: Day,
    /// Today in London.
    pub today: Day,
}

/// All reasons in the order of the criteria, with one reason for each experience.
pub fn reasons(asked: &Asked, candidate: &Candidate, profile: &Profile) -> Vec<MatchReason> {
    let mut reasons = Vec::new();
    for (code, points) in rules::points(asked.ask, candidate) {
        if code == Criterion::Experience {
            reasons.extend(experiences(asked, candidate));
        } else {
            reasons.push(MatchReason { code, text: text(code, asked, candidate, profile), points });
        }
    }
    if rules::involved(candidate) == 0 {
        let text =
            format!("Has no agreement in force, and attended no session in the last {} days.", rules::LATELY_DAYS);
        reasons.push(MatchReason { code: Criterion::NotLatelyInvolved, text, points: 0 });
    }
    reasons
}

/// Each experience with its points: most for the first, fewer for two more, none for the rest.
fn experiences(asked: &Asked, candidate: &Candidate) -> Vec<MatchReason> {
    let counts =
        [rules::EXPERIENCE, rules::EXPERIENCE_MORE, rules::EXPERIENCE_MORE].into_iter().chain(std::iter::repeat(0));
    let had = asked.wanted.iter().enumerate().filter(|(place, _)| bit(candidate.exact, *place));
    had.zip(counts)
        .map(|((_, (service, side)), points)| {
            let side = match side {
                Perspective::Patient => "as a patient",
                Perspective::Carer => "as a carer",
                Perspective::Family => "as family",
            };
            MatchReason { code: Criterion::Experience, text: format!("Knows {service} {side}."), points }
        })
        .collect()
}

fn bit(bits: i64, place: usize) -> bool {
    u32::try_from(place).ok().and_then(|place| bits.checked_shr(place)).is_some_and(|shifted| shifted & 1 == 1)
}

fn text(code: Criterion, asked: &Asked, candidate: &Candidate, profile: &Profile) -> String {
    match code {
        Criterion::OtherSide => {
            let known = asked.wanted.iter().enumerate().find(|(place, _)| bit(candidate.known, *place));
            let service = known.map_or("the service", |(_, (service, _))| service.as_str());
            format!("Knows {service}, but from another perspective than the one wanted.")
        }
        Criterion::Interest => {
            format!("Is interested in this kind of activity: {}.", asked.kind.as_str().replace('_', " "))
        }
        Criterion::Skill => {
            let skills = profile.skills.iter().filter(|skill| asked.phrases.contains(&skill.to_lowercase()));
            format!(
                "Has skills that are wanted: {}.",
                skills.map(|skill| skill.as_str()).collect::<Vec<_>>().join(", ")
            )
        }
        Criterion::Clearances => match (candidate.standing(), asked.ask.required) {
            ((held, _), required) if held >= required => format!("Meets all requirements on {}.", asked.on.words()),
            ((held, in_flight), required) => {
                format!("Meets {held} of {required} requirements on {}; {in_flight} more under way.", asked.on.words())
            }
        },
        Criterion::Membership => format!("Belongs to {}.", memberships(profile)),
        Criterion::LatelyInvolved => format!(
            "Agreements in force: {}; sessions attended in the last {} days: {}. Others should get a turn.",
            candidate.agreements,
            rules::LATELY_DAYS,
            candidate.sessions
        ),
        Criterion::Experience | Criterion::NotLatelyInvolved => String::new(),
    }
}

fn memberships(profile: &Profile) -> String {
    let names = profile.memberships.iter().map(|membership| match membership {
        Membership::ParticipationPartnershipForum => "the Participation and Partnership Forum",
        Membership::TrustMembership => "the trust's membership",
        Membership::HospitalVolunteer => "the hospital volunteers",
    });
    names.collect::<Vec<_>>().join(" and ")
}

/// The requirement as not met on the day; `None` if it is met.
pub fn lack(asked: &Asked, standing: &RequirementStatus) -> Option<MatchLack> {
    let kind = name(&standing.kind);
    let until = standing.valid_until.map(Day::words).unwrap_or_default();
    let (code, text) = match standing.status {
        Some(status) if status.in_date() => return None,
        None => (Lack::NotOnRecord, format!("{kind}: not on record.")),
        Some(ClearanceStatus::Pending) => (Lack::InFlight, format!("{kind}: under way.")),
        Some(ClearanceStatus::NotCleared) => (Lack::NotCleared, format!("{kind}: not cleared.")),
        Some(_) if standing.valid_until.is_some_and(|until| until >= asked.today) => {
            (Lack::ExpiresBefore, format!("{kind}: expires on {until}, before {}.", asked.on.words()))
        }
        Some(_) => (Lack::Expired, format!("{kind}: expired on {until}.")),
    };
    Some(MatchLack { kind: standing.kind.clone(), code, valid_until: standing.valid_until, text })
}

/// A caution about a requirement that is met; `None` if there is none.
pub fn caution(standing: &RequirementStatus) -> Option<MatchCaution> {
    let there = standing.status.is_some_and(ClearanceStatus::in_date);
    (there && standing.restricted).then(|| MatchCaution { kind: standing.kind.clone(), code: Caution::Restrictions })
}

fn name(kind: &ClearanceKind) -> String {
    match kind.0.as_str() {
        "dbs_basic" => "Basic DBS check".to_owned(),
        "dbs_standard" => "Standard DBS check".to_owned(),
        "dbs_enhanced" => "Enhanced DBS check".to_owned(),
        "dbs_enhanced_barred" => "Enhanced DBS check with barred lists".to_owned(),
        "occupational_health" => "Occupational health clearance".to_owned(),
        "identity" => "Identity check".to_owned(),
        "right_to_work" => "Right to work check".to_owned(),
        "references" => "References".to_owned(),
        other => other.strip_prefix("training:").map_or_else(|| other.to_owned(), |code| format!("Training {code}")),
    }
}
