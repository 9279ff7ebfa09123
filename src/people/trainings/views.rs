//! A training in requests and answers.

use crate::db::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::clock::Instant;
use crate::db::ids::TrainingId;
use crate::db::schema::trainings;
use crate::http::{Fields, Keyed, Represent};
use crate::text::{Label, LongText, ShortText};
use crate::vocabulary::clearance::TrainingCode;

/// Fields of a training that can be written.
#[derive(
    Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema, Queryable, Selectable, Insertable,
)]
#[diesel(table_name = trainings, treat_none_as_default_value = false, check_for_backend(diesel::pg::Pg))]
#[schema(as = NewTraining)]
pub struct TrainingContent {
    /// Code, by which requirements and clearances name the training (`training:<code>`); it can't be changed.
    #[schema(value_type = TrainingCode)]
    pub code: Label,
    /// Name of the training, as adverts show it.
    /// Example: Interview panels
    pub name: ShortText,
    /// What people learn.
    /// Example: How a panel works, fair questions and scoring.
    #[serde(default)]
    pub description: Option<LongText>,
    /// Whether opportunities can newly require it; true when left out. What was done already still counts.
    #[serde(default = "active")]
    #[schema(value_type = Option<bool>)]
    pub active: bool,
}

const fn active() -> bool {
    true
}

/// The list of trainings has no filters.
#[derive(Debug, Deserialize, ToSchema)]
pub struct TrainingFilter {}

type TrainingFields = Fields<TrainingContent>;

/// A training that opportunities can require and people can have done.
#[derive(Debug, Serialize, ToSchema)]
pub struct TrainingView {
    /// Unique identifier (UUIDv7).
    pub id: TrainingId,
    /// Version, counted from 1; send it in If-Match to change the record.
    pub version: i32,
    /// Fields that clients write.
    #[serde(flatten)]
    pub content: TrainingFields,
    /// When it was created.
    pub created_at: Instant,
    /// Who created it: the subject of their token; null for those that are built in.
    pub created_by: Option<String>,
    /// When it was last changed.
    pub updated_at: Instant,
}

impl Represent for TrainingView {
    fn etag(&self) -> Option<String> {
        Some(self.version.to_string())
    }

    fn location(&self) -> Option<String> {
        Some(format!("/v1/trainings/{}", self.id))
    }
}

impl Keyed for TrainingView {
    const CHANGED: Option<fn(&Self) -> Instant> = Some(|it| it.updated_at);

    fn key(&self) -> uuid::Uuid {
        self.id.into()
    }
}
