//! Shared by the reports on involvement: the filter by period, the services that are reached, the service of a row, rows that
//! the database makes as JSON.
//! What is counted is decided by each report.

use crate::db::prelude::*;
use diesel::sql_types::Jsonb;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::access::Grant;
use crate::clock::Day;
use crate::db::Json;
use crate::db::ids::ServiceId;
use crate::http::table::{TableFormat, TableQuery};
use crate::refusal::{Failure, Result};

/// Period and format of a report.
#[derive(Debug, Deserialize, ToSchema)]
pub struct PeriodFilter {
    /// First day of the period, inclusive, London date; by default the first day of the financial year, 1 April.
    #[serde(default)]
    pub from: Option<Day>,
    /// Last day of the period, inclusive, London date; by default the last day of the financial year, 31 March.
    #[serde(default)]
    pub to: Option<Day>,
    /// `csv` for the rows as CSV; JSON by default.
    #[serde(default)]
    pub format: Option<TableFormat>,
}

impl TableQuery for PeriodFilter {
    fn format(&self) -> Option<TableFormat> {
        self.format
    }
}

/// The services that a report reaches: those of the caller, or one of them.
#[derive(Clone, Debug)]
pub(super) struct Reached {
    /// Whether it reaches every service.
    pub all: bool,
    /// Codes of the services that it reaches otherwise.
    pub codes: Vec<String>,
}

impl Reached {
    /// What the caller reaches.
    pub fn by(grant: &Grant) -> Self {
        Self { all: grant.all(), codes: grant.services().to_vec() }
    }

    /// One service; the caller reaches it.
    pub fn only(service: &OfService) -> Self {
        Self { all: false, codes: vec![service.service_code.clone()] }
    }
}

/// The service that a row is about.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct OfService {
    /// The service.
    pub service_id: ServiceId,
    /// Code of the service.
    #[schema(example = "crisis-cafe")]
    pub service_code: String,
    /// Name of the service.
    #[schema(example = "Crisis Café")]
    pub service_name: String,
}

/// A row that the database makes as a JSON document, in the column `row`.
#[derive(QueryableByName)]
pub(super) struct Found {
    #[diesel(sql_type = Jsonb)]
    row: Json<Value>,
}

impl Found {
    /// The row as its type.
    ///
    /// # Errors
    /// `internal` where the statement makes something else.
    pub fn typed<T: DeserializeOwned>(self) -> Result<T> {
        serde_json::from_value(self.row.0).map_err(Failure::broken)
    }
}
