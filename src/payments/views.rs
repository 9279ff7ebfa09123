//! Payments in answers: with finance's numbers for finance, without them for leads, and in brief on a claim.
//! Approving a claim opens a payment; payment runs and their results change it. Finance can hold it back, or pay it by hand.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::access::viewer::seen_by;
use crate::clock::{Day, Instant};
use crate::db::ids::{ClaimId, PaymentId, PaymentRunId, RecoveryId, VolunteerId};
use crate::db::sorting::Mark;
use crate::http::answer::{shows, stands};
use crate::http::table::{TableFormat, TableQuery};
use crate::http::{Keyed, Represent};
use crate::money::Pence;
use crate::payments::blocked::Blocked;
use crate::payments::by_hand::ByHand;
use crate::payments::status::PaymentStatus;
use crate::text::{LedgerCode, ShortText};
use crate::vocabulary::payment_route::PaymentRoute;

/// Filters of the list of payments.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, ToSchema)]
pub struct PaymentFilter {
    /// Only payments with one of these statuses; several separated by commas.
    #[serde(default)]
    #[schema(max_items = 7)]
    pub status: Option<Vec<PaymentStatus>>,
    /// Only payments by one of these payment routes; several separated by commas.
    #[serde(default)]
    #[schema(max_items = 2)]
    pub route: Option<Vec<PaymentRoute>>,
    /// Only payments in one of these payment runs; several separated by commas.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub payment_run_id: Option<Vec<PaymentRunId>>,
    /// Only payments of one of these claims; several separated by commas.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub claim_id: Option<Vec<ClaimId>>,
    /// Only payments to one of these volunteers; several separated by commas.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub volunteer_id: Option<Vec<VolunteerId>>,
    /// Only payments by one of these cost centres; several separated by commas.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub cost_centre: Option<Vec<LedgerCode>>,
    /// Only payments that were paid on this day or later, London date.
    #[serde(default)]
    pub paid_from: Option<Day>,
    /// Only payments that were paid on this day or before, London date.
    #[serde(default)]
    pub paid_to: Option<Day>,
    /// Only payments of this amount or more, in pence.
    #[serde(default)]
    pub amount_from: Option<Pence>,
    /// Only payments of this amount or less, in pence.
    #[serde(default)]
    pub amount_to: Option<Pence>,
    /// Only payments whose invoice number begins with this, such as the reference of a claim, or whose payee's legal name
    /// contains all of these words; the beginning of a word is enough.
    /// Example: CLM-2026-000123
    #[serde(default)]
    pub q: Option<ShortText>,
    /// Only payments that lack a number of the payee (`true`), or that lack none (`false`).
    #[serde(default)]
    pub blocked: Option<bool>,
    /// `csv` for every payment that matches, for a spreadsheet; a page as JSON by default.
    #[serde(default)]
    pub format: Option<TableFormat>,
}

impl TableQuery for PaymentFilter {
    fn format(&self) -> Option<TableFormat> {
        self.format
    }
}

impl PaymentFilter {
    /// The one state that is asked for, where nothing else is.
    pub(super) fn status_alone(&self) -> Option<PaymentStatus> {
        let [only] = self.status.as_deref()? else { return None };
        let nothing_else = Self { status: self.status.clone(), format: self.format, ..Self::default() };
        (*self == nothing_else).then_some(*only)
    }
}

/// Numbers of the payee in finance's systems. Only finance gets these fields.
#[derive(Debug, Serialize, ToSchema)]
pub struct PaymentNumbers {
    /// Supplier number in the ledger; null if there is none.
    #[schema(example = "S10023")]
    pub supplier_number: Option<String>,
    /// Supplier site in the ledger; null if there is none.
    #[schema(example = "CAMBRIDGE")]
    pub supplier_site: Option<String>,
    /// Payroll number; null if there is none.
    #[schema(example = "P4711")]
    pub payroll_number: Option<String>,
    /// Day on which a change of these numbers was last confirmed, London date, if that is at most 30 days ago; null
    /// otherwise.
    pub payee_changed_on: Option<Day>,
}

/// A payment.
#[derive(Debug, Serialize, ToSchema)]
pub struct PaymentView {
    /// Unique identifier (UUIDv7).
    pub id: PaymentId,
    /// Version, counted from 1.
    pub version: i32,
    /// The claim that it pays.
    pub claim_id: ClaimId,
    /// Reference of the claim.
    #[schema(example = "CLM-2026-000123")]
    pub claim_reference: String,
    /// The volunteer who is paid.
    pub volunteer_id: VolunteerId,
    /// Legal name of the volunteer who is paid; null once erased.
    #[schema(example = "Grace Mensah")]
    pub payee_name: Option<String>,
    /// Numbers of the payee in finance's systems. Only finance gets these fields.
    #[serde(flatten)]
    pub numbers: Option<PaymentNumbers>,
    /// Payment route.
    pub route: PaymentRoute,
    /// Cost centre that pays.
    #[schema(example = "C20417")]
    pub cost_centre: String,
    /// Amount in pence; negative for a credit, which takes money back.
    #[schema(value_type = i64)]
    pub amount_pence: Pence,
    /// What of the claim's mileage is above the HMRC approved amounts, in pence, for payroll to report. It stands on one
    /// payment of a claim alone: that by payroll, if there is one. It is no addition to the amount.
    pub taxable_excess_pence: Pence,
    /// Status of the payment.
    pub status: PaymentStatus,
    /// Number of the payee that is missing, so that the payment can't be put into a run; null if none is.
    pub blocked: Option<Blocked>,
    /// Invoice number in the ledger, unique for ever.
    #[schema(example = "CLM-2026-000123-A1")]
    pub invoice_number: String,
    /// The payment run that it is in; null if it is in none.
    pub payment_run_id: Option<PaymentRunId>,
    /// The failed or returned payment that this one replaces; null for a first attempt.
    pub retry_of_id: Option<PaymentId>,
    /// Day on which it is due, London date.
    pub due_on: Day,
    /// Day on which it was paid; null until then.
    pub paid_on: Option<Day>,
    /// Reference of the payment in the ledger; null until the ledger reports one.
    #[schema(example = "BACS 4711")]
    pub ledger_reference: Option<String>,
    /// Why it failed or was returned, as the ledger reports it; null otherwise.
    #[schema(example = "account closed")]
    pub failure_reason: Option<String>,
    /// The recovery that a credit belongs to; null for a payment.
    pub recovery_id: Option<RecoveryId>,
    /// Why finance holds or held it back; null if it never did.
    #[schema(example = "The supplier number is being checked.")]
    pub held_reason: Option<String>,
    /// How it was paid by hand, outside any payment run; null otherwise.
    pub by_hand_how: Option<ByHand>,
    /// Who received a payment by hand; null otherwise, and once erased.
    #[schema(example = "Grace Mensah")]
    pub received_by: Option<String>,
    /// When it was created.
    pub created_at: Instant,
    /// Who created it: whoever approved the claim, or recorded the result that made a new attempt necessary.
    pub created_by: Option<String>,
    /// When it was last changed.
    pub updated_at: Instant,
    #[serde(skip)]
    pub(super) seen: String,
}

seen_by! {
    PaymentView {
        NUMBERS = numbers as PaymentNumbers: [Finance],
    }
}

impl Represent for PaymentView {
    shows!(Payment, |it| [(it.volunteer_id, Some(it.id.into()))]);
    stands!(|it| it.status);

    /// With the payee's numbers and name, which change without the payment, or without the numbers for leads.
    fn etag(&self) -> Option<String> {
        Some(format!("{}-{}", self.version, self.seen))
    }

    fn location(&self) -> Option<String> {
        Some(format!("/v1/payments/{}", self.id))
    }
}

impl Keyed for PaymentView {
    shows!(Payment, |it| [(it.volunteer_id, Some(it.id.into()))]);

    const CHANGED: Option<fn(&Self) -> Instant> = Some(|it| it.updated_at);

    fn key(&self) -> uuid::Uuid {
        self.id.into()
    }

    fn mark(&self) -> Option<Mark> {
        Some(Mark::Day(self.due_on))
    }
}

/// A payment as its claim shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PaymentBrief {
    /// Unique identifier (UUIDv7).
    pub id: PaymentId,
    /// Payment route.
    pub route: PaymentRoute,
    /// Amount in pence.
    pub amount_pence: Pence,
    /// Status of the payment.
    pub status: PaymentStatus,
    /// Number of the payee that is missing, so that the payment can't be put into a run: `supplier-number-missing` or
    /// `payroll-number-missing`; null if none is.
    pub blocked: Option<String>,
    /// Day on which it was paid; null until then.
    pub paid_on: Option<Day>,
}
