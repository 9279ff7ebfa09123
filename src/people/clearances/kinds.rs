//! The closed lists by which a clearance is described, and requirements as kinds of clearance.
//! How a clearance stands on a day is decided in `rules`.

use crate::text::Label;
use crate::vocabulary::clearance::{ClearanceKind, Required};

crate::text_enum! {
    /// How far a clearance has come.
    pub enum ClearanceState {
        /// Asked for.
        Requested = "requested",
        /// Under way.
        InProgress = "in_progress",
        /// Given.
        Cleared = "cleared",
        /// Given, with restrictions.
        ClearedWithRestrictions = "cleared_with_restrictions",
        /// Refused.
        NotCleared = "not_cleared",
    }
}

impl ClearanceState {
    /// It was given: it counts while it is in date.
    pub const GIVEN: &'static [Self] = &[Self::Cleared, Self::ClearedWithRestrictions];
    /// It is asked for or under way.
    pub const UNDER_WAY: &'static [Self] = &[Self::Requested, Self::InProgress];
}

crate::text_enum! {
    /// Where training was done.
    pub enum TrainedHow {
        /// With the trust, while it used this service.
        Here = "here",
        /// Before the trust used this service, or at another trust.
        Before = "before",
    }
}

crate::text_enum! {
    /// For work with whom an enhanced check was made.
    pub enum Workforce {
        /// Adults.
        Adult = "adult",
        /// Children.
        Child = "child",
        /// Both.
        Both = "both",
    }
}

crate::text_enum! {
    /// How a clearance stands on a day.
    pub enum ClearanceStatus {
        /// Asked for, or not yet issued.
        Pending = "pending",
        /// In date.
        Valid = "valid",
        /// In date for 60 days at most.
        Expiring = "expiring",
        /// Out of date.
        Expired = "expired",
        /// Refused.
        NotCleared = "not_cleared",
    }
}

impl ClearanceStatus {
    /// Whether it counts on that day.
    #[must_use]
    pub fn in_date(self) -> bool {
        matches!(self, Self::Valid | Self::Expiring)
    }
}

crate::text_enum! {
    /// What must be looked at before somebody with this clearance starts.
    pub enum ClearanceWarning {
        /// It was given with restrictions.
        Restrictions = "restrictions",
    }
}

/// Required clearances and codes of training, as kinds of clearance.
pub(super) fn kinds_of<'r>(
    required: &'r [Required],
    training: &'r [Label],
) -> impl Iterator<Item = ClearanceKind> + 'r {
    let kinds = required.iter().map(|required| required.kind.clone());
    kinds.chain(training.iter().map(|code| ClearanceKind::training(code)))
}

/// The required kinds, each once: clearances first, then training.
#[must_use]
pub fn required(required: &[Required], training: &[Label]) -> Vec<ClearanceKind> {
    let mut once: Vec<ClearanceKind> = Vec::new();
    for kind in kinds_of(required, training) {
        if !once.contains(&kind) {
            once.push(kind);
        }
    }
    once
}
