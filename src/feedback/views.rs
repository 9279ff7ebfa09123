//! Feedback as clients write and see it.
//! A volunteer sees what is published, and what they contributed to; who contributed, never.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::clock::Instant;
use crate::db::ids::{FeedbackId, PlanId, ServiceId, VolunteerId};
use crate::feedback::rules;
use crate::feedback::status::{Decision, FeedbackStatus};
use crate::http::{Keyed, Represent};
use crate::text::{Line, Said};

crate::text_enum! {
    /// How feedback reached us.
    pub enum FeedbackSource {
        /// At a session.
        Session = "session",
        /// By a survey.
        Survey = "survey",
        /// In conversation.
        Conversation = "conversation",
        /// In another way.
        Other = "other",
    }
}

/// An item of feedback, as it is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[validate(schema(function = "rules::each_contributor_once"))]
pub struct NewFeedback {
    /// The plan that it is about, for good.
    pub plan_id: PlanId,
    /// What was said, without names.
    pub you_said: Said,
    /// What it is about, for grouping.
    #[serde(default)]
    pub theme: Option<Line>,
    /// How it reached us.
    pub source: FeedbackSource,
    /// Who said it: they are told first what became of it. A volunteer who gives feedback is its contributor.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub contributors: Vec<VolunteerId>,
}

/// What is done about an item of feedback.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[validate(schema(function = "rules::refusal_has_reason"))]
pub struct Response {
    /// What is decided.
    pub decision: Decision,
    /// What we did.
    #[serde(default)]
    pub we_did: Option<Said>,
    /// Why; needed where it is not done.
    #[serde(default)]
    pub because: Option<Said>,
}

/// The filters of the list of feedback.
#[derive(Debug, Deserialize, ToSchema)]
pub struct FeedbackFilter {
    /// Feedback in one of these states.
    #[serde(default)]
    pub status: Option<Vec<FeedbackStatus>>,
    /// Feedback about this plan.
    #[serde(default)]
    pub plan_id: Option<PlanId>,
}

/// An item of feedback in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct FeedbackItem {
    /// Its id.
    pub id: FeedbackId,
    /// Its version.
    pub version: i32,
    /// The plan that it is about.
    pub plan_id: PlanId,
    /// The plan's service.
    pub service_id: ServiceId,
    /// Where it is.
    pub status: FeedbackStatus,
    /// What was said.
    pub you_said: Said,
    /// What it is about.
    pub theme: Option<Line>,
    /// How it reached us.
    pub source: FeedbackSource,
    /// What is decided.
    pub decision: Option<Decision>,
    /// What we did.
    pub we_did: Option<Said>,
    /// Why.
    pub because: Option<Said>,
    /// When it was published.
    pub published_at: Option<Instant>,
    /// When it was recorded.
    pub created_at: Instant,
    /// Who recorded it; absent for a volunteer who did not contribute, since it may be who said it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, required = false)]
    pub created_by: Option<Option<String>>,
    /// When it last changed.
    pub updated_at: Instant,
}

/// An item of feedback.
#[derive(Debug, Serialize, ToSchema)]
pub struct FeedbackView {
    /// What lists show, too.
    #[serde(flatten)]
    pub item: FeedbackItem,
    /// Who said it; for staff and leads alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Vec<VolunteerId>, required = false)]
    pub contributors: Option<Vec<VolunteerId>>,
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
