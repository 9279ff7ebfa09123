//! The typed ids of every resource, and the source of new ids.
//! Ids are UUIDv7 (RFC 9562) and made only here, so that a list sorted by id is sorted by age.

use std::sync::Mutex;
use std::sync::PoisonError;

use uuid::Uuid;

/// An id that can stand in a path.
pub trait PathId: From<Uuid> + Copy + Send + Sync + 'static {}

crate::ids! {
    /// Unique identifier (UUIDv7) of an actor. The names in the table of actors are removed by erasure; the id stays.
    ActorId;
    /// Unique identifier (UUIDv7) of a service of the trust.
    ServiceId;
    /// Unique identifier (UUIDv7) of an involvement plan.
    PlanId;
    /// Unique identifier (UUIDv7) of an approved version of a plan.
    PlanVersionId;
    /// Unique identifier (UUIDv7) of a volunteer's membership of a plan.
    PlanMemberId;
    /// Unique identifier (UUIDv7) of a comment on a plan.
    PlanCommentId;
    /// Unique identifier (UUIDv7) of an opportunity.
    OpportunityId;
    /// Unique identifier (UUIDv7) of a volunteer.
    VolunteerId;
    /// Unique identifier (UUIDv7) of a volunteer's lived experience of a service.
    ExperienceId;
    /// Unique identifier (UUIDv7) of a volunteer's clearance or training.
    ClearanceId;
    /// Unique identifier (UUIDv7) of a training in the list that leads keep.
    TrainingId;
    /// Unique identifier (UUIDv7) of a reminder that a clearance expires.
    ClearanceReminderId;
    /// Unique identifier (UUIDv7) of an expression of interest.
    ExpressionId;
    /// Unique identifier (UUIDv7) of an agreement.
    AgreementId;
    /// Unique identifier (UUIDv7) of a support contact.
    SupportContactId;
    /// Unique identifier (UUIDv7) of an induction.
    InductionId;
    /// Unique identifier (UUIDv7) of an item of an induction's checklist.
    InductionItemId;
    /// Unique identifier (UUIDv7) of a session.
    SessionId;
    /// Unique identifier (UUIDv7) of a reply to a session.
    SessionReplyId;
    /// Unique identifier (UUIDv7) of what is arranged for somebody at a session.
    ArrangementId;
    /// Unique identifier (UUIDv7) of a version of the reimbursement policy.
    PolicyId;
    /// Unique identifier (UUIDv7) of a claim.
    ClaimId;
    /// Unique identifier (UUIDv7) of a line of a claim.
    ClaimLineId;
    /// Unique identifier (UUIDv7) of a payment.
    PaymentId;
    /// Unique identifier (UUIDv7) of a payment run.
    PaymentRunId;
    /// Unique identifier (UUIDv7) of a recovery: money that was paid by mistake and is to come back.
    RecoveryId;
    /// Unique identifier (UUIDv7) of a repayment of a recovery.
    RepaymentId;
    /// Unique identifier (UUIDv7) of an item of feedback.
    FeedbackId;
    /// Unique identifier (UUIDv7) of a delivery: a message to a person, emailed or on the work list.
    DeliveryId;
    /// Unique identifier (UUIDv7) of an update of a plan.
    UpdateId;
    /// Unique identifier (UUIDv7) of a channel.
    ChannelId;
    /// Unique identifier (UUIDv7) of a placement of an advert in a channel.
    PlacementId;
    /// Unique identifier (UUIDv7) of a receipt.
    ReceiptId;
    /// Unique identifier (UUIDv7) of a template file of the guidance.
    TemplateFileId;
    /// Unique identifier (UUIDv7) of a file in the object store.
    FileId;
    /// Unique identifier (UUIDv7) of an access log entry: who read sensitive data of a volunteer.
    LookId;
    /// Unique identifier (UUIDv7) of a release of a volunteer's export.
    ExportReleaseId;
    /// Unique identifier (UUIDv7) of a retention period.
    RetentionPeriodId;
    /// Unique identifier (UUIDv7) of a webhook.
    WebhookId;
    /// Unique identifier (UUIDv7) of an attempt to send an event to a webhook.
    WebhookAttemptId;
    /// Unique identifier (UUIDv7) of the refusal of a log-in or token.
    RefusedTokenId;
    /// Unique identifier (UUIDv7) of the address at which a calendar app reads a volunteer's sessions.
    CalendarAddressId;
    /// Unique identifier (UUIDv7) of the services that a member of staff was given.
    StaffServicesId;
}

/// The source of new ids: UUIDv7 of the current time, ascending within the process, unless the demonstration fixes
/// them.
#[derive(Debug, Default)]
pub struct IdSource {
    foreseen: Mutex<Option<(u64, u64)>>,
}

impl IdSource {
    /// A new id of any type.
    pub fn next<I: From<Uuid>>(&self) -> I {
        I::from(Uuid::now_v7())
    }

    /// The id of a new record; while the demonstration is loaded, a fixed id.
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

    /// Fixes the ids of the records that the next step of the demonstration creates, or returns to new ids with `None`,
    /// so that demonstration data has the same ids everywhere.
    pub fn foresee(&self, step: Option<u64>) {
        *self.foreseen.lock().unwrap_or_else(PoisonError::into_inner) = step.map(|step| (step, 0));
    }
}

/// The UUIDv7 of a step of the demonstration and of the n-th record that the step creates.
#[must_use]
pub fn numbered(step: u64, place: u64) -> Uuid {
    const START_MILLIS: u64 = 1_775_430_000_000;
    let mut tail = [0u8; 10];
    tail[2..].copy_from_slice(&place.to_be_bytes());
    uuid::Builder::from_unix_timestamp_millis(START_MILLIS + step, &tail).into_uuid()
}
