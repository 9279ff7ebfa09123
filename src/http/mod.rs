//! What every endpoint shares: declaration, checks before the database, answers, problems, the document.
//! No business meaning; features use it to say what they take and answer.

pub(crate) mod answer;
pub(crate) mod body;
pub(crate) mod call;
pub mod check;
mod compile;
mod declare;
pub(crate) mod document;
pub(crate) mod download;
mod handler;
pub mod idempotency;
pub mod operation;
mod page;
pub(crate) mod path;
pub mod pieces;
pub(crate) mod problem;
pub(crate) mod query;
pub mod server;
pub(crate) mod shape;
pub(crate) mod table;
pub mod upload;

pub use answer::{Body, Content, Keyed, Listed, Represent};
pub use body::{Nothing, Patch};
pub use compile::Routes;
