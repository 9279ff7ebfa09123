//! People's data as a whole: the export of everything recorded about a person, what is due for removal, and the job that
//! removes it. Erasing a person is in `processes::erase_person`; each feature tells its part in the list of features.
//! This module may read the tables of all of them.

mod caution;
mod dry_run;
mod due;
mod export;
mod releases;
mod retention_job;
mod routes;

pub use caution::set_share;
pub use retention_job::{Removal, run_due};
pub use routes::routes;
