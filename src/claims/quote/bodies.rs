//! The request for a quote: an agreement or an opportunity, and lines like a claim's; sessions may be planned only.
//! The answer is in `views`.

use std::borrow::Cow;

use serde::Deserialize;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};
use validator::{Validate, ValidationErrors};

use crate::claims::line::{LineFault, LineKind, NewLine};
use crate::claims::line_schema;
use crate::db::ids::{AgreementId, OpportunityId};
use crate::http::body::rule;

/// A line like a claim's, without id and receipts, which belong to a claim. It may have no session.
#[derive(Clone, Debug, Deserialize)]
pub struct PlannedLine {
    /// The line of a claim.
    #[serde(flatten)]
    pub line: NewLine,
    /// Planned length of the session in minutes, on a line for time without a session.
    #[serde(default)]
    pub scheduled_minutes: Option<i64>,
}

/// Fields that only a claim has, or that it needs more of.
const OF_A_CLAIM: [&str; 3] = ["id", "receipt_ids", "work"];
/// Fields that only a claim needs: what a journey comes to does not depend on them.
const NEEDED_BY_A_CLAIM: [&str; 2] = ["from", "to"];

impl PlannedLine {
    /// The rules between fields that the line breaks: the field, the code, and what is wrong.
    fn faults(&self) -> Vec<LineFault> {
        let mut faults = self.line.faults();
        let time = self.line.kind == LineKind::Time;
        let known = self.line.session_id.is_some() || self.line.work.is_some();
        match (known, self.scheduled_minutes.is_some()) {
            (false, false) if time => {
                faults.push(("scheduled_minutes", "required", "must be given for time without a session"));
            }
            (true, true) => faults.push((
                "scheduled_minutes",
                "not-allowed",
                "is for lines without a session; the session has its own length, and work has none",
            )),
            _ => {}
        }
        faults
    }
}

fn schema_name(kind: LineKind) -> String {
    format!("Planned{}", kind.schema_name())
}

fn variant(kind: LineKind) -> RefOr<Schema> {
    let object = line_schema::inputs(kind, &OF_A_CLAIM, &NEEDED_BY_A_CLAIM);
    if kind != LineKind::Time {
        return object.into();
    }
    let minutes = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1)).maximum(Some(1_440));
    let about = "Planned length of the session in minutes, where no session is named.";
    let object = object.property("work", line_schema::planned_work());
    object.property("scheduled_minutes", minutes.description(Some(about))).into()
}

impl PartialSchema for PlannedLine {
    fn schema() -> RefOr<Schema> {
        line_schema::one_of(
            schema_name,
            "A line like a claim's, without `id` and `receipt_ids`; a journey may leave out `from` and `to`. A line without a session needs `date`, and for \
             time also `scheduled_minutes`, or `work` instead of both.",
        )
    }
}

impl ToSchema for PlannedLine {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("PlannedLine")
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.extend(LineKind::ALL.iter().map(|kind| (schema_name(*kind), variant(*kind))));
    }
}

/// Request for a quote: exactly one of agreement and opportunity, and lines.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct QuoteRequest {
    /// The agreement that the lines fall under; give this or the opportunity.
    #[serde(default)]
    pub agreement_id: Option<AgreementId>,
    /// The opportunity that offers reimbursement; give this or the agreement.
    #[serde(default)]
    pub opportunity_id: Option<OpportunityId>,
    /// Lines to be worked out.
    #[schema(min_items = 1, max_items = 100)]
    pub lines: Vec<PlannedLine>,
}

/// The rules between the fields, each with its pointer.
impl Validate for QuoteRequest {
    fn validate(&self) -> Result<(), ValidationErrors> {
        let mut errors = ValidationErrors::new();
        match (self.agreement_id.is_some(), self.opportunity_id.is_some()) {
            (false, false) => {
                let detail = "must be given, unless opportunity_id is";
                errors.add("__all__", rule("/agreement_id", "required", detail));
            }
            (true, true) => {
                let detail = "must be left out where agreement_id is given; an agreement belongs to one opportunity";
                errors.add("__all__", rule("/opportunity_id", "not-allowed", detail));
            }
            _ => {}
        }
        for (position, line) in self.lines.iter().enumerate() {
            for (field, code, detail) in line.faults() {
                errors.add("__all__", rule(&format!("/lines/{position}/{field}"), code, detail));
            }
        }
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }
}
