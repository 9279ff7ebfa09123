//! Clearances and training of people: data that leads write, whose status on a day is derived.
//! What a DBS check disclosed is never stored.

use diesel::PgConnection;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::clock::Day;
use crate::db::ids::VolunteerId;
use crate::http::Routes;
use crate::refusal::Done;
use crate::text::{Said, Word};

/// A clearance that an opportunity requires.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Required {
    /// Which: `dbs_basic, dbs_standard, dbs_enhanced, dbs_enhanced_barred, occupational_health, identity, right_to_work, references` or `training:<code>`.
    pub kind: ClearanceKind,
    /// Why the role may ask for it; needed above basic.
    #[serde(default)]
    pub eligibility_reason: Option<Said>,
}

/// A kind of clearance, or `training:<code>`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClearanceKind(pub String);

impl utoipa::PartialSchema for ClearanceKind {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        utoipa::openapi::schema::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .min_length(Some(5))
            .max_length(Some(60))
            .pattern(Some("^(dbs_basic|dbs_standard|dbs_enhanced|dbs_enhanced_barred|occupational_health|identity|right_to_work|references|training:[a-z0-9_-]{1,40})$"))
            .examples(["dbs_enhanced"])
            .into()
    }
}

impl ToSchema for ClearanceKind {}

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

/// A requirement that a person does not meet on a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Missing {
    /// Which clearance, or `training:<code>`.
    pub kind: String,
    /// How the nearest one of theirs stands; null where they have none.
    pub status: Option<ClearanceStatus>,
}

/// Which of the requirements a person does not meet on a day. A higher DBS level satisfies a lower one;
/// codes of training are met by `training:<code>`.
///
/// # Errors
/// Those of the database.
pub fn missing(
    _conn: &mut PgConnection,
    _volunteer: VolunteerId,
    _required: &[Required],
    _training: &[Word],
    _on: Day,
) -> Done<Vec<Missing>> {
    unimplemented!()
}

/// Declares the operations.
pub fn routes(_: &mut Routes) {}
