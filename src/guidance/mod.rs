//! The trust's guidance on involving people, in ten points. Involvement leads edit it; everybody can read it.
//! Each point has a text, a contact, links and template files.

mod feature;
mod routes;
mod store;
pub mod templates;
mod views;

pub use feature::FEATURE;
pub use routes::{public_routes, routes};
