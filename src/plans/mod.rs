//! Involvement plans and their ten points, from draft to completed.
//! What people can take part in under a plan is in `opportunities`.

mod comments;
mod difference;
mod erase;
pub mod export;
mod facts;
mod feature;
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
pub use erase::{erase, leave};
pub use facts::{HELD_OF_ASKED, Intended, PlanFacts, facts, hold, hold_open, readable, titles, visible};
pub use feature::FEATURE;
pub use members::of_plan as members_of;
pub(crate) use points::PurposeStatus;
pub use points::{Channel, DutyApplies};
pub use preparation::panel_preparation;
pub use routes::routes;
pub(crate) use routes::{locked_for, step};
pub(crate) use status::PlanVerb;
pub use status::{LIFE, PlanStatus};
pub(crate) use store::{PlanRow, PlanStep, find};
pub use views::{PlanCompletion, PlanReason, PlanView};

/// Whom the restricted fields of its views are shown to.
pub(crate) const SEEN_BY: &[crate::access::SeenBy] = comments::SEEN_BY;
