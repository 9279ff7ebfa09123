//! Comments on a plan by its members and by staff, each of which staff can resolve with an answer.
//! Open comments do not prevent approval; the plan and its readiness show how many there are.

mod routes;
mod status;
mod store;
mod views;

pub(super) use routes::routes;
pub(super) use status::CommentStatus;
pub use status::LIFE;

/// Whom the restricted fields of its views are shown to.
pub(crate) const SEEN_BY: &[crate::access::SeenBy] = &[views::PlanCommentView::SEEN_BY];
