//! The one table of problem kinds: status, title and page, and how a refusal becomes problem+json (RFC 9457).
//! Nothing is decided here; refusals come from rules.

use serde_json::{Value, json};

use crate::refusal::{Fault, Kind, Place, Refusal};

/// The media type of every error's body.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// What is said about a kind of problem, to clients and on its page.
#[derive(Debug)]
pub struct About {
    /// The HTTP status.
    pub status: u16,
    /// The title: the same for every case of the kind.
    pub title: &'static str,
    /// Why it happens.
    pub why: &'static str,
    /// What to do about it.
    pub remedy: &'static str,
}

const fn about(status: u16, title: &'static str, why: &'static str, remedy: &'static str) -> About {
    About { status, title, why, remedy }
}

/// The table: every kind with its status, title and page.
#[must_use]
#[rustfmt::skip]
pub const fn of(kind: Kind) -> About {
    match kind {
        Kind::MalformedBody => about(400, "The body can't be read", "It is not JSON in UTF-8, is nested too deeply, or repeats a member.", "Send one JSON value in which every member stands once."),
        Kind::InvalidParameter => about(400, "A parameter or header is wrong", "It is unknown to this operation, repeated, or not of its form.", "See `errors`: each entry names the parameter or header."),
        Kind::InvalidCursor => about(400, "The cursor is not of this list", "A cursor belongs to one list with its filters and order.", "Start from the first page, or follow `next_cursor` with the same filters."),
        Kind::IdempotencyKeyRequired => about(400, "An Idempotency-Key is needed", "This operation moves money, and a retry must never move it twice.", "Send an `Idempotency-Key` of 16 to 128 characters, the same on every retry."),
        Kind::Unauthenticated => about(401, "A valid token is needed", "There is no bearer token, or it is not valid here and now.", "Fetch a new token and send it as `Authorization: Bearer …`."),
        Kind::Forbidden => about(403, "Your role may not do this", "None of the token's roles may do this, or its scope leaves it out.", "Ask somebody whose role may, or use a token with the scope."),
        Kind::FieldForbidden => about(403, "Your role may not write this field", "The resource may be changed by you, but not this part of it.", "Leave out the fields named in `errors`."),
        Kind::NotFound => about(404, "Not found", "There is nothing here, or nothing that you may see.", "Check the id; lists show what you can reach."),
        Kind::MethodNotAllowed => about(405, "This path does not know the method", "The path exists, with other methods.", "Use one of the methods in `Allow`."),
        Kind::NotAcceptable => about(406, "Nothing acceptable can be answered", "The `Accept` header leaves out what this operation answers.", "Accept `application/json`, or leave the header out."),
        Kind::RequestTimeout => about(408, "The request took too long to arrive", "The body did not arrive in time.", "Send it again, in one go."),
        Kind::TooLarge => about(413, "The body is too large", "It is larger than this operation takes.", "Send less; ordinary bodies may have 256 KiB."),
        Kind::UnsupportedMediaType => about(415, "The body's type is not read here", "`Content-Type` is missing or not one that this operation reads, or the body is compressed.", "Send `application/json`, not compressed."),
        Kind::InvalidTransition => about(409, "The state does not allow this", "What you ask for does not follow from the present state.", "See `allowed` for what does; read the resource again."),
        Kind::NotEditable => about(409, "This can't be changed now", "In this state the resource, or the fields named, stand fixed.", "See `errors`; often a verb leads to a state in which it can be changed."),
        Kind::UnknownReference => about(409, "An id in the body names nothing", "An id in the body names nothing that you can see.", "Check the id named in `errors`."),
        Kind::PreconditionFailed => about(412, "It has changed since you read it", "`If-Match` is not the current version.", "Read it again, look at what changed, and repeat with the new ETag."),
        Kind::PreconditionRequired => about(428, "If-Match is needed", "A change must say from which version it was made, so that nobody's work is overwritten.", "Send the ETag that you read as `If-Match`."),
        Kind::Invalid => about(422, "The body does not fit", "It is JSON, but against the schema or a rule told from the body alone.", "See `errors`: every fault is there, each with a pointer."),
        Kind::IdempotencyKeyReused => about(422, "The key belongs to another request", "This `Idempotency-Key` was used for another method, path or body.", "Use a new key for a new request."),
        Kind::IdempotencyInProgress => about(409, "The first request is still running", "A request with this key has not finished.", "Wait a moment and repeat it with the same key."),
        Kind::AlreadyExists => about(409, "It exists already", "A value that must be unique is in use.", "Use another value, or the resource that has it."),
        Kind::ServiceInactive => about(409, "The service is not active", "New plans are made for active services only.", "Ask an involvement lead to make it active."),
        Kind::PlanNotReady => about(409, "The plan is not ready", "One or more of the ten points is not met.", "See `errors`, or `GET …/readiness`, for what each point lacks."),
        Kind::PlanHasOpenItems => about(409, "Something of the plan is open", "A plan is completed when its purpose is agreed and nothing that people wait for is left open under it.", "See `errors`: each entry says what is open, how many, and in `see` where to look."),
        Kind::PlanNotApproved => about(409, "The plan is not approved", "Only a plan with an approved version in force can be acted on.", "Have the plan approved first."),
        Kind::NotPublishable => about(409, "The opportunity can't be published yet", "People must know what they are asked to and what they get before it is advertised.", "See `errors` for everything that is missing."),
        Kind::OpportunityNotOpen => about(409, "The opportunity is not open", "Interest can be expressed while an opportunity is published.", "Look for one that is open, or ask the contact."),
        Kind::ChannelNotAllowed => about(409, "The channel does not take this", "Some channels are for certain services or people only; each says for which.", "See `detail`, or `GET …/channels` of the opportunity for the ones that take it."),
        Kind::ConflictUndecided => about(409, "A conflict of interest is to be looked at", "The person declared a conflict of interest, or said nothing about one where it must be said.", "An involvement lead looks at it and lets them take part with `POST …/clear-conflict`, or declines with `conflict_of_interest`."),
        Kind::ConflictDeclarationNeeded => about(409, "A declaration is needed", "Whoever sits on an interview panel must say whether they have a conflict of interest.", "Send `conflict_declared`, true or false."),
        Kind::ExpressionExists => about(409, "There is an expression of interest already", "A person has one live expression of interest in an opportunity.", "Use the one there is."),
        Kind::NoPlacesLeft => about(409, "Every place is taken", "As many people have accepted as there are places.", "Raise the number of places, or decline with a message."),
        Kind::VolunteerNotActive => about(409, "The volunteer is not active", "What you ask for needs a volunteer in another state.", "Activate the volunteer, or choose another."),
        Kind::NoAcceptedExpression => about(409, "There is no accepted expression of interest", "An agreement follows an offer that the person accepted.", "Make an offer and have it accepted first."),
        Kind::AgreementExists => about(409, "There is a live agreement already", "A person has one live agreement for an opportunity.", "Use it, or replace it with `replaces_id`."),
        Kind::WorseThanOffered => about(409, "It offers less than was advertised", "An agreement is never worse than the opportunity's offer.", "See `errors`; keep at least what was offered."),
        Kind::ClearanceMissing => about(409, "A required clearance is not in date", "Everyone who starts must hold what the opportunity requires on that day.", "See `errors` for each clearance and its status."),
        Kind::NotIssuable => about(409, "The agreement can't be issued yet", "It lacks what issuing needs.", "See `errors`."),
        Kind::SessionNotStarted => about(409, "The session has not begun", "A session can be held, and attendance taken, from its start on.", "Wait until it starts, or change its time."),
        Kind::NotEngaged => about(409, "No agreement covers that day", "Attendance is taken for people whose agreement covers the session's day.", "Check the agreement's dates."),
        Kind::Claimed => about(409, "It stands in a submitted claim", "Attendance is fixed while a claim rests on it.", "Have the claim returned or withdrawn first."),
        Kind::ContradictsNeed => about(409, "It contradicts what somebody needs", "A message goes in a way and format that the person can take in (Accessible Information Standard).", "See `errors` for the needs; choose another way or format, or say in `override_reason` why not."),
        Kind::PolicyNotPublishable => about(409, "The policy can't be published", "Its terms are not complete or contradict each other.", "See `errors`."),
        Kind::ClaimNotSubmittable => about(409, "The claim can't be submitted", "One or more lines fail a check.", "See `errors`: every failure of every line is there."),
        Kind::ApprovedAbovePayable => about(409, "More was approved than it comes to", "An approver may lower a line, never raise it.", "Approve at most what the line comes to."),
        Kind::LateNotAccepted => about(409, "The claim is late", "It was submitted after its window; approving it is a decision of its own.", "Approve with `accept_late: true`, or reject it with a reason."),
        Kind::SegregationOfDuties => about(409, "One person can't do both", "Money needs two pairs of eyes: persons are compared, not roles.", "Have somebody else do it; see `errors` for the rule."),
        Kind::NothingDue => about(409, "Nothing is due", "No due, unblocked payment fits.", "Look at `GET /v1/payments` for what is due and what is blocked."),
        Kind::NotReleasable => about(409, "The run can't be released as it is", "A payment in it has lost the supplier or payroll number that it would be paid to.", "See `errors`; give the number, or cancel the run and make another."),
        Kind::RunNotReleased => about(409, "The run is not released", "The export is fixed when another person releases the run.", "Have it released first."),
        Kind::WrongRoute => about(409, "The run goes by the other route", "A run has the export of its own route, and JSON.", "Ask for the other format."),
        Kind::ResultsRefused => about(409, "The results can't be taken", "One or more name an unknown invoice, or one that has another outcome; nothing was applied.", "See `errors`, correct the file and send it whole."),
        Kind::PaymentInFlight => about(409, "Money is on its way", "A claim of the person is not decided or not wholly paid; erasing now would leave it without an owner.", "Wait until it is paid: `not_before` says when that should be."),
        Kind::StillEngaged => about(409, "The person is still engaged", "An agreement with the person is in force.", "End it first; `see` lists it."),
        Kind::Erased => about(410, "The export is gone", "It named a person whose data was erased; its SHA-256 is kept.", "Use the payments, which hold the figures."),
        Kind::TooManyRequests => about(429, "Too many requests", "You have sent more than the limit.", "Wait as long as `Retry-After` says."),
        Kind::Unavailable => about(503, "Not available just now", "The database is away, or every connection is in use.", "Wait as long as `Retry-After` says and repeat it, with the same Idempotency-Key."),
        Kind::Internal => about(500, "A fault of the service", "Something went wrong that should not have.", "Report the `request_id`."),
    }
}

/// The body of the answer to a refused request.
#[must_use]
pub fn body(refusal: &Refusal, public_url: &str, instance: &str, request_id: &str) -> Value {
    let about = of(refusal.kind);
    let code = refusal.kind.as_str();
    let errors: Vec<Value> = refusal.errors.iter().map(fault).collect();
    without_nulls(json!({
        "type": format!("{public_url}/problems/{code}"),
        "title": about.title,
        "status": about.status,
        "detail": refusal.detail,
        "instance": instance,
        "code": code,
        "request_id": request_id,
        "errors": if errors.is_empty() { Value::Null } else { errors.into() },
        "allowed": refusal.allowed,
    }))
}

fn fault(fault: &Fault) -> Value {
    let mut entry = json!({ "code": fault.code, "detail": fault.detail, "count": fault.count, "see": fault.see, "not_before": fault.not_before });
    match &fault.place {
        Place::Pointer(pointer) => entry["pointer"] = json!(pointer),
        Place::Parameter(name) => entry["parameter"] = json!(name),
        Place::Header(name) => entry["header"] = json!(name),
        Place::Whole => {}
    }
    without_nulls(entry)
}

/// What has nothing to say is left out.
fn without_nulls(mut entry: Value) -> Value {
    entry.as_object_mut().into_iter().for_each(|members| members.retain(|_, member| !member.is_null()));
    entry
}
