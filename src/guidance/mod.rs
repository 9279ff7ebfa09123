//! The trust's guidance on involving people, in ten points. Involvement leads edit it; everybody can read it.
//! Each point has a text, a contact and links.

mod feature;
mod routes;
mod store;
mod views;

pub use feature::FEATURE;
pub use routes::{public_routes, routes};
