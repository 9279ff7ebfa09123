//! Sessions of opportunities and who attended them, on which claims for time depend.

mod attendance;
pub(crate) mod attendance_store;
pub mod attendance_views;
mod erase;
mod export;
mod facts;
mod feature;
mod preparation_pack;
mod routes;
pub(crate) mod rules;
mod status;
mod store;
pub mod views;
mod window;

pub(crate) use attendance::register;
pub use attendance_store::{ATTENDED_OF_ASKED, sat_on_a_panel};
pub use erase::erase;
pub use export::export;
pub use facts::{AttendedSession, Planned, SessionFacts};
pub use feature::FEATURE;
pub(crate) use routes::stepped;
pub use routes::{list_sessions, routes};
pub(crate) use status::SessionVerb;
pub use status::{LIFE, SessionStatus};
pub(crate) use store::of_opportunities;
pub(crate) use store::{SessionRow, lock, lock_to_come, step, touch};
pub use store::{hours, lock_attendance, to_come_on_plan, visible_among};
pub use window::claim_by;

/// Whom the restricted fields of its views are shown to.
pub(crate) const SEEN_BY: &[crate::access::SeenBy] = &[views::SessionView::SEEN_BY];
