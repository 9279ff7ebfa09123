//! What the service says no to, without HTTP: the kinds of refusal, their faults, and what is our own failure.
//! The status, title and page of each kind stand in `http::problem`.

use std::fmt;

crate::text_enum! {
    /// Every kind of refusal; the word is the problem's code, on which clients rely.
    pub enum Kind {
        /// The body is not JSON, or JSON that says a thing twice.
        MalformedBody = "malformed-body",
        /// A parameter or header is unknown, repeated or wrong.
        InvalidParameter = "invalid-parameter",
        /// A list's cursor is not one of this list.
        InvalidCursor = "invalid-cursor",
        /// A key is needed so that money can't move twice.
        IdempotencyKeyRequired = "idempotency-key-required",
        /// No token, or a bad one.
        Unauthenticated = "unauthenticated",
        /// The role may not do this at all.
        Forbidden = "forbidden",
        /// The role may not write this field.
        FieldForbidden = "field-forbidden",
        /// Unknown, or not visible to the caller.
        NotFound = "not-found",
        /// The path knows other methods.
        MethodNotAllowed = "method-not-allowed",
        /// The caller accepts nothing that can be answered.
        NotAcceptable = "not-acceptable",
        /// The body is larger than the operation takes.
        TooLarge = "too-large",
        /// The request took too long to arrive.
        RequestTimeout = "request-timeout",
        /// The body is not of a type that the operation reads.
        UnsupportedMediaType = "unsupported-media-type",
        /// The state has no such transition.
        InvalidTransition = "invalid-transition",
        /// The field can't be changed in this state.
        NotEditable = "not-editable",
        /// An id in the body names nothing that the caller can see.
        UnknownReference = "unknown-reference",
        /// The version sent is not the current one.
        PreconditionFailed = "precondition-failed",
        /// A change needs the version that it was made from.
        PreconditionRequired = "precondition-required",
        /// The body does not fit the schema, or a rule told from the body alone.
        Invalid = "invalid",
        /// The key was used for another request.
        IdempotencyKeyReused = "idempotency-key-reused",
        /// The first request with this key is still running.
        IdempotencyInProgress = "idempotency-in-progress",
        /// The code or number is in use.
        AlreadyExists = "already-exists",
        /// The service is closed to new plans.
        ServiceInactive = "service-inactive",
        /// A point of the plan is not met.
        PlanNotReady = "plan-not-ready",
        /// Something of the plan is still open.
        PlanHasOpenItems = "plan-has-open-items",
        /// The plan has no version in force.
        PlanNotApproved = "plan-not-approved",
        /// The opportunity lacks what publication needs.
        NotPublishable = "not-publishable",
        /// The opportunity takes no expressions of interest now.
        OpportunityNotOpen = "opportunity-not-open",
        /// The channel's rule leaves the opportunity out.
        ChannelNotAllowed = "channel-not-allowed",
        /// Interview panels need a word on conflicts of interest.
        ConflictDeclarationNeeded = "conflict-declaration-needed",
        /// The person has a live expression of interest here.
        ExpressionExists = "expression-exists",
        /// Every place is taken.
        NoPlacesLeft = "no-places-left",
        /// The volunteer's own state does not allow it.
        VolunteerNotActive = "volunteer-not-active",
        /// There is no accepted expression of interest.
        NoAcceptedExpression = "no-accepted-expression",
        /// A live agreement exists for this person and opportunity.
        AgreementExists = "agreement-exists",
        /// The agreement offers less than the opportunity did.
        WorseThanOffered = "worse-than-offered",
        /// A required clearance is not in date.
        ClearanceMissing = "clearance-missing",
        /// What issuing needs is not there.
        NotIssuable = "not-issuable",
        /// The session has not begun.
        SessionNotStarted = "session-not-started",
        /// No agreement covers that day.
        NotEngaged = "not-engaged",
        /// It stands in a submitted claim.
        Claimed = "claimed",
        /// The person can't take it in like this.
        ContradictsNeed = "contradicts-need",
        /// The policy can't be published as it is.
        PolicyNotPublishable = "policy-not-publishable",
        /// The claim fails one or more checks.
        ClaimNotSubmittable = "claim-not-submittable",
        /// More was approved than a line comes to.
        ApprovedAbovePayable = "approved-above-payable",
        /// A late claim was not accepted as late.
        LateNotAccepted = "late-not-accepted",
        /// One person can't do both.
        SegregationOfDuties = "segregation-of-duties",
        /// Nothing is due that fits.
        NothingDue = "nothing-due",
        /// A payment of the run has lost the number that it is paid to.
        NotReleasable = "not-releasable",
        /// The run has no export yet.
        RunNotReleased = "run-not-released",
        /// The export is of the other route.
        WrongRoute = "wrong-route",
        /// One or more results can't be taken.
        ResultsRefused = "results-refused",
        /// The export names a person who was erased.
        Erased = "erased",
        /// More requests than the limit.
        TooManyRequests = "too-many-requests",
        /// The database is away or every connection is in use.
        Unavailable = "unavailable",
        /// A fault of the service.
        Internal = "internal",
    }
}

/// Where in the request a fault lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A JSON pointer into the body.
    Pointer(String),
    /// A query or path parameter.
    Parameter(String),
    /// A header.
    Header(&'static str),
    /// Nowhere in particular.
    Whole,
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where.
    pub place: Place,
    /// What, as a code on which clients rely.
    pub code: &'static str,
    /// What, in words; never another person's data.
    pub detail: String,
    /// How many things it is about, where they were counted.
    pub count: Option<i64>,
    /// The address of a list that shows them.
    pub see: Option<String>,
}

impl Fault {
    fn new(place: Place, code: &'static str, detail: impl Into<String>) -> Self {
        Self { place, code, detail: detail.into(), count: None, see: None }
    }

    /// With how many things it is about, and where they can be seen.
    #[must_use]
    pub fn counted(self, count: i64, see: impl Into<String>) -> Self {
        Self { count: Some(count), see: Some(see.into()), ..self }
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

    /// A fault of the thing as a whole.
    pub fn whole(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(Place::Whole, code, detail)
    }
}

/// An expected no, with everything that is wrong at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Its kind.
    pub kind: Kind,
    /// This case of it, in words; never another person's data.
    pub detail: String,
    /// Every fault found.
    pub errors: Vec<Fault>,
    /// For a refused transition: the verbs allowed now. For a wrong method: the methods.
    pub allowed: Option<Vec<&'static str>>,
}

impl Refusal {
    /// A refusal in words, without single faults.
    pub fn new(kind: Kind, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into(), errors: Vec::new(), allowed: None }
    }

    /// With the faults found.
    #[must_use]
    pub fn with(mut self, errors: Vec<Fault>) -> Self {
        self.errors = errors;
        self
    }

    /// A body that breaks a rule told from the body alone.
    #[must_use]
    pub fn invalid(errors: Vec<Fault>) -> Self {
        Self::new(Kind::Invalid, "The body does not fit what this operation takes.").with(errors)
    }

    /// Unknown or not visible: one answer for all.
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(Kind::NotFound, "There is nothing here that you can see.")
    }

    /// An id in the body that names nothing the caller can see.
    #[must_use]
    pub fn unknown_reference(pointer: &str) -> Self {
        Self::new(Kind::UnknownReference, "An id in the body names nothing that you can see.").with(vec![Fault::at(
            pointer,
            "unknown-reference",
            "names nothing that you can see",
        )])
    }

    /// Fields that this role may not write.
    #[must_use]
    pub fn field_forbidden(fields: &[&str]) -> Self {
        Self::new(Kind::FieldForbidden, "Your role may not write this field.").with(
            fields
                .iter()
                .map(|f| Fault::at(format!("/{f}"), "field-forbidden", "your role may not write it"))
                .collect(),
        )
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind, self.detail)
    }
}

/// Why a piece of work did not happen: refused, not possible just now, or broken by a fault of ours.
#[derive(Debug)]
pub enum Failure {
    /// Expected: the caller is told why.
    Refused(Box<Refusal>),
    /// The database is away, busy or shutting down; the text is for the log.
    Unavailable(String),
    /// Two transactions met; trying again is right.
    Collided(String),
    /// A fault of ours; the text is for the log alone.
    Broken(String),
}

impl Failure {
    /// A fault of ours, told to the log.
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

/// The outcome of a piece of work.
pub type Done<T> = Result<T, Failure>;

/// Refuses with every fault found, or goes on when there are none.
///
/// # Errors
/// The refusal of that kind, where `errors` is not empty.
pub fn refuse_if_any(kind: Kind, detail: &str, errors: Vec<Fault>) -> Result<(), Refusal> {
    if errors.is_empty() { Ok(()) } else { Err(Refusal::new(kind, detail).with(errors)) }
}
