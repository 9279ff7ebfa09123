//! The year's evidence of a service as data.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::clock::Day;
use crate::db::ids::ServiceId;
use crate::documents::Layout;
use crate::policies::calculator::TaxYear;
use crate::reports::accessible_information::AccessibleInformationReport;
use crate::reports::duty_evidence::DutyEvidence;
use crate::reports::involvement::Involvement;
use crate::reports::payment_times::PaymentTimes;
use crate::reports::promises::Promises;
use crate::reports::rows::OfService;

crate::text_enum! {
    /// Formats of the year's evidence.
    pub enum EvidenceFormat {
        /// JSON.
        Json = "json",
        /// Web page that prints on A4.
        Html = "html",
    }
}

/// Service, year, format and layout of the evidence.
#[derive(Debug, Deserialize, ToSchema)]
pub struct EvidenceFilter {
    /// The service.
    pub service_id: ServiceId,
    /// Financial year, from 1 April to 31 March, such as `2026/27`; the current one by default.
    /// Example: 2026/27
    #[serde(default)]
    #[schema(value_type = Option<TaxYear>)]
    pub year: Option<String>,
    /// Format: `json`, the default, or `html` for a page.
    #[serde(default)]
    pub format: Option<EvidenceFormat>,
    /// Layout of the page: `standard` (12 point, the default) or `large_print` (18 point). `easy_read` is set as large print.
    #[serde(default)]
    pub layout: Option<Layout>,
}

/// The year's evidence of a service. Its SHA-256 is in `Content-Digest`, and printed on the page.
#[derive(Debug, Serialize, ToSchema)]
pub struct EvidenceReport {
    /// The service.
    #[serde(flatten)]
    pub service: OfService,
    /// Financial year, such as `2026/27`.
    #[schema(example = "2026/27")]
    pub year: String,
    /// First day of the year, 1 April.
    pub from: Day,
    /// Last day of the year, 31 March.
    pub to: Day,
    /// Day on which it was counted.
    pub today: Day,
    /// Involvement, as in its report.
    pub involvement: Involvement,
    /// Evidence for the duty to involve, as in its report: plans whose period overlaps the year.
    pub duty: Vec<DutyEvidence>,
    /// Minutes that people gave, month by month.
    pub hours: Vec<MonthOfHours>,
    /// Payment times, as in their report.
    pub payment_times: PaymentTimes,
    /// Payment times by month of payment; months without payments are left out.
    pub payment_months: Vec<MonthOfPayments>,
    /// Promises kept, as in their report.
    pub promises: Promises,
    /// Number of people who claimed for time of the year.
    pub time_people_count: i64,
    /// Communication needs of volunteers engaged with the service who have not left.
    pub accessible_information: AccessibleInformationReport,
}

/// Time that people gave in a month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct MonthOfHours {
    /// Month as `YYYY-MM`.
    #[schema(example = "2026-04", pattern = "^[0-9]{4}-[0-9]{2}$")]
    pub month: String,
    /// Minutes: the full length of each session for everyone who attended, early leavers included.
    pub minutes_given: i64,
}

/// Payment times of a month.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MonthOfPayments {
    /// Month of payment as `YYYY-MM`.
    #[schema(example = "2026-04", pattern = "^[0-9]{4}-[0-9]{2}$")]
    pub month: String,
    /// Figures of the month.
    #[serde(flatten)]
    pub times: PaymentTimes,
}
