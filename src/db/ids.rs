//! The typed ids of everything the service keeps, and where new ones come from.
//! Ids are UUIDv7 (RFC 9562), made here and nowhere else, so that lists by id are lists by age.

use std::sync::Mutex;
use std::sync::PoisonError;

use uuid::Uuid;

/// An id that can stand in a path.
pub trait PathId: From<Uuid> + Copy + Send + Sync + 'static {}

crate::ids! {
    /// Who acted: a key into the table of actors, which erasure empties.
    ActorId;
    /// A service of the trust.
    ServiceId;
    /// An involvement plan.
    PlanId;
    /// An approved version of a plan.
    PlanVersionId;
    /// A volunteer's place among those who shape a plan.
    PlanMemberId;
    /// A comment on a plan.
    PlanCommentId;
    /// An opportunity to be involved.
    OpportunityId;
    /// A person who is, was or may be involved.
    VolunteerId;
    /// A person's lived experience of a service.
    ExperienceId;
    /// A clearance or a piece of training of a person.
    ClearanceId;
    /// That somebody was reminded of a clearance's end.
    ClearanceReminderId;
    /// An expression of interest in an opportunity.
    ExpressionId;
    /// An agreement with a volunteer.
    AgreementId;
    /// A support contact between a link person and a volunteer.
    SupportContactId;
    /// The induction of a person under an agreement.
    InductionId;
    /// One item of an induction's checklist.
    InductionItemId;
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
    /// An update of a plan.
    UpdateId;
    /// A channel in which opportunities are advertised.
    ChannelId;
    /// An advert that was placed in a channel.
    PlacementId;
    /// A receipt.
    ReceiptId;
    /// A file in the object store.
    FileId;
    /// That somebody looked at something of a person.
    LookId;
    /// How long a kind of personal data is kept.
    RetentionPeriodId;
}

/// Where new ids come from: UUIDv7 of this moment, ascending within the process, unless a script foresees them.
#[derive(Debug, Default)]
pub struct IdSource {
    foreseen: Mutex<Option<(u64, u64)>>,
}

impl IdSource {
    /// A new id, of whichever kind is asked for.
    pub fn next<I: From<Uuid>>(&self) -> I {
        I::from(Uuid::now_v7())
    }

    /// The id of a new thing: the one foreseen, where a script runs.
    pub fn of_a_new_thing<I: From<Uuid>>(&self) -> I {
        let mut foreseen = self.foreseen.lock().unwrap_or_else(PoisonError::into_inner);
        match foreseen.as_mut() {
            None => self.next(),
            Some((step, place)) => {
                *place += 1;
                I::from(numbered(*step, *place))
            }
        }
    }

    /// Foresees the ids of what the next step of a script makes, or nothing any more:
    /// so demonstration data has the same ids everywhere.
    pub fn foresee(&self, step: Option<u64>) {
        *self.foreseen.lock().unwrap_or_else(PoisonError::into_inner) = step.map(|step| (step, 0));
    }
}

/// The UUIDv7 of the n-th step of a script, and of the n-th thing that it makes.
#[must_use]
pub fn numbered(step: u64, place: u64) -> Uuid {
    const START_MILLIS: u64 = 1_775_430_000_000;
    let mut tail = [0u8; 10];
    tail[2..].copy_from_slice(&place.to_be_bytes());
    uuid::Builder::from_unix_timestamp_millis(START_MILLIS + step, &tail).into_uuid()
}
