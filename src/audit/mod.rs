//! The audit record, which nobody can change: who did what to which record, its history, and the event for other
//! systems.
//! It holds ids, names of fields and statuses, never personal values. The features decide and the unit of work
//! records; this module may read every table, to verify that record, histories, events and versions agree.

mod export;
mod feature;
mod routes;
pub mod seal;
mod store;
pub mod verify;
mod views;

pub use export::about;
pub use feature::FEATURE;
pub use routes::routes;
pub use seal::Anchor;
pub use views::ResourceType;
