//! The life of a comment, as one table.

use crate::life::Life;

crate::text_enum! {
    /// Where a comment is in its life.
    pub enum CommentStatus {
        /// Said.
        Open = "open",
        /// Dealt with.
        Resolved = "resolved",
    }
}

crate::text_enum! {
    /// What can be done to a comment.
    pub enum CommentVerb {
        /// Say that it was dealt with.
        Resolve = "resolve",
    }
}

crate::words!(CommentStatus);

// What an event is called once the step was taken.
crate::verbs! { CommentVerb:
    Resolve => "resolved",
}

/// Every step there is.
pub const LIFE: Life<CommentStatus, CommentVerb> = Life {
    resource: "plan_comment",
    name: "plan comment",
    edges: &[(CommentStatus::Open, CommentVerb::Resolve, CommentStatus::Resolved)],
};
