//! Retention: how long each kind of personal data is kept, what is due for removal, and the job that removes it.
//! Leads set the periods; the job works from the same list that leads see. Erasure itself is in `erase`.

mod due;
mod routes;
mod run;
mod store;
mod views;

pub use routes::routes;
pub use run::run_due;
