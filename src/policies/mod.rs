//! Reimbursement policies: the terms of each version, and the calculator that works claims out by them.
//! Not here: claims themselves, nor who may publish.

pub mod calculator;
mod feature;
mod routes;
pub mod status;
mod store;
pub mod terms;
pub mod views;

use diesel::PgConnection;

use crate::clock::{Day, Instant};
use crate::db::ids::PolicyId;
use crate::refusal::{Done, Kind, Refusal};
use crate::work::Writer;
pub use feature::FEATURE;
pub use routes::routes;

/// A published version of the reimbursement policy.
#[derive(Clone, Debug)]
pub struct Published {
    /// The version's id.
    pub id: PolicyId,
    /// First day the version applies.
    pub effective_from: Day,
    /// When it was published.
    pub published_at: Instant,
    /// Its rates and rules.
    pub terms: terms::Terms,
}

/// Locks every published version against another call of this function and returns them all; `id` must be one of them.
///
/// # Errors
/// `not-found`, `precondition-failed`; `invalid-transition` where `id` is a draft.
pub fn hold_published(writer: &mut Writer<'_>, id: PolicyId) -> Done<Vec<Published>> {
    let (row, ..) = store::find(writer, id)?;
    writer.matches(row.version)?;
    if row.status != status::PolicyStatus::Published {
        let mut refusal =
            Refusal::new(Kind::InvalidTransition, "This policy is a draft, so it is not in force. Publish it first.");
        refusal.allowed = Some(status::LIFE.allowed(row.status));
        return Err(refusal.into());
    }
    store::hold_published(writer)?;
    store::published(writer.conn)
}

/// A version with the days on which it is in force, end not included; none where other versions supersede it on every
/// day.
#[must_use]
pub fn in_force_from(versions: &[Published], id: PolicyId) -> Option<(&Published, (Day, Option<Day>))> {
    let version = versions.iter().find(|version| version.id == id)?;
    let (from, until) = calculator::days_in_force(versions, version)?;
    Some((version, (from.into(), until.map(Into::into))))
}

/// Every published version, oldest first, for the calculator to choose from.
///
/// # Errors
/// Database errors.
pub fn published(conn: &mut PgConnection) -> Done<Vec<Published>> {
    store::published(conn)
}

impl calculator::Version for Published {
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
