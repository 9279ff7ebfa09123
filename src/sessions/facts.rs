//! What other features need to know about a session.

use serde::Deserialize;

use crate::clock::Instant;
use crate::db::ids::{OpportunityId, ServiceId, SessionId};
use crate::policies::calculator::Outcome;
use crate::sessions::status::SessionStatus;
use crate::text::ShortText;

/// A session, and how a person attended it; none where nothing is recorded.
pub type AttendedSession = (SessionFacts, Option<Outcome>);

/// What other features need to know about a session.
#[derive(Clone, Debug, Deserialize)]
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
    pub venue: Option<ShortText>,
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
