//! Top-ups: what a back-dated version adds to claims that were approved by another, as supplementary claims.
//! Nothing of the claims that they add to changes; the supplementary ones are decided and paid like any other.

mod routes;
mod rules;
mod store;
mod views;

pub use routes::{estimate, routes};
pub use store::{is_topped_up, rests_on};
pub use views::TopUpEstimate;
