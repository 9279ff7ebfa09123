//! A published version of the reimbursement policy, as claims are worked out by it.

use serde::Deserialize;

use crate::clock::{Day, Instant};
use crate::db::ids::PolicyId;
use crate::policies::calculator::{Version, days_in_force};
use crate::policies::terms::Terms;

/// A published version of the reimbursement policy.
#[derive(Clone, Debug, Deserialize)]
pub struct Published {
    /// The version's id.
    pub id: PolicyId,
    /// First day the version applies.
    pub effective_from: Day,
    /// When it was published.
    pub published_at: Instant,
    /// Its rates and rules.
    pub terms: Terms,
}

impl Version for Published {
    fn effective_from(&self) -> jiff::civil::Date {
        self.effective_from.date()
    }

    fn published_at(&self) -> jiff::Timestamp {
        self.published_at.timestamp()
    }

    fn id(&self) -> uuid::Uuid {
        self.id.into()
    }
}

/// A version with the days on which it is in force, end not included; none where other versions supersede it on every
/// day.
#[must_use]
pub fn in_force_from(versions: &[Published], id: PolicyId) -> Option<(&Published, (Day, Option<Day>))> {
    let version = versions.iter().find(|version| version.id == id)?;
    let (from, until) = days_in_force(versions, version)?;
    Some((version, (from.into(), until.map(Into::into))))
}
