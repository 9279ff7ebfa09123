//! Who is calling, and what they may do: tokens, actors, the table of rights, and grants.
//! Rules about persons ("the approver is not the claimant") are in the features.

pub mod actor;
pub mod grant;
mod keys;
pub mod policy;
pub mod proxies;
mod remembered;
pub mod token;
pub mod viewer;

pub use actor::{Actor, Role};
pub use grant::{Grant, permit};
pub use policy::Action;
pub use viewer::{SeenBy, Viewer, Viewers};
