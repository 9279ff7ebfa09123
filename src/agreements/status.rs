//! The life cycle of an agreement, as one table.
//! What each step requires is in `rules`.

use crate::agreements::AgreementStatus;
use crate::life::Life;

crate::text_enum! {
    /// What changes the status of an agreement.
    pub enum AgreementVerb {
        /// The text is frozen and given to the volunteer.
        Issue = "issue",
        /// The volunteer says yes.
        Accept = "accept",
        /// The volunteer says no.
        Refuse = "refuse",
        /// The trust takes it back before it is accepted.
        Withdraw = "withdraw",
        /// The agreement is paused.
        Pause = "pause",
        /// The agreement goes on after a pause.
        Resume = "resume",
        /// The agreement ends.
        End = "end",
        /// Another link person is named.
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
    HandOver => "handed_over",
}

impl AgreementStatus {
    /// It is in force. The view `sessions_to_attend` has the same words.
    pub const IN_FORCE: &'static [Self] = &[Active, Paused];
    /// It is or was in force.
    pub const BEGUN: &'static [Self] = &[Active, Paused, Ended];
    /// It was not accepted yet.
    pub const COMING: &'static [Self] = &[Draft, Issued];
    /// It is not over: in force, or to come.
    pub const OPEN: &'static [Self] = &[Draft, Issued, Active, Paused];
    /// It was given to the volunteer, who did not refuse it. The view `participants` has the same words.
    pub const GIVEN: &'static [Self] = &[Issued, Active, Paused, Ended];
}

use AgreementStatus::{Active, Draft, Ended, Issued, Paused, Refused, Withdrawn};
use AgreementVerb::{Accept, End, HandOver, Issue, Pause, Refuse, Resume, Withdraw};

/// Every step of the life cycle.
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
