//! A version of the reimbursement policy in requests and answers.
//! Its terms are described in `terms`.

use crate::db::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationErrors};

use crate::clock::{Day, Instant};
use crate::db::Json;
use crate::db::ids::PolicyId;
use crate::db::schema::reimbursement_policies;
use crate::http::answer::stands;
use crate::http::{Fields, Keyed, PlainFields, Represent};
use crate::policies::status::PolicyStatus;
use crate::policies::terms::Terms;
use crate::text::ShortText;

/// Name and first day of a version of the reimbursement policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, Queryable, Selectable, Insertable)]
#[diesel(table_name = reimbursement_policies, treat_none_as_default_value = false, check_for_backend(diesel::pg::Pg))]
pub struct PolicyOutline {
    /// Name of the version.
    /// Example: Reimbursement policy 2026/27
    pub name: ShortText,
    /// First day the version applies, inclusive, London date; it may be in the past.
    pub effective_from: Day,
}

/// A version of the reimbursement policy to be drafted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, Queryable, Selectable, Insertable)]
#[diesel(table_name = reimbursement_policies, treat_none_as_default_value = false, check_for_backend(diesel::pg::Pg))]
#[schema(as = NewPolicy)]
pub struct PolicyContent {
    /// Name and first day.
    #[serde(flatten)]
    #[diesel(embed)]
    pub outline: PolicyOutline,
    /// Rates and rules.
    #[serde(flatten)]
    #[schema(value_type = Terms)]
    pub terms: Json<Terms>,
}

/// The rules between the terms are checked by `Terms::faults`, which knows their pointers.
impl Validate for PolicyContent {
    fn validate(&self) -> Result<(), ValidationErrors> {
        Ok(())
    }
}

/// Filters of the list of reimbursement policies.
#[derive(Debug, Deserialize, ToSchema)]
pub struct PolicyFilter {
    /// Only versions with one of these statuses; several separated by commas.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub status: Option<Vec<PolicyStatus>>,
    /// Only the version in force on this day, London date.
    #[serde(default)]
    pub on: Option<Day>,
}

/// Fields of a version that the service fills in.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PolicyRecord {
    /// Unique identifier (UUIDv7).
    pub id: PolicyId,
    /// Version of the record, counted from 1; send it in If-Match to change the record.
    pub version: i32,
    /// Status of the version.
    pub status: PolicyStatus,
    /// Whether it is the version in force today.
    pub in_force: bool,
    /// When it was published; null while it is a draft.
    pub published_at: Option<Instant>,
    /// Who published it: the subject of their token; null while it is a draft.
    pub published_by: Option<String>,
    /// When it was created.
    pub created_at: Instant,
    /// Who created it: the subject of their token.
    pub created_by: Option<String>,
    /// When it was last changed.
    pub updated_at: Instant,
}

type OutlineFields = Fields<PolicyOutline>;
type AllTerms = Fields<Terms>;
type ItemTerms = PlainFields<Terms>;

/// A version of the reimbursement policy, without the limits for subsistence.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PolicyItem {
    /// Fields that the service fills in.
    #[serde(flatten)]
    pub record: PolicyRecord,
    /// Name and first day.
    #[serde(flatten)]
    pub outline: OutlineFields,
    /// Rates and rules, without the lists.
    #[serde(flatten)]
    pub terms: ItemTerms,
}

/// A version of the reimbursement policy with all its terms.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PolicyView {
    /// Fields that the service fills in.
    #[serde(flatten)]
    pub record: PolicyRecord,
    /// Name and first day.
    #[serde(flatten)]
    pub outline: OutlineFields,
    /// Rates and rules.
    #[serde(flatten)]
    pub terms: AllTerms,
}

impl Represent for PolicyView {
    stands!(|it| it.record.status);

    fn etag(&self) -> Option<String> {
        // What is in force changes with the day and with other versions.
        let in_force = if self.record.in_force { "-in-force" } else { "" };
        Some(format!("{}{in_force}", self.record.version))
    }

    fn location(&self) -> Option<String> {
        Some(format!("/v1/reimbursement-policies/{}", self.record.id))
    }
}

impl Keyed for PolicyItem {
    const CHANGED: Option<fn(&Self) -> Instant> = Some(|it| it.record.updated_at);

    fn key(&self) -> uuid::Uuid {
        self.record.id.into()
    }
}
