//! A quote in answers: figures by line and by payment route, how they were worked out, and what a submission would fail
//! on.
//! Finance sees the figures only.

use serde::Serialize;
use utoipa::ToSchema;

use crate::access::viewer::seen_by;
use crate::claims::checks::Failure;
use crate::claims::line::LineKind;
use crate::clock::Day;
use crate::db::ids::PolicyId;
use crate::http::Represent;
use crate::money::Pence;
use crate::vocabulary::payment_route::PaymentRoute;

/// Amounts that lines would come to. Nothing is stored.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Quote {
    /// Amount that would be paid, in pence: the lower of payable and elected amounts, summed; lines without a figure
    /// count as nothing.
    pub total_pence: Pence,
    /// The total by payment route.
    pub by_route: Vec<QuotedRoute>,
    /// Lines, in the order in which they were sent.
    pub lines: Vec<QuotedLine>,
}

/// Amount that would be paid by one payment route.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct QuotedRoute {
    /// Payment route; null where only an agreement will decide it.
    pub route: Option<PaymentRoute>,
    /// Amount in pence.
    pub total_pence: Pence,
}

/// Amount that a line would come to.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct QuotedLine {
    /// What the line claims.
    pub kind: LineKind,
    /// Day that the line is for, London date.
    pub date: Option<Day>,
    /// Amount that the line comes to, in pence; null where it is not covered or can't be worked out.
    pub payable_pence: Option<Pence>,
    /// Most that the claimant wants to be paid, in pence; on time only. Null for the full amount.
    pub elected_pence: Option<Pence>,
    /// Payment route; null where only an agreement will decide it.
    pub route: Option<PaymentRoute>,
    /// The version of the reimbursement policy in force on the day; null where there is none. Where time is paid by what was
    /// promised, because that is more, `explanation` says so.
    pub policy_id: Option<PolicyId>,
    /// Amount above the HMRC approved rate, in pence. Absent for everyone but involvement leads and the
    /// volunteer concerned.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Pence>, required = false)]
    pub taxable_excess_pence: Option<Option<Pence>>,
    /// How the amount was worked out, step by step.
    pub explanation: Vec<String>,
    /// Checks that the line would fail at submission. Absent for finance.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    pub warnings: Option<Vec<QuoteWarning>>,
}

seen_by! {
    QuotedLine {
        TAXABLE_EXCESS = taxable_excess_pence: [Own, Lead],
        WARNINGS = warnings: [Own, Lead, Service],
    }
}

/// A check that a line would fail if it were submitted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct QuoteWarning {
    /// Code of the check, as in a refused submission: `not-promised`, `receipt-required` and so on.
    pub code: String,
    /// The failure in words.
    pub detail: String,
}

impl From<Failure> for QuoteWarning {
    fn from((code, detail): Failure) -> Self {
        Self { code: code.to_owned(), detail: detail.to_owned() }
    }
}

impl Represent for Quote {}
