//! Reimbursement policies: what a version says, and what a claim comes to under it.
//! Not here: claims themselves, nor who may publish.

pub mod calculator;
pub mod terms;

use diesel::PgConnection;

use crate::clock::{Day, Instant};
use crate::db::ids::PolicyId;
use crate::http::Routes;
use crate::refusal::Done;

/// A published version of the reimbursement policy.
#[derive(Clone, Debug)]
pub struct Published {
    /// Its id.
    pub id: PolicyId,
    /// The first day it is in force.
    pub effective_from: Day,
    /// When it was published.
    pub published_at: Instant,
    /// What it says.
    pub terms: terms::Terms,
}

/// Every published version, for the calculator to choose from.
///
/// # Errors
/// Those of the database.
pub fn published(_conn: &mut PgConnection) -> Done<Vec<Published>> {
    unimplemented!()
}

/// Declares the operations.
pub fn routes(_: &mut Routes) {}
