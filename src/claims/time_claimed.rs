//! What time is claimed for: a session, or work without one on a day. Each once, under an agreement and in all live claims.

use crate::clock::Day;
use crate::db::ids::SessionId;

/// What time is claimed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TimeClaimed {
    /// A session.
    Session(SessionId),
    /// Work without a session on this day.
    Day(Day),
}

impl TimeClaimed {
    /// The session and the day, as the columns of a line have them.
    #[must_use]
    pub fn of_row(session: Option<SessionId>, day: Option<Day>) -> Option<Self> {
        session.map(Self::Session).or(day.map(Self::Day))
    }
}
