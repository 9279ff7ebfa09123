//! A plan in requests and answers.

use crate::db::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::clock::{Day, Instant};
use crate::db::Json;
use crate::db::ids::{PlanId, ServiceId};
use crate::db::schema::plans;
use crate::http::answer::stands;
use crate::http::body::rule;
use crate::http::{Fields, Keyed, Represent};
use crate::money::Pence;
use crate::plans::points::{Activity, AllPoints, Points};
use crate::plans::status::PlanStatus;
use crate::text::{Email, RequiredText, ShortText};
use crate::vocabulary::opportunity::InvolvementLevel;
use crate::work::names;

/// Title, period and budget of a plan: columns of their own, which approved versions keep, too.
#[derive(
    Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, Queryable, Selectable, Insertable, AsChangeset,
)]
#[diesel(table_name = plans, treat_none_as_default_value = false, treat_none_as_null = true, check_for_backend(diesel::pg::Pg))]
pub struct PlanOutline {
    /// Title of the plan.
    /// Example: Crisis café redesign
    pub title: ShortText,
    /// First day of the plan's period.
    pub period_start: Day,
    /// Last day of the plan's period, inclusive.
    pub period_end: Day,
    /// Budget for the whole period in pence; may be 0.
    pub budget_pence: Pence,
}

/// Fields of a plan that can be written. In a draft, only the first five are required.
#[derive(
    Clone,
    Debug,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    Validate,
    ToSchema,
    Queryable,
    Selectable,
    Insertable,
    AsChangeset,
)]
#[diesel(table_name = plans, treat_none_as_default_value = false, treat_none_as_null = true, check_for_backend(diesel::pg::Pg))]
#[schema(as = NewPlan)]
#[validate(schema(function = "period_in_order", skip_on_field_errors = false))]
pub struct PlanContent {
    /// Service that the plan belongs to.
    pub service_id: ServiceId,
    /// Title, period and budget.
    #[serde(flatten)]
    #[diesel(embed)]
    pub outline: PlanOutline,
    /// All ten points.
    #[serde(flatten)]
    #[schema(value_type = AllPoints)]
    pub points: Json<AllPoints>,
}

fn period_in_order(plan: &PlanContent) -> Result<(), ValidationError> {
    if plan.outline.period_start <= plan.outline.period_end {
        Ok(())
    } else {
        Err(rule("/period_end", "unordered", "must not be before period_start"))
    }
}

/// Filters of the list of plans.
#[derive(Debug, Deserialize, ToSchema)]
pub struct PlanFilter {
    /// Only plans with one of these statuses; several separated by commas.
    #[serde(default)]
    #[schema(max_items = 5)]
    pub status: Option<Vec<PlanStatus>>,
    /// Only plans of these services; several separated by commas.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub service_id: Option<Vec<ServiceId>>,
    /// Only plans whose period has a day on or after this.
    #[serde(default)]
    pub from: Option<Day>,
    /// Only plans whose period has a day on or before this.
    #[serde(default)]
    pub to: Option<Day>,
    /// Only plans whose link person has this e-mail address, as the plan is written now; upper and lower case are the same.
    #[serde(default)]
    pub link_person_email: Option<Email>,
    /// Only plans whose title has words that begin with each of these words.
    /// Example: crisis evening
    #[serde(default)]
    pub q: Option<ShortText>,
}

/// Reason for returning or withdrawing a plan.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
pub struct PlanReason {
    /// Reason, shown to staff and to the members of the plan.
    /// Example: Please name a deputy.
    pub reason: RequiredText,
}

/// What a plan achieved, for its completion.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
pub struct PlanCompletion {
    /// Level of involvement that was achieved.
    pub achieved_level: InvolvementLevel,
    /// What was learnt.
    /// Example: Evenings worked better than days.
    pub reflection: RequiredText,
}

type OutlineFields = Fields<PlanOutline>;

/// A plan in a list, without its activities.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlanItem {
    /// Unique identifier (UUIDv7).
    pub id: PlanId,
    /// Version, counted from 1; send it in If-Match to change the record.
    pub version: i32,
    /// Status of the plan.
    pub status: PlanStatus,
    /// Service that the plan belongs to.
    pub service_id: ServiceId,
    /// Name of the service.
    #[schema(example = "Crisis café")]
    pub service_name: Option<String>,
    /// Title, period and budget.
    #[serde(flatten)]
    pub outline: OutlineFields,
    /// Points 1 to 3 and 5 to 10.
    #[serde(flatten)]
    pub points: Points,
    /// Number of the latest approved version; null before the first approval.
    pub approved_version: Option<i32>,
    /// Reason why the plan was last returned or withdrawn; null if it never was.
    pub reason: Option<String>,
    /// Level of involvement that was planned in the last approved version; null until the plan is completed.
    pub planned_level: Option<InvolvementLevel>,
    /// Level of involvement that was achieved; null until the plan is completed.
    pub achieved_level: Option<InvolvementLevel>,
    /// What was learnt; null until the plan is completed.
    pub reflection: Option<String>,
    /// When it was created.
    pub created_at: Instant,
    /// Who created it: the subject of their token.
    pub created_by: Option<String>,
    /// When it was last changed.
    pub updated_at: Instant,
}

/// A plan with its activities.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlanView {
    /// All fields that lists show.
    #[serde(flatten)]
    pub item: PlanItem,
    /// Point 4: activities.
    pub activities: Vec<Activity>,
    /// Number of comments that are not resolved. Open comments do not prevent approval.
    pub open_comments: i64,
}

impl Represent for PlanView {
    stands!(|it| it.item.status);

    fn etag(&self) -> Option<String> {
        Some(format!("{}-{}-{}", self.item.version, self.open_comments, names::tag(&[&self.item.service_name])))
    }

    fn location(&self) -> Option<String> {
        Some(format!("/v1/plans/{}", self.item.id))
    }
}

impl Keyed for PlanItem {
    const CHANGED: Option<fn(&Self) -> Instant> = Some(|it| it.updated_at);

    fn key(&self) -> uuid::Uuid {
        self.id.into()
    }
}
