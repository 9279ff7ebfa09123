//! Matching: who fits an opportunity, best first, and why; for involvement leads alone.
//! Nothing is decided here: a lead reads it and asks people.

mod routes;
mod rules;
mod store;
mod views;
mod words;

pub use routes::routes;
