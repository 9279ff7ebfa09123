//! The life cycle of a comment on a plan as one table.

use crate::life::Life;

crate::text_enum! {
    /// Status of a comment on a plan.
    pub enum CommentStatus {
        /// Not resolved yet.
        Open = "open",
        /// Dealt with by staff.
        Resolved = "resolved",
    }
}

crate::text_enum! {
    /// Steps in the life of a comment on a plan.
    pub enum CommentVerb {
        /// Mark it as dealt with.
        Resolve = "resolve",
    }
}

crate::words!(CommentStatus);

// What an event is called once the step was taken.
crate::verbs! { CommentVerb:
    Resolve => "resolved",
}

/// The life cycle of a comment on a plan.
pub const LIFE: Life<CommentStatus, CommentVerb> = Life {
    resource: "plan_comment",
    name: "plan comment",
    edges: &[(CommentStatus::Open, CommentVerb::Resolve, CommentStatus::Resolved)],
};
