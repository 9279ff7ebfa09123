//! What the database refuses, by the name of the constraint, as the refusal that clients get.
//! A constraint that stands here is one a caller can run into; any other is a fault of ours.

use diesel::result::{DatabaseErrorKind, Error};

use crate::db::outage::{Meaning, meaning, names_another};
use crate::refusal::{Failure, Fault, Kind, Refusal};

/// The refusal for a constraint; `None` if a violation is a fault of the service.
#[must_use]
#[rustfmt::skip]
pub fn refusal(constraint: &str) -> Option<Refusal> {
    let refuse = |kind, detail: &str| Some(Refusal::new(kind, detail));
    let segregation = |code, detail: &str| Some(Refusal::new(Kind::SegregationOfDuties, detail).with(vec![Fault::whole(code, detail)]));
    match constraint {
        "services_code_unique" => Some(taken("/code", "another service already uses this code")),
        "trainings_code_unique" => Some(taken("/code", "another training already uses this code")),
        "clearances_training_known" => Some(Refusal::new(Kind::UnknownReference, "The training is not in the list of trainings. Add it there first.")
            .with(vec![Fault::at("/kind", "unknown-training", "is not in the list of trainings")])),
        "volunteers_staff_subject_unique" => Some(taken("/staff_subject", "another volunteer already has this staff subject")),
        "plan_members_once" => Some(taken("/volunteer_id", "this volunteer is already a member of the plan")),
        "expressions_one_live" => refuse(Kind::ExpressionExists, "This volunteer already has an open expression of interest in this opportunity."),
        "expressions_place_kept" => refuse(Kind::NoPlacesLeft, "No place is free: all are taken or offered. Put the person on the reserve list, or add places to the opportunity."),
        "expressions_guardian_consents" => refuse(Kind::GuardianConsentMissing, "The person is under 18, and their guardian has not consented."),
        "opportunities_places_kept" => refuse(Kind::NoPlacesLeft, "There would be more accepted expressions of interest than places. Add places to the opportunity, or withdraw an acceptance first."),
        "agreements_one_in_force" | "agreements_one_coming" => refuse(Kind::AgreementExists, "This volunteer already has an agreement for this opportunity. End or withdraw it first."),
        "agreements_employed_by_payroll" => refuse(Kind::EmployedNeedsPayroll, "The volunteer counts as employed for tax, so time can't be paid through accounts payable."),
        "claim_lines_duplicate_time" => Some(Refusal::new(Kind::ClaimNotSubmittable, "The time of this session is already claimed. Remove the line, or change the other claim.")
            .with(vec![Fault::at("/lines", "duplicate-time", "the time of this session is in another claim")])),
        "claim_lines_duplicate_work" => Some(Refusal::new(Kind::ClaimNotSubmittable, "Work on this day is already claimed. Remove the line, or change the other claim.")
            .with(vec![Fault::at("/lines", "duplicate-time", "work on this day is in another claim under the agreement")])),
        "claims_within_budget" => refuse(Kind::OverBudget, "The claim exceeds the budget of its plan. To approve it all the same, give `over_budget_reason`."),
        "claims_approver_is_another" => segregation("approver-is-submitter", "The person who submitted or entered a claim can't approve it. Another involvement lead must approve it."),
        "claims_approver_not_claimant" => segregation("approver-is-claimant", "You can't approve a claim that pays you. Another involvement lead must approve it."),
        "payment_runs_releaser_is_another" => segregation("releaser-is-creator", "The person who created a payment run can't release it. Another member of finance must release it."),
        "payment_runs_releaser_not_approver" => segregation("releaser-is-approver", "The person who approved a claim in this payment run can't release the run. Another member of finance must release it."),
        "payment_runs_releaser_not_payee" => segregation("releaser-is-payee", "Whoever is paid by a payment run can't release it. Another member of finance must release it."),
        "payees_confirmer_is_another" => segregation("confirmer-is-changer", "Whoever proposed a change of payee numbers can't confirm it. Another member of finance must confirm it."),
        "payees_confirmer_not_payee" => segregation("confirmer-is-payee", "You can't confirm your own payee numbers. Another member of finance must confirm them."),
        "payees_changer_not_payee" => segregation("changer-is-payee", "You can't change your own payee numbers. Another member of finance must do it."),
        "payment_runs_payees_unchanged" => refuse(Kind::PayeeChanged, "The numbers of a payee in this run were changed after it was created. Cancel the run and create it again."),
        "payments_payer_not_approver" => segregation("payer-is-approver", "The person who approved a claim can't pay it by hand. Another member of finance must record the payment."),
        "payments_payer_not_payee" => segregation("payer-is-payee", "You can't pay yourself by hand. Another member of finance must record the payment."),
        "claims_reopened_without_payments" => refuse(Kind::PaymentsUnderWay, "A payment of this claim is in a payment run or paid, so its approval can't be undone."),
        "claims_reopened_without_supplement" => refuse(Kind::HasSupplement, "A supplementary claim rests on this claim, so its approval can't be undone. Reject that one first."),
        "feedback_told_first" => refuse(Kind::ContributorsNotTold, "Not everybody who said it has been told what was decided. Mark their deliveries as done, or say in `told` how they were told."),
        "recoveries_confirmer_is_another" => segregation("confirmer-is-proposer", "Whoever proposed a recovery can't confirm it. Somebody else must confirm it."),
        "recoveries_confirmer_not_payee" => segregation("decides-about-themselves", "You can't confirm a recovery of money that you were paid. Somebody else must confirm it."),
        "recovery_lines_within_paid" => refuse(Kind::RecoveredAbovePaid, "At most what was paid of a line can be recovered, less what is recovered already."),
        "recoveries_waived_before_any_is" => refuse(Kind::PartlyRecovered, "A part of this recovery has come back, or is in a payment run, so it can't be waived."),
        "repayments_once" => Some(taken("/ledger_reference", "a repayment of this amount on this day has this reference already")),
        "repayments_within_open" => refuse(Kind::RepaidAboveOpen, "More would be repaid than is open."),
        "volunteers_left" => refuse(Kind::VolunteerNotActive, "The volunteer has left. Record that they come back first."),
        "volunteers_merged" => refuse(Kind::Merged, "This record was merged into another record of the same person. Use that one."),
        "merges_by_another" => segregation("decides-about-themselves", "Nobody merges their own records. Ask another involvement lead to do it."),
        "volunteers_erased" => refuse(Kind::VolunteerNotActive, "This person's data was erased, so nothing about them can be added or changed."),
        "sessions_known" => refuse(Kind::NotEditable, "Somebody knows of the session already. Cancel it, so that they are told."),
        "reimbursement_policies_frozen" => refuse(Kind::NotEditable, "A published policy can't be changed. Draft a new version instead."),
        _ => None,
    }
}

/// The field of a body that a foreign key was broken by: the column that a key's name has after its table's. Who acted, and
/// when a record was made from another, is never in a body.
fn named<'n>(table: Option<&str>, constraint: &'n str) -> Option<&'n str> {
    let column = constraint.strip_suffix("_fkey")?.strip_prefix(table?)?.strip_prefix('_')?;
    Some(column).filter(|column| column.ends_with("_id") && *column != "actor_id")
}

fn taken(pointer: &str, detail: &str) -> Refusal {
    Refusal::new(Kind::AlreadyExists, "A value that must be unique is already in use. Choose another value.")
        .with(vec![Fault::at(pointer, "already-exists", detail)])
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match &error {
            Error::DatabaseError(kind, info) => {
                let name = info.constraint_name().unwrap_or_default();
                if let Some(mut refusal) = refusal(name) {
                    // Only the database knows the figures, under its lock.
                    if let (Kind::OverBudget, Some(figures)) = (refusal.kind, info.details()) {
                        figures.clone_into(&mut refusal.detail);
                    }
                    return refusal.into();
                }
                if let (DatabaseErrorKind::ForeignKeyViolation, Some(column)) = (kind, named(info.table_name(), name))
                    && names_another(info.message())
                {
                    return Refusal::unknown_reference(&format!("/{column}")).into();
                }
                // Past the check above, it is the session that is deleted.
                if name == "claim_lines_session_id_fkey" {
                    let detail = "A claim names the session, so it can't be deleted. Cancel it instead.";
                    return Refusal::new(Kind::NotEditable, detail).into();
                }
                match kind {
                    DatabaseErrorKind::SerializationFailure => Self::Collided(error.to_string()),
                    DatabaseErrorKind::UniqueViolation if name == "idempotency_keys_pkey" => {
                        Self::Collided(error.to_string())
                    }
                    // The recipient is being erased at the same moment: the retry finds them erased and notifies
                    // nobody.
                    _ if name == "deliveries_erased" => Self::Collided(error.to_string()),
                    // Something came in between: the retry finds it and names it.
                    _ if name == "merges_without_conflict" => Self::Collided(error.to_string()),
                    DatabaseErrorKind::ClosedConnection
                    | DatabaseErrorKind::UnableToSendCommand
                    | DatabaseErrorKind::ReadOnlyTransaction => Self::Unavailable(error.to_string()),
                    DatabaseErrorKind::ForeignKeyViolation => Self::Outdated(format!("{error} ({name})")),
                    _ => match meaning(&**info) {
                        Meaning::Deadlock => Self::Collided(error.to_string()),
                        Meaning::Outage => Self::Unavailable(error.to_string()),
                        Meaning::Fault => Self::Broken(format!("{error} ({name})")),
                    },
                }
            }
            Error::BrokenTransactionManager => Self::Unavailable(error.to_string()),
            _ => Self::Broken(error.to_string()),
        }
    }
}
