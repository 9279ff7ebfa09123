//! Members of a plan: the volunteers who help to write it. They can read it in every status and comment on it.
//! Their comments are in `comments`.

mod routes;
mod store;

pub(super) use routes::routes;
pub use store::of_plan;
