//! The life of a version of the reimbursement policy: drafted, published, never changed after.
//! Which version counts on a day stands in `calculator::in_force`.

use crate::life::Life;

crate::text_enum! {
    /// Where a version is in its life.
    pub enum PolicyStatus {
        /// Being written.
        Draft = "draft",
        /// In force from its day on, for good.
        Published = "published",
    }
}

crate::text_enum! {
    /// What a version can be asked to do.
    pub enum PolicyVerb {
        /// Bring it into force from its day on.
        Publish = "publish",
    }
}

crate::words!(PolicyStatus);

// What an event is called once the step was taken.
crate::verbs! { PolicyVerb:
    Publish => "published",
}

/// Its life.
pub const LIFE: Life<PolicyStatus, PolicyVerb> = Life {
    resource: "policy",
    name: "reimbursement policy",
    edges: &[(PolicyStatus::Draft, PolicyVerb::Publish, PolicyStatus::Published)],
};
