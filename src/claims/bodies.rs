//! Request bodies and filters of claims.
//! The answers are in `views`.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa::openapi::schema::{Object, ObjectBuilder, Type};
use validator::{Validate, ValidationError, ValidationErrors};

use crate::claims::line::NewLine;
use crate::claims::status::ClaimStatus;
use crate::clock::Day;
use crate::db::ids::{AgreementId, ClaimLineId, PlanId, ServiceId, VolunteerId};
use crate::http::body::rule;
use crate::http::table::{TableFormat, TableQuery};
use crate::money::Pence;
use crate::text::{RequiredText, ShortText};

crate::text_enum! {
    /// How a volunteer declared a claim that somebody else entered.
    pub enum DeclaredHow {
        /// On the paper form.
        Paper = "paper",
        /// By telephone.
        Phone = "phone",
        /// In person.
        InPerson = "in_person",
    }
}

/// The volunteer's declaration that a claim is true, where somebody else enters it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Declaration {
    /// Day on which the declaration was made, London date, between the first day of the agreement and today.
    pub made_on: Day,
    /// How the declaration was made.
    pub how: DeclaredHow,
    /// Name of whoever was present; null if nobody was.
    /// Example: Amara Okafor
    #[serde(default)]
    pub witness: Option<ShortText>,
}

/// A claim to be drafted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NewClaim {
    /// The volunteer whose claim it is; leave it out for your own claim.
    #[serde(default)]
    pub volunteer_id: Option<VolunteerId>,
    /// The agreement that the claim is made under.
    pub agreement_id: AgreementId,
    /// Lines, in the order in which they are to be shown.
    #[serde(default)]
    #[schema(max_items = 100)]
    pub lines: Vec<NewLine>,
    /// Why the claim is late; needed after the last day to claim.
    /// Example: I was in hospital until last week.
    #[serde(default)]
    pub late_reason: Option<RequiredText>,
    /// How the volunteer declared the claim; needed to submit it for somebody else.
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
                fault("id", "repeated", "is in the list twice");
            }
        }
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }
}

/// Amount approved for a line, where it is less than the line comes to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LineDecision {
    /// The line.
    pub id: ClaimLineId,
    /// Amount approved, in pence; at most what the line comes to.
    pub approved_pence: Pence,
    /// Why less is approved; the claimant can read it.
    /// Example: The same journey is on the claim of 3 April.
    pub reason: RequiredText,
}

/// Approval of a claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Approval {
    /// Confirmation that the approver has no close relationship to the claimant; must be true.
    #[schema(schema_with = only_true)]
    pub no_close_relationship: bool,
    /// Lines for which less is approved than they come to; all others are approved in full.
    #[serde(default)]
    #[schema(max_items = 100)]
    pub lines: Option<Vec<LineDecision>>,
    /// Confirmation that a late claim is accepted.
    #[serde(default)]
    pub accept_late: Option<bool>,
    /// Why it is approved although it exceeds the budget of its plan; without it, such an approval is refused.
    /// Example: The plan was extended by a month.
    #[serde(default)]
    pub over_budget_reason: Option<RequiredText>,
}

fn only_true() -> Object {
    ObjectBuilder::new()
        .schema_type(Type::Boolean)
        .enum_values(Some([true]))
        .description(Some("Confirmation that the approver has no close relationship to the claimant; must be true."))
        .build()
}

impl Validate for Approval {
    fn validate(&self) -> Result<(), ValidationErrors> {
        let mut errors = ValidationErrors::new();
        if !self.no_close_relationship {
            let detail = "must be true: somebody without a close relationship to the claimant approves the claim";
            errors.add("__all__", rule("/no_close_relationship", "not-allowed", detail));
        }
        let mut seen = BTreeSet::new();
        for (position, line) in self.lines.iter().flatten().enumerate() {
            if !seen.insert(line.id) {
                errors.add("__all__", rule(&format!("/lines/{position}/id"), "repeated", "is in the list twice"));
            }
        }
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }
}

/// Why a claim is returned or rejected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
pub struct ClaimReason {
    /// Reason; the claimant is told.
    /// Example: Please add where the journey started.
    pub reason: RequiredText,
}

/// Filters of the list of claims.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, ToSchema)]
pub struct ClaimFilter {
    /// Only claims with one of these statuses; several separated by commas.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub status: Option<Vec<ClaimStatus>>,
    /// Only claims of these volunteers; several separated by commas.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub volunteer_id: Option<Vec<VolunteerId>>,
    /// Only claims under these agreements; several separated by commas.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub agreement_id: Option<Vec<AgreementId>>,
    /// Only claims that these services pay; several separated by commas.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub service_id: Option<Vec<ServiceId>>,
    /// Only the claim with this reference.
    #[serde(default)]
    #[schema(pattern = "^CLM-[0-9]{4}-[0-9]{6,12}$", max_length = 30)]
    pub reference: Option<String>,
    /// Only claims whose reference, or the invoice number of one of their payments, begins with this, or whose claimant's
    /// legal name contains all of these words; the beginning of a word is enough.
    /// Example: grace men
    #[serde(default)]
    pub q: Option<ShortText>,
    /// Only claims that were submitted late (`true`), or that were not (`false`).
    #[serde(default)]
    pub late: Option<bool>,
    /// Only claims under these plans; several separated by commas.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub plan_id: Option<Vec<PlanId>>,
    /// Only claims that were last submitted on or after this day, London date.
    #[serde(default)]
    pub submitted_from: Option<Day>,
    /// Only claims that were last submitted on or before this day, London date.
    #[serde(default)]
    pub submitted_to: Option<Day>,
    /// `csv` for every claim that matches, for a spreadsheet; a page as JSON by default.
    #[serde(default)]
    pub format: Option<TableFormat>,
}

impl TableQuery for ClaimFilter {
    fn format(&self) -> Option<TableFormat> {
        self.format
    }
}

impl ClaimFilter {
    /// Whether it asks for fields that are not among those of a claim which finance sees.
    pub(super) fn asks_beyond_money(&self) -> bool {
        let Self { volunteer_id, agreement_id, service_id, late, plan_id, .. } = self;
        plan_id.is_some() || volunteer_id.is_some() || agreement_id.is_some() || service_id.is_some() || late.is_some()
    }

    /// The one state that is asked for, where nothing else is.
    pub(super) fn status_alone(&self) -> Option<ClaimStatus> {
        let [only] = self.status.as_deref()? else { return None };
        let nothing_else = Self { status: self.status.clone(), format: self.format, ..Self::default() };
        (*self == nothing_else).then_some(*only)
    }
}
