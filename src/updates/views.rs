//! An update as it is written and seen.
//! Who was told stands in the deliveries, not here.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::clock::Instant;
use crate::db::ids::{PlanId, UpdateId};
use crate::http::{Keyed, Represent};
use crate::text::{Line, Said};
use crate::vocabulary::contact::FeedbackMethod;

/// An update, as it is written.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
pub struct NewUpdate {
    /// What it is about, in a line.
    pub title: Line,
    /// What everyone is told.
    pub text: Said,
    /// The same in easy words, for whoever needs them. Without it their delivery waits for somebody to write it.
    #[serde(default)]
    pub easy_read_text: Option<Said>,
    /// The one way in which everyone is told; left out, each person is told as they prefer.
    #[serde(default)]
    pub channel: Option<FeedbackMethod>,
    /// Why it goes to everyone in that way although it contradicts what somebody needs.
    #[serde(default)]
    pub override_reason: Option<Said>,
}

/// The list of updates has no filters.
#[derive(Debug, Deserialize, ToSchema)]
pub struct UpdateFilter {}

/// An update, and how far it got.
#[derive(Debug, Serialize, ToSchema)]
pub struct UpdateView {
    /// Its id.
    pub id: UpdateId,
    /// Its version.
    pub version: i32,
    /// The plan.
    pub plan_id: PlanId,
    /// What it is about.
    pub title: Line,
    /// What everyone is told.
    pub text: Said,
    /// The same in easy words.
    pub easy_read_text: Option<Said>,
    /// The one way in which everyone is told; null is each person's own.
    pub channel: Option<FeedbackMethod>,
    /// Why it goes in that way.
    pub override_reason: Option<Said>,
    /// How many people are told; each has one delivery.
    pub delivery_count: i64,
    /// How many of them have been told.
    pub delivered_count: i64,
    /// When it was written.
    pub created_at: Instant,
    /// Who wrote it.
    pub created_by: Option<String>,
    /// When it last changed.
    pub updated_at: Instant,
}

impl Represent for UpdateView {
    fn etag(&self) -> Option<String> {
        Some(self.version.to_string())
    }

    fn location(&self) -> Option<String> {
        // It has no address of its own; the list has it.
        Some(format!("/v1/plans/{}/updates", self.plan_id))
    }
}

impl Keyed for UpdateView {
    fn key(&self) -> uuid::Uuid {
        self.id.into()
    }
}
