//! Involvement plans and their ten points, from draft to completed.
//! What people can take part in under a plan is in `opportunities`.

mod budget;
mod comments;
mod completion;
mod difference;
mod forget;
pub mod held;
mod members;
mod points;
mod preparation;
mod readiness;
mod routes;
mod status;
mod store;
mod version_store;
mod versions;
mod views;

pub use comments::LIFE as COMMENT_LIFE;
pub use forget::forget;
pub use members::of_plan as members_of;
pub use points::{Channel, DutyApplies, FeedbackFrequency, FeedbackMethod, InvolvementLevel, OpportunityKind};
pub use preparation::panel_preparation;
pub use routes::routes;
pub use status::{LIFE, PlanStatus};
pub use store::{Facts, facts, hold, hold_open, titles, visible};
