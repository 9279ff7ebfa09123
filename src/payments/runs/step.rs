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

    /// Whether it lowers what the person was paid by the run: a credit is paid, or a payment comes back.
    #[must_use]
    pub fn lowers_what_was_paid(&self) -> bool {
        match self.step.2 {
            PaymentStatus::Paid => self.before.is_credit(),
            PaymentStatus::Returned => !self.before.is_credit(),
            _ => false,
        }
    }

    /// Whether a credit came back with the payments that it was taken off: its recovery is open again.
    #[must_use]
    pub fn is_returned_credit(&self) -> bool {
        self.before.is_credit() && self.step.2 == PaymentStatus::Returned
    }
}
