//! The report on promises kept, as answers show it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::clock::Day;
use crate::db::ids::ServiceId;
use crate::http::Represent;
use crate::http::table::{TableFormat, TableQuery, Tabular};
use crate::money::Pence;
use crate::reports::rows::OfService;

/// Period, service and format of the report.
#[derive(Debug, Deserialize, ToSchema)]
pub struct PromisesFilter {
    /// First day of the period, inclusive, London date; by default the first day of the financial year, 1 April.
    #[serde(default)]
    pub from: Option<Day>,
    /// Last day of the period, inclusive, London date; by default the last day of the financial year, 31 March.
    #[serde(default)]
    pub to: Option<Day>,
    /// Only this service.
    #[serde(default)]
    pub service_id: Option<ServiceId>,
    /// `csv` for the services as CSV; JSON by default.
    #[serde(default)]
    pub format: Option<TableFormat>,
}

impl TableQuery for PromisesFilter {
    fn format(&self) -> Option<TableFormat> {
        self.format
    }
}

/// Report on promises kept, by service. It names nobody.
#[derive(Debug, Serialize, ToSchema)]
pub struct PromisesReport {
    /// First day of the period, inclusive, London date.
    pub from: Day,
    /// Last day of the period, inclusive, London date.
    pub to: Day,
    /// Day on which it was counted.
    pub today: Day,
    /// Every service within the caller's reach, by its code, also without figures.
    pub services: Vec<PromisesRow>,
    /// All these services together.
    pub total: Promises,
}

/// Promises kept by one service.
#[derive(Debug, Serialize, ToSchema)]
pub struct PromisesRow {
    /// The service.
    #[serde(flatten)]
    pub service: OfService,
    /// The figures.
    #[serde(flatten)]
    pub promises: Promises,
}

/// What people were promised, and what became of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Promises {
    /// What was promised for time.
    #[serde(flatten)]
    pub time: TimePromises,
    /// Payments made in the period.
    pub paid_count: i64,
    /// Of these, payments made within the target of the policy in force on the day of submission.
    pub paid_within_target_count: i64,
    /// Support, and answers to what people said.
    #[serde(flatten)]
    pub answers: KeptToPeople,
}

/// Promises about time: claim lines for time in claims that are submitted, approved or paid, by the day that they are for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct TimePromises {
    /// Lines for time, without top-ups.
    pub time_lines_count: i64,
    /// What the agreements promise for this time, in pence: the terms of the tariff as they were at issue.
    pub time_promised_pence: Pence,
    /// What this time came to, in pence: by the promise or by the policy in force, whichever is more, with top-ups.
    pub time_payable_pence: Pence,
    /// Part of it that people chose not to take, in pence.
    pub time_declined_pence: Pence,
    /// Part of it that is approved, in pence.
    pub time_approved_pence: Pence,
    /// Part of it that is paid, in pence, as of today.
    pub time_paid_pence: Pence,
    /// Lines for time that came to less than was promised. It is always 0: anything else is a fault.
    pub below_promise_count: i64,
}

/// Promises about support and about answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct KeptToPeople {
    /// Support contacts that were due in the period: the first 28 days after an agreement starts, each other one on the day
    /// that the contact before it set.
    pub support_due_count: i64,
    /// Of these, contacts made by their day.
    pub support_given_count: i64,
    /// Of these, contacts made later.
    pub support_late_count: i64,
    /// Of these, contacts not made until today.
    pub support_missed_count: i64,
    /// Items of feedback recorded in the period.
    pub feedback_count: i64,
    /// Of these, items with a decision; `exploring` is not one.
    pub feedback_decided_count: i64,
    /// Days within which half of these were decided: a value that occurred. Null where none was decided.
    pub feedback_median_days: Option<i32>,
    /// Items of feedback published in the period.
    pub published_count: i64,
    /// People who said these, each counted once for each item.
    pub contributors_count: i64,
    /// Of these, people who were told the decision before it was published. The others had left.
    pub told_first_count: i64,
}

impl Represent for PromisesReport {}

impl Tabular for PromisesReport {
    type Row = PromisesRow;

    fn file_name(&self) -> String {
        format!("promises-{}-{}", self.from, self.to)
    }

    #[rustfmt::skip]
    fn columns(&self) -> Vec<&'static str> {
        vec![
            "service_id", "service_code", "service_name", "time_lines_count", "time_promised_pence", "time_payable_pence",
            "time_declined_pence", "time_approved_pence", "time_paid_pence", "below_promise_count", "paid_count",
            "paid_within_target_count", "support_due_count", "support_given_count", "support_late_count",
            "support_missed_count", "feedback_count", "feedback_decided_count", "feedback_median_days", "published_count",
            "contributors_count", "told_first_count",
        ]
    }

    fn rows(&self) -> &[PromisesRow] {
        &self.services
    }
}
