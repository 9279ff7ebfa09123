//! What a quote answers: figures by line and by route, how they came about, and what a submission would say.
//! Finance is shown figures alone.

use serde::Serialize;
use utoipa::ToSchema;

use crate::claims::checks::Failure;
use crate::claims::line::LineKind;
use crate::clock::Day;
use crate::db::ids::PolicyId;
use crate::http::Represent;
use crate::money::Pence;
use crate::vocabulary::payment_route::PaymentRoute;

/// What lines would come to. Nothing of it is kept.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Quote {
    /// What would be paid: the sum of what the lines come to or are elected at; lines without a figure count nothing.
    pub total_pence: Pence,
    /// The same by the way in which it would be paid.
    pub by_route: Vec<QuotedRoute>,
    /// The lines, in the order in which they were sent.
    pub lines: Vec<QuotedLine>,
}

/// What would be paid by one way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct QuotedRoute {
    /// The way; null where only an agreement decides it.
    pub route: Option<PaymentRoute>,
    /// How much.
    pub total_pence: Pence,
}

/// What a line would come to.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct QuotedLine {
    /// What it claims.
    pub kind: LineKind,
    /// The day that it is for.
    pub date: Option<Day>,
    /// What it comes to; null where it is not promised, or no policy in force can work it out.
    pub payable_pence: Option<Pence>,
    /// What the person wants to be paid at most, on a line of time.
    pub elected_pence: Option<Pence>,
    /// By which way it is paid; null where only an agreement decides it.
    pub route: Option<PaymentRoute>,
    /// The policy that it was worked out by.
    pub policy_id: Option<PolicyId>,
    /// What of it lies above the HMRC approved amount; for leads and the person.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Pence>, required = false)]
    pub taxable_excess_pence: Option<Option<Pence>>,
    /// How it was worked out, in words.
    pub explanation: Vec<String>,
    /// What a submission would say of it; not for finance.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    pub warnings: Option<Vec<QuoteWarning>>,
}

/// What a submission would say of a line: refused as it stands, or with something more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct QuoteWarning {
    /// The code of the check, as a refused submission has it: `not-promised`, `receipt-required` and so on.
    pub code: String,
    /// The same in words.
    pub detail: String,
}

impl From<Failure> for QuoteWarning {
    fn from((code, detail): Failure) -> Self {
        Self { code: code.to_owned(), detail: detail.to_owned() }
    }
}

impl Represent for Quote {}
