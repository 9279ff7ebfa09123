//! A recovery in answers: with its reasons for involvement leads and the person, without them for finance.

use serde::Serialize;
use utoipa::ToSchema;

use crate::access::viewer::seen_by;
use crate::claims::line::LineKind;
use crate::clock::{Day, Instant};
use crate::db::ids::{ClaimId, ClaimLineId, RecoveryId, RepaymentId, VolunteerId};
use crate::http::answer::{shows, stands};
use crate::http::{Keyed, Represent};
use crate::money::Pence;
use crate::recoveries::bodies::AgreedWithPerson;
use crate::recoveries::status::{RecoveryMethod, RecoveryStatus};
use crate::vocabulary::payment_route::PaymentRoute;

/// What was written about a recovery. Finance does not get these fields.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecoveryWords {
    /// Why the money is to come back; null once erased.
    #[schema(example = "The session on 10 June was claimed twice.")]
    pub reason: Option<String>,
    /// What was agreed with the person about credits; null for a repayment, and once erased.
    pub agreed_with_person: Option<AgreedWithPerson>,
    /// Why it was given up; null if it was not.
    #[schema(example = "The mistake was ours, and the amount is small.")]
    pub waive_reason: Option<String>,
}

/// Amount to be recovered of a line of the claim.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RecoveryLineView {
    /// The line of the claim.
    pub id: ClaimLineId,
    /// Kind of line.
    pub kind: LineKind,
    /// Payment route.
    pub route: PaymentRoute,
    /// Amount to be recovered, in pence.
    pub pence: Pence,
}

/// A repayment by the person.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RepaymentView {
    /// Unique identifier (UUIDv7).
    pub id: RepaymentId,
    /// Day on which the money arrived.
    pub on: Day,
    /// Amount in pence.
    pub pence: Pence,
    /// Reference in the ledger.
    #[schema(example = "REC 4711")]
    pub ledger_reference: String,
    /// When it was recorded.
    pub created_at: Instant,
}

/// A recovery without its lines and repayments.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecoveryView {
    /// Unique identifier (UUIDv7).
    pub id: RecoveryId,
    /// Version, counted from 1; send it in If-Match to change the record.
    pub version: i32,
    /// Reference, unique for ever; numbers may be missing.
    #[schema(example = "REC-2026-000001")]
    pub reference: String,
    /// Status of the recovery.
    pub status: RecoveryStatus,
    /// How the money comes back.
    pub method: RecoveryMethod,
    /// The claim that was paid.
    pub claim_id: ClaimId,
    /// Reference of the claim.
    #[schema(example = "CLM-2026-000123")]
    pub claim_reference: String,
    /// The volunteer who was paid.
    pub volunteer_id: VolunteerId,
    /// Legal name of the volunteer; null once erased.
    #[schema(example = "Grace Mensah")]
    pub payee_name: Option<String>,
    /// What was written about it. Finance does not get these fields.
    #[serde(flatten)]
    pub words: Option<RecoveryWords>,
    /// Amount to be recovered, in pence.
    pub total_pence: Pence,
    /// Amount that has come back so far, in pence.
    pub recovered_pence: Pence,
    /// Day on which the last of it came back, London date; null until then.
    pub recovered_on: Option<Day>,
    /// When it was confirmed; null until then.
    pub confirmed_at: Option<Instant>,
    /// Who confirmed it: the subject of their token. Never whoever proposed it.
    pub confirmed_by: Option<String>,
    /// When it was given up; null if it was not.
    pub waived_at: Option<Instant>,
    /// When it was proposed.
    pub created_at: Instant,
    /// Who proposed it: the subject of their token.
    pub created_by: Option<String>,
    /// When it was last changed.
    pub updated_at: Instant,
}

seen_by! {
    RecoveryView {
        WORDS = words as RecoveryWords: [Own, Lead],
    }
}

/// A recovery.
#[derive(Debug, Serialize, ToSchema)]
pub struct FullRecovery {
    /// The recovery without its lines and repayments.
    #[serde(flatten)]
    pub item: RecoveryView,
    /// Amounts to be recovered, line by line.
    pub lines: Vec<RecoveryLineView>,
    /// Repayments, oldest first; credits are among the payments of the person.
    pub repayments: Vec<RepaymentView>,
    #[serde(skip)]
    pub(super) seen: &'static str,
}

seen_by! { FullRecovery with item: RecoveryView {} }

impl Represent for FullRecovery {
    shows!(Recovery, |it| [(it.item.volunteer_id, Some(it.item.id.into()))]);
    stands!(|it| it.item.status);

    fn etag(&self) -> Option<String> {
        let item = &self.item;
        Some(format!("{}-{}-{}", item.version, item.recovered_pence.get(), self.seen))
    }

    fn location(&self) -> Option<String> {
        Some(format!("/v1/recoveries/{}", self.item.id))
    }
}

impl Keyed for RecoveryView {
    shows!(Recovery, |it| [(it.volunteer_id, Some(it.id.into()))]);

    const CHANGED: Option<fn(&Self) -> Instant> = Some(|it| it.updated_at);

    fn key(&self) -> uuid::Uuid {
        self.id.into()
    }
}
