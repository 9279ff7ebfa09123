//! A person's life with the trust, as one table.
//! Erasure is no step of it: it is final, and apart.

use crate::life::Life;

crate::text_enum! {
    /// Where a person is in their life with the trust.
    pub enum VolunteerStatus {
        /// Known, not yet active.
        Prospective = "prospective",
        /// May be engaged.
        Active = "active",
        /// Not for now.
        Paused = "paused",
        /// Gone.
        Left = "left",
        /// Erased, for good.
        Erased = "erased",
    }
}

crate::text_enum! {
    /// What is done with a person's state.
    pub enum VolunteerVerb {
        /// They may be engaged.
        Activate = "activate",
        /// Not for now.
        Pause = "pause",
        /// They go.
        Leave = "leave",
    }
}

crate::words!(VolunteerStatus, VolunteerVerb);

/// The life of a volunteer.
pub static LIFE: Life<VolunteerStatus, VolunteerVerb> = Life {
    resource: "volunteer",
    edges: &[
        (VolunteerStatus::Prospective, VolunteerVerb::Activate, VolunteerStatus::Active),
        (VolunteerStatus::Active, VolunteerVerb::Pause, VolunteerStatus::Paused),
        (VolunteerStatus::Paused, VolunteerVerb::Activate, VolunteerStatus::Active),
        (VolunteerStatus::Prospective, VolunteerVerb::Leave, VolunteerStatus::Left),
        (VolunteerStatus::Active, VolunteerVerb::Leave, VolunteerStatus::Left),
        (VolunteerStatus::Paused, VolunteerVerb::Leave, VolunteerStatus::Left),
    ],
};
