//! A version of the reimbursement policy as leads write it and everyone sees it.
//! What its terms mean stands in `terms`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationErrors};

use crate::clock::{Day, Instant};
use crate::db::ids::PolicyId;
use crate::http::{Keyed, Represent};
use crate::policies::status::PolicyStatus;
use crate::policies::terms::{
    Cancellation, ClaimWindow, ExpenseRules, MileageRates, SubsistenceTier, Tariff, TariffsByName, Terms,
};
use crate::text::Line;

/// A version of the policy, as it is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NewPolicy {
    /// Its name.
    pub name: Line,
    /// The first day it is in force; may have passed.
    pub effective_from: Day,
    /// What it says.
    #[serde(flatten)]
    pub terms: Terms,
}

/// The rules between its terms are told with their pointers by `Terms::faults`.
impl Validate for NewPolicy {
    fn validate(&self) -> Result<(), ValidationErrors> {
        Ok(())
    }
}

/// The filters of the list of policies.
#[derive(Debug, Deserialize, ToSchema)]
pub struct PolicyFilter {
    /// Only versions in one of these states.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub status: Option<Vec<PolicyStatus>>,
}

/// A version of the policy, as lists show it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PolicyItem {
    /// Its id.
    pub id: PolicyId,
    /// Its version as a resource.
    pub version: i32,
    /// Its state.
    pub status: PolicyStatus,
    /// Its name.
    pub name: Line,
    /// The first day it is in force.
    pub effective_from: Day,
    /// How long after a line's date it can be claimed.
    pub claim_window: ClaimWindow,
    /// Days from approval within which a claim should be paid.
    pub payment_target_days: i64,
    /// What time is paid, by the name that an agreement refers to.
    #[schema(value_type = TariffsByName)]
    pub tariffs: BTreeMap<String, Tariff>,
    /// What a late cancellation by the trust pays.
    pub cancellation: Cancellation,
    /// What a mile pays.
    pub mileage: MileageRates,
    /// What a mile may pay before it is taxable.
    pub mileage_ceiling: MileageRates,
    /// What each kind of expense asks and allows.
    pub expenses: ExpenseRules,
    /// When it was published.
    pub published_at: Option<Instant>,
    /// Who published it.
    pub published_by: Option<String>,
    /// When it was made.
    pub created_at: Instant,
    /// Who made it.
    pub created_by: Option<String>,
    /// When it last changed.
    pub updated_at: Instant,
}

/// A version of the policy.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PolicyView {
    /// All but its tiers.
    #[serde(flatten)]
    pub item: PolicyItem,
    /// What a meal may cost, by time away; the highest tier reached counts.
    pub subsistence: Vec<SubsistenceTier>,
}

impl Represent for PolicyView {
    fn etag(&self) -> Option<String> {
        Some(self.item.version.to_string())
    }

    fn location(&self) -> Option<String> {
        Some(format!("/v1/reimbursement-policies/{}", self.item.id))
    }
}

impl Keyed for PolicyItem {
    fn key(&self) -> uuid::Uuid {
        self.id.into()
    }
}
