//! Opportunities to be involved: drafted under a plan, published with an explicit offer, closed in time.
//! Who wants to take one up stands in `expressions`.

pub mod kinds;
pub mod offer;

use diesel::PgConnection;

use crate::clearances::Required;
use crate::clock::{Day, Instant};
use crate::db::ids::{OpportunityId, PlanId, ServiceId};
use crate::db::{Reader, Writer};
use crate::http::Routes;
use crate::refusal::Done;
use crate::text::{Line, Person, Word};
pub use offer::{Basis, Offer};

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

/// What other features need to know of an opportunity.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Its id.
    pub id: OpportunityId,
    /// Its plan.
    pub plan_id: PlanId,
    /// Its service.
    pub service_id: ServiceId,
    /// Its state at this moment: one whose `closes_at` has passed is closed.
    pub status: OpportunityStatus,
    /// Its title.
    pub title: Line,
    /// How many may accept.
    pub places: i32,
    /// Its basis, from publication on.
    pub basis: Option<Basis>,
    /// Its offer, from publication on.
    pub offer: Option<Offer>,
    /// The clearances that everyone who starts must hold.
    pub clearances_required: Vec<Required>,
    /// Codes of the training that everyone who starts must have.
    pub training_required: Vec<Word>,
    /// The first day.
    pub starts_on: Option<Day>,
    /// The last day.
    pub ends_on: Option<Day>,
    /// Whom to ask.
    pub contact: Option<Person>,
}

/// What is known of an opportunity, whoever asks.
///
/// # Errors
/// Those of the database.
pub fn facts(_conn: &mut PgConnection, _id: OpportunityId, _now: Instant) -> Done<Option<Facts>> {
    unimplemented!()
}

/// What is known of an opportunity that the asker can see by the grant.
///
/// # Errors
/// Those of the database.
pub fn visible(_reader: &mut Reader<'_>, _id: OpportunityId) -> Done<Option<Facts>> {
    unimplemented!()
}

/// Takes one of the places, under the opportunity's lock.
///
/// # Errors
/// `no-places-left`.
pub fn take_place(_writer: &mut Writer<'_>, _id: OpportunityId) -> Done<()> {
    unimplemented!()
}

/// Gives a place back.
///
/// # Errors
/// Those of the database.
pub fn free_place(_writer: &mut Writer<'_>, _id: OpportunityId) -> Done<()> {
    unimplemented!()
}

/// Closes what should have closed by itself, a hundred at most; answers how many.
///
/// # Errors
/// Those of the database.
pub fn close_due(_writer: &mut Writer<'_>) -> Done<usize> {
    unimplemented!()
}

/// Declares the operations.
pub fn routes(_: &mut Routes) {}
