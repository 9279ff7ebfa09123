//! The life cycle of a version of the reimbursement policy: drafted, then published, and never changed after that.
//! Which version is in force on a day is decided in `calculator::in_force`.

use crate::life::Life;

crate::text_enum! {
    /// Status of a version of the reimbursement policy.
    pub enum PolicyStatus {
        /// Being written; not in force.
        Draft = "draft",
        /// Applies from its effective day and never changes.
        Published = "published",
    }
}

crate::text_enum! {
    /// What can be done to a version of the reimbursement policy.
    pub enum PolicyVerb {
        /// Let the version apply from its effective day.
        Publish = "publish",
    }
}

crate::words!(PolicyStatus);

// What an event is called once the step was taken.
crate::verbs! { PolicyVerb:
    Publish => "published",
}

/// The life cycle of a version of the reimbursement policy.
pub const LIFE: Life<PolicyStatus, PolicyVerb> = Life {
    resource: "policy",
    name: "reimbursement policy",
    edges: &[(PolicyStatus::Draft, PolicyVerb::Publish, PolicyStatus::Published)],
};
