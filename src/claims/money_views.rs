//! A claim as finance sees it: only the fields that concern money.

use serde::Serialize;
use utoipa::ToSchema;

use crate::access::viewer::seen_by;
use crate::claims::line::LineKind;
use crate::claims::status::ClaimStatus;
use crate::clock::{Day, Instant};
use crate::db::ids::{ClaimId, ClaimLineId, VolunteerId};
use crate::money::{Miles, Pence};
use crate::payments::PaymentBrief;
use crate::vocabulary::payment_route::PaymentRoute;

crate::text_enum! {
    /// The view of a claim with the fields that finance sees.
    pub enum MoneyView {
        /// The fields that finance sees.
        Money = "money",
    }
}

/// A claim as finance sees it, without its lines and payments.
#[derive(Debug, Serialize, ToSchema)]
pub struct MoneyClaimItem {
    /// Which view of the claim this is: `money`, with the fields that finance sees.
    pub view: MoneyView,
    /// Unique identifier (UUIDv7).
    pub id: ClaimId,
    /// Version, counted from 1.
    pub version: i32,
    /// Reference of the claim, unique for ever.
    pub reference: String,
    /// Status of the claim.
    pub status: ClaimStatus,
    /// Legal name of the person who is paid; null once erased.
    #[schema(example = "Grace Mensah")]
    pub payee_name: Option<String>,
    /// Cost centre that pays.
    pub cost_centre: String,
    /// Amount to pay, in pence.
    pub total_pence: Option<Pence>,
    /// When it was submitted.
    pub submitted_at: Option<Instant>,
    /// When it was approved.
    pub approved_at: Option<Instant>,
    /// When all of it was paid; null until then.
    pub paid_at: Option<Instant>,
    /// When it was created.
    pub created_at: Instant,
    /// When it was last changed.
    pub updated_at: Instant,
    #[serde(skip)]
    pub(super) volunteer_id: VolunteerId,
}

seen_by! { MoneyClaimItem: [Finance] {} }

/// A claim as finance sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct MoneyClaim {
    /// The claim without its lines and payments.
    #[serde(flatten)]
    pub item: MoneyClaimItem,
    /// Lines, with the fields that concern money.
    pub lines: Vec<MoneyLine>,
    /// Payments, oldest first.
    pub payments: Vec<PaymentBrief>,
    #[serde(skip)]
    pub(super) seen: String,
}

seen_by! { MoneyClaim: [Finance] {} }

/// A line of a claim as finance sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct MoneyLine {
    /// Unique identifier (UUIDv7).
    pub id: ClaimLineId,
    /// What the line claims.
    pub kind: LineKind,
    /// Day that the line is for, London date.
    pub date: Option<Day>,
    /// Distance in miles; null unless it is mileage.
    pub miles: Option<Miles>,
    /// Amount spent, in pence; null on time and mileage.
    pub spent_pence: Option<Pence>,
    /// Amount approved, in pence.
    pub approved_pence: Option<Pence>,
    /// Payment route.
    pub route: PaymentRoute,
}
