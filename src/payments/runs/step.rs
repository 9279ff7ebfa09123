//! A payment of a run as the results find it, and the step that a result makes it take.

use diesel::prelude::*;

use crate::clock::Day;
use crate::db::ids::{ClaimId, PaymentId};
use crate::db::schema::payments;
use crate::payments::status::{PaymentStatus, PaymentVerb};

/// A payment of the run, as the results find it.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = payments, check_for_backend(diesel::pg::Pg))]
pub struct Standing {
    /// Its id.
    pub id: PaymentId,
    /// Its version.
    pub version: i32,
    /// The claim that it pays.
    pub claim_id: ClaimId,
    /// Its state.
    pub status: PaymentStatus,
    /// The number of its invoice.
    pub invoice_number: String,
    /// Which attempt it is.
    pub attempt: i32,
    /// The day it was paid.
    pub paid_on: Option<Day>,
    /// What the ledger calls it.
    pub ledger_reference: Option<String>,
    /// Why it failed or came back.
    pub failure_reason: Option<String>,
}

/// What a result does to a payment.
#[derive(Clone, Debug)]
pub struct Step {
    /// Which payment, as it was.
    pub before: Standing,
    /// Its state before, what happened, and its state after.
    pub step: (PaymentStatus, PaymentVerb, PaymentStatus),
    /// The day it was paid.
    pub paid_on: Option<Day>,
    /// What the ledger calls it.
    pub ledger_reference: Option<String>,
    /// Why it failed or came back.
    pub failure_reason: Option<String>,
}

impl Step {
    /// The claim that the payment pays.
    #[must_use]
    pub fn claim_id(&self) -> ClaimId {
        self.before.claim_id
    }

    /// Whether the money is still owed, so that another payment must be due.
    #[must_use]
    pub fn is_owed_again(&self) -> bool {
        matches!(self.step.2, PaymentStatus::Failed | PaymentStatus::Returned)
    }
}
