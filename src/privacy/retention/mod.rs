//! How long each kind of personal data is kept: periods that leads maintain, what is due to go, and the job that lets it go.
//! How people are erased stands in `erase`; the job goes by the very list that leads see.

mod due;
mod routes;
mod run;
mod store;
mod views;

pub use routes::routes;
pub use run::run_due;
