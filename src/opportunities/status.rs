//! The life cycle of an opportunity, as one table; what the passing of time does stands beside it.
//! What each step needs stands in `rules`.

use crate::clock::Instant;
use crate::life::Life;

crate::text_enum! {
    /// Where an opportunity is in its life.
    pub enum OpportunityStatus {
        /// Being written.
        Draft = "draft",
        /// Open to expressions of interest.
        Published = "published",
        /// No longer open.
        Closed = "closed",
        /// Will not take place.
        Cancelled = "cancelled",
    }
}

crate::text_enum! {
    /// What can be asked of an opportunity.
    pub enum OpportunityVerb {
        /// Advertise it.
        Publish = "publish",
        /// Take no more interest.
        Close = "close",
        /// Take interest again.
        Reopen = "reopen",
        /// Call it off.
        Cancel = "cancel",
    }
}

crate::words!(OpportunityStatus);

// What an event is called once the step was taken.
crate::verbs! { OpportunityVerb:
    Publish => "published",
    Close => "closed",
    Reopen => "reopened",
    Cancel => "cancelled",
}

use OpportunityStatus::{Cancelled, Closed, Draft, Published};
use OpportunityVerb::{Cancel, Close, Publish, Reopen};

/// Every step that can be asked for.
pub static LIFE: Life<OpportunityStatus, OpportunityVerb> = Life {
    resource: "opportunity",
    name: "opportunity",
    edges: &[
        (Draft, Publish, Published),
        (Published, Close, Closed),
        (Closed, Reopen, Published),
        (Draft, Cancel, Cancelled),
        (Published, Cancel, Cancelled),
        (Closed, Cancel, Cancelled),
    ],
};

/// The step that `closes_at` takes by itself when it passes.
pub const BY_ITSELF: (OpportunityStatus, OpportunityVerb, OpportunityStatus) = (Published, Close, Closed);

/// The state at a moment: what is published is closed once `closes_at` has come.
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
