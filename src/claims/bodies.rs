//! What clients send about claims: the claim itself, decisions, filters.
//! What they are answered stands in `views`.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa::openapi::schema::{Object, ObjectBuilder, Type};
use validator::{Validate, ValidationError, ValidationErrors};

use crate::claims::line::NewLine;
use crate::claims::status::ClaimStatus;
use crate::clock::Day;
use crate::db::ids::{AgreementId, ClaimLineId, ServiceId, VolunteerId};
use crate::http::body::rule;
use crate::money::Pence;
use crate::text::{Line, Said};

crate::text_enum! {
    /// How a person told somebody what to claim.
    pub enum DeclaredHow {
        /// On the paper form.
        Paper = "paper",
        /// By telephone.
        Phone = "phone",
        /// In person.
        InPerson = "in_person",
    }
}

/// How the person said that the claim is true, where somebody else types it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Declaration {
    /// The day on which they said so.
    pub made_on: Day,
    /// How they said so.
    pub how: DeclaredHow,
    /// Who was there.
    #[serde(default)]
    pub witness: Option<Line>,
}

/// A claim, as it is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NewClaim {
    /// Whose claim it is; oneself, unless it is typed for somebody.
    #[serde(default)]
    pub volunteer_id: Option<VolunteerId>,
    /// The agreement that promised it.
    pub agreement_id: AgreementId,
    /// What is claimed, in the order in which it is shown.
    #[serde(default)]
    #[schema(max_items = 100)]
    pub lines: Vec<NewLine>,
    /// Why it is late, where it is.
    #[serde(default)]
    pub late_reason: Option<Said>,
    /// How the person said that it is true, where somebody else types it.
    #[serde(default)]
    pub declaration: Option<Declaration>,
}

/// The rules between fields, each with its pointer.
impl Validate for NewClaim {
    fn validate(&self) -> Result<(), ValidationErrors> {
        let mut errors = ValidationErrors::new();
        let mut seen = BTreeSet::new();
        for (position, line) in self.lines.iter().enumerate() {
            let mut fault = |field: &str, code, detail| {
                let error: ValidationError = rule(&format!("/lines/{position}/{field}"), code, detail);
                errors.add("__all__", error);
            };
            for (field, code, detail) in line.faults() {
                fault(field, code, detail);
            }
            if line.id.is_some_and(|id| !seen.insert(id)) {
                fault("id", "repeated", "stands in the list already");
            }
        }
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }
}

/// What an approver says of a line: less than it comes to, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LineDecision {
    /// Which line.
    pub id: ClaimLineId,
    /// What is paid; never more than the line comes to.
    pub approved_pence: Pence,
    /// Why.
    pub reason: Said,
}

/// An approval.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Approval {
    /// That the approver has no close relationship to the claimant; must be true.
    #[schema(schema_with = only_true)]
    pub no_close_relationship: bool,
    /// Lines that are lowered; all others are approved as they are.
    #[serde(default)]
    #[schema(max_items = 100)]
    pub lines: Option<Vec<LineDecision>>,
    /// That a late claim is accepted as late.
    #[serde(default)]
    pub accept_late: Option<bool>,
}

fn only_true() -> Object {
    ObjectBuilder::new()
        .schema_type(Type::Boolean)
        .enum_values(Some([true]))
        .description(Some("That the approver has no close relationship to the claimant; must be true."))
        .build()
}

impl Validate for Approval {
    fn validate(&self) -> Result<(), ValidationErrors> {
        let mut errors = ValidationErrors::new();
        if !self.no_close_relationship {
            let detail = "must be true: nobody approves the claim of somebody close to them";
            errors.add("__all__", rule("/no_close_relationship", "not-allowed", detail));
        }
        let mut seen = BTreeSet::new();
        for (position, line) in self.lines.iter().flatten().enumerate() {
            if !seen.insert(line.id) {
                errors.add("__all__", rule(&format!("/lines/{position}/id"), "repeated", "stands in the list already"));
            }
        }
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }
}

/// Why a claim is sent back or refused; the person is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
pub struct ClaimReason {
    /// Why.
    pub reason: Said,
}

/// The filters of the list of claims.
#[derive(Debug, Deserialize, ToSchema)]
pub struct ClaimFilter {
    /// Only claims in one of these states.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub status: Option<Vec<ClaimStatus>>,
    /// Only claims of this person.
    #[serde(default)]
    pub volunteer_id: Option<VolunteerId>,
    /// Only claims under this agreement.
    #[serde(default)]
    pub agreement_id: Option<AgreementId>,
    /// Only claims for this service.
    #[serde(default)]
    pub service_id: Option<ServiceId>,
    /// Only the claim with this reference.
    #[serde(default)]
    #[schema(pattern = "^CLM-[0-9]{4}-[0-9]{6,12}$", max_length = 30)]
    pub reference: Option<String>,
    /// Only claims that were, or were not, submitted after their window.
    #[serde(default)]
    pub late: Option<bool>,
}
