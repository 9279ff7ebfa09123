//! Expressions of interest: from received to accepted, never more than there are places, never declined in silence.
//! What follows an accepted one stands in `agreements`.

mod routes;
mod rules;
pub mod status;
mod store;
mod verbs;
pub mod views;

pub use routes::routes;
<<<<<<< HEAD
pub use status::{LIFE, ExpressionStatus};
=======
pub use status::{ExpressionStatus, LIFE};
>>>>>>> openings
pub use store::is_accepted;
pub use verbs::{decline_all, lapse_due};
