//! What other systems are told of changes: a feed of CloudEvents, without gaps, with ids and states only.
//! The unit of work writes the events; they get their place in the feed here. `webhooks` sends them on.

mod feed;
mod routes;
pub mod types;
mod views;

pub use feed::{Feed, Found, latest, order};
pub use routes::routes;
pub use types::EVENT_TYPES;
pub use views::{EventView, unknown_type};
