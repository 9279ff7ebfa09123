//! The life cycle of a claim: the steps that people request, and those that follow from its payments.
//! Who may request a step is in the table of rights; the checks are in `checks` and `approval`.

use crate::life::Life;
use ClaimStatus::{Approved, Draft, Paid, PartPaid, Rejected, Submitted, Withdrawn};

crate::text_enum! {
    /// Status of a claim.
    pub enum ClaimStatus {
        /// Being written; its figures are provisional.
        Draft = "draft",
        /// Waiting for a decision; its figures are frozen.
        Submitted = "submitted",
        /// Approved and waiting to be paid.
        Approved = "approved",
        /// One of two payments is made.
        PartPaid = "part_paid",
        /// Fully paid.
        Paid = "paid",
        /// Rejected, with a reason; it is not paid.
        Rejected = "rejected",
        /// Withdrawn by the claimant; it is not paid.
        Withdrawn = "withdrawn",
    }
}

impl ClaimStatus {
    /// Claims that count: their lines use up miles and time, and cost something or may.
    pub const LIVE: &'static [Self] = &[Submitted, Approved, PartPaid, Paid];
    /// Claims that were approved, whatever is paid of them. They have payments, and finance sees them.
    pub const APPROVED_OR_PAID: &'static [Self] = &[Approved, PartPaid, Paid];
    /// Claims of which at least a part was paid.
    const PAID: &'static [Self] = &[PartPaid, Paid];
    /// Claims with money on its way: to be decided, or to be paid in full.
    pub const UNSETTLED: &'static [Self] = &[Submitted, Approved, PartPaid];

    /// Whether at least a part was paid.
    #[must_use]
    pub fn is_paid(self) -> bool {
        Self::PAID.contains(&self)
    }
}

crate::text_enum! {
    /// What can be done to a claim.
    pub enum ClaimVerb {
        /// Send it for a decision.
        Submit = "submit",
        /// Approve it for payment.
        Approve = "approve",
        /// Send it back to be corrected.
        Return = "return",
        /// Reject it.
        Reject = "reject",
        /// Withdraw it.
        Withdraw = "withdraw",
        /// Undo its approval, so that it can be decided again.
        Reopen = "reopen",
    }
}

crate::text_enum! {
    /// What happens to an approved claim through its payments.
    pub enum SettleVerb {
        /// Everything is paid.
        Pay = "pay",
        /// One of two payments is made.
        PartPay = "part-pay",
        /// The bank returned a payment, so money is due again.
        OweAgain = "owe-again",
    }
}

crate::text_enum! {
    /// Whether the figures of a claim can still change.
    pub enum Calculation {
        /// Figures are worked out again at every change.
        Provisional = "provisional",
        /// Figures stay as they were at submission.
        Frozen = "frozen",
    }
}

crate::words!(ClaimStatus);

// What an event is called once the step was taken.
crate::verbs! { ClaimVerb:
    Submit => "submitted",
    Approve => "approved",
    Return => "returned",
    Reject => "rejected",
    Withdraw => "withdrawn",
    Reopen => "reopened",
}
crate::verbs! { SettleVerb:
    Pay => "paid",
    PartPay => "part_paid",
    OweAgain => "owed_again",
}

/// The steps that people request.
pub const LIFE: Life<ClaimStatus, ClaimVerb> = Life {
    resource: "claim",
    name: "claim",
    edges: &[
        (Draft, ClaimVerb::Submit, Submitted),
        (Submitted, ClaimVerb::Approve, Approved),
        (Submitted, ClaimVerb::Return, Draft),
        (Submitted, ClaimVerb::Reject, Rejected),
        (Draft, ClaimVerb::Withdraw, Withdrawn),
        (Submitted, ClaimVerb::Withdraw, Withdrawn),
        (Approved, ClaimVerb::Reopen, Submitted),
    ],
};

/// The steps of a supplementary claim: the service worked it out, so it can't be returned or withdrawn.
pub const SUPPLEMENTARY: Life<ClaimStatus, ClaimVerb> = Life {
    resource: "supplementary claim",
    name: "supplementary claim",
    edges: &[
        (Submitted, ClaimVerb::Approve, Approved),
        (Submitted, ClaimVerb::Reject, Rejected),
        (Approved, ClaimVerb::Reopen, Submitted),
    ],
};

/// The steps that follow from payments; nobody can request them.
pub const SETTLING: Life<ClaimStatus, SettleVerb> = Life {
    resource: LIFE.resource,
    name: LIFE.name,
    edges: &[
        (Approved, SettleVerb::Pay, Paid),
        (Approved, SettleVerb::PartPay, PartPaid),
        (PartPaid, SettleVerb::Pay, Paid),
        (PartPaid, SettleVerb::OweAgain, Approved),
        (Paid, SettleVerb::PartPay, PartPaid),
        (Paid, SettleVerb::OweAgain, Approved),
    ],
};
