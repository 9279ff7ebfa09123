//! The life of a plan, as one table.

use crate::life::Life;

crate::text_enum! {
    /// Where a plan is in its life.
    pub enum PlanStatus {
        /// Being written.
        Draft = "draft",
        /// With the leads.
        Submitted = "submitted",
        /// Approved.
        Approved = "approved",
        /// Done.
        Completed = "completed",
        /// Given up.
        Withdrawn = "withdrawn",
    }
}

crate::text_enum! {
    /// What can be asked of a plan.
    pub enum PlanVerb {
        /// Give it to the leads.
        Submit = "submit",
        /// Give it back with a reason.
        Return = "return",
        /// Put it in force.
        Approve = "approve",
        /// Write the next version, while the approved one stays in force.
        Revise = "revise",
        /// Close it, with what was achieved.
        Complete = "complete",
        /// Give it up.
        Withdraw = "withdraw",
    }
}

crate::words!(PlanStatus);

// What an event is called once the step was taken.
crate::verbs! { PlanVerb:
    Submit => "submitted",
    Return => "returned",
    Approve => "approved",
    Revise => "revised",
    Complete => "completed",
    Withdraw => "withdrawn",
}

impl PlanStatus {
    /// Whether it is neither completed nor given up.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Draft | Self::Submitted | Self::Approved)
    }
}

use PlanStatus::{Approved, Completed, Draft, Submitted, Withdrawn};

/// The life cycle of a plan.
pub const LIFE: Life<PlanStatus, PlanVerb> = Life {
    resource: "plan",
    name: "plan",
    edges: &[
        (Draft, PlanVerb::Submit, Submitted),
        (Submitted, PlanVerb::Return, Draft),
        (Submitted, PlanVerb::Approve, Approved),
        (Approved, PlanVerb::Revise, Draft),
        (Approved, PlanVerb::Complete, Completed),
        (Draft, PlanVerb::Withdraw, Withdrawn),
        (Submitted, PlanVerb::Withdraw, Withdrawn),
        (Approved, PlanVerb::Withdraw, Withdrawn),
    ],
};
