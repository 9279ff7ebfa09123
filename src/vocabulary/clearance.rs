//! Kinds of clearance and training, and what an opportunity requires.
//! How a clearance stands on a day is decided in `people::clearances::rules`.

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::Pg;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::Text;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::text::RequiredText;

/// Code of the training for people on interview panels.
pub const PANEL_TRAINING: &str = "interview-panels";

/// Code of the training that stands for having sat in on an interview panel, entered for panels from before.
pub const PANEL_SHADOWING: &str = "panel-shadowing";

/// Code of a training course, as in `training:<code>`.
#[derive(Debug)]
pub struct TrainingCode;

impl utoipa::PartialSchema for TrainingCode {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        utoipa::openapi::schema::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .min_length(Some(1))
            .max_length(Some(40))
            .pattern(Some("^[a-z0-9_-]{1,40}$"))
            .examples([PANEL_TRAINING])
            .into()
    }
}

impl ToSchema for TrainingCode {}

/// Kind of clearance, or `training:<code>` for a training course.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
#[serde(transparent)]
pub struct ClearanceKind(pub String);

impl ClearanceKind {
    /// The kind of a training course, from its code.
    #[must_use]
    pub fn training(code: &str) -> Self {
        Self(format!("training:{code}"))
    }

    /// The code of the training course, if it is one.
    #[must_use]
    pub fn training_code(&self) -> Option<&str> {
        self.0.strip_prefix("training:")
    }

    /// The DBS level, lowest first; none for a kind that is not a DBS check.
    #[must_use]
    pub fn level(&self) -> Option<u8> {
        match self.0.as_str() {
            "dbs_basic" => Some(1),
            "dbs_standard" => Some(2),
            "dbs_enhanced" => Some(3),
            "dbs_enhanced_barred" => Some(4),
            _ => None,
        }
    }

    /// Whether this kind meets a requirement: the same kind, or a higher DBS level.
    #[must_use]
    pub fn satisfies(&self, required: &Self) -> bool {
        match (self.level(), required.level()) {
            (Some(held), Some(asked)) => held >= asked,
            _ => self == required,
        }
    }
}

impl utoipa::PartialSchema for ClearanceKind {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        utoipa::openapi::schema::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .min_length(Some(8))
            .max_length(Some(49))
            .pattern(Some("^(dbs_basic|dbs_standard|dbs_enhanced|dbs_enhanced_barred|occupational_health|identity|right_to_work|references|training:[a-z0-9_-]{1,40})$"))
            .examples(["dbs_enhanced"])
            .into()
    }
}

impl ToSchema for ClearanceKind {}

impl ToSql<Text, Pg> for ClearanceKind {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        ToSql::<Text, Pg>::to_sql(&self.0, out)
    }
}

impl FromSql<Text, Pg> for ClearanceKind {
    fn from_sql(bytes: <Pg as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        <String as FromSql<Text, Pg>>::from_sql(bytes).map(Self)
    }
}

/// A clearance that an opportunity requires.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = RequiredClearance)]
pub struct Required {
    /// Kind of clearance: `dbs_basic`, `dbs_standard`, `dbs_enhanced`, `dbs_enhanced_barred`, `occupational_health`,
    /// `identity`, `right_to_work`, `references` or `training:<code>`.
    pub kind: ClearanceKind,
    /// Why the role is eligible for the check; needed for a DBS check above basic.
    /// Example: Visits adult inpatient wards without staff present.
    #[serde(default)]
    pub eligibility_reason: Option<RequiredText>,
}
