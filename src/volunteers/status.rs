//! A person's life with the trust, as one table.
//! Erasure stands apart: it is final, and `privacy` says when it may be done and what it does.

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
        /// Everything of theirs goes but money's records.
        Erase = "erase",
    }
}

crate::words!(VolunteerStatus);

// What an event is called once the step was taken.
crate::verbs! { VolunteerVerb:
    Activate => "activated",
    Pause => "paused",
    Leave => "left",
    Erase => "erased",
}

/// The life of a volunteer.
pub static LIFE: Life<VolunteerStatus, VolunteerVerb> = Life {
    resource: "volunteer",
    name: "volunteer",
    edges: &[
        (VolunteerStatus::Prospective, VolunteerVerb::Activate, VolunteerStatus::Active),
        (VolunteerStatus::Active, VolunteerVerb::Pause, VolunteerStatus::Paused),
        (VolunteerStatus::Paused, VolunteerVerb::Activate, VolunteerStatus::Active),
        (VolunteerStatus::Prospective, VolunteerVerb::Leave, VolunteerStatus::Left),
        (VolunteerStatus::Active, VolunteerVerb::Leave, VolunteerStatus::Left),
        (VolunteerStatus::Paused, VolunteerVerb::Leave, VolunteerStatus::Left),
    ],
};

/// How everyone's life with the trust can end, for good; it is nobody's next step.
pub static ERASURE: Life<VolunteerStatus, VolunteerVerb> = Life {
    resource: "volunteer",
    name: "volunteer",
    edges: &[
        (VolunteerStatus::Prospective, VolunteerVerb::Erase, VolunteerStatus::Erased),
        (VolunteerStatus::Active, VolunteerVerb::Erase, VolunteerStatus::Erased),
        (VolunteerStatus::Paused, VolunteerVerb::Erase, VolunteerStatus::Erased),
        (VolunteerStatus::Left, VolunteerVerb::Erase, VolunteerStatus::Erased),
    ],
};
