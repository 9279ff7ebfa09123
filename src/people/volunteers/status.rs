//! The life cycle of a volunteer, as one table.
//! Erasure is apart: it is final, and `privacy` says when it is allowed and what it does.

use crate::life::Life;

crate::text_enum! {
    /// Where a volunteer is in their involvement with the trust.
    pub enum VolunteerStatus {
        /// New: added by staff or applied, not yet activated by an involvement lead.
        Prospective = "prospective",
        /// Taking part, and suggested by matching.
        Active = "active",
        /// Taking a break; nothing new can be started.
        Paused = "paused",
        /// No longer involved.
        Left = "left",
        /// Merged into another record of the same person, which has everything of it; this cannot be undone.
        Merged = "merged",
        /// Personal data was erased; this cannot be undone.
        Erased = "erased",
    }
}

crate::text_enum! {
    /// What changes a volunteer's status.
    pub enum VolunteerVerb {
        /// The volunteer becomes active.
        Activate = "activate",
        /// The volunteer takes a break.
        Pause = "pause",
        /// The volunteer leaves.
        Leave = "leave",
        /// Somebody who had left comes back.
        Return = "return",
        /// The record becomes part of another record of the same person.
        Merge = "merge",
        /// Personal data is erased; financial records stay.
        Erase = "erase",
    }
}

crate::words!(VolunteerStatus);

// What an event is called once the step was taken.
crate::verbs! { VolunteerVerb:
    Activate => "activated",
    Pause => "paused",
    Leave => "left",
    Return => "returned",
    Merge => "merged",
    Erase => "erased",
}

impl VolunteerStatus {
    /// Neither left, merged nor erased. The view `volunteers_present` has the same words.
    pub const PRESENT: &'static [Self] = &[Self::Prospective, Self::Active, Self::Paused];
}

/// The life cycle of a volunteer.
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
        (VolunteerStatus::Left, VolunteerVerb::Return, VolunteerStatus::Prospective),
        (VolunteerStatus::Prospective, VolunteerVerb::Merge, VolunteerStatus::Merged),
        (VolunteerStatus::Active, VolunteerVerb::Merge, VolunteerStatus::Merged),
        (VolunteerStatus::Paused, VolunteerVerb::Merge, VolunteerStatus::Merged),
        (VolunteerStatus::Left, VolunteerVerb::Merge, VolunteerStatus::Merged),
    ],
};

/// Somebody who has left is recorded as having died by `leave`, too; it is not among the steps that `allowed` offers.
pub static DEATH: Life<VolunteerStatus, VolunteerVerb> = Life {
    resource: "volunteer",
    name: "volunteer",
    edges: &[(VolunteerStatus::Left, VolunteerVerb::Leave, VolunteerStatus::Left)],
};

/// Erasure, possible from every status; it is not among the steps that `allowed` offers.
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
