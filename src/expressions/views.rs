//! An expression of interest in requests and answers.
//! `rules` and `routes` check who can write what, and when.

use crate::db::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::access::viewer::seen_by;
use crate::clock::Instant;
use crate::db::ids::{ExpressionId, OpportunityId, ServiceId, VolunteerId};
use crate::db::schema::expressions;
use crate::digest::fingerprint;
use crate::expressions::status::ExpressionStatus;
use crate::http::answer::{shows, stands};
use crate::http::{Fields, Keyed, Represent};
use crate::people::volunteers::PossibleDuplicate;
use crate::plans::Channel;
use crate::text::{LongText, RequiredText};
use crate::vocabulary::clearance::ClearanceKind;
use crate::work::names::EngagementNames;

crate::text_enum! {
    /// Reasons for declining an expression of interest.
    pub enum DeclineReason {
        /// All places are taken by others.
        PlacesFilled = "places_filled",
        /// Other lived experience is wanted.
        ExperienceNotMatched = "experience_not_matched",
        /// Other skills are wanted.
        SkillsNotMatched = "skills_not_matched",
        /// The person is not available at the time.
        NotAvailable = "not_available",
        /// A required clearance or training is missing.
        RequirementsNotMet = "requirements_not_met",
        /// The person has a conflict of interest.
        ConflictOfInterest = "conflict_of_interest",
        /// The opportunity was cancelled.
        OpportunityCancelled = "opportunity_cancelled",
        /// Another reason, given in the message.
        Other = "other",
    }
}

/// What the person says. Erasure clears all but the channel.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema, Queryable, Selectable, Insertable)]
#[diesel(table_name = expressions, treat_none_as_default_value = false, check_for_backend(diesel::pg::Pg))]
pub struct ExpressionContent {
    /// Why the person is interested; null if not given, or once erased.
    /// Example: I waited in that room for two years.
    #[serde(default)]
    pub statement: Option<LongText>,
    /// Adjustments that the person needs to take part; null if not given, or once erased.
    /// Example: A seat near the door.
    #[serde(default)]
    pub adjustments: Option<LongText>,
    /// Whether the person declares a conflict of interest; required for interview panels. Null if nothing was declared,
    /// or once erased.
    #[serde(default)]
    pub conflict_declared: Option<bool>,
    /// Channel in which the person heard of the opportunity; null if not given. It shows the trust which channels work.
    #[serde(default)]
    pub heard_from: Option<Channel>,
}

/// Fields of an expression of interest that can be written.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
pub struct NewExpression {
    /// Volunteer on whose behalf it is made. Staff and involvement leads must give it; volunteers leave it out.
    #[serde(default)]
    pub volunteer_id: Option<VolunteerId>,
    /// What the person says.
    #[serde(flatten)]
    pub content: ExpressionContent,
}

/// Offer of a place.
#[derive(Clone, Debug, Default, Deserialize, Validate, ToSchema)]
pub struct PlaceOffer {
    /// Time by which the offer must be answered; must be in the future. Without it, the offer stays open.
    #[serde(default)]
    pub respond_by: Option<Instant>,
    /// Clearances that the person must still get.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub conditional_on: Vec<ClearanceKind>,
}

/// Reason for declining an expression of interest, and the message to the person.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
pub struct Decline {
    /// Reason for declining.
    pub reason_code: DeclineReason,
    /// Message to the person.
    /// Example: Thank you for offering. All six places are taken; we would like to ask you again in spring.
    pub message: RequiredText,
}

/// Filters of the list of expressions of interest.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct ExpressionFilter {
    /// Only expressions of interest with one of these statuses now; several separated by commas.
    #[serde(default)]
    pub status: Option<Vec<ExpressionStatus>>,
    /// Only expressions of interest in these opportunities; several separated by commas.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub opportunity_id: Option<Vec<OpportunityId>>,
    /// Only expressions of interest of these volunteers; several separated by commas.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub volunteer_id: Option<Vec<VolunteerId>>,
    /// Only expressions of interest in opportunities of these services; several separated by commas.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub service_id: Option<Vec<ServiceId>>,
}

/// Filters of the list of expressions of interest in one opportunity.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct OpportunityExpressionFilter {
    /// Only expressions of interest with one of these statuses now; several separated by commas.
    #[serde(default)]
    pub status: Option<Vec<ExpressionStatus>>,
    /// Only expressions of interest of these volunteers; several separated by commas.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub volunteer_id: Option<Vec<VolunteerId>>,
}

type AllFields = Fields<ExpressionContent>;

/// An expression of interest in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExpressionItem {
    /// Unique identifier (UUIDv7).
    pub id: ExpressionId,
    /// Version, counted from 1; send it in If-Match to change the record.
    pub version: i32,
    /// Opportunity that the person is interested in.
    pub opportunity_id: OpportunityId,
    /// Service of the opportunity.
    pub service_id: ServiceId,
    /// Volunteer who is interested.
    pub volunteer_id: VolunteerId,
    /// Names of the volunteer, the opportunity and the service.
    #[serde(flatten)]
    pub names: EngagementNames,
    /// Communication needs in words. Read them before you write or speak to the person.
    #[schema(example = json!(["Large print: 18 point"]))]
    pub communication_alerts: Vec<String>,
    /// Status now: `lapsed` once the `respond_by` of an offer has passed.
    pub status: ExpressionStatus,
    /// Whether staff or an involvement lead made it on the person's behalf.
    pub on_behalf: bool,
    /// What the person says.
    #[serde(flatten)]
    pub content: AllFields,
    /// When an involvement lead cleared the conflict of interest; null if nobody did.
    pub conflict_cleared_at: Option<Instant>,
    /// Time by which the offer must be answered; null if there is no offer or no time limit.
    pub respond_by: Option<Instant>,
    /// Reason for declining; null unless it was declined.
    pub decline_reason_code: Option<DeclineReason>,
    /// Message to the person when it was declined; null unless it was declined, or once erased.
    pub decline_message: Option<String>,
    /// Another volunteer with the same e-mail address or telephone number as this person, null if there is none. Absent for
    /// everyone but involvement leads.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<PossibleDuplicate>, required = false)]
    pub possible_duplicate: Option<Option<PossibleDuplicate>>,
    /// When the person was put on the reserve list; null if they never were.
    pub reserved_at: Option<Instant>,
    /// When it was created.
    pub created_at: Instant,
    /// Who created it: the subject of their token; null once that person is erased.
    pub created_by: Option<String>,
    /// When it was last changed.
    pub updated_at: Instant,
    /// Whether it lapsed at `respond_by` and that is not stored yet.
    #[serde(skip)]
    pub(super) lapsed_by_time: bool,
}

seen_by! {
    ExpressionItem {
        POSSIBLE_DUPLICATE = possible_duplicate: [Lead],
    }
}

/// An expression of interest with the clearances that its offer depends on.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExpressionView {
    /// All fields that lists show.
    #[serde(flatten)]
    pub item: ExpressionItem,
    /// Clearances that the offer depends on.
    pub conditional_on: Vec<ClearanceKind>,
}

seen_by! { ExpressionView with item: ExpressionItem {} }

impl Represent for ExpressionView {
    shows!(Expression, |it| [(it.item.volunteer_id, Some(it.item.id.into()))]);
    stands!(|it| it.item.status);

    fn etag(&self) -> Option<String> {
        let lapsed = if self.item.lapsed_by_time { "-lapsed" } else { "" };
        let alike = match &self.item.possible_duplicate {
            Some(Some(PossibleDuplicate { volunteer_id, name })) => {
                let other = fingerprint(&[&volunteer_id.to_string(), name.as_deref().unwrap_or_default()]);
                format!("-lead-{}", other.get(..8).unwrap_or_default())
            }
            Some(None) => "-lead".to_owned(),
            None => String::new(),
        };
        let seen = self.item.names.tag();
        let needs = fingerprint(&[&self.item.communication_alerts.join("\n")]);
        Some(format!("{}{lapsed}{alike}-{seen}{}", self.item.version, needs.get(..4).unwrap_or_default()))
    }

    fn location(&self) -> Option<String> {
        Some(format!("/v1/expressions-of-interest/{}", self.item.id))
    }
}

impl Keyed for ExpressionItem {
    shows!(Expression, |it| [(it.volunteer_id, Some(it.id.into()))]);

    const CHANGED: Option<fn(&Self) -> Instant> = Some(|it| it.updated_at);

    fn key(&self) -> uuid::Uuid {
        self.id.into()
    }
}
