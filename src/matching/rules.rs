//! How well somebody fits an opportunity, as points that can be explained, and who comes before whom.
//! The facts come from `store`, the words from `words`.

use std::collections::BTreeSet;

use uuid::Uuid;

use crate::db::ids::{OpportunityId, VolunteerId};
use crate::digest::sha256;

crate::text_enum! {
    /// What makes somebody fit, or come a little later.
    pub enum Criterion {
        /// They know the service from the side that is looked for.
        Experience = "experience",
        /// They know the service, from another side.
        OtherSide = "other_side",
        /// They are interested in this kind of activity.
        Interest = "interest",
        /// They have a skill that is looked for.
        Skill = "skill",
        /// They hold what is required on the first day, or it is under way.
        Clearances = "clearances",
        /// They belong to a group of involved people.
        Membership = "membership",
        /// They gave much of their time lately: others get a turn.
        LatelyInvolved = "lately_involved",
        /// They gave none of their time lately.
        NotLatelyInvolved = "not_lately_involved",
    }
}

/// How many days back being involved counts as lately.
pub const LATELY_DAYS: i64 = 90;

// The weights. People who used that very service give the most meaningful involvement (advice, point 4), so experience
// outweighs interest and skill together with what anybody may lose for being busy. What is required can still be got, so
// it counts for less than the will to come; a membership shows some practice, and proves no clearance (contract, section 5).

/// For the first side of a service that is looked for and that they know.
pub const EXPERIENCE: i32 = 45;
/// For each further one.
pub const EXPERIENCE_MORE: i32 = 10;
/// Two further ones count at most: three stories are enough.
const EXPERIENCE_MOST: u32 = 3;
/// For knowing a service that is looked for from another side alone.
pub const OTHER_SIDE: i32 = 15;
/// For being interested in this kind of activity (advice, point 4: the activity that fits).
pub const INTEREST: i32 = 15;
/// For a skill that is looked for (advice, point 7).
pub const SKILL: i32 = 10;
/// For holding all that is required; a part of it for a part, half as much for what is under way (advice, point 7).
pub const CLEARANCES: i32 = 14;
/// For belonging to a group of involved people (advice, point 7: members know how it goes).
pub const MEMBERSHIP: i32 = 4;
/// Taken for each agreement in force: over-used people burn out, and others are never asked.
pub const AGREEMENT: i32 = 4;
/// Taken for each session attended lately.
pub const SESSION: i32 = 2;
/// At most so much is taken: less than knowing the very service is worth above knowing it from another side.
pub const LATELY_MOST: i32 = 20;

/// What an opportunity asks for, as far as points go.
#[derive(Clone, Copy, Debug)]
pub struct Ask {
    /// How many clearances and pieces of training are required.
    pub required: i32,
}

/// What is known of somebody who fits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Who.
    pub volunteer_id: VolunteerId,
    /// The experiences looked for that they have, a bit each in the opportunity's order.
    pub exact: i64,
    /// Those whose service they know, from whatever side.
    pub known: i64,
    /// Whether this kind of activity interests them.
    pub interested: bool,
    /// Whether they have a skill that is looked for.
    pub skilled: bool,
    /// Whether they belong to a group of involved people.
    pub member: bool,
    /// What is required and they hold on the day, a bit each in the order asked.
    pub held: i64,
    /// What is under way; what they hold counts no more.
    pub in_flight: i64,
    /// Agreements of theirs that are in force.
    pub agreements: i32,
    /// Sessions that they attended lately.
    pub sessions: i32,
}

/// What every criterion counts for somebody; those that say nothing are left out. The sum is the score.
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

/// How well somebody fits.
pub fn score(ask: Ask, candidate: &Candidate) -> i32 {
    points(ask, candidate).map(|(_, points)| points).sum()
}

/// How much of their time somebody gives, in points, without a limit.
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
    /// How much of what is required they hold, and how much of the rest is under way.
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

/// Where somebody comes, the best lowest: how well they fit; of two who fit as well, whoever gives less of their time;
/// of two such, by lots drawn for each opportunity anew, so that nobody is always last.
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

/// How many are asked about at first, for each that is wanted, and beside.
const A_HEAD: usize = 8;
const SPARE: usize = 200;

/// The best so many, the best first, of people who are given at their best. `add_facts` tells what they hold and how much
/// time they gave: it is asked about those who can be among the best, and about everybody only where that does not settle
/// it. Facts never raise anybody, so whoever comes later at their best can't come before one whose facts are known.
///
/// # Errors
/// Those of `add_facts`.
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

/// The lot of a person for an opportunity: the beginning of a hash over both ids, which ids that lie close mix as well.
fn lot(opportunity: OpportunityId, who: Uuid) -> u64 {
    let hash = sha256(&[who.as_bytes().as_slice(), Uuid::from(opportunity).as_bytes()].concat());
    hash.iter().take(8).fold(0, |lot, byte| (lot << 8) | u64::from(*byte))
}

/// How many words of a text are looked at for skills.
const WORDS_MOST: usize = 120;

/// Every phrase of one to three words in a text, in small letters: a skill of a person is looked for if it is among them.
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
