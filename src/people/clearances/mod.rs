//! Clearances and training of volunteers: involvement leads record them; the status on a day is worked out.
//! What a DBS check disclosed is never stored.

mod affected_sessions;
mod erase;
mod export;
mod holdings;
mod kinds;
pub(crate) mod reminders;
mod requirements;
mod routes;
pub(crate) mod rules;
mod store;
pub mod views;

pub use erase::erase;
pub use export::{export_clearances, export_reminders};
pub use holdings::{Holdings, holdings};
pub use kinds::{ClearanceState, ClearanceStatus, Workforce, required};
pub use requirements::{missing, missing_of, standing_of, summary};
pub use routes::routes;
pub(crate) use routes::{RESOURCE, change_clearance, hold_to_change, record_clearance};
pub use rules::RequirementStatus;
pub use views::{ClearanceSummary, Missing};

/// Whom the restricted fields of its views are shown to.
pub(crate) const SEEN_BY: &[crate::access::SeenBy] = &[views::ClearanceView::SEEN_BY];
