//! Personal data across all features: access log, export, erasure and retention periods.
//! What each feature stores and how it erases is in the feature; here are the lists of them all.

mod erase;
pub mod export;
pub mod looks;
pub mod retention;
mod routes;

pub use looks::{Look, What};
pub use routes::routes;
