//! Reimbursement policies: what a version says, and what a claim comes to under it.
//! Not here: claims themselves, nor who may publish.

pub mod calculator;
mod routes;
pub mod status;
mod store;
pub mod terms;
pub mod views;

use diesel::PgConnection;

use crate::clock::{Day, Instant};
use crate::db::ids::PolicyId;
use crate::refusal::Done;
pub use routes::routes;

/// A published version of the reimbursement policy.
#[derive(Clone, Debug)]
pub struct Published {
    /// Its id.
    pub id: PolicyId,
    /// The first day it is in force.
    pub effective_from: Day,
    /// When it was published.
    pub published_at: Instant,
    /// What it says.
    pub terms: terms::Terms,
}

/// Every published version, for the calculator to choose from.
///
/// # Errors
/// Those of the database.
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
