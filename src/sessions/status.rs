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

crate::words!(SessionStatus, SessionVerb);

use SessionStatus::{Cancelled, Held, Scheduled};

/// Every step there is.
pub const LIFE: Life<SessionStatus, SessionVerb> = Life {
    resource: "session",
    edges: &[(Scheduled, SessionVerb::Hold, Held), (Scheduled, SessionVerb::Cancel, Cancelled)],
};
