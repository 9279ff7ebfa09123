//! In the making.

use crate::http::Routes;

/// Declares the operations.
pub fn routes(_: &mut Routes) {}
