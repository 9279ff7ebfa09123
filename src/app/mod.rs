//! Starting, serving and stopping: the list of features, the server, the scheduler and the embedded database.
//! The commands of the command line are in `main.rs`.

mod clockwork;
pub mod demo;
mod features;
pub mod field_grid;
pub mod generated;
mod itself;
mod log;
mod serve;

pub use clockwork::{Clockwork, post, start as clockwork, tick};
pub use features::{FEATURES, resources, routes};
pub use log::set_up as set_up_log;
pub use serve::{Ready, Running, StartError, database, metrics, migrate_server, start};
