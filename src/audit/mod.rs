//! The record that nobody can change: who did what to which thing, its history, and the event that others get.
//! It never holds personal values: ids, names of fields, states.

pub mod record;

use crate::http::Routes;

/// Declares the operations.
pub fn routes(_: &mut Routes) {}
