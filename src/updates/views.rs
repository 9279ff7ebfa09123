//! An update on a plan in requests and answers.
//! Who gets it is in the deliveries.

use crate::db::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::clock::Instant;
use crate::db::ids::{PlanId, UpdateId};
use crate::db::schema::updates;
use crate::http::{Fields, Keyed, Represent};
use crate::text::{RequiredText, ShortText};
use crate::vocabulary::contact::FeedbackMethod;

/// An update on a plan to be sent.
#[derive(Clone, Debug, Serialize, Deserialize, Validate, ToSchema, Queryable, Selectable, Insertable)]
#[diesel(table_name = updates, treat_none_as_default_value = false, check_for_backend(diesel::pg::Pg))]
#[schema(as = NewUpdate)]
pub struct UpdateContent {
    /// Title.
    /// Example: The first workshop
    pub title: ShortText,
    /// Text of the update.
    /// Example: Twelve people came. You told us that evenings are hard; the next one is at lunchtime.
    pub text: RequiredText,
    /// Text in easy read, for people who need it. Without it, somebody has to write it before they are told.
    /// Example: We had a meeting. 12 people came. The next meeting is at lunchtime.
    #[serde(default)]
    pub easy_read_text: Option<RequiredText>,
    /// Contact method for everyone; leave it out to use each person's own preference.
    #[serde(default)]
    pub channel: Option<FeedbackMethod>,
    /// Why everyone gets it by this contact method although it contradicts what somebody needs.
    /// Example: The answer was asked for in the meeting.
    #[serde(default)]
    pub override_reason: Option<RequiredText>,
}

/// The list of updates on a plan has no filters.
#[derive(Debug, Deserialize, ToSchema)]
pub struct UpdateFilter {}

type AllFields = Fields<UpdateContent>;

/// An update on a plan, with how many people have been told.
#[derive(Debug, Serialize, ToSchema)]
pub struct UpdateView {
    /// Unique identifier (UUIDv7).
    pub id: UpdateId,
    /// Version, counted from 1; an update never changes.
    pub version: i32,
    /// The plan.
    pub plan_id: PlanId,
    /// Fields that clients write.
    #[serde(flatten)]
    pub content: AllFields,
    /// Number of people who get it, one delivery each.
    pub delivery_count: i64,
    /// Number of people who have been told.
    pub delivered_count: i64,
    /// When it was created.
    pub created_at: Instant,
    /// Who created it: the subject of their token.
    pub created_by: Option<String>,
    /// When it was last changed.
    pub updated_at: Instant,
}

impl Represent for UpdateView {
    fn etag(&self) -> Option<String> {
        Some(self.version.to_string())
    }

    fn location(&self) -> Option<String> {
        // An update has no address of its own; the list contains it.
        Some(format!("/v1/plans/{}/updates", self.plan_id))
    }
}

impl Keyed for UpdateView {
    const CHANGED: Option<fn(&Self) -> Instant> = Some(|it| it.updated_at);

    fn key(&self) -> uuid::Uuid {
        self.id.into()
    }
}
