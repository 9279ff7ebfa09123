//! Payment runs: what is due is put together by one person, let go by another, and settled by the ledger's results.
//! Which payments there are is decided by claims; a run only takes what is due and unblocked.

mod csv_file;
mod export;
mod fetch;
mod json_file;
mod kept;
mod results;
mod results_csv;
mod routes;
mod rows;
mod rules;
mod snapshot;
mod store;
mod updates;
mod views;

pub(super) use routes::routes;
