//! What people said and what was done: every item gets a decision, also "we did not, because".
//! Who told us is shown to staff and leads alone, and told first what became of it.

mod feature;
mod forget;
mod held;
mod poster;
mod routes;
mod rules;
mod said_and_done;
mod status;
mod store;
pub mod views;

use diesel::PgConnection;

use crate::db::ids::{PlanId, VolunteerId};
use crate::refusal::Done;
pub use feature::FEATURE;
pub use forget::forget;
pub use held::held;
pub use routes::routes;
pub use said_and_done::{YouSaidWeDid, published};
pub use status::{Decision, FeedbackStatus, FeedbackVerb, LIFE};
pub use store::titles;

/// How many items of a plan are undecided: open, or still being explored.
///
/// # Errors
/// Those of the database.
pub fn undecided_on_plan(conn: &mut PgConnection, plan: PlanId) -> Done<i64> {
    store::undecided(conn, plan)
}

/// Everyone who contributed to what was said on a plan, each once.
///
/// # Errors
/// Those of the database.
pub fn contributors_to_plan(conn: &mut PgConnection, plan: PlanId) -> Done<Vec<VolunteerId>> {
    store::contributors_to_plan(conn, plan)
}
