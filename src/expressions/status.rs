//! The life cycle of an expression of interest as one table, and the step that happens at `respond_by`.
//! What each step needs is in `rules`.

use crate::clock::Instant;
use crate::life::Life;

crate::text_enum! {
    /// Status of an expression of interest.
    pub enum ExpressionStatus {
        /// Received by the service.
        Received = "received",
        /// Being considered for a place.
        Shortlisted = "shortlisted",
        /// On the reserve list: all places are taken or offered, and the person is asked if one becomes free.
        OnReserve = "reserve",
        /// The service offered a place.
        Offered = "offered",
        /// The person accepted the place.
        Accepted = "accepted",
        /// The service declined it, with a reason and a message.
        Declined = "declined",
        /// The person turned down the offer.
        TurnedDown = "turned_down",
        /// The offer was not answered in time.
        Lapsed = "lapsed",
        /// The person withdrew it.
        Withdrawn = "withdrawn",
        /// The agreement that followed has ended, and the place is free again.
        Ended = "ended",
    }
}

crate::text_enum! {
    /// Steps in the life of an expression of interest.
    pub enum ExpressionVerb {
        /// Consider the person for a place.
        Shortlist = "shortlist",
        /// Put the person on the reserve list.
        Reserve = "reserve",
        /// Offer a place.
        Offer = "offer",
        /// Accept the offered place.
        Accept = "accept",
        /// Decline it, with a reason and a message.
        Decline = "decline",
        /// Turn down the offered place.
        TurnDown = "turn-down",
        /// Withdraw it.
        Withdraw = "withdraw",
        /// Let an offer end that was not answered in time; happens automatically.
        Lapse = "lapse",
        /// Free the place, because the agreement has ended; happens with the end of the agreement.
        End = "end",
    }
}

crate::words!(ExpressionStatus);

// What an event is called once the step was taken.
crate::verbs! { ExpressionVerb:
    Shortlist => "shortlisted",
    Reserve => "reserved",
    Offer => "offered",
    Accept => "accepted",
    Decline => "declined",
    TurnDown => "turned_down",
    Withdraw => "withdrawn",
    Lapse => "lapsed",
    End => "ended",
}

impl ExpressionStatus {
    /// The service has to decide.
    pub const TO_DECIDE: &'static [Self] = &[Received, Shortlisted];
    /// The person is considered for a place, or has one: they are engaged. The views `engaged_volunteers` and
    /// `participants` have the same words.
    pub const ENGAGED: &'static [Self] = &[Shortlisted, OnReserve, Offered, Accepted];
    /// It is not over: nobody has a second one for the same opportunity.
    pub const OPEN: &'static [Self] = &[Received, Shortlisted, OnReserve, Offered, Accepted];
    /// The person took a place, whether they still have it or not.
    pub const PLACED: &'static [Self] = &[Accepted, Ended];
    /// It is over.
    pub const OVER: &'static [Self] = &[Declined, Withdrawn, TurnedDown, Lapsed, Ended];
    /// The service answered. The view `answered_volunteers` has the same words.
    pub const ANSWERED: &'static [Self] =
        &[Shortlisted, OnReserve, Offered, Accepted, Declined, TurnedDown, Lapsed, Ended];
}

use ExpressionStatus::{
    Accepted, Declined, Ended, Lapsed, Offered, OnReserve, Received, Shortlisted, TurnedDown, Withdrawn,
};
use ExpressionVerb::{Accept, Decline, End, Lapse, Offer, Reserve, Shortlist, TurnDown, Withdraw};

/// The life cycle of an expression of interest: every step that a caller can ask for.
pub const LIFE: Life<ExpressionStatus, ExpressionVerb> = Life {
    resource: "expression",
    name: "expression of interest",
    edges: &[
        (Received, Shortlist, Shortlisted),
        (Received, Reserve, OnReserve),
        (Shortlisted, Reserve, OnReserve),
        (Received, Offer, Offered),
        (Shortlisted, Offer, Offered),
        (OnReserve, Offer, Offered),
        (Offered, Accept, Accepted),
        (Offered, TurnDown, TurnedDown),
        (Received, Decline, Declined),
        (Shortlisted, Decline, Declined),
        (OnReserve, Decline, Declined),
        (Offered, Decline, Declined),
        (Received, Withdraw, Withdrawn),
        (Shortlisted, Withdraw, Withdrawn),
        (OnReserve, Withdraw, Withdrawn),
        (Offered, Withdraw, Withdrawn),
        (Accepted, Withdraw, Withdrawn),
    ],
};

/// The step that an offer takes by the passing of time, when `respond_by` has come.
pub const LAPSES: (ExpressionStatus, ExpressionVerb, ExpressionStatus) = (Offered, Lapse, Lapsed);

/// The same as a table.
pub static BY_TIME: Life<ExpressionStatus, ExpressionVerb> = Life { edges: &[LAPSES], ..LIFE };

/// The step that an accepted place takes when the agreement that followed has ended.
pub const ENDS: (ExpressionStatus, ExpressionVerb, ExpressionStatus) = (Accepted, End, Ended);

/// The same as a table.
pub static BY_AGREEMENT: Life<ExpressionStatus, ExpressionVerb> = Life { edges: &[ENDS], ..LIFE };

/// The statuses in which nothing is decided yet and that can be declined.
pub const UNDECIDED: [ExpressionStatus; 4] = [Received, Shortlisted, OnReserve, Offered];

/// The status at a moment: an offer is lapsed from `respond_by` on.
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
        assert!(LIFE.edges.iter().all(|(_, verb, _)| !matches!(verb, Lapse | End)));
    }
}
