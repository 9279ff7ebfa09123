//! The one table of problem kinds: status, title and page, and how a refusal becomes problem+json (RFC 9457).
//! Nothing is decided here; refusals come from rules.

use serde_json::{Value, json};

use crate::http::home;
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
        Kind::MalformedBody => about(400, "The body can't be read", "It is not JSON in UTF-8, is nested too deeply, or repeats a member.", "Send one JSON value in UTF-8, with every member once."),
        Kind::InvalidParameter => about(400, "A parameter or header is wrong", "A parameter or header is unknown to this operation, repeated or malformed.", "See `errors`: each entry names the parameter or header."),
        Kind::InvalidCursor => about(400, "The cursor does not belong to this list", "A cursor is valid for one list, with the same filters and order.", "Start from the first page, or use `next_cursor` with the same filters and order."),
        Kind::IdempotencyKeyRequired => about(400, "An Idempotency-Key is needed", "This operation moves money, and a retry must never move it twice.", "Send an `Idempotency-Key` of 16 to 128 characters, the same on every retry."),
        Kind::Unauthenticated => about(401, "A valid token is needed", "There is no bearer token, or it has expired or is not valid for this service.", "Get a new token and send it as `Authorization: Bearer …`."),
        Kind::Forbidden => about(403, "Your role may not do this", "None of the roles in your token may do this.", "See `detail` for the roles that may, and ask somebody who has one."),
        Kind::InsufficientScope => about(403, "Your token may not be used for this", "Your role may do this, but the token's `scope` leaves it out.", "Get a token whose scope includes what `detail` names."),
        Kind::FieldForbidden => about(403, "Your role may not write this field", "You may change this resource, but not the fields named in `errors`.", "Leave out the fields named in `errors`."),
        Kind::NotFound => about(404, "Not found", "There is nothing at this address, or you may not see it.", "Check the id. Lists show everything that you may see."),
        Kind::MethodNotAllowed => about(405, "The method is not allowed here", "The path exists, but not with this method.", "Use one of the methods in `Allow`."),
        Kind::NotAcceptable => about(406, "No acceptable media type", "The `Accept` header excludes every media type that this operation can answer with.", "Send `Accept: application/json`, or leave the header out."),
        Kind::RequestTimeout => about(408, "The request took too long to arrive", "The body did not arrive in time.", "Send the request again."),
        Kind::TooLarge => about(413, "The body is too large", "The body is larger than this operation accepts.", "Send a smaller body. Unless an operation says otherwise, the limit is 256 KiB."),
        Kind::UnsupportedMediaType => about(415, "Unsupported media type", "`Content-Type` is missing or is not one that this operation accepts, or the body is compressed.", "Send an uncompressed body, with a media type that the operation accepts, usually `application/json`."),
        Kind::FileInfected => about(422, "The file is infected", "A scanner found malware in the file. It was not kept.", "Send another file."),
        Kind::InvalidTransition => about(409, "The status does not allow this", "This step is not possible in the present status of the resource.", "Read the resource again. `allowed` lists the steps that are possible now."),
        Kind::NotEditable => about(409, "This can't be changed now", "The resource, or the fields named in `errors`, can't be changed in its present status.", "See `errors`. Often another step, such as a return, makes a change possible."),
        Kind::UnknownReference => about(409, "An id in the body is unknown", "There is nothing with this id, or you may not see it.", "Check the ids named in `errors`."),
        Kind::PreconditionFailed => about(412, "The resource has changed since you read it", "The version in `If-Match` is not the current one.", "Read the resource again, check what has changed, and repeat the request with the new ETag."),
        Kind::PreconditionRequired => about(428, "If-Match is needed", "A change must name the version it was made from, so that nobody's work is overwritten.", "Send the ETag of the version that you read as `If-Match`."),
        Kind::Invalid => about(422, "The body is not valid", "The body is JSON, but does not fit the schema or breaks a rule between its fields.", "See `errors`: it lists every fault, each with a pointer to its place."),
        Kind::IdempotencyKeyReused => about(422, "The Idempotency-Key belongs to another request", "This key was already used with another method, path or body.", "Use a new key for a new request."),
        Kind::IdempotencyInProgress => about(409, "The first request is still running", "An earlier request with the same `Idempotency-Key` has not finished.", "Wait a moment and repeat the request with the same key."),
        Kind::AlreadyExists => about(409, "It already exists", "A value that must be unique is already in use.", "Use another value, or the resource that already has it."),
        Kind::ServiceInactive => about(409, "The service is not active", "Plans can be created for active services only.", "Ask an involvement lead to activate the service."),
        Kind::PlanNotReady => about(409, "The plan is not ready", "One or more of the ten points are not met.", "See `errors`, or `GET …/readiness`, for what each point lacks."),
        Kind::PlanHasOpenItems => about(409, "The plan has open items", "A plan can be completed once its purpose is agreed and nothing that people wait for is left open under it.", "See `errors`: each entry says what is open and how many, and `see` leads to the list."),
        Kind::PlanNotApproved => about(409, "The plan is not approved", "This needs a plan with an approved version.", "Have the plan approved first."),
        Kind::NotPublishable => about(409, "The opportunity can't be published yet", "People must know what they are asked to do and what they get before an opportunity is advertised.", "See `errors` for everything that is missing."),
        Kind::CautionsUnanswered => about(409, "Cautions are not answered", "The opportunity differs from its approved plan, or from what is usual for its kind, and nobody said why.", "See `errors`, or `GET …/readiness`. Change the opportunity, or answer each caution in `cautions` when you publish it."),
        Kind::OpportunityNotOpen => about(409, "The opportunity is not open", "People can express interest only while an opportunity is published.", "Choose an opportunity that is open, or ask its contact."),
        Kind::ChannelNotAllowed => about(409, "The channel does not take this opportunity", "Some channels are for certain services or people only.", "See `detail` for the rule, or `GET …/channels` of the opportunity for channels that take it."),
        Kind::ConflictUndecided => about(409, "A conflict of interest must be decided first", "The volunteer declared a conflict of interest, or did not say whether there is one where that is needed.", "An involvement lead lets them take part with `POST …/clear-conflict`, or declines with `conflict_of_interest`."),
        Kind::ConflictDeclarationNeeded => about(409, "A declaration on conflicts of interest is needed", "Everybody on an interview panel must say whether they have a conflict of interest.", "Send `conflict_declared`, true or false."),
        Kind::ExpressionExists => about(409, "There is already an expression of interest", "A volunteer can have one live expression of interest in an opportunity.", "Use the existing one."),
        Kind::NoPlacesLeft => about(409, "Every place is taken or offered", "As many people have accepted an offer, or can still accept one, as there are places.", "Put the person on the reserve list, raise the number of places, or decline with a message."),
        Kind::OfferNotOpen => about(409, "No offer is open", "This is about an offer of a place, while it waits for an answer.", "Read the expression of interest: `status` says what became of it."),
        Kind::GuardianConsentMissing => about(409, "A guardian has not consented", "Somebody under 18 can be offered a place only once their guardian has consented.", "Record the guardian and the day of the consent in `guardian`."),
        Kind::VolunteerNotActive => about(409, "The volunteer is not active", "This is not possible in the volunteer's present status.", "Activate the volunteer, or choose another."),
        Kind::NoAcceptedExpression => about(409, "There is no accepted expression of interest", "An agreement needs an offer that the volunteer has accepted.", "Make an offer and have it accepted first."),
        Kind::AgreementExists => about(409, "There is already a live agreement", "A volunteer can have one live agreement for an opportunity.", "Use the existing one, or replace it with `replaces_id`."),
        Kind::WorseThanOffered => about(409, "The agreement offers less than was advertised", "An agreement must offer at least what the opportunity offered.", "See `errors`, and offer at least what was advertised."),
        Kind::ClearanceMissing => about(409, "A required clearance is not in date", "Everybody who starts must have the clearances and training that the opportunity requires, in date on that day.", "See `errors` for each clearance and its status."),
        Kind::NotIssuable => about(409, "The agreement can't be issued yet", "The agreement lacks something that it needs before it is issued.", "See `errors` for everything that is missing."),
        Kind::EmployedNeedsPayroll => about(409, "The employed are paid through payroll", "The determination says that the volunteer counts as employed for tax. Payroll deducts tax; accounts payable does not.", "Set `payment_route` to `payroll`, or record another determination if this one is wrong."),
        Kind::SessionNotStarted => about(409, "The session has not started", "A session can be marked as held, and attendance taken, once it has started.", "Wait until it starts, or change its time."),
        Kind::NotEngaged => about(409, "No agreement covers that day", "Attendance can be recorded only for volunteers whose agreement covers the day of the session.", "Check the dates of the agreement."),
        Kind::Claimed => about(409, "A submitted claim depends on this", "Attendance can't be changed while a submitted claim depends on it.", "Have the claim returned or withdrawn first."),
        Kind::ContradictsNeed => about(409, "This contradicts what somebody needs", "Messages must go by a contact method and in a format that meets the person's needs (Accessible Information Standard).", "See `errors` for the needs. Choose another contact method or format, or give a reason in `override_reason`."),
        Kind::ContributorsNotTold => about(409, "Whoever said it must hear first", "People hear what came of their feedback before it is published.", "See `errors` for who has not been told. Mark their deliveries as done, or say in `told` when and how they were told."),
        Kind::PolicyNotPublishable => about(409, "The policy can't be published", "Its terms are incomplete or contradict each other.", "See `errors`, and draft a corrected version."),
        Kind::ClaimNotSubmittable => about(409, "The claim can't be submitted", "The claim or one or more of its lines fail a check.", "See `errors`: it lists every failure of every line. Correct them and submit the claim again."),
        Kind::ExportNotRead => about(409, "The export was not read", "Notes are released after a look: by the lead who read them, and as they were then.", "Read the person's export with your own token, and send its `exported_at`."),
        Kind::ApprovedAbovePayable => about(409, "More was approved than the line comes to", "An approver can reduce a line, never raise it.", "Approve at most what the line comes to."),
        Kind::LateNotAccepted => about(409, "The claim is late", "It was submitted after its last day, so the approver must accept it as late.", "Approve it with `accept_late: true`, or reject it with a reason."),
        Kind::OverBudget => about(409, "The claim exceeds the plan's budget", "What was approved on the plan, less what was recovered, and this claim come to more than the budget of the plan.", "See `detail` for the figures. Approve it with `over_budget_reason`, or raise the budget of the plan first."),
        Kind::SegregationOfDuties => about(409, "Somebody else must do this", "Payments need two people, and nobody decides about themselves: persons are compared, whatever their roles and log-ins.", "See `errors` for the rule, and ask somebody else."),
        Kind::PaymentsUnderWay => about(409, "A payment is under way", "A payment of the claim is in a payment run or paid, so the approval of the claim can't be undone.", "See `errors` for the payments. Cancel the payment run while it is open; after payment, recover the money."),
        Kind::HasSupplement => about(409, "A supplementary claim rests on this claim", "A top-up was worked out from the claim as it was approved.", "Reject the supplementary claim first."),
        Kind::RecoveredAbovePaid => about(409, "More would be recovered than was paid", "At most what was paid of a line can be recovered, less what is recovered already.", "See `errors` for what is left of each line."),
        Kind::PartlyRecovered => about(409, "A part has come back", "A recovery can be waived only while nothing of it has come back.", "Let the rest be recovered, or correct it in the ledger."),
        Kind::RepaidAboveOpen => about(409, "More would be repaid than is open", "A repayment is at most what is still open of the recovery.", "See `errors` for what is open."),
        Kind::NotARepayment => about(409, "The recovery is not by repayment", "It is taken off the person's later payments.", "Record the results of the payment runs."),
        Kind::NothingDue => about(409, "No payment is due", "No payment that is due and not blocked matches.", "See `GET /v1/payments` for what is due and what is blocked."),
        Kind::PayeeChanged => about(409, "A payee's numbers have changed", "The numbers of a payee were changed after the payment run was created, so it would pay to numbers that nobody saw when it was made.", "See `errors` for the payments. Cancel the payment run and create it again."),
        Kind::RunNotReleased => about(409, "The payment run is not released", "Its files are made when another person releases it.", "Have the run released first."),
        Kind::WrongRoute => about(409, "The payment route does not allow this", "A payment run has the CSV of its own payment route, and JSON. Payments through payroll can't be made by hand, and a credit is no payment to make.", "See `detail` for what is possible."),
        Kind::ResultsRefused => about(409, "The results can't be recorded", "One or more name an unknown invoice, a payment that already has another outcome, a day on which it can't have happened, or a credit that can't end so. None was recorded.", "See `errors`, correct the results and send all of them again."),
        Kind::PaymentInFlight => about(409, "A payment is not finished", "The volunteer has a claim that is not decided or not fully paid, which must not lose its owner.", "Wait until it is paid: `not_before` says when that should be."),
        Kind::MergeConflicts => about(409, "The two records contradict each other", "Both have something that one person can have only once, or they differ in what the service can't decide.", "See `errors` for all of it, settle each, and merge again."),
        Kind::Merged => about(409, "The record was merged into another", "It was one of two records of the same person. Everything of it stands under the other record.", "See `errors` for the other record, and use that one."),
        Kind::StillEngaged => about(409, "The volunteer is still engaged", "An agreement with the volunteer is in force.", "End it first; `see` leads to the list."),
        Kind::TooManyWebhooks => about(409, "There are too many webhooks", "Each webhook is sent every event, so there may be 50 of them.", "Remove a webhook that nobody needs, or let one receiver pass events on."),
        Kind::Erased => about(410, "It is gone with a person's data", "A file, or the answer kept under an `Idempotency-Key`, named a person whose data was erased.", "Of a file, the SHA-256 is kept: use the payments or the claim, which still hold the figures. What was sent under the key was done once; read the resource to see it."),
        Kind::TooManyRequests => about(429, "Too many requests", "You have sent more requests than the limit.", "Wait for the seconds in `Retry-After`, then try again."),
        Kind::Unavailable => about(503, "The service is not available at present", "The database is unavailable, or all connections are in use.", "Wait for the seconds in `Retry-After`, then repeat the request with the same `Idempotency-Key`."),
        Kind::Internal => about(500, "A fault of the service", "Something went wrong in the service.", "Report the `request_id` to whoever runs the service."),
    }
}

/// The body of the answer to a refused request.
#[must_use]
pub fn body(refusal: &Refusal, public_url: &str, instance: &str, request_id: &str) -> Value {
    let about = of(refusal.kind);
    let code = refusal.kind.as_str();
    let errors: Vec<Value> = refusal.errors.iter().map(|it| fault(it, public_url)).collect();
    without_null_members(json!({
        "type": format!("{public_url}/problems/{code}"),
        "title": about.title,
        "status": about.status,
        "detail": refusal.detail,
        "instance": home::reached(public_url, instance),
        "code": code,
        "request_id": request_id,
        "errors": if errors.is_empty() { Value::Null } else { errors.into() },
        "allowed": refusal.allowed,
    }))
}

fn fault(fault: &Fault, public_url: &str) -> Value {
    let see = fault.see.as_deref().map(|see| home::reached(public_url, see));
    let mut entry = json!({ "code": fault.code, "detail": fault.detail, "count": fault.count, "see": see, "not_before": fault.not_before });
    match &fault.place {
        Place::Pointer(pointer) => entry["pointer"] = json!(pointer),
        Place::Parameter(name) => entry["parameter"] = json!(name),
        Place::Header(name) => entry["header"] = json!(name),
        Place::Whole => {}
    }
    without_null_members(entry)
}

/// What has nothing to say is left out.
fn without_null_members(mut entry: Value) -> Value {
    entry.as_object_mut().into_iter().for_each(|members| members.retain(|_, member| !member.is_null()));
    entry
}
