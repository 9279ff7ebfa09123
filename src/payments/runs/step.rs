//! The step that a result of the ledger makes a payment take.

use crate::clock::Day;
use crate::payments::runs::snapshot::PaymentSnapshot;
use crate::payments::status::{PaymentMove, PaymentStatus};

/// What a result does to a payment.
#[derive(Clone, Debug)]
pub struct Step {
    /// Which payment, as it was.
    pub before: PaymentSnapshot,
    /// Its state before, what happened, and its state after.
    pub step: (PaymentStatus, PaymentMove, PaymentStatus),
    /// The day it was paid.
    pub paid_on: Option<Day>,
    /// What the ledger calls it.
    pub ledger_reference: Option<String>,
    /// Why it failed or came back.
    pub failure_reason: Option<String>,
}

impl Step {
    /// Whether the money is still owed, so that another payment must be due.
    #[must_use]
    pub fn is_owed_again(&self) -> bool {
        PaymentStatus::OWED_AGAIN.contains(&self.step.2)
    }
}
