//! The ten points of the advice, each with its text, whom to ask, and links; kept by the leads, read by all.
//! What each point became in the service stands in the features.

mod feature;
mod routes;
mod store;
mod views;

pub use feature::FEATURE;
pub use routes::{public_routes, routes};
