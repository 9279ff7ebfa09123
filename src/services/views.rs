//! A service as clients write and see it; finance sees its codes alone.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::clock::Instant;
use crate::db::ids::ServiceId;
use crate::http::{Keyed, Represent};
use crate::text::{Email, LedgerCode, Line, ServiceCode};

crate::text_enum! {
    /// What kind of care a service gives.
    pub enum Domain {
        /// Mental health.
        MentalHealth = "mental_health",
        /// Care in the community.
        Community = "community",
        /// Learning disability.
        LearningDisability = "learning_disability",
        /// Physical health.
        PhysicalHealth = "physical_health",
        /// Children and young people.
        Children = "children",
        /// The trust as a whole.
        Corporate = "corporate",
    }
}

/// A service, as it is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
pub struct NewService {
    /// Its code, for good; tokens of staff name it.
    pub code: ServiceCode,
    /// Its name.
    pub name: Line,
    /// What kind of care it gives.
    pub domain: Domain,
    /// The cost centre that pays.
    pub cost_centre: LedgerCode,
    /// The subjective code of expenses.
    pub subjective_expense: LedgerCode,
    /// The subjective code of payments for time.
    pub subjective_payment: LedgerCode,
    /// Where people write to.
    pub contact_email: Email,
    /// Whether new plans are made for it; true unless said otherwise.
    #[serde(default)]
    pub active: Option<bool>,
}

/// The filters of the list of services.
#[derive(Debug, Deserialize, ToSchema)]
pub struct ServiceFilter {}

/// A service. Finance sees its id, cost centre and subjective codes.
#[derive(Debug, Serialize, ToSchema)]
pub struct ServiceView {
    /// Its id.
    pub id: ServiceId,
    /// Its version.
    pub version: i32,
    /// The cost centre that pays.
    pub cost_centre: String,
    /// The subjective code of expenses.
    pub subjective_expense: String,
    /// The subjective code of payments for time.
    pub subjective_payment: String,
    /// Everything else; absent for finance.
    #[serde(flatten)]
    pub more: Option<ServiceDetails>,
    #[serde(skip)]
    pub(super) money_only: bool,
}

/// What finance does not see of a service.
#[derive(Debug, Serialize, ToSchema)]
pub struct ServiceDetails {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// What kind of care it gives.
    pub domain: Domain,
    /// Where people write to.
    pub contact_email: String,
    /// Whether new plans are made for it.
    pub active: bool,
    /// When it was made.
    pub created_at: Instant,
    /// Who made it.
    pub created_by: Option<String>,
    /// When it last changed.
    pub updated_at: Instant,
}

impl Represent for ServiceView {
    fn etag(&self) -> Option<String> {
        let view = if self.money_only { "-money" } else { "" };
        Some(format!("{}{view}", self.version))
    }

    fn location(&self) -> Option<String> {
        Some(format!("/v1/services/{}", self.id))
    }
}

impl Keyed for ServiceView {
    fn key(&self) -> uuid::Uuid {
        self.id.into()
    }
}
