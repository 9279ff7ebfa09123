//! Feedback in requests and answers.
//! Volunteers see published feedback and what they contributed to, never who contributed.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::access::viewer::seen_by;
use crate::clock::Instant;
use crate::db::ids::{FeedbackId, PlanId, ServiceId, VolunteerId};
use crate::feedback::rules;
use crate::feedback::status::{Decision, FeedbackStatus};
use crate::http::{Keyed, Represent};
use crate::text::{Line, Said};

crate::text_enum! {
    /// How feedback was received.
    pub enum FeedbackSource {
        /// At a session.
        Session = "session",
        /// In a survey.
        Survey = "survey",
        /// In conversation.
        Conversation = "conversation",
        /// In another way.
        Other = "other",
    }
}

/// An item of feedback to be recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[validate(schema(function = "rules::each_contributor_once"))]
pub struct NewFeedback {
    /// The plan that it is about; it can't be changed.
    pub plan_id: PlanId,
    /// What was said, without names.
    #[schema(example = "The waiting room has nowhere quiet to sit.")]
    pub you_said: Said,
    /// Theme, to group feedback by.
    #[serde(default)]
    #[schema(example = "Waiting room")]
    pub theme: Option<Line>,
    /// How it was received.
    pub source: FeedbackSource,
    /// Volunteers who said it; they are told the decision before it is published. For volunteers, always themselves.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub contributors: Vec<VolunteerId>,
}

/// Response to an item of feedback: what is decided and done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[schema(as = FeedbackResponse)]
#[validate(schema(function = "rules::refusal_has_reason"))]
pub struct Response {
    /// Decision.
    pub decision: Decision,
    /// What was done.
    #[serde(default)]
    #[schema(example = "A quiet corner with four chairs was set up.")]
    pub we_did: Option<Said>,
    /// Reason for the decision; needed with `not_doing`.
    #[serde(default)]
    #[schema(example = "The room belongs to another trust; we have asked them.")]
    pub because: Option<Said>,
}

/// Filters of the list of feedback.
#[derive(Debug, Deserialize, ToSchema)]
pub struct FeedbackFilter {
    /// Only feedback with one of these statuses; several separated by commas.
    #[serde(default)]
    pub status: Option<Vec<FeedbackStatus>>,
    /// Only feedback on this plan.
    #[serde(default)]
    pub plan_id: Option<PlanId>,
}

/// An item of feedback in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct FeedbackItem {
    /// Unique identifier (UUIDv7).
    pub id: FeedbackId,
    /// Version, counted from 1; send it in If-Match to change the record.
    pub version: i32,
    /// The plan that it is about.
    pub plan_id: PlanId,
    /// The service of the plan.
    pub service_id: ServiceId,
    /// Status of the item.
    pub status: FeedbackStatus,
    /// What was said.
    #[schema(example = "The waiting room has nowhere quiet to sit.")]
    pub you_said: Said,
    /// Theme, to group feedback by; null if none is given.
    #[schema(example = "Waiting room")]
    pub theme: Option<Line>,
    /// How it was received.
    pub source: FeedbackSource,
    /// Decision; null until there is a response.
    pub decision: Option<Decision>,
    /// What was done; null if nothing was.
    #[schema(example = "A quiet corner with four chairs was set up.")]
    pub we_did: Option<Said>,
    /// Reason for the decision; null if none is given.
    #[schema(example = "The room belongs to another trust; we have asked them.")]
    pub because: Option<Said>,
    /// When it was published; null if it is not.
    pub published_at: Option<Instant>,
    /// When it was recorded.
    pub created_at: Instant,
    /// Who recorded it: the subject of their token. Volunteers get it only for items that they contributed to, since it
    /// may be who said it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, required = false)]
    pub created_by: Option<Option<String>>,
    /// When it was last changed.
    pub updated_at: Instant,
}

seen_by! {
    FeedbackItem {
        CREATED_BY = created_by: [Own, Lead, Service],
    }
}

/// An item of feedback.
#[derive(Debug, Serialize, ToSchema)]
pub struct FeedbackView {
    /// The fields that lists show.
    #[serde(flatten)]
    pub item: FeedbackItem,
    /// Volunteers who said it. Only staff and leads get this field.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Vec<VolunteerId>, required = false)]
    pub contributors: Option<Vec<VolunteerId>>,
}

seen_by! {
    FeedbackView with item: FeedbackItem {
        CONTRIBUTORS = contributors: [Lead, Service],
    }
}

impl Represent for FeedbackView {
    fn etag(&self) -> Option<String> {
        let view = match (&self.contributors, &self.item.created_by) {
            (Some(_), _) => "",
            (None, Some(_)) => "-own",
            (None, None) => "-published",
        };
        Some(format!("{}{view}", self.item.version))
    }

    fn location(&self) -> Option<String> {
        Some(format!("/v1/feedback/{}", self.item.id))
    }
}

impl Keyed for FeedbackItem {
    fn key(&self) -> uuid::Uuid {
        self.id.into()
    }
}
