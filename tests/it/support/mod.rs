//! Shared by the tests: PostgreSQL, a server for each test, clients with tokens, and builders of test data.

pub mod app;
pub mod books;
pub mod database;
pub mod form;
pub mod make;
pub mod marked;
pub mod owed;
pub mod paid;
pub mod post_office;
pub mod together;

pub use app::{Answer, App, Client};
