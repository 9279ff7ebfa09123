//! Involvement.

pub mod money;
pub mod policies;
