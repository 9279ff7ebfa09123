//! Quotes: what lines would come to, worked out and checked like a claim's, before anybody commits. Nothing is stored.
//! The arithmetic is in `calculate` and the calculator, the checks in `checks`; this module only calls them.

mod bodies;
mod planned;
mod routes;
mod views;

pub use routes::routes;
pub(super) use views::QuotedLine;
