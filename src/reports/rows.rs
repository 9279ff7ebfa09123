//! What the reports of involvement share: their period as it is asked for, the service of a row, rows that come as JSON.
//! What is counted, each report says itself.

use diesel::prelude::*;
use diesel::sql_types::Jsonb;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::clock::Day;
use crate::db::Json;
use crate::db::ids::ServiceId;
use crate::http::table::{TableFormat, TableQuery};
use crate::refusal::{Done, Failure};

/// From when to when a report counts, and how it is answered.
#[derive(Debug, Deserialize, ToSchema)]
pub struct PeriodFilter {
    /// The first day; that of the financial year (1 April) unless said otherwise.
    #[serde(default)]
    pub from: Option<Day>,
    /// The last day; that of the financial year (31 March) unless said otherwise.
    #[serde(default)]
    pub to: Option<Day>,
    /// `csv` for the rows alone.
    #[serde(default)]
    pub format: Option<TableFormat>,
}

impl TableQuery for PeriodFilter {
    fn format(&self) -> Option<TableFormat> {
        self.format
    }
}

/// The service that a row is of.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct OfService {
    /// The service.
    pub service_id: ServiceId,
    /// Its code.
    pub service_code: String,
    /// Its name.
    pub service_name: String,
}

/// A row that the database makes as a document, in the column `row`.
#[derive(QueryableByName)]
pub(super) struct Found {
    #[diesel(sql_type = Jsonb)]
    row: Json<Value>,
}

impl Found {
    /// The row as what it is.
    ///
    /// # Errors
    /// A fault of ours where the statement makes something else.
    pub fn typed<T: DeserializeOwned>(self) -> Done<T> {
        serde_json::from_value(self.row.0).map_err(Failure::broken)
    }
}
