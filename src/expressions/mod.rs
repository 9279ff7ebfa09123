//! Expressions of interest in opportunities, from received to accepted or declined.
//! The agreement that follows an accepted one is in `agreements`.

mod feature;
mod forget;
mod held;
mod public;
mod routes;
pub(crate) mod rules;
pub mod status;
mod store;
mod verbs;
pub mod views;

pub use feature::FEATURE;
pub use forget::{clear_texts, forget};
pub use held::held;
pub use public::{FromThePublic, from_the_public};
pub use routes::routes;
pub(crate) use status::ExpressionVerb;
pub use status::{ExpressionStatus, LIFE};
pub(crate) use store::{ExpressionRow, ExpressionStep, lock, opportunity_of};
pub use store::{is_accepted, services_engaged, titles};
pub(crate) use verbs::stepped;
pub use verbs::{decline_all, lapse_due, undecided_on_plan};
pub use views::ExpressionView;
