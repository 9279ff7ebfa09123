//! The record that nobody can change: who did what to which thing, its history, and the event that others get.
//! It never holds personal values: ids, names of fields, states. Deciding is the features' business; here it is kept.

mod feature;
mod held;
mod routes;
pub mod seal;
mod store;
pub mod verify;
mod views;

pub use feature::FEATURE;
pub use held::about;
pub use routes::routes;
pub use seal::Anchor;
pub use views::ResourceType;
