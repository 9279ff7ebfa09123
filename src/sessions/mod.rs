//! Sessions of an opportunity and who attended: what claims for time rest on.

mod attendance;
pub(crate) mod attendance_store;
mod calendar;
mod feature;
mod forget;
mod held;
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
pub use feature::FEATURE;
pub use forget::forget;
pub use held::held;
pub use routes::routes;
pub(crate) use routes::stepped;
pub use status::LIFE;
pub(crate) use status::SessionVerb;
pub(crate) use store::{SessionRow, lock, lock_to_come, step, touch};
pub use store::{planned, to_come_on_plan, visible_among};
pub use window::claim_by;

crate::text_enum! {
    /// Where a session is in its life.
    pub enum SessionStatus {
        /// To come.
        Scheduled = "scheduled",
        /// It took place.
        Held = "held",
        /// It did not take place.
        Cancelled = "cancelled",
    }
}

/// What other features need to know of a session.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Its id.
    pub id: SessionId,
    /// Of which opportunity.
    pub opportunity_id: OpportunityId,
    /// Of which service.
    pub service_id: ServiceId,
    /// Its state.
    pub status: SessionStatus,
    /// When it starts as scheduled.
    pub starts_at: Instant,
    /// When it ends as scheduled.
    pub ends_at: Instant,
    /// When the trust cancelled it.
    pub cancelled_at: Option<Instant>,
}

/// When and where a session is meant to be.
#[derive(Clone, Debug)]
pub struct Planned {
    /// When it starts.
    pub starts_at: Instant,
    /// When it ends.
    pub ends_at: Instant,
    /// Where.
    pub venue: Option<Line>,
}

impl Facts {
    /// Its scheduled minutes.
    #[must_use]
    pub fn minutes(&self) -> i64 {
        self.starts_at.minutes_until(self.ends_at)
    }

    /// Whole minutes of notice with which it was cancelled, rounded down.
    #[must_use]
    pub fn notice_minutes(&self) -> Option<i64> {
        self.cancelled_at.map(|at| at.minutes_until(self.starts_at))
    }
}
