//! Payments as they are seen: whole by finance, without finance's numbers by leads, in brief on a claim.
//! Nobody writes a payment; claims open them, runs and results move them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::clock::{Day, Instant};
use crate::db::ids::{ClaimId, PaymentId, PaymentRunId, VolunteerId};
use crate::http::Keyed;
use crate::money::Pence;
use crate::payments::blocked::Blocked;
use crate::payments::status::PaymentStatus;
use crate::text::LedgerCode;
use crate::vocabulary::payment_route::PaymentRoute;

/// The filters of the list of payments.
#[derive(Debug, Deserialize, ToSchema)]
pub struct PaymentFilter {
    /// Only payments in these states.
    #[serde(default)]
    #[schema(max_items = 5)]
    pub status: Option<Vec<PaymentStatus>>,
    /// Only payments by these ways.
    #[serde(default)]
    #[schema(max_items = 2)]
    pub route: Option<Vec<PaymentRoute>>,
    /// Only payments in these runs.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub payment_run_id: Option<Vec<PaymentRunId>>,
    /// Only payments of these claims.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub claim_id: Option<Vec<ClaimId>>,
    /// Only payments of these cost centres.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub cost_centre: Option<Vec<LedgerCode>>,
    /// Only payments that lack a number (`true`), or that lack none (`false`).
    #[serde(default)]
    pub blocked: Option<bool>,
}

/// Finance's numbers for whom a payment goes to; absent for others.
#[derive(Debug, Serialize, ToSchema)]
pub struct PaymentNumbers {
    /// The supplier's number in the ledger.
    pub supplier_number: Option<String>,
    /// The supplier's site in the ledger.
    pub supplier_site: Option<String>,
    /// The number on the payroll.
    pub payroll_number: Option<String>,
}

/// A payment.
#[derive(Debug, Serialize, ToSchema)]
pub struct PaymentView {
    /// Its id.
    pub id: PaymentId,
    /// Its version.
    pub version: i32,
    /// The claim that it pays.
    pub claim_id: ClaimId,
    /// The claim's reference.
    pub claim_reference: String,
    /// Whom it pays.
    pub volunteer_id: VolunteerId,
    /// Their legal name; null once the person was erased.
    pub payee_name: Option<String>,
    /// Finance's numbers; for finance alone.
    #[serde(flatten)]
    pub numbers: Option<PaymentNumbers>,
    /// By which way it goes.
    pub route: PaymentRoute,
    /// The cost centre that pays.
    pub cost_centre: String,
    /// Whole pence.
    pub amount_pence: Pence,
    /// Its state.
    pub status: PaymentStatus,
    /// Why it can't be put into a run, or null.
    pub blocked: Option<Blocked>,
    /// Its number on the ledger, unique for ever.
    pub invoice_number: String,
    /// The run that it is in.
    pub payment_run_id: Option<PaymentRunId>,
    /// The payment that it is another attempt at.
    pub retry_of_id: Option<PaymentId>,
    /// The day on which it is due.
    pub due_on: Day,
    /// The day on which it was paid.
    pub paid_on: Option<Day>,
    /// What the ledger calls the payment.
    pub ledger_reference: Option<String>,
    /// Why it failed or came back, as the ledger says.
    pub failure_reason: Option<String>,
    /// When it was made.
    pub created_at: Instant,
    /// Who made it: whoever approved the claim, or took the result that it follows from.
    pub created_by: Option<String>,
    /// When it last changed.
    pub updated_at: Instant,
}

impl Keyed for PaymentView {
    fn key(&self) -> uuid::Uuid {
        self.id.into()
    }
}

/// What a claim shows of a payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PaymentBrief {
    /// Its id.
    pub id: PaymentId,
    /// By which way.
    pub route: PaymentRoute,
    /// Whole pence.
    pub amount_pence: Pence,
    /// Its state.
    pub status: PaymentStatus,
    /// Why it can't be put into a run: `supplier-number-missing`, `payroll-number-missing`, or null.
    pub blocked: Option<String>,
    /// The day it was paid.
    pub paid_on: Option<Day>,
}
