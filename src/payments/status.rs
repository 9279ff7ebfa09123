//! The life cycles of a payment and of a payment run, each as one table.
//! Finance can hold a payment back and pay it by hand; all else happens to it through its run, the ledger's results and its claim.

use crate::life::Life;

crate::text_enum! {
    /// Status of a payment.
    pub enum PaymentStatus {
        /// Waiting for a payment run.
        Due = "due",
        /// Held back by finance, with a reason; it enters no payment run.
        Held = "held",
        /// In a payment run.
        InRun = "in_run",
        /// Paid.
        Paid = "paid",
        /// The ledger could not pay it; another payment is due in its place.
        Failed = "failed",
        /// The bank sent it back; another payment is due in its place.
        Returned = "returned",
        /// The approval of its claim was undone, so it is never paid.
        Void = "void",
    }
}

impl PaymentStatus {
    /// Payments that were made or will be: a claim has at most one of them for each route.
    pub const LIVE: &'static [Self] = &[Self::Due, Self::Held, Self::InRun, Self::Paid];
    /// Payments that are still to be made.
    pub const OPEN: &'static [Self] = &[Self::Due, Self::Held, Self::InRun];
    /// Payments on which nothing was done yet: they become void when the approval of their claim is undone.
    pub const UNTOUCHED: &'static [Self] = &[Self::Due, Self::Held];
    /// Payments that did not reach the person: another one is due in their place.
    pub const OWED_AGAIN: &'static [Self] = &[Self::Failed, Self::Returned];
}

crate::text_enum! {
    /// What finance can do to a payment.
    pub enum PaymentVerb {
        /// Hold it back from payment runs.
        Hold = "hold",
        /// Let payment runs take it again.
        Resume = "resume",
        /// Pay it in cash, by voucher or by card, outside any payment run.
        PayByHand = "pay-by-hand",
    }
}

crate::text_enum! {
    /// What happens to a payment through its payment run, the ledger's results and its claim.
    pub enum PaymentMove {
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
        /// The approval of its claim was undone.
        Void = "void",
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
    Hold => "held",
    Resume => "resumed",
    PayByHand => "paid_by_hand",
}
crate::verbs! { PaymentMove:
    Include => "included",
    Release => "released",
    Pay => "paid",
    Fail => "failed",
    Return => "returned",
    Void => "voided",
}
crate::verbs! { RunVerb:
    Release => "released",
    Cancel => "cancelled",
    Results => "results_taken",
}

/// What finance does to a payment.
pub const PAYMENT_LIFE: Life<PaymentStatus, PaymentVerb> = Life {
    resource: "payment",
    name: "payment",
    edges: &[
        (PaymentStatus::Due, PaymentVerb::Hold, PaymentStatus::Held),
        (PaymentStatus::Held, PaymentVerb::Resume, PaymentStatus::Due),
        (PaymentStatus::Due, PaymentVerb::PayByHand, PaymentStatus::Paid),
    ],
};

/// What happens to a payment; nobody can request these steps.
pub const PAYMENT_MOVES: Life<PaymentStatus, PaymentMove> = Life {
    resource: PAYMENT_LIFE.resource,
    name: PAYMENT_LIFE.name,
    edges: &[
        (PaymentStatus::Due, PaymentMove::Include, PaymentStatus::InRun),
        (PaymentStatus::InRun, PaymentMove::Release, PaymentStatus::Due),
        (PaymentStatus::InRun, PaymentMove::Pay, PaymentStatus::Paid),
        (PaymentStatus::InRun, PaymentMove::Fail, PaymentStatus::Failed),
        (PaymentStatus::Paid, PaymentMove::Return, PaymentStatus::Returned),
        (PaymentStatus::Due, PaymentMove::Void, PaymentStatus::Void),
        (PaymentStatus::Held, PaymentMove::Void, PaymentStatus::Void),
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
