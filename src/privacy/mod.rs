//! Personal data across all features: access log, export, erasure and retention periods.
//! What each feature stores and how it erases is in the feature; here are the lists of them all, so this module may read
//! their tables.

pub mod export;
mod feature;
pub mod retention;
mod routes;

pub use feature::FEATURE;
pub use routes::routes;
