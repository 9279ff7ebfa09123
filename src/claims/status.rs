//! The life of a claim: what people ask of it, and what its payments make of it.
//! Who may ask stands in the table of rights; what is checked, in `checks` and `approval`.

use crate::life::Life;
use ClaimStatus::{Approved, Draft, Paid, PartPaid, Rejected, Submitted, Withdrawn};

crate::text_enum! {
    /// Where a claim is in its life.
    pub enum ClaimStatus {
        /// Being written; its figures are provisional.
        Draft = "draft",
        /// To be decided; its figures are frozen.
        Submitted = "submitted",
        /// Agreed, and to be paid.
        Approved = "approved",
        /// One of two payments made.
        PartPaid = "part_paid",
        /// Everything paid.
        Paid = "paid",
        /// Refused, with a reason.
        Rejected = "rejected",
        /// Taken back.
        Withdrawn = "withdrawn",
    }
}

crate::text_enum! {
    /// What a claim can be asked to do.
    pub enum ClaimVerb {
        /// Have it decided.
        Submit = "submit",
        /// Agree to it.
        Approve = "approve",
        /// Send it back to be mended.
        Return = "return",
        /// Refuse it.
        Reject = "reject",
        /// Take it back.
        Withdraw = "withdraw",
    }
}

crate::text_enum! {
    /// What becomes of an approved claim by its payments.
    pub enum SettleVerb {
        /// Everything is paid.
        Pay = "pay",
        /// One of two payments is made.
        PartPay = "part-pay",
        /// The bank sent back what was paid.
        Reopen = "reopen",
    }
}

crate::text_enum! {
    /// Whether a claim's figures can still change.
    pub enum Calculation {
        /// Worked out at every write.
        Provisional = "provisional",
        /// As they were at submission, for good.
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
}
crate::verbs! { SettleVerb:
    Pay => "paid",
    PartPay => "part_paid",
    Reopen => "reopened",
}

/// What people ask of it.
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
    ],
};

/// What people ask of a supplementary claim: the service worked it out, so nobody mends it or takes it back.
pub const SUPPLEMENTARY: Life<ClaimStatus, ClaimVerb> = Life {
    resource: "supplementary claim",
    name: "supplementary claim",
    edges: &[(Submitted, ClaimVerb::Approve, Approved), (Submitted, ClaimVerb::Reject, Rejected)],
};

/// What its payments make of it; nobody can ask for it.
pub const SETTLING: Life<ClaimStatus, SettleVerb> = Life {
    resource: LIFE.resource,
    name: LIFE.name,
    edges: &[
        (Approved, SettleVerb::Pay, Paid),
        (Approved, SettleVerb::PartPay, PartPaid),
        (PartPaid, SettleVerb::Pay, Paid),
        (PartPaid, SettleVerb::Reopen, Approved),
        (Paid, SettleVerb::PartPay, PartPaid),
        (Paid, SettleVerb::Reopen, Approved),
    ],
};
