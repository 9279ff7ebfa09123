//! What an approver may decide.
