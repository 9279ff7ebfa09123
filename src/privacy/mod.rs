//! People's data as a whole: who looked at it, everything held in one document, erasing it, how long it is kept.
//! What a feature holds and how it forgets stands in the feature; here are the lists of them all.

pub mod export;
mod feature;
pub mod retention;
mod routes;

pub use feature::FEATURE;
pub use routes::routes;
