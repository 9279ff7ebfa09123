//! Webhooks: the feed of events, sent to addresses that other systems listen on, each event signed (Standard Webhooks).
//! The feed itself is in `events`.

mod address;
mod attempt;
mod feature;
mod routes;
mod rules;
mod sender;
mod signature;
mod status;
mod store;
mod views;

pub use address::is_public;
pub use feature::FEATURE;
pub use routes::routes;
pub use sender::{Slots, look, send_all, send_due};
pub use signature::{Secret, signature};
