//! What the list of opportunities can be asked for.

use serde::Deserialize;
use utoipa::ToSchema;

use crate::clock::Day;
use crate::db::ids::{PlanId, ServiceId};
use crate::http::table::{TableFormat, TableQuery};
use crate::opportunities::status::OpportunityStatus;
use crate::text::Email;
use crate::vocabulary::opportunity::OpportunityKind;

/// Filters of the list of opportunities.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct OpportunityFilter {
    /// Only opportunities with one of these statuses now; several separated by commas.
    #[serde(default)]
    pub status: Option<Vec<OpportunityStatus>>,
    /// Only opportunities of these plans; several separated by commas.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub plan_id: Option<Vec<PlanId>>,
    /// Only opportunities of these services; several separated by commas.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub service_id: Option<Vec<ServiceId>>,
    /// Only opportunities of one of these kinds; several separated by commas.
    #[serde(default)]
    pub kind: Option<Vec<OpportunityKind>>,
    /// Only opportunities that take place on this day or later: their last day is not before it, or they have a first day and
    /// no last one.
    #[serde(default)]
    pub from: Option<Day>,
    /// Only opportunities that take place on this day or earlier: their first day is not after it, or they have a last day and
    /// no first one.
    #[serde(default)]
    pub to: Option<Day>,
    /// Only opportunities whose `contact` has this e-mail address; upper and lower case are the same.
    #[serde(default)]
    pub contact_email: Option<Email>,
    /// Only opportunities whose title or summary has words that begin with each of these words.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 200)]
    pub q: Option<String>,
    /// `csv` for every opportunity that matches, for a spreadsheet; a page as JSON by default.
    #[serde(default)]
    pub format: Option<TableFormat>,
}

impl TableQuery for OpportunityFilter {
    fn format(&self) -> Option<TableFormat> {
        self.format
    }
}
