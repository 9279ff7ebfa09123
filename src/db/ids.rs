//! The typed ids of everything the service keeps, and where new ones come from.
//! Ids are UUIDv7 (RFC 9562), made here and nowhere else, so that lists by id are lists by age.

use std::sync::Mutex;
use std::sync::PoisonError;

use uuid::Uuid;

crate::ids! {
    /// Who acted: a key into the table of actors, which erasure empties.
    ActorId;
    /// A service of the trust.
    ServiceId;
    /// An involvement plan.
    PlanId;
    /// An opportunity to be involved.
    OpportunityId;
    /// A person who is, was or may be involved.
    VolunteerId;
    /// A person's lived experience of a service.
    ExperienceId;
    /// A clearance or a piece of training of a person.
    ClearanceId;
    /// An expression of interest in an opportunity.
    ExpressionId;
    /// An agreement with a volunteer.
    AgreementId;
    /// A session of an opportunity.
    SessionId;
    /// A version of the reimbursement policy.
    PolicyId;
    /// A claim.
    ClaimId;
    /// A line of a claim.
    ClaimLineId;
    /// A payment.
    PaymentId;
    /// A payment run.
    PaymentRunId;
    /// An item of feedback.
    FeedbackId;
    /// A message to a person, sent or on a worklist.
    DeliveryId;
    /// A receipt.
    ReceiptId;
}

/// Where new ids come from.
#[derive(Debug, Default)]
pub enum IdSource {
    /// UUIDv7 of this moment, ascending within the process.
    #[default]
    Time,
    /// UUIDv7 counted up from a start, so that demonstration data has the same ids everywhere.
    Counted(Mutex<u64>),
}

impl IdSource {
    /// Ids counted up from the first one after `start`.
    #[must_use]
    pub fn counted(start: u64) -> Self {
        Self::Counted(Mutex::new(start))
    }

    /// The next id, of whichever kind is asked for.
    pub fn next<I: From<Uuid>>(&self) -> I {
        match self {
            Self::Time => I::from(Uuid::now_v7()),
            Self::Counted(last) => {
                let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
                *last += 1;
                I::from(counted(*last))
            }
        }
    }
}

/// A UUIDv7 of the spring of 2026 whose milliseconds count up, with a fixed tail.
fn counted(n: u64) -> Uuid {
    const START_MILLIS: u64 = 1_775_430_000_000;
    let mut tail = [0u8; 10];
    tail[9] = 1;
    uuid::Builder::from_unix_timestamp_millis(START_MILLIS + n, &tail).into_uuid()
}
