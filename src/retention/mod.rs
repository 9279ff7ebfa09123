//! Retention periods: how long each kind of personal data is kept, set by involvement leads within limits.
//! What is due under them, and the job that removes it, are in `privacy`.

mod feature;
mod routes;
pub(crate) mod store;
pub mod views;

pub use feature::FEATURE;
pub use routes::routes;

/// What the audit record calls a retention period.
pub(crate) const PERIOD: &str = "retention_period";
