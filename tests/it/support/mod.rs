//! What the tests share: a PostgreSQL of their own, a server each, people with tokens, and builders.

pub mod app;
pub mod books;
pub mod database;
pub mod form;
pub mod make;
pub mod owed;
pub mod paid;
pub mod post_office;
pub mod together;

pub use app::{Answer, App, Client};
