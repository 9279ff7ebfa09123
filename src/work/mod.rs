//! One unit of work at the database: what is known of the request, the connection for reading or writing, the record of
//! what changed, and the log of who read what about whom. Features get at data through nothing else.

pub mod access_log;
pub mod acting;
pub mod actors;
pub mod became;
pub mod change;
pub mod context;
pub mod declared;
pub mod erase_rows;
mod export;
pub mod export_rows;
pub mod feature;
pub mod history;
pub mod idempotency;
pub mod log_ins;
pub mod names;
pub mod narrow;
pub mod next_steps;
pub mod reader;
pub mod record;
pub mod titles;
pub mod writer;

pub use change::{Change, Revision};
pub use context::{IdempotencyKey, RequestContext};
pub use feature::Feature;
pub use next_steps::{NextStep, NextSteps};
pub use reader::Reader;
pub use writer::{Changed, Writer};
