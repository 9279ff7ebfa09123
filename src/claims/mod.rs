//! Claims: made, worked out, submitted with every check, decided by another person, frozen.
//! `payments` moves a claim through `settle` alone; `claims` opens and reads payments through two functions of `payments`.

use diesel::PgConnection;

use crate::db::Writer;
use crate::db::ids::{ClaimId, PlanId, SessionId, VolunteerId};
use crate::http::Routes;
use crate::refusal::Done;

/// Moves a claim by what became of its payments: all paid, some paid, or none (any more).
///
/// # Errors
/// Those of the database.
pub fn settle(_writer: &mut Writer<'_>, _claims: &[ClaimId]) -> Done<()> {
    unimplemented!()
}

/// Which of these people have a line on the session in a claim that is submitted, approved, part paid or paid.
///
/// # Errors
/// Those of the database.
pub fn on_session(_conn: &mut PgConnection, _session: SessionId) -> Done<Vec<VolunteerId>> {
    unimplemented!()
}

/// How many claims of a plan are open: drafts within their window, submitted, approved or part paid.
///
/// # Errors
/// Those of the database.
pub fn open_on_plan(_conn: &mut PgConnection, _plan: PlanId, _today: crate::clock::Day) -> Done<i64> {
    unimplemented!()
}

/// Declares the operations.
pub fn routes(_: &mut Routes) {}
