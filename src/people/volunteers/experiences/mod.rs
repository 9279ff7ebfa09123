//! Lived experience of services: seen by the person and the involvement leads, by nobody else (docs/rules.md, rule 6).
//! Finding people by it is the business of matching; lists of people never show it.

mod routes;
mod store;
pub(super) mod views;

pub(super) use routes::routes;
