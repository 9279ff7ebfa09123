//! A version of the reimbursement policy in requests and answers.
//! Its terms are described in `terms`.

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
use crate::text::ShortText;

/// A version of the reimbursement policy to be drafted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NewPolicy {
    /// Name of the version.
    /// Example: Reimbursement policy 2026/27
    pub name: ShortText,
    /// First day the version applies, inclusive, London date; it may be in the past.
    pub effective_from: Day,
    /// Rates and rules.
    #[serde(flatten)]
    pub terms: Terms,
}

/// The rules between the terms are checked by `Terms::faults`, which knows their pointers.
impl Validate for NewPolicy {
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
}

/// A version of the reimbursement policy, without the limits for subsistence.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PolicyItem {
    /// Unique identifier (UUIDv7).
    pub id: PolicyId,
    /// Version of the record, counted from 1; send it in If-Match to change the record.
    pub version: i32,
    /// Status of the version.
    pub status: PolicyStatus,
    /// Name of the version.
    /// Example: Reimbursement policy 2026/27
    pub name: ShortText,
    /// First day the version applies, inclusive, London date.
    pub effective_from: Day,
    /// How long after its date a session or expense can be claimed.
    pub claim_window: ClaimWindow,
    /// Days from a claim's first submission within which it should be paid.
    pub payment_target_days: i64,
    /// Tariffs for time, by the name that agreements refer to.
    #[schema(value_type = TariffsByName)]
    pub tariffs: BTreeMap<String, Tariff>,
    /// What is paid when the trust cancels a session at short notice.
    pub cancellation: Cancellation,
    /// Mileage rates that are paid.
    pub mileage: MileageRates,
    /// HMRC approved mileage rates; anything paid above them is taxable.
    pub mileage_ceiling: MileageRates,
    /// Rules for each kind of expense.
    pub expenses: ExpenseRules,
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

/// A version of the reimbursement policy with all its terms.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PolicyView {
    /// Everything but the limits for subsistence.
    #[serde(flatten)]
    pub item: PolicyItem,
    /// Limits for food and drink by time away from home; the highest tier reached applies.
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
