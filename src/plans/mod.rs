//! Involvement plans and their ten points: drafted, submitted, approved, completed.
//! What is advertised under a plan stands in `opportunities`.

use diesel::PgConnection;

use crate::db::Reader;
use crate::db::ids::{PlanId, ServiceId};
use crate::http::Routes;
use crate::refusal::Done;
use crate::text::Line;

crate::text_enum! {
    /// Where a plan is in its life.
    pub enum PlanStatus {
        /// Being written.
        Draft = "draft",
        /// With the leads.
        Submitted = "submitted",
        /// Approved.
        Approved = "approved",
        /// Done.
        Completed = "completed",
        /// Given up.
        Withdrawn = "withdrawn",
    }
}

/// What other features need to know of a plan.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Its id.
    pub id: PlanId,
    /// Its service.
    pub service_id: ServiceId,
    /// Its state.
    pub status: PlanStatus,
    /// Its title.
    pub title: Line,
    /// Whether an approved version is in force: approved, or being revised after an approval.
    pub in_force: bool,
    /// Whether the approved version wants an agreement of its own for everyone; true where it does not say.
    pub agreement_needed: bool,
    /// The link person of the plan, where it names one.
    pub link_person: Option<crate::text::Person>,
}

/// What is known of a plan, whoever asks.
///
/// # Errors
/// Those of the database.
pub fn facts(_conn: &mut PgConnection, _id: PlanId) -> Done<Option<Facts>> {
    unimplemented!()
}

/// What is known of a plan that the asker can see by the grant.
///
/// # Errors
/// Those of the database.
pub fn visible(_reader: &mut Reader<'_>, _id: PlanId) -> Done<Option<Facts>> {
    unimplemented!()
}

/// Declares the operations.
pub fn routes(_: &mut Routes) {}
