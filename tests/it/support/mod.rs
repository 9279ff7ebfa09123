//! Shared by the tests: PostgreSQL, a server for each test, clients with tokens, and builders of test data.

pub mod app;
pub mod books;
pub mod client;
pub mod database;
pub mod form;
pub mod make;
pub mod marked;
pub mod owed;
pub mod paid;
pub mod post_office;
pub mod process;
pub mod provider;
pub mod receiver;
pub mod schemas;
pub mod together;

pub use app::App;
pub use client::{Answer, Client};
