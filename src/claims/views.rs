//! A claim as people see it: whole for the claimant, staff and leads; its money side for finance.
//! Which of the two somebody gets stands in `show`.

use serde::Serialize;
use utoipa::ToSchema;

use crate::claims::bodies::Declaration;
use crate::claims::line::LineKind;
use crate::claims::receipts::AttachedReceipt;
use crate::claims::status::{Calculation, ClaimStatus};
use crate::claims::warning::Warning;
use crate::clock::{Day, Instant};
use crate::db::ids::{
    AgreementId, ClaimId, ClaimLineId, PlanId, PolicyId, ReceiptId, ServiceId, SessionId, VolunteerId,
};
use crate::http::{Keyed, Represent};
use crate::money::{Miles, Pence};
use crate::payments::PaymentBrief;
use crate::policies::calculator::{PaidBy, Vehicle};
use crate::text::{Line, Said};
use crate::vocabulary::payment_route::PaymentRoute;

/// A claim; finance sees its money side.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum ClaimView {
    /// The money side.
    Money(Box<MoneyClaim>),
    /// All of it.
    Full(Box<FullClaim>),
}

/// A claim as lists show it; finance sees its money side.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum ClaimItem {
    /// The money side.
    Money(Box<MoneyClaimItem>),
    /// All of it.
    Full(Box<FullClaimItem>),
}

/// A claim without its lists.
#[derive(Debug, Serialize, ToSchema)]
pub struct FullClaimItem {
    /// Its id.
    pub id: ClaimId,
    /// Its version.
    pub version: i32,
    /// What people call it: unique for ever.
    pub reference: String,
    /// Its state.
    pub status: ClaimStatus,
    /// Whether its figures can still change.
    pub calculation: Calculation,
    /// Whose claim it is.
    pub volunteer_id: VolunteerId,
    /// The agreement that promised it.
    pub agreement_id: AgreementId,
    /// The plan whose budget it is charged to.
    pub plan_id: PlanId,
    /// The service that pays.
    pub service_id: ServiceId,
    /// Whether somebody else typed it.
    pub on_behalf: bool,
    /// How the person said that it is true, where somebody else typed it.
    pub declaration: Option<Declaration>,
    /// Why it is late.
    pub late_reason: Option<String>,
    /// Whether it was submitted after its window.
    pub late: bool,
    /// The last day on which all of it can be claimed: the earliest of its lines'.
    pub claim_by: Option<Day>,
    /// What is paid: the sum of what the lines come to or were elected at, after approval of what was approved.
    pub total_pence: Option<Pence>,
    /// The claim that it adds to.
    pub supplements_claim_id: Option<ClaimId>,
    /// Why it was last sent back, or refused.
    pub reason: Option<String>,
    /// When it was last submitted.
    pub submitted_at: Option<Instant>,
    /// Who submitted it.
    pub submitted_by: Option<String>,
    /// When it was approved.
    pub approved_at: Option<Instant>,
    /// Who approved it.
    pub approved_by: Option<String>,
    /// When all of it was paid.
    pub paid_at: Option<Instant>,
    /// When it was made.
    pub created_at: Instant,
    /// Who made it.
    pub created_by: Option<String>,
    /// When it last changed.
    pub updated_at: Instant,
}

/// A claim with its lines and payments.
#[derive(Debug, Serialize, ToSchema)]
pub struct FullClaim {
    /// The claim without its lists.
    #[serde(flatten)]
    pub item: FullClaimItem,
    /// Its lines, in the order in which they were sent.
    pub lines: Vec<LineView>,
    /// Its receipts, oldest first.
    pub receipts: Vec<AttachedReceipt>,
    /// Its payments, oldest first.
    pub payments: Vec<PaymentBrief>,
    /// Weeks in which more is elected than the person wanted to be warned of; for the person alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    pub weekly_alert: Option<Vec<WeeklyAlert>>,
    #[serde(skip)]
    pub(super) seen: String,
}

/// A line of a claim. Inputs of other kinds than its own are absent.
#[derive(Debug, Serialize, ToSchema)]
pub struct LineView {
    /// Its id.
    pub id: ClaimLineId,
    /// What it claims.
    pub kind: LineKind,
    /// The session that it is for.
    pub session_id: Option<SessionId>,
    /// The day that it is for.
    pub date: Option<Day>,
    /// Who paid.
    pub paid_by: PaidBy,
    /// Its receipts.
    pub receipt_ids: Vec<ReceiptId>,
    /// Why there is no receipt.
    pub evidence_exception: Option<Said>,
    /// Who agreed to it before, and when.
    pub prior_agreement: Option<Said>,
    /// In what one travelled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vehicle: Option<Vehicle>,
    /// How far.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub miles: Option<Miles>,
    /// With how many others, by car.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub passengers: Option<i64>,
    /// From where.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Line>,
    /// To where.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<Line>,
    /// What it cost.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spent_pence: Option<Pence>,
    /// How long one was away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minutes_away: Option<i64>,
    /// How long the care was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minutes: Option<i64>,
    /// How many pieces of work.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantity: Option<i64>,
    /// What it comes to; null where no policy is in force on its date.
    pub payable_pence: Option<Pence>,
    /// What the person wants to be paid at most, on a line of time.
    pub elected_pence: Option<Pence>,
    /// What was approved.
    pub approved_pence: Option<Pence>,
    /// Why less was approved.
    pub approval_reason: Option<Said>,
    /// By which way it is paid.
    pub route: PaymentRoute,
    /// The policy that it was worked out by.
    pub policy_id: Option<PolicyId>,
    /// What of it lies above the HMRC approved amount; for leads and the person.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Pence>, required = false)]
    pub taxable_excess_pence: Option<Option<Pence>>,
    /// The line that it adds to, after a back-dated rate.
    pub supplements_line_id: Option<ClaimLineId>,
    /// How it was worked out, in words.
    pub explanation: Vec<String>,
    /// What it is marked with, as far as the reader is meant to see it.
    pub warnings: Vec<Warning>,
}

/// A week in which more is elected than the person wanted to be warned of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct WeeklyAlert {
    /// Its Sunday.
    pub from: Day,
    /// Its Saturday.
    pub to: Day,
    /// What is elected in it, over all claims.
    pub elected_pence: Pence,
    /// The figure that the person set.
    pub alert_pence: Pence,
}

/// The money side of a claim, without its lists.
#[derive(Debug, Serialize, ToSchema)]
pub struct MoneyClaimItem {
    /// Its id.
    pub id: ClaimId,
    /// Its version.
    pub version: i32,
    /// What people call it.
    pub reference: String,
    /// Its state.
    pub status: ClaimStatus,
    /// The legal name of who is paid; null once erased.
    pub payee_name: Option<String>,
    /// The cost centre that pays.
    pub cost_centre: String,
    /// What is paid.
    pub total_pence: Option<Pence>,
    /// When it was submitted.
    pub submitted_at: Option<Instant>,
    /// When it was approved.
    pub approved_at: Option<Instant>,
    /// When all of it was paid.
    pub paid_at: Option<Instant>,
    /// When it was made.
    pub created_at: Instant,
    /// When it last changed.
    pub updated_at: Instant,
}

/// The money side of a claim.
#[derive(Debug, Serialize, ToSchema)]
pub struct MoneyClaim {
    /// The money side without its lists.
    #[serde(flatten)]
    pub item: MoneyClaimItem,
    /// The money side of its lines.
    pub lines: Vec<MoneyLine>,
    /// Its payments, oldest first.
    pub payments: Vec<PaymentBrief>,
    #[serde(skip)]
    pub(super) seen: String,
}

/// The money side of a line.
#[derive(Debug, Serialize, ToSchema)]
pub struct MoneyLine {
    /// Its id.
    pub id: ClaimLineId,
    /// What it claims.
    pub kind: LineKind,
    /// The day that it is for.
    pub date: Option<Day>,
    /// How far, on a line of miles.
    pub miles: Option<Miles>,
    /// What it cost, where that is repaid.
    pub spent_pence: Option<Pence>,
    /// What was approved.
    pub approved_pence: Option<Pence>,
    /// By which way it is paid.
    pub route: PaymentRoute,
}

impl ClaimView {
    /// Its id.
    #[must_use]
    pub fn id(&self) -> ClaimId {
        match self {
            Self::Money(claim) => claim.item.id,
            Self::Full(claim) => claim.item.id,
        }
    }
}

impl Represent for ClaimView {
    fn etag(&self) -> Option<String> {
        Some(match self {
            Self::Money(claim) => format!("{}-{}", claim.item.version, claim.seen),
            Self::Full(claim) => format!("{}-{}", claim.item.version, claim.seen),
        })
    }

    fn location(&self) -> Option<String> {
        Some(format!("/v1/claims/{}", self.id()))
    }
}

impl Keyed for ClaimItem {
    fn key(&self) -> uuid::Uuid {
        match self {
            Self::Money(item) => item.id.into(),
            Self::Full(item) => item.id.into(),
        }
    }
}
