//! Members of a plan: the volunteers who shape it. They read it while it is written and comment before it is approved.
//! What they say stands in `comments`.

mod routes;
mod store;

pub(super) use routes::routes;
pub use store::of_plan;
