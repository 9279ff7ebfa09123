//! The life cycle of an opportunity as one table, and the step that happens at `closes_at`.
//! What each step needs is in `rules`.

use crate::clock::Instant;
use crate::life::Life;

crate::text_enum! {
    /// Status of an opportunity.
    pub enum OpportunityStatus {
        /// Being written, not published yet.
        Draft = "draft",
        /// Published and open to expressions of interest.
        Published = "published",
        /// Closed to new expressions of interest.
        Closed = "closed",
        /// Cancelled: it will not take place.
        Cancelled = "cancelled",
    }
}

crate::text_enum! {
    /// Steps in the life of an opportunity.
    pub enum OpportunityVerb {
        /// Put a draft on the work list of the leads, who publish.
        Propose = "propose",
        /// Publish it.
        Publish = "publish",
        /// Close it to new expressions of interest.
        Close = "close",
        /// Open it to expressions of interest again.
        Reopen = "reopen",
        /// Cancel it.
        Cancel = "cancel",
    }
}

crate::words!(OpportunityStatus);

// What an event is called once the step was taken.
crate::verbs! { OpportunityVerb:
    Propose => "proposed",
    Publish => "published",
    Close => "closed",
    Reopen => "reopened",
    Cancel => "cancelled",
}

use OpportunityStatus::{Cancelled, Closed, Draft, Published};
use OpportunityVerb::{Cancel, Close, Propose, Publish, Reopen};

/// The life cycle of an opportunity: every step that a caller can ask for.
pub const LIFE: Life<OpportunityStatus, OpportunityVerb> = Life {
    resource: "opportunity",
    name: "opportunity",
    edges: &[
        (Draft, Propose, Draft),
        (Draft, Publish, Published),
        (Published, Close, Closed),
        (Closed, Reopen, Published),
        (Draft, Cancel, Cancelled),
        (Published, Cancel, Cancelled),
        (Closed, Cancel, Cancelled),
    ],
};

/// The step by the passing of time, when `closes_at` has come.
pub const CLOSES: (OpportunityStatus, OpportunityVerb, OpportunityStatus) = (Published, Close, Closed);

/// The same as a table.
pub static BY_TIME: Life<OpportunityStatus, OpportunityVerb> = Life { edges: &[CLOSES], ..LIFE };

/// The status at a moment: a published opportunity is closed from `closes_at` on.
#[must_use]
pub fn at(status: OpportunityStatus, closes_at: Option<Instant>, now: Instant) -> OpportunityStatus {
    if status == Published && closes_at.is_some_and(|closes_at| closes_at <= now) { Closed } else { status }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_closes_at_the_very_moment_and_only_when_published() {
        let now: Instant = "2026-05-01T12:00:00Z".parse().unwrap();
        let (before, after) = (now.plus_minutes(-1), now.plus_minutes(1));
        for (status, closes_at, wanted) in [
            (Published, Some(after), Published),
            (Published, Some(now), Closed),
            (Published, Some(before), Closed),
            (Draft, Some(before), Draft),
            (Draft, None, Draft),
            (Cancelled, Some(before), Cancelled),
            (Closed, Some(after), Closed),
        ] {
            assert_eq!(at(status, closes_at, now), wanted, "{status} {closes_at:?}");
        }
    }

    #[test]
    fn nothing_leads_out_of_cancelled() {
        assert!(LIFE.allowed(Cancelled).is_empty());
        assert_eq!(LIFE.allowed(Closed), ["reopen", "cancel"]);
    }
}
