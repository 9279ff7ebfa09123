//! Request bodies and filters of recoveries.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa::openapi::schema::Object;
use validator::{Validate, ValidationErrors};

use crate::clock::Day;
use crate::db::ids::{ClaimId, ClaimLineId, VolunteerId};
use crate::http::body::rule;
use crate::money::{Pence, some_pence};
use crate::recoveries::status::{RecoveryMethod, RecoveryStatus};
use crate::text::{RequiredText, ShortText};

/// Amount to be recovered of a line of the claim.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct NewRecoveryLine {
    /// The line.
    pub id: ClaimLineId,
    /// Amount to be recovered, in pence: at most what was paid of the line, less what is recovered already.
    #[schema(schema_with = recovered)]
    pub pence: Pence,
}

fn recovered() -> Object {
    some_pence("Amount to be recovered, in pence: at most what was paid of the line, less what is recovered already.")
}

/// What was agreed with the person about credits against later payments.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct AgreedWithPerson {
    /// Day on which it was agreed, London date, between the payment and today.
    pub on: Day,
    /// How it was agreed.
    /// Example: By telephone, with Amara Okafor
    pub how: ShortText,
}

/// A recovery to be proposed.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct NewRecovery {
    /// Why the money is to come back; the person is told.
    /// Example: The session on 10 June was claimed twice.
    pub reason: RequiredText,
    /// How the money comes back.
    pub method: RecoveryMethod,
    /// Amounts to be recovered, line by line.
    #[schema(min_items = 1, max_items = 100)]
    pub lines: Vec<NewRecoveryLine>,
    /// What was agreed with the person; needed for `offset`.
    #[serde(default)]
    pub agreed_with_person: Option<AgreedWithPerson>,
}

/// The rules between fields, each with its pointer.
impl Validate for NewRecovery {
    fn validate(&self) -> Result<(), ValidationErrors> {
        let mut errors = ValidationErrors::new();
        let mut seen = BTreeSet::new();
        for (position, line) in self.lines.iter().enumerate() {
            if !seen.insert(line.id) {
                errors.add("__all__", rule(&format!("/lines/{position}/id"), "repeated", "is in the list twice"));
            }
        }
        match (self.method, &self.agreed_with_person) {
            (RecoveryMethod::Offset, None) => {
                let detail =
                    "must be given for `offset`: money is taken off later payments only as agreed with the person";
                errors.add("__all__", rule("/agreed_with_person", "required", detail));
            }
            (RecoveryMethod::Repayment, Some(_)) => {
                errors.add("__all__", rule("/agreed_with_person", "not-allowed", "is for `offset` only"));
            }
            _ => {}
        }
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }
}

/// Why a recovery is given up.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
pub struct WaiveReason {
    /// Reason; the person is told.
    /// Example: The mistake was ours, and the amount is small.
    pub reason: RequiredText,
}

/// A repayment by the person.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
pub struct NewRepayment {
    /// Day on which the money arrived, London date, between the day of the proposal and today.
    pub on: Day,
    /// Amount in pence; at most what is still open.
    #[schema(schema_with = repaid)]
    pub pence: Pence,
    /// Reference of the repayment in the ledger; no two of the same amount on the same day have the same.
    /// Example: REC 4711
    pub ledger_reference: ShortText,
}

fn repaid() -> Object {
    some_pence("Amount in pence; at most what is still open.")
}

/// Filters of the list of recoveries.
#[derive(Debug, Deserialize, ToSchema)]
pub struct RecoveryFilter {
    /// Only recoveries with one of these statuses; several separated by commas.
    #[serde(default)]
    #[schema(max_items = 4)]
    pub status: Option<Vec<RecoveryStatus>>,
    /// Only recoveries of these claims; several separated by commas.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub claim_id: Option<Vec<ClaimId>>,
    /// Only recoveries from these volunteers; several separated by commas.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub volunteer_id: Option<Vec<VolunteerId>>,
}
