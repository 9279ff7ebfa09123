//! Expressions of interest: from received to accepted, never more than there are places, never declined in silence.
//! What follows an accepted one stands in `agreements`.

mod public;
mod routes;
mod rules;
pub mod status;
mod store;
mod verbs;
pub mod views;

pub use public::{FromThePublic, from_the_public};
pub use routes::routes;
pub use status::{ExpressionStatus, LIFE};
pub use store::{is_accepted, titles};
pub use verbs::{decline_all, lapse_due, undecided_on_plan};
