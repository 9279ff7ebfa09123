//! Involvement plans and their ten points: drafted, submitted, approved, completed.
//! What is advertised under a plan stands in `opportunities`.

mod budget;
mod points;
mod readiness;
mod routes;
mod status;
mod store;
mod views;

pub use points::{Channel, DutyApplies, FeedbackFrequency, FeedbackMethod, InvolvementLevel, OpportunityKind};
pub use routes::routes;
pub use status::{LIFE, PlanStatus};
pub use store::{Facts, facts, visible};
