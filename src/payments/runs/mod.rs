//! Payment runs: what is due is put together by one person, let go by another, and settled by the ledger's results.
//! Which payments there are is decided by claims; a run only takes what is due and unblocked.

mod csv_file;
mod export;
mod fetch;
mod json_file;
mod kept;
pub(crate) mod results;
pub(crate) mod results_csv;
mod routes;
mod rows;
mod rules;
mod snapshot;
mod step;
mod store;
mod updates;
mod views;

pub(crate) use crate::payments::status::RunVerb;
pub(crate) use routes::read_payment_run;
pub(super) use routes::routes;
pub(crate) use store::lock;
pub use views::{PaymentResults, PaymentRunView};
