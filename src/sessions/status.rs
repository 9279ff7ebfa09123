//! The life cycle of a session, as one table.
//! Attendance is apart: it may be recorded before the session is marked as held.

use crate::life::Life;

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

crate::text_enum! {
    /// What changes the status of a session.
    pub enum SessionVerb {
        /// The session took place.
        Hold = "hold",
        /// The trust cancels the session.
        Cancel = "cancel",
    }
}

crate::words!(SessionStatus);

// What an event is called once the step was taken.
crate::verbs! { SessionVerb:
    Hold => "held",
    Cancel => "cancelled",
}

use SessionStatus::{Cancelled, Held, Scheduled};

/// Every step of the life cycle.
pub const LIFE: Life<SessionStatus, SessionVerb> = Life {
    resource: "session",
    name: "session",
    edges: &[(Scheduled, SessionVerb::Hold, Held), (Scheduled, SessionVerb::Cancel, Cancelled)],
};
