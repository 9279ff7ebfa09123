//! The trust's services: whom a plan is for, and which codes of the ledger its money goes to.
//! What is done in a service stands in `plans` and after.

mod feature;
mod routes;
mod store;
pub mod views;

pub use feature::FEATURE;
pub use routes::routes;
pub use store::{Facts, any, facts, id_of_code, names};
