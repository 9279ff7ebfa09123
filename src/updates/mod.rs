//! Updates: what everyone who takes part in a plan is told on the way, each as they prefer.
//! How it reaches them stands in `deliveries`; what came of what they said, in `feedback`.

mod feature;
mod routes;
mod store;
pub mod views;

pub use feature::FEATURE;
pub use routes::routes;
pub use store::titles;
