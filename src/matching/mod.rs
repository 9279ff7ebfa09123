//! Matching: which volunteers fit an opportunity, best first, and why. For involvement leads only.
//! Nothing is decided here: a lead reads the list and asks people. It may read the tables of all features.

mod routes;
mod rules;
mod store;
mod views;
mod words;

pub use routes::routes;
