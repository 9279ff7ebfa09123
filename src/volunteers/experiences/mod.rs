//! Lived experience of services, seen only by the volunteer and by involvement leads.
//! Only matching finds people by it; lists of volunteers never show it.

mod routes;
mod store;
mod views;

pub(super) use routes::routes;
