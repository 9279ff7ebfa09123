//! Template files of the guidance: the trust's own advert, agreement or interview booklet, to take as a starting point.
//! Involvement leads add and remove them; everybody can read them. The files are in the object store.

mod routes;
mod store;
mod views;

pub use routes::{public_routes, routes};
