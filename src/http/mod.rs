//! What every endpoint shares: declaration, checks before the database, answers, problems.
//! The OpenAPI document is made from the declarations, in `openapi`.
//! No business meaning; features use it to say what they take and answer.

pub(crate) mod accept;
pub(crate) mod answer;
mod answers;
mod asked;
pub(crate) mod body;
pub(crate) mod call;
pub mod check;
pub(crate) mod compile;
mod declare;
pub(crate) mod download;
mod echo;
pub mod fields;
mod handler;
pub(crate) mod home;
pub mod operation;
pub mod packed;
pub(crate) mod page;
pub(crate) mod path;
pub(crate) mod problem;
pub(crate) mod query;
pub(crate) mod schema;
pub(crate) mod shape;
pub(crate) mod sheet;
pub(crate) mod table;

pub use answer::{Body, Content, Keyed, Listed, Represent};
pub use answers::Readable;
pub use body::{Nothing, Patch};
pub use declare::{EventExample, Routes};
pub use fields::{Fields, PlainFields};
pub use handler::Sent;
