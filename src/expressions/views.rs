//! An expression of interest as clients write and see it.
//! Who may write which part, and when, stands in `rules` and `routes`.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::clock::Instant;
use crate::db::ids::{ExpressionId, OpportunityId, ServiceId, VolunteerId};
use crate::expressions::status::ExpressionStatus;
use crate::http::{Keyed, Represent};
use crate::plans::Channel;
use crate::text::{Prose, Said};
use crate::vocabulary::clearance::ClearanceKind;

crate::text_enum! {
    /// Why an expression of interest was declined.
    pub enum DeclineReason {
        /// The places went to others.
        PlacesFilled = "places_filled",
        /// The experience looked for was another.
        ExperienceNotMatched = "experience_not_matched",
        /// The skills looked for were others.
        SkillsNotMatched = "skills_not_matched",
        /// The person can't be there when it takes place.
        NotAvailable = "not_available",
        /// A clearance or training that is required is not there.
        RequirementsNotMet = "requirements_not_met",
        /// A conflict of interest.
        ConflictOfInterest = "conflict_of_interest",
        /// The opportunity will not take place.
        OpportunityCancelled = "opportunity_cancelled",
        /// Something else; the message says what.
        Other = "other",
    }
}

/// An expression of interest, as it is written.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
pub struct NewExpression {
    /// Whose it is; needed from staff and leads, who write on somebody's behalf, and not for volunteers themselves.
    #[serde(default)]
    pub volunteer_id: Option<VolunteerId>,
    /// Why they are interested.
    #[serde(default)]
    pub statement: Option<Prose>,
    /// What they need to take part.
    #[serde(default)]
    pub adjustments: Option<Prose>,
    /// Whether they have a conflict of interest to declare; must be said for interview panels.
    #[serde(default)]
    pub conflict_declared: Option<bool>,
    /// In which channel they heard of it; it tells the trust what works.
    #[serde(default)]
    pub heard_from: Option<Channel>,
}

/// The offer of a place.
#[derive(Clone, Debug, Default, Deserialize, Validate, ToSchema)]
pub struct PlaceOffer {
    /// Until when it must be answered, in the future; without it the offer stands until it is answered.
    #[serde(default)]
    pub respond_by: Option<Instant>,
    /// Clearances that the person must still get.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub conditional_on: Vec<ClearanceKind>,
}

/// Why an expression of interest is declined, and what the person is told.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
pub struct Decline {
    /// The reason.
    pub reason_code: DeclineReason,
    /// What the person is told.
    pub message: Said,
}

/// The filters of the list of expressions of interest.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct ExpressionFilter {
    /// Only those in one of these states now.
    #[serde(default)]
    pub status: Option<Vec<ExpressionStatus>>,
    /// Only those in this opportunity.
    #[serde(default)]
    pub opportunity_id: Option<OpportunityId>,
    /// Only those of this person.
    #[serde(default)]
    pub volunteer_id: Option<VolunteerId>,
}

/// The filters of the list of one opportunity's expressions of interest.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct OpportunityExpressionFilter {
    /// Only those in one of these states now.
    #[serde(default)]
    pub status: Option<Vec<ExpressionStatus>>,
    /// Only those of this person.
    #[serde(default)]
    pub volunteer_id: Option<VolunteerId>,
}

/// An expression of interest in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExpressionItem {
    /// Its id.
    pub id: ExpressionId,
    /// Its version.
    pub version: i32,
    /// In which opportunity.
    pub opportunity_id: OpportunityId,
    /// Of which service.
    pub service_id: ServiceId,
    /// Whose it is.
    pub volunteer_id: VolunteerId,
    /// Its state now: an offer has lapsed once `respond_by` has passed.
    pub status: ExpressionStatus,
    /// Whether somebody wrote it for the person.
    pub on_behalf: bool,
    /// Why they are interested.
    pub statement: Option<String>,
    /// What they need to take part.
    pub adjustments: Option<String>,
    /// Whether they declared a conflict of interest.
    pub conflict_declared: Option<bool>,
    /// When an involvement lead looked at the conflict and let them take part; null while nobody has.
    pub conflict_cleared_at: Option<Instant>,
    /// In which channel they heard of it.
    pub heard_from: Option<Channel>,
    /// Until when an offer must be answered.
    pub respond_by: Option<Instant>,
    /// Why it was declined.
    pub decline_reason_code: Option<DeclineReason>,
    /// What the person was told when it was declined.
    pub decline_message: Option<String>,
    /// Whether somebody else has the person's e-mail address or telephone number; for involvement leads alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    pub possible_duplicate: Option<bool>,
    /// When it was made.
    pub created_at: Instant,
    /// Who made it.
    pub created_by: Option<String>,
    /// When it last changed.
    pub updated_at: Instant,
    /// Whether time let it lapse and the record does not say so yet.
    #[serde(skip)]
    pub(super) lapsed_by_time: bool,
}

/// An expression of interest.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExpressionView {
    /// Everything that lists show.
    #[serde(flatten)]
    pub item: ExpressionItem,
    /// Clearances that an offer waits for.
    pub conditional_on: Vec<ClearanceKind>,
}

impl Represent for ExpressionView {
    fn etag(&self) -> Option<String> {
        let lapsed = if self.item.lapsed_by_time { "-lapsed" } else { "" };
        let alike = match self.item.possible_duplicate {
            Some(true) => "-lead-duplicate",
            Some(false) => "-lead",
            None => "",
        };
        Some(format!("{}{lapsed}{alike}", self.item.version))
    }

    fn location(&self) -> Option<String> {
        Some(format!("/v1/expressions-of-interest/{}", self.item.id))
    }
}

impl Keyed for ExpressionItem {
    fn key(&self) -> uuid::Uuid {
        self.id.into()
    }
}
