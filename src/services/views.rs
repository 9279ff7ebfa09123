//! A service in requests and answers. Finance sees the ledger codes only.

use crate::db::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::access::viewer::seen_by;
use crate::clock::Instant;
use crate::db::ids::ServiceId;
use crate::db::schema::services;
use crate::http::{Fields, Keyed, Represent};
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

/// Codes of the trust's ledger that the spending of a service is charged to.
#[derive(
    Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, Queryable, Selectable, Insertable, AsChangeset,
)]
#[diesel(table_name = services, treat_none_as_default_value = false, treat_none_as_null = true, check_for_backend(diesel::pg::Pg))]
pub struct LedgerCodes {
    /// Cost centre that is charged, a code of the trust's ledger.
    pub cost_centre: LedgerCode,
    /// Subjective code for expenses, a code of the trust's ledger.
    pub subjective_expense: LedgerCode,
    /// Subjective code for payments for time, a code of the trust's ledger.
    pub subjective_payment: LedgerCode,
}

/// What a service is and how to reach it. Finance does not see it.
#[derive(
    Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, Queryable, Selectable, Insertable, AsChangeset,
)]
#[diesel(table_name = services, treat_none_as_default_value = false, treat_none_as_null = true, check_for_backend(diesel::pg::Pg))]
pub struct ServiceDetails {
    /// Code, by which tokens of staff name the service; it can't be changed later.
    pub code: ServiceCode,
    /// Name of the service.
    /// Example: Crisis Café Cambridge
    pub name: ShortText,
    /// Kind of care that the service gives.
    pub domain: Domain,
    /// E-mail address for people who want to get in touch.
    pub contact_email: Email,
}

/// Fields of a service that can be written.
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
#[diesel(table_name = services, treat_none_as_default_value = false, treat_none_as_null = true, check_for_backend(diesel::pg::Pg))]
#[schema(as = NewService)]
pub struct ServiceContent {
    /// What it is and how to reach it.
    #[serde(flatten)]
    #[diesel(embed)]
    pub details: ServiceDetails,
    /// Codes of the trust's ledger.
    #[serde(flatten)]
    #[diesel(embed)]
    pub codes: LedgerCodes,
    /// Whether new plans can be made for the service; true when left out.
    #[serde(default = "active")]
    #[schema(value_type = Option<bool>)]
    pub active: bool,
}

const fn active() -> bool {
    true
}

/// The list of services has no filters.
#[derive(Debug, Deserialize, ToSchema)]
pub struct ServiceFilter {}

type CodeFields = Fields<LedgerCodes>;
type DetailFields = Fields<ServiceDetails>;

/// A service. Finance sees the id, version, cost centre and subjective codes only.
#[derive(Debug, Serialize, ToSchema)]
pub struct ServiceView {
    /// Unique identifier (UUIDv7).
    pub id: ServiceId,
    /// Version, counted from 1; send it in If-Match to change the record.
    pub version: i32,
    /// Codes of the trust's ledger.
    #[serde(flatten)]
    pub codes: CodeFields,
    /// What it is and how to reach it; absent for finance.
    #[serde(flatten)]
    pub details: Option<DetailFields>,
    /// Whether it is active, and by whom and when it was created; absent for finance.
    #[serde(flatten)]
    pub record: Option<ServiceRecord>,
    /// When it was last changed, for paging, whether or not that is shown.
    #[serde(skip)]
    pub(super) changed_at: Instant,
}

seen_by! {
    ServiceView {
        DETAILS = details as ServiceDetails: [Own, Lead, Service],
        RECORD = record as ServiceRecord: [Own, Lead, Service],
    }
}

/// Whether a service is active, and by whom and when it was created.
#[derive(Debug, Serialize, ToSchema)]
pub struct ServiceRecord {
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
        let view = if self.details.is_some() { "" } else { "-money" };
        Some(format!("{}{view}", self.version))
    }

    fn location(&self) -> Option<String> {
        Some(format!("/v1/services/{}", self.id))
    }
}

impl Keyed for ServiceView {
    const CHANGED: Option<fn(&Self) -> Instant> = Some(|it| it.changed_at);

    fn key(&self) -> uuid::Uuid {
        self.id.into()
    }
}
