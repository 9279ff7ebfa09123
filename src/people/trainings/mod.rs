//! Training: the list of courses that opportunities can require and clearances record. Involvement leads keep it.
//! Who has done which is in `clearances`.

mod known;
mod routes;
mod store;
pub mod views;

pub use known::{Names, active, names, unknown};
pub use routes::routes;

/// What the record calls a training.
pub(super) const RESOURCE: &str = "training";
