//! The closed lists by which a clearance is described.
//! How a clearance stands on a day is decided in `rules`.

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::Pg;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::Text;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A kind of clearance, or `training:<code>`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
#[serde(transparent)]
pub struct ClearanceKind(pub String);

impl ClearanceKind {
    /// The kind that a code of training is met by.
    #[must_use]
    pub fn training(code: &str) -> Self {
        Self(format!("training:{code}"))
    }

    /// The DBS level, lowest first; none for what is no DBS check.
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

    /// Whether holding this one meets a requirement: the same kind, or a higher DBS level.
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

crate::text_enum! {
    /// How far a clearance has come.
    pub enum ClearanceState {
        /// Asked for.
        Requested = "requested",
        /// Under way.
        InProgress = "in_progress",
        /// Given.
        Cleared = "cleared",
        /// Given, with restrictions.
        ClearedWithRestrictions = "cleared_with_restrictions",
        /// Refused.
        NotCleared = "not_cleared",
    }
}

crate::text_enum! {
    /// For work with whom an enhanced check was made.
    pub enum Workforce {
        /// Adults.
        Adult = "adult",
        /// Children.
        Child = "child",
        /// Both.
        Both = "both",
    }
}

crate::text_enum! {
    /// How a clearance stands on a day.
    pub enum ClearanceStatus {
        /// Asked for, or not yet issued.
        Pending = "pending",
        /// In date.
        Valid = "valid",
        /// In date for 60 days at most.
        Expiring = "expiring",
        /// Out of date.
        Expired = "expired",
        /// Refused.
        NotCleared = "not_cleared",
    }
}

impl ClearanceStatus {
    /// Whether it counts on that day.
    #[must_use]
    pub fn in_date(self) -> bool {
        matches!(self, Self::Valid | Self::Expiring)
    }
}

crate::text_enum! {
    /// What must be looked at before somebody with this clearance starts.
    pub enum ClearanceWarning {
        /// It was given with restrictions.
        Restrictions = "restrictions",
    }
}
