//! The life of a session, as one table.
//! Who attended stands apart: it may be recorded before the session is marked as held.

use crate::life::Life;
use crate::sessions::SessionStatus;

crate::text_enum! {
    /// What can be done to a session.
    pub enum SessionVerb {
        /// Say that it took place.
        Hold = "hold",
        /// Say that it does not take place.
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

/// Every step there is.
pub const LIFE: Life<SessionStatus, SessionVerb> = Life {
    resource: "session",
    name: "session",
    edges: &[(Scheduled, SessionVerb::Hold, Held), (Scheduled, SessionVerb::Cancel, Cancelled)],
};
