//! Updates on a plan: news for everyone who takes part in it, sent by each person's preferred contact method.
//! How an update reaches them is decided in `deliveries`; decisions on their feedback are in `feedback`.

mod feature;
mod routes;
mod store;
pub mod views;

pub use feature::FEATURE;
pub use routes::routes;
pub use store::titles;
