//! A payment run as finance writes and sees it, and the results of its payments as the ledger gives them.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationErrors};

use crate::clock::{Day, Instant};
use crate::db::ids::PaymentRunId;
use crate::http::body::rule;
use crate::http::{Keyed, Represent};
use crate::money::Pence;
use crate::payments::status::RunStatus;
use crate::text::{LedgerCode, Line};
use crate::vocabulary::payment_route::PaymentRoute;

/// A payment run, as it is asked for.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
pub struct NewPaymentRun {
    /// By which way its payments go.
    pub route: PaymentRoute,
    /// Only what is due on this London day or before; everything that is due unless said otherwise.
    #[serde(default)]
    pub cut_off: Option<Day>,
    /// Only what this cost centre pays.
    #[serde(default)]
    pub cost_centre: Option<LedgerCode>,
}

/// The filters of the list of payment runs.
#[derive(Debug, Deserialize, ToSchema)]
pub struct PaymentRunFilter {
    /// Only runs in these states.
    #[serde(default)]
    #[schema(max_items = 4)]
    pub status: Option<Vec<RunStatus>>,
}

/// A payment run.
#[derive(Debug, Serialize, ToSchema)]
pub struct PaymentRunView {
    /// Its id.
    pub id: PaymentRunId,
    /// Its version.
    pub version: i32,
    /// What people call it; unique for ever, not gapless.
    pub reference: String,
    /// Its state.
    pub status: RunStatus,
    /// By which way its payments go.
    pub route: PaymentRoute,
    /// The last day on which what it took was due, where one was given.
    pub cut_off: Option<Day>,
    /// The cost centre that it was kept to, where one was given.
    pub cost_centre: Option<String>,
    /// How many payments it took.
    pub payment_count: i32,
    /// What they come to.
    pub total_pence: Pence,
    /// The SHA-256 of its CSV in hexadecimal; null before its release.
    pub export_sha256: Option<String>,
    /// How many payments fitted but were blocked.
    pub left_out_count: i32,
    /// When it was released.
    pub released_at: Option<Instant>,
    /// Who released it; never who created it or approved a claim in it.
    pub released_by: Option<String>,
    /// When its last payment had an outcome.
    pub settled_at: Option<Instant>,
    /// When it was made.
    pub created_at: Instant,
    /// Who made it.
    pub created_by: Option<String>,
    /// When it last changed.
    pub updated_at: Instant,
}

impl Represent for PaymentRunView {
    fn etag(&self) -> Option<String> {
        Some(self.version.to_string())
    }

    fn location(&self) -> Option<String> {
        Some(format!("/v1/payment-runs/{}", self.id))
    }
}

impl Keyed for PaymentRunView {
    fn key(&self) -> uuid::Uuid {
        self.id.into()
    }
}

crate::text_enum! {
    /// The files of a released run.
    pub enum ExportFormat {
        /// For the ledger's import of invoices.
        ApCsv = "ap-csv",
        /// For the payroll.
        PayrollCsv = "payroll-csv",
        /// Everything, for programs.
        Json = "json",
    }
}

/// Which file of a run.
#[derive(Debug, Deserialize, ToSchema)]
pub struct ExportChoice {
    /// `ap-csv` or `payroll-csv`, as the run's route is, or `json`; the run's own CSV unless said otherwise.
    #[serde(default)]
    pub format: Option<ExportFormat>,
}

crate::text_enum! {
    /// What became of a payment.
    pub enum PaymentOutcome {
        /// It was paid.
        Paid = "paid",
        /// The ledger could not pay it; another payment is due in its place.
        Failed = "failed",
        /// The bank sent back what had been paid; another payment is due in its place.
        Returned = "returned",
    }
}

/// What became of one payment.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
pub struct PaymentResult {
    /// The number of its invoice.
    pub invoice_number: Line,
    /// What became of it.
    pub outcome: PaymentOutcome,
    /// The day it was paid, with `paid` only; today unless said otherwise.
    #[serde(default)]
    pub paid_on: Option<Day>,
    /// What the ledger calls the payment.
    #[serde(default)]
    pub ledger_reference: Option<Line>,
    /// Why it failed or came back; not with `paid`.
    #[serde(default)]
    pub reason: Option<Line>,
}

/// What became of payments of a run; all of it is taken, or nothing.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct PaymentResults {
    /// One entry a payment.
    #[schema(min_items = 1, max_items = 10_000)]
    pub results: Vec<PaymentResult>,
}

impl Validate for PaymentResults {
    /// What can be told from the entries alone; every fault of every entry.
    fn validate(&self) -> Result<(), ValidationErrors> {
        let mut errors = ValidationErrors::new();
        let mut seen = HashSet::new();
        for (position, entry) in self.results.iter().enumerate() {
            let mut fault = |broken: bool, field: &str, code, detail| {
                if broken {
                    errors.add("__all__", rule(&format!("/results/{position}/{field}"), code, detail));
                }
            };
            let paid = entry.outcome == PaymentOutcome::Paid;
            fault(!seen.insert(&entry.invoice_number), "invoice_number", "repeated", "stands in the results already");
            fault(entry.paid_on.is_some() && !paid, "paid_on", "not-allowed", "is for payments that were paid");
            fault(entry.reason.is_some() && paid, "reason", "not-allowed", "is for payments that failed or came back");
        }
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }
}
