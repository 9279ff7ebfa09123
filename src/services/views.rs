//! A service in requests and answers. Finance sees the ledger codes only.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::access::viewer::seen_by;
use crate::clock::Instant;
use crate::db::ids::ServiceId;
use crate::http::{Keyed, Represent};
use crate::text::{Email, LedgerCode, ServiceCode, ShortText};

crate::text_enum! {
    /// Kind of care that a service gives.
    pub enum Domain {
        /// Mental health.
        MentalHealth = "mental_health",
        /// Community care.
        Community = "community",
        /// Learning disability.
        LearningDisability = "learning_disability",
        /// Physical health.
        PhysicalHealth = "physical_health",
        /// Children and young people.
        Children = "children",
        /// Services for the whole trust.
        Corporate = "corporate",
    }
}

/// Fields of a service that can be written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
pub struct NewService {
    /// Code, by which tokens of staff name the service; it can't be changed later.
    pub code: ServiceCode,
    /// Name of the service.
    /// Example: Crisis Café Cambridge
    pub name: ShortText,
    /// Kind of care that the service gives.
    pub domain: Domain,
    /// Cost centre that is charged, a code of the trust's ledger.
    pub cost_centre: LedgerCode,
    /// Subjective code for expenses, a code of the trust's ledger.
    pub subjective_expense: LedgerCode,
    /// Subjective code for payments for time, a code of the trust's ledger.
    pub subjective_payment: LedgerCode,
    /// E-mail address for people who want to get in touch.
    pub contact_email: Email,
    /// Whether new plans can be made for the service; true when left out.
    #[serde(default)]
    pub active: Option<bool>,
}

/// The list of services has no filters.
#[derive(Debug, Deserialize, ToSchema)]
pub struct ServiceFilter {}

/// A service. Finance sees the id, version, cost centre and subjective codes only.
#[derive(Debug, Serialize, ToSchema)]
pub struct ServiceView {
    /// Unique identifier (UUIDv7).
    pub id: ServiceId,
    /// Version, counted from 1; send it in If-Match to change the record.
    pub version: i32,
    /// Cost centre that is charged, a code of the trust's ledger.
    pub cost_centre: String,
    /// Subjective code for expenses, a code of the trust's ledger.
    pub subjective_expense: String,
    /// Subjective code for payments for time, a code of the trust's ledger.
    pub subjective_payment: String,
    /// All other fields; absent for finance.
    #[serde(flatten)]
    pub more: Option<ServiceDetails>,
}

seen_by! {
    ServiceView {
        DETAILS = more as ServiceDetails: [Own, Lead, Service],
    }
}

/// Fields of a service that finance does not see.
#[derive(Debug, Serialize, ToSchema)]
pub struct ServiceDetails {
    /// Code, by which tokens of staff name the service.
    pub code: String,
    /// Name of the service.
    pub name: String,
    /// Kind of care that the service gives.
    pub domain: Domain,
    /// E-mail address for people who want to get in touch.
    pub contact_email: String,
    /// Whether new plans can be made for the service.
    pub active: bool,
    /// When it was created.
    pub created_at: Instant,
    /// Who created it: the subject of their token.
    pub created_by: Option<String>,
    /// When it was last changed.
    pub updated_at: Instant,
}

impl Represent for ServiceView {
    fn etag(&self) -> Option<String> {
        let view = if self.more.is_some() { "" } else { "-money" };
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
