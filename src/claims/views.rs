//! A claim in answers: all fields for the claimant, staff and leads; only those that concern money for finance.
//! Which of the two a caller gets is decided in `show`.
//! What finance gets is in `money_views`.

use serde::Serialize;
use utoipa::ToSchema;

use crate::access::viewer::seen_by;
use crate::claims::bodies::Declaration;
use crate::claims::line::LineKind;
use crate::claims::money_views::{MoneyClaim, MoneyClaimItem};
use crate::claims::receipts::AttachedReceipt;
use crate::claims::status::{Calculation, ClaimStatus, SUPPLEMENTARY};
use crate::claims::warning::Warning;
use crate::clock::{Day, Instant};
use crate::db::ids::{
    AgreementId, ClaimId, ClaimLineId, PlanId, PolicyId, ReceiptId, ServiceId, SessionId, VolunteerId,
};
use crate::http::answer::shows;
use crate::http::{Keyed, Represent};
use crate::money::{Miles, Pence};
use crate::payments::PaymentBrief;
use crate::policies::calculator::{PaidBy, Vehicle};
use crate::text::{RequiredText, ShortText};
use crate::vocabulary::payment_route::PaymentRoute;
use crate::work::names::AgreementNames;

/// A claim with its lines and payments. Finance gets only the fields that concern money.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
#[schema(discriminator(property_name = "view", mapping(
    ("money" = "#/components/schemas/MoneyClaim"),
    ("full" = "#/components/schemas/FullClaim")
)))]
pub enum ClaimView {
    /// The fields that finance sees.
    Money(Box<MoneyClaim>),
    /// All fields.
    Full(Box<FullClaim>),
}

/// A claim in a list. Finance gets only the fields that concern money.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
#[schema(discriminator(property_name = "view", mapping(
    ("money" = "#/components/schemas/MoneyClaimItem"),
    ("full" = "#/components/schemas/ListedClaim")
)))]
pub enum ClaimItem {
    /// The fields that finance sees.
    Money(Box<MoneyClaimItem>),
    /// All fields.
    Full(Box<ListedClaim>),
}

crate::text_enum! {
    /// The view of a claim with all fields.
    pub enum FullView {
        /// All fields.
        Full = "full",
    }
}

/// A claim without its lines, receipts and payments.
#[derive(Debug, Serialize, ToSchema)]
pub struct FullClaimItem {
    /// Which view of the claim this is: `full`, with all fields.
    pub view: FullView,
    /// Unique identifier (UUIDv7).
    pub id: ClaimId,
    /// Version, counted from 1; send it in If-Match to change the record.
    pub version: i32,
    /// Reference of the claim, unique for ever.
    pub reference: String,
    /// Status of the claim.
    pub status: ClaimStatus,
    /// Whether the figures can still change.
    pub calculation: Calculation,
    /// The volunteer whose claim it is.
    pub volunteer_id: VolunteerId,
    /// The agreement that the claim is made under.
    pub agreement_id: AgreementId,
    /// The plan whose budget is charged.
    pub plan_id: PlanId,
    /// The service that pays.
    pub service_id: ServiceId,
    /// Names of the volunteer, the plan, the opportunity and the service.
    #[serde(flatten)]
    pub names: AgreementNames,
    /// Whether somebody else entered the claim for the volunteer.
    pub on_behalf: bool,
    /// How the volunteer declared the claim where somebody else entered it; null if nothing is recorded.
    pub declaration: Option<Declaration>,
    /// Why the claim is late; null if no reason is given.
    pub late_reason: Option<String>,
    /// Whether it was submitted after its last day to claim.
    pub late: bool,
    /// Last day to claim without a reason, inclusive, London date: the earliest of all lines; null if no line has one.
    pub claim_by: Option<Day>,
    /// Amount to pay, in pence: what is approved, or else what the lines come to; null while a line has no figure.
    pub total_pence: Option<Pence>,
    /// The claim that this one tops up; null unless it is a supplementary claim.
    pub supplements_claim_id: Option<ClaimId>,
    /// Why it was last returned or rejected; null if it never was.
    pub reason: Option<String>,
    /// Why it was approved beyond the budget of its plan; null if it was not.
    /// Example: The plan was extended by a month.
    pub over_budget_reason: Option<String>,
    /// When it was last submitted; null if it was not, or was returned since.
    pub submitted_at: Option<Instant>,
    /// Who submitted it: the subject of their token; null if it was not submitted, or was returned since.
    pub submitted_by: Option<String>,
    /// When it was approved; null until then.
    pub approved_at: Option<Instant>,
    /// Who approved it: the subject of their token; null until it is approved.
    pub approved_by: Option<String>,
    /// When all of it was paid; null until then.
    pub paid_at: Option<Instant>,
    /// When it was created.
    pub created_at: Instant,
    /// Who entered it: the subject of their token; null once erased.
    pub created_by: Option<String>,
    /// When it was last changed.
    pub updated_at: Instant,
}

seen_by! { FullClaimItem: [Own, Lead, Service] {} }

/// A claim in a list, with what a decision needs at a glance.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListedClaim {
    /// The claim without its lines, receipts and payments.
    #[serde(flatten)]
    pub item: FullClaimItem,
    /// Communication needs in words. Read them before you write or speak to the volunteer.
    #[schema(example = json!(["Large print: 18 point"]))]
    pub communication_alerts: Vec<String>,
    /// Number of lines.
    pub lines_count: i64,
    /// Number of warnings on its lines while it waits for a decision; null otherwise. Absent for everyone but involvement
    /// leads.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<i64>, required = false)]
    pub warnings_count: Option<Option<i64>>,
}

seen_by! {
    ListedClaim: [Own, Lead, Service] with item: FullClaimItem {
        WARNINGS_COUNT = warnings_count: [Lead],
    }
}

/// A claim with its lines, receipts and payments.
#[derive(Debug, Serialize, ToSchema)]
pub struct FullClaim {
    /// The claim without its lines, receipts and payments.
    #[serde(flatten)]
    pub item: FullClaimItem,
    /// Lines, in the order in which they were sent.
    pub lines: Vec<LineView>,
    /// Receipts, oldest first.
    pub receipts: Vec<AttachedReceipt>,
    /// Payments, oldest first; none before the claim is approved.
    pub payments: Vec<PaymentBrief>,
    /// Weeks in which the amounts elected for time exceed the claimant's own limit. Absent for
    /// everyone but the claimant.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    pub weekly_alert: Option<Vec<WeeklyAlert>>,
    #[serde(skip)]
    pub(super) seen: String,
}

seen_by! {
    FullClaim: [Own, Lead, Service] {
        WEEKLY_ALERT = weekly_alert: [Own],
    }
}

/// A line of a claim. Fields that belong to other kinds of line are left out.
#[derive(Debug, Serialize, ToSchema)]
pub struct LineView {
    /// Unique identifier (UUIDv7).
    pub id: ClaimLineId,
    /// What the line claims.
    pub kind: LineKind,
    /// The session that the line is for; null if it is for none.
    pub session_id: Option<SessionId>,
    /// When that session begins; null if the line is for none.
    pub session_starts_at: Option<Instant>,
    /// The work that the line is for; absent unless it is time without a session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub work: Option<WorkView>,
    /// Day that the line is for, London date.
    pub date: Option<Day>,
    /// Who paid.
    pub paid_by: PaidBy,
    /// Receipts for this line.
    pub receipt_ids: Vec<ReceiptId>,
    /// Why there is no receipt.
    /// Example: The machine printed no ticket.
    pub evidence_exception: Option<RequiredText>,
    /// Who agreed to the expense beforehand, and when.
    /// Example: Amara Okafor, by e-mail on 1 April 2026.
    pub prior_agreement: Option<RequiredText>,
    /// Vehicle used; absent unless it is mileage.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vehicle: Option<Vehicle>,
    /// Distance in miles; absent unless it is mileage.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub miles: Option<Miles>,
    /// Number of passengers in the car; absent unless it is mileage.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub passengers: Option<i64>,
    /// Where the journey started; absent unless it is mileage.
    /// Example: Ely
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<ShortText>,
    /// Where the journey ended; absent unless it is mileage.
    /// Example: Fulbourn Hospital
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<ShortText>,
    /// Amount spent, in pence; absent unless it is an expense.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spent_pence: Option<Pence>,
    /// Time away from home, in minutes; absent unless it is subsistence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minutes_away: Option<i64>,
    /// Length of the care, in minutes; absent unless it is care.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minutes: Option<i64>,
    /// Number of pieces of work; absent unless it is time at a flat tariff.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantity: Option<i64>,
    /// Amount that the line comes to, in pence; null where it can't be worked out, see `warnings`.
    pub payable_pence: Option<Pence>,
    /// Most that the claimant wants to be paid, in pence; on time only. Null for the full amount.
    pub elected_pence: Option<Pence>,
    /// Amount approved, in pence; null until the claim is approved.
    pub approved_pence: Option<Pence>,
    /// Why less was approved; null unless less was approved.
    /// Example: The same journey is on the claim of 3 April.
    pub approval_reason: Option<RequiredText>,
    /// Payment route.
    pub route: PaymentRoute,
    /// The version of the reimbursement policy in force on the day; null where there is none. Where time is paid by what was
    /// promised, because that is more, `explanation` says so.
    pub policy_id: Option<PolicyId>,
    /// Amount above the HMRC approved rate, in pence. Absent for everyone but involvement leads
    /// and the claimant.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Pence>, required = false)]
    pub taxable_excess_pence: Option<Option<Pence>>,
    /// The line that this one tops up; null unless it is part of a supplementary claim.
    pub supplements_line_id: Option<ClaimLineId>,
    /// How the amount was worked out, step by step.
    pub explanation: Vec<String>,
    /// Warnings on the line that the caller may see.
    pub warnings: Vec<Warning>,
}

seen_by! {
    LineView {
        TAXABLE_EXCESS = taxable_excess_pence: [Own, Lead],
    }
}

/// Work that was done without a session.
#[derive(Debug, Serialize, ToSchema)]
pub struct WorkView {
    /// Day on which it was done, London date.
    pub on: Day,
    /// What was done; null once erased, and in a supplementary claim.
    /// Example: Read the leaflet on sleep and marked what is not clear.
    pub description: Option<RequiredText>,
}

/// A week in which the amounts elected for time exceed the claimant's own limit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct WeeklyAlert {
    /// Sunday on which the week starts.
    pub from: Day,
    /// Saturday on which the week ends.
    pub to: Day,
    /// Amounts elected for time in the week, in pence, over all claims.
    pub elected_pence: Pence,
    /// Limit that the claimant set, in pence.
    pub alert_pence: Pence,
}

impl ClaimView {
    /// The claim's id.
    #[must_use]
    pub fn id(&self) -> ClaimId {
        match self {
            Self::Money(claim) => claim.item.id,
            Self::Full(claim) => claim.item.id,
        }
    }

    fn status(&self) -> ClaimStatus {
        match self {
            Self::Money(claim) => claim.item.status,
            Self::Full(claim) => claim.item.status,
        }
    }

    fn volunteer(&self) -> VolunteerId {
        match self {
            Self::Money(claim) => claim.item.volunteer_id,
            Self::Full(claim) => claim.item.volunteer_id,
        }
    }
}

impl ClaimItem {
    fn volunteer(&self) -> VolunteerId {
        match self {
            Self::Money(item) => item.volunteer_id,
            Self::Full(item) => item.item.volunteer_id,
        }
    }
}

impl Represent for ClaimView {
    shows!(Claim, |it| [(it.volunteer(), Some(it.id().into()))]);
    const STANDS: bool = true;

    // Finance decides nothing about claims, and sees no more of them than money.
    fn standing(&self) -> Option<&'static str> {
        matches!(self, Self::Full(_)).then(|| self.status().as_str())
    }

    fn takes(&self, verb: &str) -> bool {
        let supplementary = matches!(self, Self::Full(claim) if claim.item.supplements_claim_id.is_some());
        !supplementary || SUPPLEMENTARY.allowed(self.status()).contains(&verb)
    }

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

impl ClaimItem {
    fn updated_at(&self) -> Instant {
        match self {
            Self::Money(item) => item.updated_at,
            Self::Full(item) => item.item.updated_at,
        }
    }
}

impl Keyed for ClaimItem {
    shows!(Claim, |it| [(it.volunteer(), Some(it.key()))]);

    const CHANGED: Option<fn(&Self) -> Instant> = Some(|it| it.updated_at());

    fn key(&self) -> uuid::Uuid {
        match self {
            Self::Money(item) => item.id.into(),
            Self::Full(item) => item.item.id.into(),
        }
    }
}
