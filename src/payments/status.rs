//! The life cycles of a payment and of a payment run, each as one table.
//! A payment is moved by its run and by the ledger's results; nobody can ask it to do anything.

use crate::life::Life;

crate::text_enum! {
    /// Status of a payment.
    pub enum PaymentStatus {
        /// Waiting for a payment run.
        Due = "due",
        /// In a payment run.
        InRun = "in_run",
        /// Paid.
        Paid = "paid",
        /// The ledger could not pay it; another payment is due in its place.
        Failed = "failed",
        /// The bank sent it back; another payment is due in its place.
        Returned = "returned",
    }
}

impl PaymentStatus {
    /// Payments that were made or will be: a claim has at most one of them for each route.
    pub const LIVE: &'static [Self] = &[Self::Due, Self::InRun, Self::Paid];
    /// Payments that are still to be made.
    pub const OPEN: &'static [Self] = &[Self::Due, Self::InRun];
    /// Payments that did not reach the person: another one is due in their place.
    pub const OWED_AGAIN: &'static [Self] = &[Self::Failed, Self::Returned];
}

crate::text_enum! {
    /// What happens to a payment.
    pub enum PaymentVerb {
        /// A payment run takes it.
        Include = "include",
        /// Its payment run is cancelled, so it is due again.
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
    /// Status of a payment run.
    pub enum RunStatus {
        /// Created, and waiting for another person to release it.
        Open = "open",
        /// Released; its files are fixed.
        Released = "released",
        /// Every payment has an outcome.
        Settled = "settled",
        /// Cancelled; its payments are due again.
        Cancelled = "cancelled",
    }
}

impl RunStatus {
    /// Runs that have files.
    pub const WITH_FILES: &'static [Self] = &[Self::Released, Self::Settled];
}

crate::text_enum! {
    /// What can be done to a payment run.
    pub enum RunVerb {
        /// Release it to the ledger, by another person.
        Release = "release",
        /// Cancel it.
        Cancel = "cancel",
        /// Record what became of its payments.
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
