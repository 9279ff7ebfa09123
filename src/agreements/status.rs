//! The life of an agreement, as one table.
//! What each step asks stands in `rules`.

use crate::agreements::AgreementStatus;
use crate::life::Life;

crate::text_enum! {
    /// What can be done to an agreement.
    pub enum AgreementVerb {
        /// Give it to the person, its text frozen.
        Issue = "issue",
        /// Say yes.
        Accept = "accept",
        /// Say no.
        Refuse = "refuse",
        /// Take it back before it is accepted.
        Withdraw = "withdraw",
        /// Let it rest.
        Pause = "pause",
        /// Go on with it.
        Resume = "resume",
        /// End it.
        End = "end",
        /// Name another link person.
        HandOver = "hand-over",
    }
}

crate::words!(AgreementStatus);

// What an event is called once the step was taken.
crate::verbs! { AgreementVerb:
    Issue => "issued",
    Accept => "accepted",
    Refuse => "refused",
    Withdraw => "withdrawn",
    Pause => "paused",
    Resume => "resumed",
    End => "ended",
    HandOver => "hand_overed",
}

use AgreementStatus::{Active, Draft, Ended, Issued, Paused, Refused, Withdrawn};
use AgreementVerb::{Accept, End, HandOver, Issue, Pause, Refuse, Resume, Withdraw};

/// Every step there is.
pub const LIFE: Life<AgreementStatus, AgreementVerb> = Life {
    resource: "agreement",
    name: "agreement",
    edges: &[
        (Draft, Issue, Issued),
        (Draft, Withdraw, Withdrawn),
        (Issued, Accept, Active),
        (Issued, Refuse, Refused),
        (Issued, Withdraw, Withdrawn),
        (Active, Pause, Paused),
        (Active, End, Ended),
        (Paused, Resume, Active),
        (Paused, End, Ended),
        (Issued, HandOver, Issued),
        (Active, HandOver, Active),
        (Paused, HandOver, Paused),
    ],
};
