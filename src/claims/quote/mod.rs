//! What lines would come to before anybody commits: worked out and judged as a claim's, and nothing kept.
//! The arithmetic stands in `calculate` and the calculator, the checks in `checks`; here they are only asked.

mod bodies;
mod planned;
mod routes;
mod views;

pub use routes::routes;
