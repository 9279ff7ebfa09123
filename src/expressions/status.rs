//! The life cycle of an expression of interest, as one table; what the passing of time does stands beside it.
//! What each step needs stands in `rules`.

use crate::clock::Instant;
use crate::life::Life;

crate::text_enum! {
    /// Where an expression of interest is in its life.
    pub enum ExpressionStatus {
        /// With the service.
        Received = "received",
        /// Among those considered.
        Shortlisted = "shortlisted",
        /// A place is offered.
        Offered = "offered",
        /// The person took the place.
        Accepted = "accepted",
        /// The service said no, with a reason and a message.
        Declined = "declined",
        /// The person said no to the offer.
        TurnedDown = "turned_down",
        /// The offer was not answered in time.
        Lapsed = "lapsed",
        /// The person took it back.
        Withdrawn = "withdrawn",
    }
}

crate::text_enum! {
    /// What can be asked of an expression of interest.
    pub enum ExpressionVerb {
        /// Consider it.
        Shortlist = "shortlist",
        /// Offer a place.
        Offer = "offer",
        /// Take the place.
        Accept = "accept",
        /// Say no, with a reason and a message.
        Decline = "decline",
        /// Say no to the offer.
        TurnDown = "turn-down",
        /// Take it back.
        Withdraw = "withdraw",
        /// Nothing was answered in time; nobody asks for it.
        Lapse = "lapse",
    }
}

crate::words!(ExpressionStatus);

// What an event is called once the step was taken.
crate::verbs! { ExpressionVerb:
    Shortlist => "shortlisted",
    Offer => "offered",
    Accept => "accepted",
    Decline => "declined",
    TurnDown => "turned_down",
    Withdraw => "withdrawn",
    Lapse => "lapsed",
}

use ExpressionStatus::{Accepted, Declined, Lapsed, Offered, Received, Shortlisted, TurnedDown, Withdrawn};
use ExpressionVerb::{Accept, Decline, Lapse, Offer, Shortlist, TurnDown, Withdraw};

/// Every step that can be asked for.
pub static LIFE: Life<ExpressionStatus, ExpressionVerb> = Life {
    resource: "expression",
    name: "expression of interest",
    edges: &[
        (Received, Shortlist, Shortlisted),
        (Received, Offer, Offered),
        (Shortlisted, Offer, Offered),
        (Offered, Accept, Accepted),
        (Offered, TurnDown, TurnedDown),
        (Received, Decline, Declined),
        (Shortlisted, Decline, Declined),
        (Offered, Decline, Declined),
        (Received, Withdraw, Withdrawn),
        (Shortlisted, Withdraw, Withdrawn),
        (Offered, Withdraw, Withdrawn),
        (Accepted, Withdraw, Withdrawn),
    ],
};

/// The step that an offer takes by itself when `respond_by` passes.
pub const BY_ITSELF: (ExpressionStatus, ExpressionVerb, ExpressionStatus) = (Offered, Lapse, Lapsed);

/// The states in which nothing is decided yet: those that can be declined.
pub const UNDECIDED: [ExpressionStatus; 3] = [Received, Shortlisted, Offered];

/// The state at a moment: an offer has lapsed once `respond_by` has come.
#[must_use]
pub fn at(status: ExpressionStatus, respond_by: Option<Instant>, now: Instant) -> ExpressionStatus {
    if status == Offered && respond_by.is_some_and(|respond_by| respond_by <= now) { Lapsed } else { status }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offer_lapses_at_the_very_moment() {
        let now: Instant = "2026-05-01T12:00:00Z".parse().unwrap();
        for (status, respond_by, wanted) in [
            (Offered, None, Offered),
            (Offered, Some(now.plus_minutes(1)), Offered),
            (Offered, Some(now), Lapsed),
            (Accepted, Some(now), Accepted),
        ] {
            assert_eq!(at(status, respond_by, now), wanted, "{status} {respond_by:?}");
        }
    }

    #[test]
    fn exactly_the_undecided_can_be_declined() {
        let declinable: Vec<_> = LIFE.sources(Decline);
        assert_eq!(declinable, UNDECIDED.map(ExpressionStatus::as_str));
        assert!(LIFE.edges.iter().all(|(_, verb, _)| *verb != Lapse));
    }
}
