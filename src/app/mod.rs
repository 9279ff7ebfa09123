//! Starting, serving and stopping: the list of features, the server, the scheduler and the embedded database.
//! The commands of the command line are in `main.rs`.

pub mod demo;
mod features;
pub mod generated;
mod log;
mod scheduler;
mod serve;
mod start_error;
mod system_routes;

pub use features::{FEATURES, resources, routes};
pub use log::set_up as set_up_log;
pub use scheduler::{Scheduler, post, start as start_scheduler, tick};
pub use serve::{Ready, Running, database, metrics, migrate_server, start};
pub use start_error::StartError;
