//! The life cycle of a plan as one table.

use crate::life::Life;

crate::text_enum! {
    /// Status of a plan.
    pub enum PlanStatus {
        /// Being written or revised by the service.
        Draft = "draft",
        /// Waiting for an involvement lead to approve or return it.
        Submitted = "submitted",
        /// Approved and in force.
        Approved = "approved",
        /// Completed: what it achieved is recorded.
        Completed = "completed",
        /// Withdrawn: it will not be carried out.
        Withdrawn = "withdrawn",
    }
}

crate::text_enum! {
    /// Steps in the life of a plan.
    pub enum PlanVerb {
        /// Send it to the involvement leads.
        Submit = "submit",
        /// Send it back to the service with a reason.
        Return = "return",
        /// Approve it, which brings the text into force.
        Approve = "approve",
        /// Begin the next version; the approved one stays in force.
        Revise = "revise",
        /// Complete it and record what was achieved.
        Complete = "complete",
        /// Withdraw it for ever.
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
    /// Neither completed nor withdrawn.
    pub const OPEN: &'static [Self] = &[Self::Draft, Self::Submitted, Self::Approved];

    /// Whether it is neither completed nor withdrawn.
    #[must_use]
    pub fn is_open(self) -> bool {
        Self::OPEN.contains(&self)
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
