//! The lives of a payment and of a payment run, each as one table.
//! What moves a payment is its run and the ledger's results; nobody asks it anything.

use crate::life::Life;

crate::text_enum! {
    /// Where a payment is in its life.
    pub enum PaymentStatus {
        /// To be put into a run.
        Due = "due",
        /// In a run.
        InRun = "in_run",
        /// Paid.
        Paid = "paid",
        /// The ledger could not pay it.
        Failed = "failed",
        /// The bank sent it back.
        Returned = "returned",
    }
}

crate::text_enum! {
    /// What happens to a payment.
    pub enum PaymentVerb {
        /// A run takes it.
        Include = "include",
        /// Its run is cancelled.
        Release = "release",
        /// The ledger paid it.
        Pay = "pay",
        /// The ledger could not pay it.
        Fail = "fail",
        /// The bank sent it back.
        Return = "return",
    }
}

crate::text_enum! {
    /// Where a payment run is in its life.
    pub enum RunStatus {
        /// Put together, waiting for another person.
        Open = "open",
        /// Its files stand.
        Released = "released",
        /// Every payment has an outcome.
        Settled = "settled",
        /// Given up; its payments are due again.
        Cancelled = "cancelled",
    }
}

crate::text_enum! {
    /// What can be asked of a payment run.
    pub enum RunVerb {
        /// Let it go to the ledger, by another person.
        Release = "release",
        /// Give it up.
        Cancel = "cancel",
        /// Say what became of its payments.
        Results = "results",
    }
}

crate::words!(PaymentStatus, RunStatus);

// What an event is called once the step was taken.
crate::verbs! { PaymentVerb:
    Include => "included",
    Release => "released",
    Pay => "paid",
    Fail => "failed",
    Return => "returned",
}
crate::verbs! { RunVerb:
    Release => "released",
    Cancel => "cancelled",
    Results => "results_taken",
}

/// The life cycle of a payment.
pub const PAYMENT_LIFE: Life<PaymentStatus, PaymentVerb> = Life {
    resource: "payment",
    name: "payment",
    edges: &[
        (PaymentStatus::Due, PaymentVerb::Include, PaymentStatus::InRun),
        (PaymentStatus::InRun, PaymentVerb::Release, PaymentStatus::Due),
        (PaymentStatus::InRun, PaymentVerb::Pay, PaymentStatus::Paid),
        (PaymentStatus::InRun, PaymentVerb::Fail, PaymentStatus::Failed),
        (PaymentStatus::Paid, PaymentVerb::Return, PaymentStatus::Returned),
    ],
};

/// The life cycle of a payment run. Results leave a released run released until its last payment has an outcome;
/// those of a settled run are what the bank returned.
pub const RUN_LIFE: Life<RunStatus, RunVerb> = Life {
    resource: "payment_run",
    name: "payment run",
    edges: &[
        (RunStatus::Open, RunVerb::Release, RunStatus::Released),
        (RunStatus::Open, RunVerb::Cancel, RunStatus::Cancelled),
        (RunStatus::Released, RunVerb::Results, RunStatus::Settled),
        (RunStatus::Settled, RunVerb::Results, RunStatus::Settled),
    ],
};
