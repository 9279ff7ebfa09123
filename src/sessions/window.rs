//! The last day to claim for a session, by the policy in force on its day.
//! `policies::calculator::window` counts the days.

use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;

use crate::clock::Day;
use crate::policies::Published;
use crate::policies::calculator::{Version, in_force, window};

/// A published policy version, in the form that the calculator chooses from.
struct Candidate<'p>(&'p Published);

impl Version for Candidate<'_> {
    fn effective_from(&self) -> Date {
        self.0.effective_from.date()
    }

    fn published_at(&self) -> Timestamp {
        Timestamp::from_microsecond(self.0.published_at.as_micros()).unwrap_or_default()
    }

    fn id(&self) -> Uuid {
        self.0.id.into()
    }
}

/// The last day to claim for this day without a reason; none where no policy is in force on it.
#[must_use]
pub fn claim_by(published: &[Published], day: Day) -> Option<Day> {
    let candidates: Vec<Candidate<'_>> = published.iter().map(Candidate).collect();
    let policy = in_force(&candidates, day.date())?;
    Some(window::claim_by(day.date(), policy.0.terms.claim_window).into())
}
