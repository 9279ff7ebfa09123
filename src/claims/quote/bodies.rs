//! What is asked: an agreement or an opportunity, and lines as a claim's, for sessions that are planned, too.
//! What is answered stands in `views`.

use std::borrow::Cow;

use serde::Deserialize;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};
use validator::{Validate, ValidationErrors};

use crate::claims::line::{self, LineKind, NewLine};
use crate::db::ids::{AgreementId, OpportunityId};
use crate::http::body::rule;

/// A line as a claim has it, but for its id and receipts, which belong to a claim. It may stand without a session.
#[derive(Clone, Debug, Deserialize)]
pub struct PlannedLine {
    /// What a claim would say.
    #[serde(flatten)]
    pub line: NewLine,
    /// How long the session is planned to be, on a line of time without a session.
    #[serde(default)]
    pub scheduled_minutes: Option<i64>,
}

/// What is of a claim alone.
const OF_A_CLAIM: [&str; 2] = ["id", "receipt_ids"];

impl PlannedLine {
    /// What breaks a rule between its fields: the field, the code, and what is wrong.
    fn faults(&self) -> Vec<(&'static str, &'static str, &'static str)> {
        let mut faults = self.line.faults();
        let time = self.line.kind == LineKind::Time;
        match (self.line.session_id.is_some(), self.scheduled_minutes.is_some()) {
            (false, false) if time => {
                faults.push(("scheduled_minutes", "required", "must be given where there is no session"));
            }
            (true, true) => faults.push(("scheduled_minutes", "not-allowed", "the session says how long it is")),
            _ => {}
        }
        faults
    }
}

fn schema_name(kind: LineKind) -> String {
    format!("Planned{}", kind.schema_name())
}

fn variant(kind: LineKind) -> RefOr<Schema> {
    let object = line::inputs(kind, &OF_A_CLAIM);
    if kind != LineKind::Time {
        return object.into();
    }
    let minutes = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1)).maximum(Some(1_440));
    let about = "How long the session is planned to be, where none is named.";
    object.property("scheduled_minutes", minutes.description(Some(about))).into()
}

impl PartialSchema for PlannedLine {
    fn schema() -> RefOr<Schema> {
        line::one_of(
            schema_name,
            "A line as a claim has it, but for `id` and `receipt_ids`. Without a session it has a date, and for time `scheduled_minutes`.",
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

/// What is asked: exactly one of agreement and opportunity, and lines.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct QuoteRequest {
    /// The agreement that promises it; or else the opportunity.
    #[serde(default)]
    pub agreement_id: Option<AgreementId>,
    /// The opportunity that offers it; or else the agreement.
    #[serde(default)]
    pub opportunity_id: Option<OpportunityId>,
    /// What is planned.
    #[schema(min_items = 1, max_items = 100)]
    pub lines: Vec<PlannedLine>,
}

/// The rules between the fields, each with its pointer.
impl Validate for QuoteRequest {
    fn validate(&self) -> Result<(), ValidationErrors> {
        let mut errors = ValidationErrors::new();
        match (self.agreement_id.is_some(), self.opportunity_id.is_some()) {
            (false, false) => {
                let detail = "must be given, or opportunity_id";
                errors.add("__all__", rule("/agreement_id", "required", detail));
            }
            (true, true) => {
                let detail = "an agreement has its opportunity: give one of the two";
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
