//! Matches as involvement leads see them: who, how well, and why, each in words.
//! The only view that names somebody's experience to anybody but themselves; never the notes.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::clock::Day;
use crate::db::ids::{OpportunityId, VolunteerId};
use crate::http::Represent;
use crate::matching::rules::Criterion;
use crate::people::volunteers::ContactWay;
use crate::vocabulary::clearance::ClearanceKind;

/// How many matches are asked for.
#[derive(Debug, Deserialize, ToSchema)]
pub struct MatchFilter {
    /// How many at most; 20 unless said otherwise.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 100)]
    pub limit: Option<u8>,
}

crate::text_enum! {
    /// How something that is required is not there on the day.
    pub enum Lack {
        /// There is nothing of the kind.
        NotOnRecord = "not_on_record",
        /// It is under way.
        InFlight = "in_flight",
        /// It is in date today, and not on the day any more.
        ExpiresBefore = "expires_before",
        /// It is out of date.
        Expired = "expired",
        /// It was refused.
        NotCleared = "not_cleared",
    }
}

crate::text_enum! {
    /// What must be looked at though what is required is there.
    pub enum Caution {
        /// It was given with restrictions.
        Restrictions = "restrictions",
    }
}

/// Why somebody fits, or comes a little later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct MatchReason {
    /// The criterion.
    pub code: Criterion,
    /// In words.
    pub text: String,
    /// What it counts; below zero where it takes away.
    pub points: i32,
}

/// Something that is required and not there on the day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct MatchLack {
    /// Which clearance or training.
    pub kind: ClearanceKind,
    /// How it is not there.
    pub code: Lack,
    /// The last day on which theirs counts, or counted.
    pub valid_until: Option<Day>,
    /// In words.
    pub text: String,
}

/// Something that is required and there, but must be looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct MatchCaution {
    /// Which clearance or training.
    pub kind: ClearanceKind,
    /// What must be looked at.
    pub code: Caution,
}

/// Somebody who fits.
#[derive(Debug, Serialize, ToSchema)]
pub struct Match {
    /// Who.
    pub volunteer_id: VolunteerId,
    /// What they are called: the preferred name, else the legal one.
    pub preferred_name: String,
    /// How they want to be reached.
    pub preferred_contact: ContactWay,
    /// Their needs in words; to be read before anything is sent or said to them.
    pub communication_alerts: Vec<String>,
    /// How well they fit: the sum of the reasons' points. It compares people for this opportunity alone.
    pub score: i32,
    /// Why.
    pub reasons: Vec<MatchReason>,
    /// What is required and not there on the day.
    pub missing: Vec<MatchLack>,
    /// What is there, but must be looked at.
    pub cautions: Vec<MatchCaution>,
    /// How many agreements of theirs are in force.
    pub agreements_in_force: i32,
    /// How many sessions they attended in the last 90 days.
    pub sessions_lately: i32,
}

/// Who fits an opportunity.
#[derive(Debug, Serialize, ToSchema)]
pub struct Matches {
    /// The opportunity.
    pub opportunity_id: OpportunityId,
    /// The day on which what is required must be there: the next session's, else the later of today and the first day.
    pub on: Day,
    /// The best first.
    pub items: Vec<Match>,
    /// Whether more people fit than are shown.
    pub more: bool,
}

impl Represent for Matches {}
