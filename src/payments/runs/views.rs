//! A payment run in requests and answers, and the results of its payments as the ledger reports them.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationErrors};

use crate::clock::{Day, Instant};
use crate::db::ids::PaymentRunId;
use crate::http::answer::stands;
use crate::http::body::rule;
use crate::http::{Keyed, Represent};
use crate::money::Pence;
use crate::payments::status::RunStatus;
use crate::text::{LedgerCode, ShortText};
use crate::vocabulary::payment_route::PaymentRoute;

/// A payment run to be created.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
pub struct NewPaymentRun {
    /// Payment route of the run.
    pub route: PaymentRoute,
    /// Latest due day of the payments to take, inclusive, London date; leave it out for every payment that is due.
    #[serde(default)]
    pub cut_off: Option<Day>,
    /// Cost centre to which the run is limited; leave it out for all.
    #[serde(default)]
    pub cost_centre: Option<LedgerCode>,
}

/// Filters of the list of payment runs.
#[derive(Debug, Deserialize, ToSchema)]
pub struct PaymentRunFilter {
    /// Only runs with one of these statuses; several separated by commas.
    #[serde(default)]
    #[schema(max_items = 4)]
    pub status: Option<Vec<RunStatus>>,
    /// Only runs of these payment routes; several separated by commas.
    #[serde(default)]
    #[schema(max_items = 2)]
    pub route: Option<Vec<PaymentRoute>>,
    /// Only the run with this reference.
    #[serde(default)]
    #[schema(pattern = "^RUN-[0-9]{4}-[0-9]{6,12}$", max_length = 30)]
    pub reference: Option<String>,
}

/// A payment run.
#[derive(Debug, Serialize, ToSchema)]
pub struct PaymentRunView {
    /// Unique identifier (UUIDv7).
    pub id: PaymentRunId,
    /// Version, counted from 1; send it in If-Match to change the record.
    pub version: i32,
    /// Reference of the run, unique for ever; numbers may be missing.
    #[schema(example = "RUN-2026-000007")]
    pub reference: String,
    /// Status of the run.
    pub status: RunStatus,
    /// Payment route.
    pub route: PaymentRoute,
    /// Latest due day of the payments that it took, inclusive; null if it had no cut-off.
    pub cut_off: Option<Day>,
    /// Cost centre to which it was limited; null if it was not.
    #[schema(example = "C20417")]
    pub cost_centre: Option<String>,
    /// Number of payments in it.
    pub payment_count: i32,
    /// Total of its payments less its credits, in pence; never negative.
    pub total_pence: Pence,
    /// SHA-256 of its CSV file, in hexadecimal; null before its release.
    pub export_sha256: Option<String>,
    /// Number of payments that matched but were left out when it was created: blocked ones, and credits that the same
    /// person's payments in the run do not cover.
    pub left_out_count: i32,
    /// Number of payees in it whose numbers were changed, and the change confirmed, within 30 days before it was created.
    pub payees_changed_count: i32,
    /// When it was released; null until then.
    pub released_at: Option<Instant>,
    /// Who released it: the subject of their token. Never whoever created it or approved a claim in it.
    pub released_by: Option<String>,
    /// When its last payment had an outcome; null until then.
    pub settled_at: Option<Instant>,
    /// When it was created.
    pub created_at: Instant,
    /// Who created it: the subject of their token.
    pub created_by: Option<String>,
    /// When it was last changed.
    pub updated_at: Instant,
}

impl Represent for PaymentRunView {
    stands!(|it| it.status);

    fn etag(&self) -> Option<String> {
        Some(self.version.to_string())
    }

    fn location(&self) -> Option<String> {
        Some(format!("/v1/payment-runs/{}", self.id))
    }
}

impl Keyed for PaymentRunView {
    const CHANGED: Option<fn(&Self) -> Instant> = Some(|it| it.updated_at);

    fn key(&self) -> uuid::Uuid {
        self.id.into()
    }
}

crate::text_enum! {
    /// File format of a released payment run.
    pub enum ExportFormat {
        /// CSV for the ledger's import of invoices.
        ApCsv = "ap-csv",
        /// CSV for the payroll.
        PayrollCsv = "payroll-csv",
        /// All data, for programs.
        Json = "json",
    }
}

/// Choice of a payment run's file.
#[derive(Debug, Deserialize, ToSchema)]
pub struct ExportChoice {
    /// Format of the file: `json`, or the CSV of the run's payment route, `ap-csv` or `payroll-csv`. The CSV by
    /// default.
    #[serde(default)]
    pub format: Option<ExportFormat>,
}

crate::text_enum! {
    /// What became of a payment.
    pub enum PaymentOutcome {
        /// It was paid.
        Paid = "paid",
        /// The ledger could not pay it; another payment becomes due in its place.
        Failed = "failed",
        /// It was paid, and the bank sent it back; another payment becomes due in its place.
        Returned = "returned",
    }
}

/// What became of one payment.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
pub struct PaymentResult {
    /// Invoice number of the payment.
    /// Example: CLM-2026-000123-A1
    pub invoice_number: ShortText,
    /// What became of the payment.
    pub outcome: PaymentOutcome,
    /// Day on which it was paid, London date, between the release of the run and today; only with `paid`. Today by
    /// default.
    #[serde(default)]
    pub paid_on: Option<Day>,
    /// Reference of the payment in the ledger.
    /// Example: BACS 4711
    #[serde(default)]
    pub ledger_reference: Option<ShortText>,
    /// Why it failed or was returned; not with `paid`.
    /// Example: account closed
    #[serde(default)]
    pub reason: Option<ShortText>,
}

/// Results of payments of a run; either all are recorded or none.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct PaymentResults {
    /// One entry for each payment.
    #[schema(min_items = 1, max_items = 10_000)]
    pub results: Vec<PaymentResult>,
}

impl Validate for PaymentResults {
    /// The rules between fields; every fault of every entry.
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
            fault(!seen.insert(&entry.invoice_number), "invoice_number", "repeated", "is in the results twice");
            fault(entry.paid_on.is_some() && !paid, "paid_on", "not-allowed", "is for payments that were paid");
            fault(
                entry.reason.is_some() && paid,
                "reason",
                "not-allowed",
                "is for payments that failed or were returned",
            );
        }
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }
}
