//! Matches in answers, for involvement leads.
//! The only view that shows somebody's experience to others; it never shows the notes on it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::clock::Day;
use crate::db::ids::{OpportunityId, VolunteerId};
use crate::http::Represent;
use crate::http::answer::shows;
use crate::matching::rules::Criterion;
use crate::people::volunteers::ContactWay;
use crate::vocabulary::clearance::ClearanceKind;

/// Filters of the matches.
#[derive(Debug, Deserialize, ToSchema)]
pub struct MatchFilter {
    /// Return at most this many people; 20 by default.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 100)]
    pub limit: Option<u8>,
}

crate::text_enum! {
    /// Why a requirement is not met on the day.
    pub enum Lack {
        /// The person has no such clearance or training on record.
        NotOnRecord = "not_on_record",
        /// It is under way.
        InFlight = "in_flight",
        /// It is in date today, but expires before the day.
        ExpiresBefore = "expires_before",
        /// It has expired.
        Expired = "expired",
        /// It was not cleared.
        NotCleared = "not_cleared",
    }
}

crate::text_enum! {
    /// What a lead must consider about a requirement that is met.
    pub enum Caution {
        /// It was cleared with restrictions.
        Restrictions = "restrictions",
    }
}

/// A reason why a volunteer fits, or comes later in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct MatchReason {
    /// Criterion that the reason is about.
    pub code: Criterion,
    /// Reason in words.
    pub text: String,
    /// Points that the reason adds to the score; negative if it takes points off.
    pub points: i32,
}

/// A requirement that the volunteer does not meet on the day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct MatchLack {
    /// Clearance or training that is required.
    pub kind: ClearanceKind,
    /// Why it is not met.
    pub code: Lack,
    /// Last day on which the person's own clearance or training is in date, inclusive; null if there is none.
    pub valid_until: Option<Day>,
    /// What is missing, in words.
    pub text: String,
}

/// A requirement that the volunteer meets, but that a lead must consider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct MatchCaution {
    /// Clearance or training that is required.
    pub kind: ClearanceKind,
    /// What must be considered.
    pub code: Caution,
}

/// A volunteer who fits an opportunity.
#[derive(Debug, Serialize, ToSchema)]
pub struct Match {
    /// Volunteer who fits.
    pub volunteer_id: VolunteerId,
    /// Name that the person goes by: the preferred name, or the legal name if there is none.
    pub preferred_name: String,
    /// Contact method that the person prefers.
    pub preferred_contact: ContactWay,
    /// Communication needs of the person, in words. Read them before you contact the person.
    pub communication_alerts: Vec<String>,
    /// Score: the sum of the points of all reasons. It only compares people for this opportunity.
    pub score: i32,
    /// Reasons for the score.
    pub reasons: Vec<MatchReason>,
    /// Requirements that the person does not meet on the day.
    pub missing: Vec<MatchLack>,
    /// Requirements that the person meets, but that a lead must consider.
    pub cautions: Vec<MatchCaution>,
    /// Number of the person's agreements in force.
    pub agreements_in_force: i32,
    /// Number of sessions that the person attended in the last 90 days.
    pub sessions_lately: i32,
}

/// The volunteers who fit an opportunity.
#[derive(Debug, Serialize, ToSchema)]
pub struct Matches {
    /// Opportunity that they were matched to.
    pub opportunity_id: OpportunityId,
    /// Day on which requirements must be met: the next session's day, or else the later of today and the first day.
    pub on: Day,
    /// The volunteers, best match first.
    pub items: Vec<Match>,
    /// Whether more people fit than are returned.
    pub more: bool,
}

impl Represent for Matches {
    shows!(Match, |it| it.items.iter().map(|item| (item.volunteer_id, Some(it.opportunity_id.into()))));
}
