//! What every endpoint shares: declaration, checks before the database, answers, problems, the document.
//! No business meaning; features use it to say what they take and answer.

pub mod answer;
pub mod ask;
pub mod body;
pub mod call;
pub mod check;
pub mod document;
pub mod download;
pub mod fields;
pub mod form;
pub mod limit;
pub mod page;
pub mod pieces;
pub mod problem;
pub mod query;
pub mod route;
pub mod shape;
pub mod table;

pub use answer::{Content, Keyed, Listed, Represent};
pub use body::{Nothing, Patch};
pub use fields::{Fields, PlainFields};
pub use pieces::{Body, Pieces};
pub use route::Routes;
