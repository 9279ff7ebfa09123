//! Who is asking, and who may do what: tokens, actors, the table of rights, and the grant that it gives.
//! Rules about persons ("the approver is not the claimant") are the features' own.

pub mod actor;
pub mod grant;
pub mod policy;
pub mod token;

pub use actor::{Actor, Role};
pub use grant::Grant;
pub use policy::Action;
