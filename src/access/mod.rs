//! Who is calling, and what they may do: tokens, actors, the table of rights, and grants.
//! Rules about persons ("the approver is not the claimant") are in the features.

pub mod actor;
mod bad_token;
mod claims;
mod fetched;
pub mod grant;
pub mod issuers;
mod key_set;
mod keys;
mod let_in;
mod mint;
pub mod policy;
pub mod proxies;
mod remembered;
pub mod token;
pub mod viewer;
pub mod words;

pub use actor::{Actor, Role};
pub use grant::{Grant, may, permit};
pub use let_in::LogIns;
pub use policy::Action;
pub use viewer::{SeenBy, Viewer, Viewers};
