//! What people said and what was done: every item gets a decision, also "we did not, because".

use diesel::PgConnection;

use crate::db::ids::PlanId;
use crate::http::Routes;
use crate::refusal::Done;

/// How many items of a plan are undecided: open, or still being explored.
///
/// # Errors
/// Those of the database.
pub fn undecided_on_plan(_conn: &mut PgConnection, _plan: PlanId) -> Done<i64> {
    unimplemented!()
}

/// Declares the operations.
pub fn routes(_: &mut Routes) {}
