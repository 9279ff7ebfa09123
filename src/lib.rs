//! Involvement.
