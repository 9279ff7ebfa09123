//! What every endpoint shares: declaration, checks before the database, answers, problems, the document.
//! No business meaning; features use it to say what they take and answer.

pub mod answer;
pub mod body;
pub mod call;
pub mod check;
pub mod compile;
pub mod declare;
pub mod document;
pub mod download;
pub mod handler;
pub mod idempotency;
pub mod limit;
pub mod operation;
pub mod page;
pub mod path;
pub mod pieces;
pub mod problem;
pub mod query;
pub mod server;
pub mod shape;
pub mod table;
pub mod upload;

pub use answer::{Body, Content, Keyed, Listed, Pieces, Represent};
pub use body::{Nothing, Patch};
pub use compile::Routes;
