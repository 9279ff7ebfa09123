//! How well a volunteer fits an opportunity, as points that can be explained, and the order of volunteers.
//! The facts come from `store`, the words from `words`.

use std::collections::BTreeSet;

use uuid::Uuid;

use crate::db::ids::{OpportunityId, VolunteerId};
use crate::digest::sha256;

crate::text_enum! {
    /// Criteria by which a volunteer fits an opportunity, or comes later in the list.
    pub enum Criterion {
        /// They know a service from the perspective that is wanted.
        Experience = "experience",
        /// They know a service, but from another perspective.
        OtherSide = "other_side",
        /// They are interested in this kind of activity.
        Interest = "interest",
        /// They have a skill that is wanted.
        Skill = "skill",
        /// They have the required clearances and training on the day, or these are under way.
        Clearances = "clearances",
        /// They are a member of a group, such as the Participation and Partnership Forum.
        Membership = "membership",
        /// They were much involved recently, so others should get a turn.
        LatelyInvolved = "lately_involved",
        /// They were not involved recently.
        NotLatelyInvolved = "not_lately_involved",
    }
}

/// Days for which attended sessions count as recent involvement.
pub const LATELY_DAYS: i64 = 90;

// The weights. People who used that service give the most meaningful involvement (point 4 of the guidance), so
// experience outweighs interest and skill together with what anybody can lose for recent involvement. A requirement can
// still be met later, so it counts for less than interest; a membership shows some practice, but proves no clearance.

/// For the first experience that is wanted and that they have.
pub const EXPERIENCE: i32 = 45;
/// For each further experience.
pub const EXPERIENCE_MORE: i32 = 10;
/// At most three experiences count.
const EXPERIENCE_MOST: u32 = 3;
/// For knowing a service that is wanted, but only from another perspective.
pub const OTHER_SIDE: i32 = 15;
/// For being interested in this kind of activity (point 4 of the guidance: the activity that fits).
pub const INTEREST: i32 = 15;
/// For a skill that is wanted (point 7 of the guidance).
pub const SKILL: i32 = 10;
/// For having everything that is required; in proportion for a part, half as much for what is under way (point 7).
pub const CLEARANCES: i32 = 14;
/// For being a member of a group of involved people (point 7: members have some practice).
pub const MEMBERSHIP: i32 = 4;
/// Taken off for each agreement in force: people who are asked too often burn out, and others are never asked.
pub const AGREEMENT: i32 = 4;
/// Taken off for each session attended in the last 90 days.
pub const SESSION: i32 = 2;
/// The most that is taken off: less than what knowing a service from the wanted perspective adds to knowing it from
/// another.
pub const LATELY_MOST: i32 = 20;

/// What an opportunity requires, as far as points depend on it.
#[derive(Clone, Copy, Debug)]
pub struct Ask {
    /// Number of clearances and training courses that are required.
    pub required: i32,
}

/// A volunteer who fits, with the facts for the points.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Volunteer who fits.
    pub volunteer_id: VolunteerId,
    /// The wanted experiences that they have: one bit each, in the order of the opportunity.
    pub exact: i64,
    /// The wanted experiences whose service they know from any perspective.
    pub known: i64,
    /// Whether this kind of activity interests them.
    pub interested: bool,
    /// Whether they have a skill that is wanted.
    pub skilled: bool,
    /// Whether they are a member of a group of involved people.
    pub member: bool,
    /// The requirements that they meet on the day: one bit each, in the order of the opportunity.
    pub held: i64,
    /// The requirements that are under way.
    pub in_flight: i64,
    /// Number of their agreements in force.
    pub agreements: i32,
    /// Number of sessions that they attended in the last 90 days.
    pub sessions: i32,
}

/// The points of each criterion for a volunteer; criteria without points are left out. The sum is the score.
pub fn points(ask: Ask, candidate: &Candidate) -> impl Iterator<Item = (Criterion, i32)> {
    let flag = |there: bool, points: i32| if there { points } else { 0 };
    let lately = involved(candidate);
    [
        (Criterion::Experience, experience(candidate.exact)),
        (Criterion::OtherSide, flag(candidate.exact == 0 && candidate.known != 0, OTHER_SIDE)),
        (Criterion::Interest, flag(candidate.interested, INTEREST)),
        (Criterion::Skill, flag(candidate.skilled, SKILL)),
        (Criterion::Clearances, clearances(ask, candidate)),
        (Criterion::Membership, flag(candidate.member, MEMBERSHIP)),
        (Criterion::LatelyInvolved, -lately.min(LATELY_MOST)),
    ]
    .into_iter()
    .filter(|(_, points)| *points != 0)
}

/// The score: how well a volunteer fits.
pub fn score(ask: Ask, candidate: &Candidate) -> i32 {
    points(ask, candidate).map(|(_, points)| points).sum()
}

/// Recent involvement in points, without the limit.
pub fn involved(candidate: &Candidate) -> i32 {
    candidate.agreements.saturating_mul(AGREEMENT).saturating_add(candidate.sessions.saturating_mul(SESSION))
}

fn experience(exact: i64) -> i32 {
    match exact.count_ones().min(EXPERIENCE_MOST) {
        0 => 0,
        1 => EXPERIENCE,
        2 => EXPERIENCE + EXPERIENCE_MORE,
        _ => EXPERIENCE + 2 * EXPERIENCE_MORE,
    }
}

impl Candidate {
    /// The number of requirements that they meet, and of the others that are under way.
    pub fn standing(&self) -> (i32, i32) {
        let count = |bits: i64| i32::try_from(bits.count_ones()).unwrap_or(i32::MAX);
        (count(self.held), count(self.in_flight & !self.held))
    }
}

fn clearances(ask: Ask, candidate: &Candidate) -> i32 {
    let (held, in_flight) = candidate.standing();
    let halves = held.saturating_mul(2).saturating_add(in_flight);
    halves.saturating_mul(CLEARANCES).checked_div(ask.required.saturating_mul(2)).unwrap_or(0)
}

/// Place in the order, the best lowest: by score; with the same score, whoever was less involved first; then by lots
/// that are drawn anew for each opportunity, so that nobody is always last.
type Rank = (i32, i32, u64, Uuid);

fn rank(ask: Ask, opportunity: OpportunityId, candidate: &Candidate) -> Rank {
    let who = Uuid::from(candidate.volunteer_id);
    (-score(ask, candidate), involved(candidate), lot(opportunity, who), who)
}

fn ranked(ask: Ask, opportunity: OpportunityId, candidates: Vec<Candidate>) -> Vec<(Rank, Candidate)> {
    let of = |candidate| (rank(ask, opportunity, &candidate), candidate);
    let mut ranked: Vec<(Rank, Candidate)> = candidates.into_iter().map(of).collect();
    ranked.sort_unstable_by_key(|(rank, _)| *rank);
    ranked
}

/// How many people get their facts read first: so many for each person wanted, plus a reserve.
const A_HEAD: usize = 8;
const SPARE: usize = 200;

/// The best `limit` people, best first. `candidates` come with the best values that they could have; `add_facts` reads
/// what they really have. It is called for those who can be among the best, and for the others only if that does not
/// decide. Facts never raise a score, so somebody who comes later at their best can't come before somebody whose facts
/// are known.
///
/// # Errors
/// Errors of `add_facts`.
pub fn best<E>(
    (ask, opportunity): (Ask, OpportunityId),
    candidates: Vec<Candidate>,
    limit: usize,
    mut add_facts: impl FnMut(&mut [Candidate]) -> Result<(), E>,
) -> Result<Vec<Candidate>, E> {
    let mut hopeful = ranked(ask, opportunity, candidates);
    let most = limit.saturating_mul(A_HEAD).saturating_add(SPARE);
    let rest = hopeful.split_off(hopeful.len().min(most));
    let mut asked: Vec<Candidate> = hopeful.into_iter().map(|(_, candidate)| candidate).collect();
    add_facts(&mut asked)?;
    let mut order = ranked(ask, opportunity, asked);
    let last = limit.checked_sub(1).and_then(|last| order.get(last)).map(|(rank, _)| *rank);
    if let (Some((next, _)), Some(last)) = (rest.first(), last)
        && *next < last
    {
        let mut others: Vec<Candidate> = rest.into_iter().map(|(_, candidate)| candidate).collect();
        add_facts(&mut others)?;
        order.extend(ranked(ask, opportunity, others));
        order.sort_unstable_by_key(|(rank, _)| *rank);
    }
    order.truncate(limit);
    Ok(order.into_iter().map(|(_, candidate)| candidate).collect())
}

/// The lot of a person for an opportunity: the first bytes of a hash over both ids, which also differs for ids that are
/// close.
fn lot(opportunity: OpportunityId, who: Uuid) -> u64 {
    let hash = sha256(&[who.as_bytes().as_slice(), Uuid::from(opportunity).as_bytes()].concat());
    hash.iter().take(8).fold(0, |lot, byte| (lot << 8) | u64::from(*byte))
}

/// How many words of a text are searched for skills.
const WORDS_MOST: usize = 120;

/// Every phrase of one to three words in a text, in lower case. A skill of a volunteer is wanted if it is among them.
pub fn phrases(text: &str) -> BTreeSet<String> {
    let words: Vec<String> = text
        .split_whitespace()
        .map(|word| word.trim_matches(|letter: char| !letter.is_alphanumeric()).to_lowercase())
        .filter(|word| !word.is_empty())
        .take(WORDS_MOST)
        .collect();
    (1..=3).flat_map(|length| words.windows(length).map(|phrase| phrase.join(" "))).collect()
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;
