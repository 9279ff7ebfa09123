//! What the database refuses, by the name of the constraint, as the refusal that clients get.
//! A constraint that stands here is one a caller can run into; any other is a fault of ours.

use diesel::result::{DatabaseErrorKind, Error};

use crate::refusal::{Failure, Fault, Kind, Refusal};

/// The refusal for a constraint's name; none where running into it is our own fault.
#[must_use]
#[rustfmt::skip]
pub fn refusal(constraint: &str) -> Option<Refusal> {
    let refuse = |kind, detail: &str| Some(Refusal::new(kind, detail));
    let segregation = |code, detail: &str| Some(Refusal::new(Kind::SegregationOfDuties, detail).with(vec![Fault::whole(code, detail)]));
    match constraint {
        "services_code_unique" => Some(taken("/code", "another service has this code")),
        "volunteers_staff_subject_unique" => Some(taken("/staff_subject", "another volunteer has this subject")),
        "plan_members_once" => Some(taken("/volunteer_id", "this person is a member of the plan already")),
        "expressions_one_live" => refuse(Kind::ExpressionExists, "This person has a live expression of interest in the opportunity."),
        "opportunities_places_kept" => refuse(Kind::NoPlacesLeft, "Accepted expressions of interest can't exceed the places."),
        "agreements_one_in_force" | "agreements_one_coming" => refuse(Kind::AgreementExists, "This person has a live agreement for the opportunity."),
        "claim_lines_duplicate_time" => Some(Refusal::new(Kind::ClaimNotSubmittable, "The time of this session is claimed already.")
            .with(vec![Fault::at("/lines", "duplicate-time", "the time of this session stands in another claim")])),
        "claims_approver_is_another" => segregation("approver-is-submitter", "Whoever submitted or typed a claim can't approve it."),
        "claims_approver_not_claimant" => segregation("approver-is-claimant", "Nobody approves a claim that pays them."),
        "payment_runs_releaser_is_another" => segregation("releaser-is-creator", "Whoever created a run can't release it."),
        "payment_runs_releaser_not_approver" => segregation("releaser-is-approver", "Whoever approved a claim in a run can't release it."),
        "volunteers_erased" => refuse(Kind::VolunteerNotActive, "The person was erased."),
        "reimbursement_policies_frozen" => refuse(Kind::NotEditable, "A published policy never changes."),
        _ => None,
    }
}

fn taken(pointer: &str, detail: &str) -> Refusal {
    Refusal::new(Kind::AlreadyExists, "A value that must be unique is in use.").with(vec![Fault::at(
        pointer,
        "already-exists",
        detail,
    )])
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match &error {
            Error::DatabaseError(kind, info) => {
                let name = info.constraint_name().unwrap_or_default();
                if let Some(refusal) = refusal(name) {
                    return refusal.into();
                }
                let said = info.message();
                match kind {
                    DatabaseErrorKind::SerializationFailure => Self::Collided(error.to_string()),
                    DatabaseErrorKind::UniqueViolation if name == "idempotency_keys_pkey" => {
                        Self::Collided(error.to_string())
                    }
                    // Whoever tells somebody who is being erased looks again, and leaves it.
                    _ if name == "deliveries_erased" => Self::Collided(error.to_string()),
                    DatabaseErrorKind::ClosedConnection
                    | DatabaseErrorKind::UnableToSendCommand
                    | DatabaseErrorKind::ReadOnlyTransaction => Self::Unavailable(error.to_string()),
                    _ if said.starts_with("deadlock detected") => Self::Collided(error.to_string()),
                    _ if away(said) => Self::Unavailable(error.to_string()),
                    _ => Self::Broken(format!("{error} ({name})")),
                }
            }
            Error::BrokenTransactionManager => Self::Unavailable(error.to_string()),
            _ => Self::Broken(error.to_string()),
        }
    }
}

/// Whether the server said that it is going, gone, or too busy: diesel has no kind for these.
fn away(message: &str) -> bool {
    [
        "terminating connection",
        "server closed the connection",
        "the database system is",
        "canceling statement due to lock timeout",
        "canceling statement due to statement timeout",
        "connection to server",
        "no connection to the server",
        "could not receive data",
        "could not send data",
        "SSL connection has been closed",
        "remaining connection slots",
        "too many clients",
        "could not obtain lock",
    ]
    .iter()
    .any(|sign| message.contains(sign))
}
