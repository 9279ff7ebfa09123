//! Refusals without HTTP: the kinds of refusal, their faults, and failures of the service itself.
//! The status, title and page of each kind are in `http::problem`.

use std::fmt;

use crate::clock::Day;

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
        /// The status of the volunteer does not allow it.
        VolunteerNotActive = "volunteer-not-active",
        /// There is no accepted expression of interest.
        NoAcceptedExpression = "no-accepted-expression",
        /// There already is a live agreement for this volunteer and opportunity.
        AgreementExists = "agreement-exists",
        /// The agreement offers less than the opportunity did.
        WorseThanOffered = "worse-than-offered",
        /// A required clearance is not in date.
        ClearanceMissing = "clearance-missing",
        /// The agreement lacks something that issuing needs.
        NotIssuable = "not-issuable",
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
        /// More was approved than a line comes to.
        ApprovedAbovePayable = "approved-above-payable",
        /// The approver did not accept a late claim as late.
        LateNotAccepted = "late-not-accepted",
        /// The same person can't do both steps.
        SegregationOfDuties = "segregation-of-duties",
        /// No due payment matches.
        NothingDue = "nothing-due",
        /// The payee of a payment in the run has lost the number that they are paid to.
        NotReleasable = "not-releasable",
        /// The payment run has no files before its release.
        RunNotReleased = "run-not-released",
        /// The file is of another payment route than the run.
        WrongRoute = "wrong-route",
        /// One or more results can't be recorded.
        ResultsRefused = "results-refused",
        /// A payment to the volunteer is not finished.
        PaymentInFlight = "payment-in-flight",
        /// The volunteer has an agreement in force.
        StillEngaged = "still-engaged",
        /// The file named a volunteer whose data was erased.
        Erased = "erased",
        /// The caller has sent more requests than the limit.
        TooManyRequests = "too-many-requests",
        /// The database is unavailable, or all connections are in use.
        Unavailable = "unavailable",
        /// A fault of the service.
        Internal = "internal",
    }
}

/// Where in the request a fault lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// JSON pointer into the body.
    Pointer(String),
    /// Name of a query or path parameter.
    Parameter(String),
    /// Name of a header.
    Header(&'static str),
    /// No single place.
    Whole,
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where it is.
    pub place: Place,
    /// Code of the fault, on which clients rely.
    pub code: &'static str,
    /// What is wrong, in words; never another person's data.
    pub detail: String,
    /// Number of records concerned, where they were counted.
    pub count: Option<i64>,
    /// Address of a list that shows them.
    pub see: Option<String>,
    /// Day before which trying again is unlikely to succeed.
    pub not_before: Option<Day>,
}

impl Fault {
    fn new(place: Place, code: &'static str, detail: impl Into<String>) -> Self {
        Self { place, code, detail: detail.into(), count: None, see: None, not_before: None }
    }

    /// Adds the number of records concerned, and the address of a list that shows them.
    #[must_use]
    pub fn counted(self, count: i64, see: impl Into<String>) -> Self {
        Self { count: Some(count), see: Some(see.into()), ..self }
    }

    /// Adds the day before which trying again is unlikely to succeed.
    #[must_use]
    pub fn not_before(self, day: Day) -> Self {
        Self { not_before: Some(day), ..self }
    }

    /// A fault at a JSON pointer of the body.
    pub fn at(pointer: impl Into<String>, code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(Place::Pointer(pointer.into()), code, detail)
    }

    /// A fault of a query or path parameter.
    pub fn parameter(name: impl Into<String>, code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(Place::Parameter(name.into()), code, detail)
    }

    /// A fault of a header.
    pub fn header(name: &'static str, code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(Place::Header(name), code, detail)
    }

    /// An id in the body that is unknown, or not visible to the caller: the same words, so that they reveal nothing.
    pub fn unknown(pointer: impl Into<String>) -> Self {
        Self::at(pointer, "unknown-reference", "is unknown or not visible to you")
    }

    /// A fault of the request or the resource as a whole.
    pub fn whole(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(Place::Whole, code, detail)
    }
}

/// An expected refusal, with every fault at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Kind of refusal.
    pub kind: Kind,
    /// What was refused in this case, in words; never another person's data.
    pub detail: String,
    /// Every fault found.
    pub errors: Vec<Fault>,
    /// For a refused transition, the verbs that are allowed now; for a wrong method, the methods.
    pub allowed: Option<Vec<&'static str>>,
}

impl Refusal {
    /// A refusal without faults.
    pub fn new(kind: Kind, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into(), errors: Vec::new(), allowed: None }
    }

    /// Adds the faults found.
    #[must_use]
    pub fn with(mut self, errors: Vec<Fault>) -> Self {
        self.errors = errors;
        self
    }

    /// A body that breaks the schema, or a rule that needs nothing but the body.
    #[must_use]
    pub fn invalid(errors: Vec<Fault>) -> Self {
        Self::new(Kind::Invalid, "The body does not fit this operation. Correct what `errors` lists.").with(errors)
    }

    /// Unknown or not visible: the same answer for both, so that it reveals nothing.
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(Kind::NotFound, "There is nothing at this address, or you may not see it.")
    }

    /// An id in the body that is unknown, or not visible to the caller.
    #[must_use]
    pub fn unknown_reference(pointer: &str) -> Self {
        Self::new(Kind::UnknownReference, UNKNOWN).with(vec![Fault::unknown(pointer)])
    }

    /// Fields that this role may not write.
    #[must_use]
    pub fn field_forbidden(fields: &[&str]) -> Self {
        Self::new(Kind::FieldForbidden, "Your role may not write some of these fields. Leave them out.").with(
            fields
                .iter()
                .map(|f| Fault::at(format!("/{f}"), "field-forbidden", "can't be written by your role"))
                .collect(),
        )
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind, self.detail)
    }
}

/// Why an operation failed: refused, not possible at present, or a fault of the service.
#[derive(Debug)]
pub enum Failure {
    /// Expected; the caller is told why.
    Refused(Box<Refusal>),
    /// The database is unavailable, busy or shutting down; the text is for the log.
    Unavailable(String),
    /// Two transactions collided; trying again can succeed. The text is for the log.
    Collided(String),
    /// A fault of the service; the text is for the log only.
    Broken(String),
}

impl Failure {
    /// A fault of the service, with a text for the log.
    pub fn broken(why: impl fmt::Display) -> Self {
        Self::Broken(why.to_string())
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(Box::new(refusal))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refusal) => refusal.fmt(f),
            Self::Unavailable(why) | Self::Collided(why) | Self::Broken(why) => f.write_str(why),
        }
    }
}

/// The result of an operation of the service.
pub type Done<T> = Result<T, Failure>;

const UNKNOWN: &str = "An id in the body is unknown or not visible to you.";

/// Refuses a body for every id in it that is unknown; succeeds when there are none.
///
/// # Errors
/// `unknown-reference`, where `errors` is not empty.
pub fn refuse_unknown(errors: Vec<Fault>) -> Result<(), Refusal> {
    refuse_if_any(Kind::UnknownReference, UNKNOWN, errors)
}

/// Refuses with every fault found; succeeds when there are none.
///
/// # Errors
/// The refusal of that kind, where `errors` is not empty.
pub fn refuse_if_any(kind: Kind, detail: &str, errors: Vec<Fault>) -> Result<(), Refusal> {
    if errors.is_empty() { Ok(()) } else { Err(Refusal::new(kind, detail).with(errors)) }
}
