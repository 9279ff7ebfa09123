//! A plan as clients write and see it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::clock::{Day, Instant};
use crate::db::ids::{PlanId, ServiceId};
use crate::http::body::rule;
use crate::http::{Keyed, Represent};
use crate::money::Pence;
use crate::plans::points::{Activity, AllPoints, Points};
use crate::plans::status::PlanStatus;
use crate::text::{Line, Said};
use crate::vocabulary::opportunity::InvolvementLevel;

/// A plan, as it is written: everything but the first five fields is optional in a draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[validate(schema(function = "period_in_order", skip_on_field_errors = false))]
pub struct NewPlan {
    /// The service that it is for.
    pub service_id: ServiceId,
    /// Its title.
    pub title: Line,
    /// The first day of its period.
    pub period_start: Day,
    /// The last day of its period.
    pub period_end: Day,
    /// The budget for the whole of it; 0 is allowed.
    pub budget_pence: Pence,
    /// Points 1 to 3 and 5 to 10.
    #[serde(flatten)]
    pub points: Points,
    /// Point 4.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub activities: Vec<Activity>,
}

fn period_in_order(plan: &NewPlan) -> Result<(), ValidationError> {
    if plan.period_start <= plan.period_end {
        Ok(())
    } else {
        Err(rule("/period_end", "unordered", "lies before period_start"))
    }
}

impl NewPlan {
    /// Its ten points.
    pub(super) fn all_points(&self) -> AllPoints {
        AllPoints { points: self.points.clone(), activities: self.activities.clone() }
    }
}

/// The filters of the list of plans.
#[derive(Debug, Deserialize, ToSchema)]
pub struct PlanFilter {
    /// Only plans in one of these states.
    #[serde(default)]
    #[schema(max_items = 5)]
    pub status: Option<Vec<PlanStatus>>,
    /// Only plans of these services.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub service_id: Option<Vec<ServiceId>>,
    /// Only plans with this in their title.
    #[serde(default)]
    pub q: Option<Line>,
}

/// Why a plan is given back or given up.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
pub struct PlanReason {
    /// The reason, for those who wrote it.
    pub reason: Said,
}

/// What a plan achieved.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
pub struct PlanCompletion {
    /// How far people took part in the end.
    pub achieved_level: InvolvementLevel,
    /// What was learnt.
    pub reflection: Said,
}

/// A plan without its lists.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlanItem {
    /// Its id.
    pub id: PlanId,
    /// Its version.
    pub version: i32,
    /// Its state.
    pub status: PlanStatus,
    /// The service that it is for.
    pub service_id: ServiceId,
    /// Its title.
    pub title: String,
    /// The first day of its period.
    pub period_start: Day,
    /// The last day of its period.
    pub period_end: Day,
    /// The budget for the whole of it.
    pub budget_pence: Pence,
    /// Its points but the activities.
    #[serde(flatten)]
    pub points: Points,
    /// The number of the approved version in force; null before the first approval.
    pub approved_version: Option<i32>,
    /// Why it was given back or given up, for those who wrote it and its members.
    pub reason: Option<String>,
    /// How far people were to take part by the version in force, kept when the plan is completed.
    pub planned_level: Option<InvolvementLevel>,
    /// How far people took part in the end.
    pub achieved_level: Option<InvolvementLevel>,
    /// What was learnt.
    pub reflection: Option<String>,
    /// When it was made.
    pub created_at: Instant,
    /// Who made it.
    pub created_by: Option<String>,
    /// When it last changed.
    pub updated_at: Instant,
}

/// A plan.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlanView {
    /// Everything but lists.
    #[serde(flatten)]
    pub item: PlanItem,
    /// Point 4.
    pub activities: Vec<Activity>,
    /// How many comments nobody has resolved yet; they stop nothing.
    pub open_comments: i64,
}

impl Represent for PlanView {
    fn etag(&self) -> Option<String> {
        Some(format!("{}-{}", self.item.version, self.open_comments))
    }

    fn location(&self) -> Option<String> {
        Some(format!("/v1/plans/{}", self.item.id))
    }
}

impl Keyed for PlanItem {
    fn key(&self) -> uuid::Uuid {
        self.id.into()
    }
}
