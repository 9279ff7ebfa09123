//! What a delivery is about: a decision, an update or another event that a volunteer must be told of.
//! What each follows from, and what it supersedes, is in `told`.

crate::text_enum! {
    /// What a delivery is about.
    pub enum About {
        /// The volunteer is offered a place.
        Offer = "offer",
        /// The volunteer is on the reserve list.
        Reserved = "reserved",
        /// The volunteer's expression of interest was declined.
        Decline = "decline",
        /// An opportunity in which the volunteer has a place was cancelled.
        OpportunityCancelled = "opportunity_cancelled",
        /// An agreement was issued for the volunteer to accept.
        AgreementIssued = "agreement_issued",
        /// The volunteer has another link person.
        LinkPersonChanged = "link_person_changed",
        /// A clearance of the volunteer will soon expire.
        ClearanceExpiring = "clearance_expiring",
        /// A plan of which the volunteer is a member was approved.
        PlanApproved = "plan_approved",
        /// A plan of which the volunteer is a member was returned to be changed.
        PlanReturned = "plan_returned",
        /// A claim was returned, with the reason.
        ClaimReturned = "claim_returned",
        /// A claim was rejected, with the reason.
        ClaimRejected = "claim_rejected",
        /// The approval of a claim was undone, with the reason; it will be decided again.
        ClaimReopened = "claim_reopened",
        /// A claim was approved, and not all of it is paid: a line was reduced, or came to less than was spent.
        ClaimApproved = "claim_approved",
        /// A better rate is paid for what was claimed before.
        ClaimToppedUp = "claim_topped_up",
        /// A claim was paid.
        ClaimPaid = "claim_paid",
        /// A payment could not be made; it will be tried again.
        PaymentFailed = "payment_failed",
        /// The bank sent a payment back; it will be tried again.
        PaymentReturned = "payment_returned",
        /// Money that was paid to the volunteer by mistake is to come back.
        RecoveryProposed = "recovery_proposed",
        /// Money came back, the trust gave it up, or the bank sent back what it was taken off.
        RecoverySettled = "recovery_settled",
        /// The numbers with which finance pays the volunteer were changed.
        PayeeChanged = "payee_changed",
        /// There is a decision on the volunteer's feedback.
        FeedbackDecided = "feedback_decided",
        /// There is an update on a plan.
        Update = "update",
        /// One or more sessions are planned for the volunteer.
        SessionPlanned = "session_planned",
        /// The time, the place or the way of meeting of one or more sessions changed.
        SessionChanged = "session_changed",
        /// A session moved to a day that the volunteer's agreement does not cover.
        SessionMovedAway = "session_moved_away",
        /// A session is near.
        SessionReminder = "session_reminder",
        /// A session was cancelled.
        SessionCancelled = "session_cancelled",
        /// The trust ended an agreement.
        AgreementEnded = "agreement_ended",
    }
}

impl About {
    /// Whether it asks something that can be answered by a secret address. The view `questions_of_deliveries` has the same
    /// words.
    pub(super) const fn asks(self) -> bool {
        matches!(
            self,
            Self::Offer | Self::AgreementIssued | Self::SessionPlanned | Self::SessionChanged | Self::SessionReminder
        )
    }

    /// Whether it says nothing but the question: once that is answered or has ended, there is nothing left to say. An
    /// agreement is to be read also once it is accepted.
    pub(super) const fn only_asks(self) -> bool {
        self.asks() && !matches!(self, Self::AgreementIssued)
    }

    /// Whether it is about money: that is told to somebody who has left, too.
    pub(super) const fn is_about_money(self) -> bool {
        match self {
            Self::ClaimReturned
            | Self::ClaimRejected
            | Self::ClaimReopened
            | Self::ClaimApproved
            | Self::ClaimToppedUp
            | Self::ClaimPaid
            | Self::PaymentFailed
            | Self::PaymentReturned
            | Self::RecoveryProposed
            | Self::RecoverySettled
            | Self::PayeeChanged => true,
            Self::Offer
            | Self::Reserved
            | Self::Decline
            | Self::OpportunityCancelled
            | Self::AgreementIssued
            | Self::LinkPersonChanged
            | Self::ClearanceExpiring
            | Self::PlanApproved
            | Self::PlanReturned
            | Self::FeedbackDecided
            | Self::Update
            | Self::SessionPlanned
            | Self::SessionChanged
            | Self::SessionMovedAway
            | Self::SessionReminder
            | Self::SessionCancelled
            | Self::AgreementEnded => false,
        }
    }
}
