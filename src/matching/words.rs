//! Why somebody fits and what they lack, for a person to read.
//! What counts how much stands in `rules`.

use crate::clock::Day;
use crate::matching::rules::{self, Ask, Candidate, Criterion};
use crate::matching::store::Profile;
use crate::matching::views::{Caution, Lack, MatchCaution, MatchLack, MatchReason};
use crate::people::clearances::{ClearanceStatus, Standing};
use crate::people::volunteers::Membership;
use crate::text::Line;
use crate::vocabulary::clearance::ClearanceKind;
use crate::vocabulary::opportunity::{OpportunityKind, Perspective};

/// What an opportunity asks for, in words.
#[derive(Debug)]
pub struct Asked {
    /// The experience looked for: the service's name and the side, in the order of the candidates' bits.
    pub wanted: Vec<(Line, Perspective)>,
    /// The kind of activity.
    pub kind: OpportunityKind,
    /// The phrases of the skills looked for.
    pub phrases: std::collections::BTreeSet<String>,
    /// The points' side of it.
    pub ask: Ask,
    /// The day on which what is required must be there.
    pub on: Day,
    /// Today.
    pub today: Day,
}

/// Every reason, in the order of the criteria; the experiences each by itself.
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
        let text = format!("Has no agreement in force, and came to nothing in the last {} days.", rules::LATELY_DAYS);
        reasons.push(MatchReason { code: Criterion::NotLatelyInvolved, text, points: 0 });
    }
    reasons
}

/// Each experience with what it counts: the first most, then two more; the rest is named, and counts nothing.
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
            format!("Knows {service}, from another side than is looked for.")
        }
        Criterion::Interest => {
            format!("Is interested in this kind of activity: {}.", asked.kind.as_str().replace('_', " "))
        }
        Criterion::Skill => {
            let skills = profile.skills.iter().filter(|skill| asked.phrases.contains(&skill.to_lowercase()));
            format!("Has what is looked for: {}.", skills.map(|skill| skill.as_str()).collect::<Vec<_>>().join(", "))
        }
        Criterion::Clearances => match (candidate.standing(), asked.ask.required) {
            ((held, _), required) if held >= required => format!("Holds all that is required on {}.", asked.on.words()),
            ((held, in_flight), required) => {
                format!("Of {required} required on {}, holds {held}; {in_flight} under way.", asked.on.words())
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
        Membership::TrustMembership => "the trust's members",
        Membership::HospitalVolunteer => "the hospital's volunteers",
    });
    names.collect::<Vec<_>>().join(" and ")
}

/// What is required and not there on the day.
pub fn lack(asked: &Asked, standing: &Standing) -> Option<MatchLack> {
    let kind = name(&standing.kind);
    let until = standing.valid_until.map(Day::words).unwrap_or_default();
    let (code, text) = match standing.status {
        Some(status) if status.in_date() => return None,
        None => (Lack::NotOnRecord, format!("{kind}: not on record.")),
        Some(ClearanceStatus::Pending) => (Lack::InFlight, format!("{kind}: under way.")),
        Some(ClearanceStatus::NotCleared) => (Lack::NotCleared, format!("{kind}: not given.")),
        Some(_) if standing.valid_until.is_some_and(|until| until >= asked.today) => {
            (Lack::ExpiresBefore, format!("{kind}: ends on {until}, before {}.", asked.on.words()))
        }
        Some(_) => (Lack::Expired, format!("{kind}: ended on {until}.")),
    };
    Some(MatchLack { kind: standing.kind.clone(), code, valid_until: standing.valid_until, text })
}

/// What is required and there, but must be looked at.
pub fn caution(standing: &Standing) -> Option<MatchCaution> {
    let there = standing.status.is_some_and(ClearanceStatus::in_date);
    (there && standing.restricted).then(|| MatchCaution { kind: standing.kind.clone(), code: Caution::Restrictions })
}

fn name(kind: &ClearanceKind) -> String {
    match kind.0.as_str() {
        "dbs_basic" => "Basic DBS check".to_owned(),
        "dbs_standard" => "Standard DBS check".to_owned(),
        "dbs_enhanced" => "Enhanced DBS check".to_owned(),
        "dbs_enhanced_barred" => "Enhanced DBS check with barred lists".to_owned(),
        "occupational_health" => "Occupational health".to_owned(),
        "identity" => "Identity".to_owned(),
        "right_to_work" => "Right to work".to_owned(),
        "references" => "References".to_owned(),
        other => other.strip_prefix("training:").map_or_else(|| other.to_owned(), |code| format!("Training {code}")),
    }
}
