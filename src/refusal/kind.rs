//! The kinds of refusal: one word each, on which clients rely.

crate::text_enum! {
    /// Kind of refusal; the word is the problem's code, on which clients rely.
    pub enum Kind {
        /// The body is not JSON, or repeats a member.
        MalformedBody = "malformed-body",
        /// A parameter or header is unknown, repeated or malformed.
        InvalidParameter = "invalid-parameter",
        /// The cursor does not belong to this list.
        InvalidCursor = "invalid-cursor",
        /// The operation moves money and needs a key, so that a retry can't move it twice.
        IdempotencyKeyRequired = "idempotency-key-required",
        /// There is no token, or it is not valid.
        Unauthenticated = "unauthenticated",
        /// The role may not do this.
        Forbidden = "forbidden",
        /// The role may do this, but the scope of the token leaves it out.
        InsufficientScope = "insufficient-scope",
        /// The role may not write this field.
        FieldForbidden = "field-forbidden",
        /// The resource is unknown, or not visible to the caller.
        NotFound = "not-found",
        /// The path exists, but not with this method.
        MethodNotAllowed = "method-not-allowed",
        /// The caller accepts none of the media types of the answer.
        NotAcceptable = "not-acceptable",
        /// The body is larger than the operation accepts.
        TooLarge = "too-large",
        /// The request took too long to arrive.
        RequestTimeout = "request-timeout",
        /// A scanner found malware in the file.
        FileInfected = "file-infected",
        /// The operation does not accept this media type.
        UnsupportedMediaType = "unsupported-media-type",
        /// The status does not allow this step.
        InvalidTransition = "invalid-transition",
        /// The field can't be changed in this status.
        NotEditable = "not-editable",
        /// An id in the body is unknown, or not visible to the caller.
        UnknownReference = "unknown-reference",
        /// The version in `If-Match` is not the current one.
        PreconditionFailed = "precondition-failed",
        /// The change needs `If-Match`.
        PreconditionRequired = "precondition-required",
        /// The body does not fit the schema, or breaks a rule that needs nothing but the body.
        Invalid = "invalid",
        /// The key was used for another request.
        IdempotencyKeyReused = "idempotency-key-reused",
        /// The first request with this key is still running.
        IdempotencyInProgress = "idempotency-in-progress",
        /// The code or number is already in use.
        AlreadyExists = "already-exists",
        /// The service takes no new plans.
        ServiceInactive = "service-inactive",
        /// A point of the plan is not met.
        PlanNotReady = "plan-not-ready",
        /// Something under the plan is still open.
        PlanHasOpenItems = "plan-has-open-items",
        /// The plan has no approved version.
        PlanNotApproved = "plan-not-approved",
        /// The opportunity lacks something that publication needs.
        NotPublishable = "not-publishable",
        /// The opportunity differs from its approved plan, and nobody said why.
        CautionsUnanswered = "cautions-unanswered",
        /// The opportunity does not take expressions of interest now.
        OpportunityNotOpen = "opportunity-not-open",
        /// The rule of the channel excludes the opportunity.
        ChannelNotAllowed = "channel-not-allowed",
        /// An interview panel needs a declaration on conflicts of interest.
        ConflictDeclarationNeeded = "conflict-declaration-needed",
        /// A lead has not decided about a declared conflict of interest.
        ConflictUndecided = "conflict-undecided",
        /// The volunteer already has a live expression of interest here.
        ExpressionExists = "expression-exists",
        /// Every place is taken.
        NoPlacesLeft = "no-places-left",
        /// The guardian of somebody under 18 has not consented.
        GuardianConsentMissing = "guardian-consent-missing",
        /// The status of the volunteer does not allow it.
        VolunteerNotActive = "volunteer-not-active",
        /// There is no accepted expression of interest.
        NoAcceptedExpression = "no-accepted-expression",
        /// No offer of a place waits for an answer.
        OfferNotOpen = "offer-not-open",
        /// There already is a live agreement for this volunteer and opportunity.
        AgreementExists = "agreement-exists",
        /// The agreement offers less than the opportunity did.
        WorseThanOffered = "worse-than-offered",
        /// Not everybody who said it was told what was decided.
        ContributorsNotTold = "contributors-not-told",
        /// A required clearance is not in date.
        ClearanceMissing = "clearance-missing",
        /// The agreement lacks something that issuing needs.
        NotIssuable = "not-issuable",
        /// Whoever is employed for tax must be paid through payroll.
        EmployedNeedsPayroll = "employed-needs-payroll",
        /// The session has not started.
        SessionNotStarted = "session-not-started",
        /// No agreement covers the day.
        NotEngaged = "not-engaged",
        /// A submitted claim depends on it.
        Claimed = "claimed",
        /// Contact method or format contradicts what the person needs.
        ContradictsNeed = "contradicts-need",
        /// The terms of the policy contradict each other.
        PolicyNotPublishable = "policy-not-publishable",
        /// The claim fails one or more checks.
        ClaimNotSubmittable = "claim-not-submittable",
        /// The lead has not read the export whose notes they release.
        ExportNotRead = "export-not-read",
        /// More was approved than a line comes to.
        ApprovedAbovePayable = "approved-above-payable",
        /// The approver did not accept a late claim as late.
        LateNotAccepted = "late-not-accepted",
        /// Approving the claim would exceed the budget of its plan.
        OverBudget = "over-budget",
        /// The same person can't do both steps.
        SegregationOfDuties = "segregation-of-duties",
        /// A payment of the claim is in a payment run or paid.
        PaymentsUnderWay = "payments-under-way",
        /// A supplementary claim rests on the claim.
        HasSupplement = "has-supplement",
        /// More would be recovered than was paid.
        RecoveredAbovePaid = "recovered-above-paid",
        /// A part of the recovery has come back.
        PartlyRecovered = "partly-recovered",
        /// More would be repaid than is open.
        RepaidAboveOpen = "repaid-above-open",
        /// The recovery is not by repayment.
        NotARepayment = "not-a-repayment",
        /// No due payment matches.
        NothingDue = "nothing-due",
        /// The numbers of a payee changed after the payment run was created.
        PayeeChanged = "payee-changed",
        /// The payment run has no files before its release.
        RunNotReleased = "run-not-released",
        /// The file is of another payment route than the run.
        WrongRoute = "wrong-route",
        /// One or more results can't be recorded.
        ResultsRefused = "results-refused",
        /// A payment to the volunteer is not finished.
        PaymentInFlight = "payment-in-flight",
        /// Two records of a person contradict each other.
        MergeConflicts = "merge-conflicts",
        /// The record of the volunteer was merged into another.
        Merged = "merged",
        /// The volunteer has an agreement in force.
        StillEngaged = "still-engaged",
        /// The file, or the answer kept for a retry, named a volunteer whose data was erased.
        Erased = "erased",
        /// There are as many webhooks as there may be.
        TooManyWebhooks = "too-many-webhooks",
        /// The caller has sent more requests than the limit.
        TooManyRequests = "too-many-requests",
        /// The database is unavailable, or all connections are in use.
        Unavailable = "unavailable",
        /// A fault of the service.
        Internal = "internal",
    }
}
