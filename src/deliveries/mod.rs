//! What a person must be told, in their format: nothing that they wait for is decided in silence.
//! For now each is an entry of a worklist that staff mark done.

use crate::db::Writer;
use crate::db::ids::{ServiceId, VolunteerId};
use crate::http::Routes;
use crate::refusal::Done;

crate::text_enum! {
    /// What a delivery is about.
    pub enum About {
        /// An offer of a place.
        Offer = "offer",
        /// A decline, with its message.
        Decline = "decline",
        /// An agreement to look at.
        AgreementIssued = "agreement_issued",
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
    _writer: &mut Writer<'_>,
    _volunteer: VolunteerId,
    _service: ServiceId,
    _about: About,
    _subject: (&'static str, uuid::Uuid),
    _message: Option<&str>,
) -> Done<()> {
    unimplemented!()
}

/// Declares the operations.
pub fn routes(_: &mut Routes) {}
