//! A payment of a run as the ledger's results find it, under its lock.

use diesel::{Queryable, Selectable};

use crate::clock::Day;
use crate::db::ids::{ClaimId, PaymentId, RecoveryId, VolunteerId};
use crate::db::schema::payments;
use crate::money::Pence;
use crate::payments::status::PaymentStatus;
use crate::vocabulary::payment_route::PaymentRoute;

/// A payment of a run, as it is before its result is applied.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = payments, check_for_backend(diesel::pg::Pg))]
pub struct PaymentSnapshot {
    /// The payment.
    pub id: PaymentId,
    /// Its version.
    pub version: i32,
    /// The claim that it pays.
    pub claim_id: ClaimId,
    /// Whom it pays.
    pub volunteer_id: VolunteerId,
    /// Its state.
    pub status: PaymentStatus,
    /// Payment route.
    pub route: PaymentRoute,
    /// Amount in pence.
    pub amount_pence: Pence,
    /// The number of its invoice.
    pub invoice_number: String,
    /// The day it was paid.
    pub paid_on: Option<Day>,
    /// The ledger's reference.
    pub ledger_reference: Option<String>,
    /// Why it failed or came back.
    pub failure_reason: Option<String>,
    /// The recovery, of a credit.
    pub recovery_id: Option<RecoveryId>,
}

impl PaymentSnapshot {
    /// Whether it takes something off the person's other payments.
    #[must_use]
    pub fn is_credit(&self) -> bool {
        self.recovery_id.is_some()
    }
}
