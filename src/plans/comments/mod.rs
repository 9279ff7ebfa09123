//! Comments on a plan, by those who shape it and by staff: said before it is approved, and resolved with an answer.
//! An open comment stops nothing; how many there are is shown beside readiness and on the plan.

mod routes;
mod status;
mod store;
mod views;

pub(super) use routes::routes;
pub(super) use status::CommentStatus;
pub use status::LIFE;
