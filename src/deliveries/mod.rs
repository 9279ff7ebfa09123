//! What a person must be told, in their format: nothing that they wait for is decided in silence.
//! For now each is an entry of a worklist that staff mark done.

mod routes;
mod status;
mod store;
pub mod views;

use crate::db::ids::{ServiceId, VolunteerId};
use crate::db::{Change, Writer};
use crate::refusal::{Done, Failure};
use crate::volunteers;

pub use routes::routes;
pub use status::{DeliveryStatus, LIFE};

crate::text_enum! {
    /// What a delivery is about.
    pub enum About {
        /// An offer of a place.
        Offer = "offer",
        /// A decline, with its message.
        Decline = "decline",
        /// An agreement to look at.
        AgreementIssued = "agreement_issued",
        /// Another link person.
        LinkPersonChanged = "link_person_changed",
        /// A clearance that will soon count no longer.
        ClearanceExpiring = "clearance_expiring",
        /// A plan that the person shapes was approved.
        PlanApproved = "plan_approved",
        /// A plan that the person shapes was given back to be changed.
        PlanReturned = "plan_returned",
        /// A claim sent back, with the reason.
        ClaimReturned = "claim_returned",
        /// A claim rejected, with the reason.
        ClaimRejected = "claim_rejected",
        /// A payment made.
        ClaimPaid = "claim_paid",
        /// What became of feedback.
        FeedbackDecided = "feedback_decided",
    }
}

/// Puts on the worklist that a person is to be told something, in the way they prefer; in the transaction of the decision.
///
/// # Errors
/// Those of the database.
pub fn tell(
    writer: &mut Writer<'_>,
    volunteer: VolunteerId,
    service: ServiceId,
    about: About,
    subject: (&'static str, uuid::Uuid),
    message: Option<&str>,
) -> Done<()> {
    let person = volunteers::facts(writer.conn, volunteer)?;
    let channel = person.ok_or_else(|| Failure::broken("nobody to tell"))?.preferred_contact;
    let id = store::insert(writer, store::New { volunteer, service, about, subject, channel, message })?;
    writer.note(Change::new(LIFE.resource, id, 1, "create").to(DeliveryStatus::Pending));
    Ok(())
}

/// Somebody who is to be told of something of theirs.
#[derive(Clone, Copy, Debug)]
pub struct Told {
    /// Who.
    pub volunteer: VolunteerId,
    /// Which service tells them.
    pub service: ServiceId,
    /// Of what: the id of a thing of the kind that they all have.
    pub subject: uuid::Uuid,
}

/// The same for many people at once, each about their own thing of this kind, without a message: one statement.
///
/// # Errors
/// Those of the database; a fault of ours where one of them is not there.
pub fn tell_all(writer: &mut Writer<'_>, about: About, kind: &'static str, people: &[Told]) -> Done<()> {
    if people.is_empty() {
        return Ok(());
    }
    for id in store::insert_all(writer, about, kind, people)? {
        writer.note(Change::new(LIFE.resource, id, 1, "create").to(DeliveryStatus::Pending));
    }
    Ok(())
}
