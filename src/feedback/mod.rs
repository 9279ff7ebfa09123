//! Feedback: what people said, and what was decided and done. Every item gets a decision, even if it is "we did not".
//! Only staff and leads see who gave it; those people are told about the decision before it is published.

mod behind;
mod erase;
mod export;
mod feature;
mod poster;
mod routes;
mod rules;
mod said_and_done;
mod sheet;
mod show;
mod status;
mod store;
pub mod views;

use diesel::PgConnection;

use crate::db::ids::{PlanId, VolunteerId};
use crate::refusal::Result;
pub use erase::erase;
pub use export::export;
pub use feature::FEATURE;
pub use poster::public_poster;
pub use routes::routes;
pub use said_and_done::{YouSaidWeDid, published, published_one};
pub use status::{Decision, FeedbackStatus, FeedbackVerb, LIFE};
pub use store::titles;

/// Whom the restricted fields of its views are shown to.
pub(crate) const SEEN_BY: &[crate::access::SeenBy] = &[views::FeedbackItem::SEEN_BY, views::FeedbackView::SEEN_BY];

/// The number of a plan's items of feedback without a decision: open, or still being explored.
///
/// # Errors
/// Database errors.
pub fn undecided_on_plan(conn: &mut PgConnection, plan: PlanId) -> Result<i64> {
    store::undecided(conn, plan)
}

/// Everyone who contributed to feedback on a plan, each once.
///
/// # Errors
/// Database errors.
pub fn contributors_to_plan(conn: &mut PgConnection, plan: PlanId) -> Result<Vec<VolunteerId>> {
    store::contributors_to_plan(conn, plan)
}
