//! Sessions of opportunities and who attended them, on which claims for time depend.

mod attendance;
pub(crate) mod attendance_store;
mod calendar;
mod erase;
mod export;
mod feature;
mod preparation_pack;
mod routes;
pub(crate) mod rules;
mod status;
mod store;
pub mod views;
mod window;

use crate::clock::Instant;
use crate::db::ids::{OpportunityId, ServiceId, SessionId};
use crate::text::Line;

pub(crate) use attendance::register;
pub use attendance_store::{attended, sat_on_a_panel};
pub use erase::erase;
pub use export::export;
pub use feature::FEATURE;
pub use routes::routes;
pub(crate) use routes::stepped;
pub use status::LIFE;
pub(crate) use status::SessionVerb;
pub(crate) use store::{SessionRow, lock, lock_to_come, step, touch};
pub use store::{to_come_on_plan, visible_among};
pub use window::claim_by;

/// Whom the restricted fields of its views are shown to.
pub(crate) const SEEN_BY: &[crate::access::SeenBy] = &[views::SessionView::SEEN_BY];

crate::text_enum! {
    /// Status of a session.
    pub enum SessionStatus {
        /// Planned, or not yet marked as held.
        Scheduled = "scheduled",
        /// Took place.
        Held = "held",
        /// Cancelled by the trust.
        Cancelled = "cancelled",
    }
}

/// What other features need to know about a session.
#[derive(Clone, Debug)]
pub struct SessionFacts {
    /// The session.
    pub id: SessionId,
    /// The opportunity that it belongs to.
    pub opportunity_id: OpportunityId,
    /// The service that the opportunity belongs to.
    pub service_id: ServiceId,
    /// Scheduled, held or cancelled.
    pub status: SessionStatus,
    /// Scheduled start.
    pub starts_at: Instant,
    /// Scheduled end.
    pub ends_at: Instant,
    /// When volunteers were told that it is cancelled.
    pub cancelled_at: Option<Instant>,
}

/// Time and place of a planned session.
#[derive(Clone, Debug)]
pub struct Planned {
    /// Scheduled start.
    pub starts_at: Instant,
    /// Scheduled end.
    pub ends_at: Instant,
    /// Venue, where known.
    pub venue: Option<Line>,
}

impl SessionFacts {
    /// Scheduled length in minutes.
    #[must_use]
    pub fn minutes(&self) -> i64 {
        self.starts_at.minutes_until(self.ends_at)
    }

    /// Notice of the cancellation in whole minutes, rounded down.
    #[must_use]
    pub fn notice_minutes(&self) -> Option<i64> {
        self.cancelled_at.map(|at| at.minutes_until(self.starts_at))
    }
}
