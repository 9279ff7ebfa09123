//! An opportunity as clients write and see it.
//! What may be written when, and what publication needs, stands in `rules`.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::clock::{Day, Instant};
use crate::db::ids::{OpportunityId, PlanId, ServiceId};
use crate::http::body::rule;
use crate::http::{Keyed, Represent};
use crate::opportunities::status::OpportunityStatus;
use crate::text::{Line, Person, Prose, Said, Word};
use crate::vocabulary::clearance::Required;
use crate::vocabulary::offer::{Basis, Offer};
use crate::vocabulary::opportunity::{
    Audience, InvolvementLevel, Mode, OpportunityKind, PanelRole, Perspective, Scoring,
};

/// Lived experience that is looked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ExperienceWanted {
    /// Of which service.
    pub service_id: ServiceId,
    /// From which side.
    pub perspective: Perspective,
    /// Whether it is needed, not merely welcome.
    pub essential: bool,
}

/// What the person does on an interview panel. Nothing about candidates is ever stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Panel {
    /// Their part.
    pub role: PanelRole,
    /// What their scores weigh.
    pub scoring: Scoring,
}

/// The code of a piece of training, as in `training:<code>`.
pub(crate) struct TrainingCode;

impl utoipa::PartialSchema for TrainingCode {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        utoipa::openapi::schema::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .min_length(Some(1))
            .max_length(Some(40))
            .pattern(Some("^[a-z0-9_-]{1,40}$"))
            .examples(["interview-panels"])
            .into()
    }
}

impl ToSchema for TrainingCode {}

/// An opportunity, as it is written. While it is a draft, most of it may be missing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[validate(schema(function = "days_in_order"), schema(function = "panel_fits"), schema(function = "each_once"))]
pub struct NewOpportunity {
    /// The plan that it carries out.
    pub plan_id: PlanId,
    /// Its title.
    pub title: Line,
    /// What it is about, for the people who are sought.
    #[serde(default)]
    pub summary: Option<Prose>,
    /// What kind of activity it is.
    pub kind: OpportunityKind,
    /// How much of the decision is shared.
    #[serde(default)]
    pub involvement_level: Option<InvolvementLevel>,
    /// Who is sought.
    #[serde(default)]
    pub audience: Option<Audience>,
    /// The lived experience that is looked for.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub experience_wanted: Vec<ExperienceWanted>,
    /// Skills that help.
    #[serde(default)]
    pub skills: Option<Prose>,
    /// How much time it takes.
    #[serde(default)]
    pub commitment: Option<Prose>,
    /// The first day; it may have passed: people join later.
    #[serde(default)]
    pub starts_on: Option<Day>,
    /// The last day.
    #[serde(default)]
    pub ends_on: Option<Day>,
    /// Where people meet.
    #[serde(default)]
    pub mode: Option<Mode>,
    /// The place.
    #[serde(default)]
    pub venue: Option<Line>,
    /// How to get there and in, and what helps people to take part.
    #[serde(default)]
    pub access_notes: Option<Prose>,
    /// How many people may accept.
    #[schema(minimum = 1, maximum = 999)]
    pub places: i32,
    /// How people are engaged.
    #[serde(default)]
    pub basis: Option<Basis>,
    /// What is reimbursed; "nothing" must be said.
    #[serde(default)]
    pub offer: Option<Offer>,
    /// Clearances that everyone who starts must hold.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub clearances_required: Vec<Required>,
    /// Codes of the training that everyone who starts must have.
    #[serde(default)]
    #[schema(max_items = 50, value_type = Vec<TrainingCode>)]
    pub training_required: Vec<Word>,
    /// Whom to ask.
    #[serde(default)]
    pub contact: Option<Person>,
    /// Until when interest can be expressed; it may be after the first day.
    #[serde(default)]
    pub closes_at: Option<Instant>,
    /// For interview panels: the part in it.
    #[serde(default)]
    pub panel: Option<Panel>,
}

fn days_in_order(new: &NewOpportunity) -> Result<(), ValidationError> {
    match (new.starts_on, new.ends_on) {
        (Some(starts_on), Some(ends_on)) if ends_on < starts_on => {
            Err(rule("/ends_on", "unordered", "must not be before starts_on"))
        }
        _ => Ok(()),
    }
}

fn panel_fits(new: &NewOpportunity) -> Result<(), ValidationError> {
    if new.panel.is_some() && new.kind != OpportunityKind::InterviewPanel {
        return Err(rule("/panel", "not-allowed", "belongs to interview panels alone"));
    }
    Ok(())
}

fn each_once(new: &NewOpportunity) -> Result<(), ValidationError> {
    let kinds: Vec<&str> = new.clearances_required.iter().map(|required| required.kind.0.as_str()).collect();
    let training: Vec<&str> = new.training_required.iter().map(Word::as_str).collect();
    for (list, name) in [(&kinds, "clearances_required"), (&training, "training_required")] {
        for (position, item) in list.iter().enumerate() {
            if list.iter().take(position).any(|earlier| earlier == item) {
                return Err(rule(&format!("/{name}/{position}"), "repeated", "stands in the list already"));
            }
        }
    }
    Ok(())
}

/// Until when a closed opportunity is open again.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
pub struct Reopening {
    /// Until when interest can be expressed; in the future.
    pub closes_at: Instant,
}

/// Why an opportunity is called off.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
pub struct OpportunityCancellation {
    /// The reason, as everyone who expressed interest is told it.
    pub reason: Said,
}

/// The filters of the list of opportunities.
#[derive(Debug, Deserialize, ToSchema)]
pub struct OpportunityFilter {
    /// Only those in one of these states now.
    #[serde(default)]
    pub status: Option<Vec<OpportunityStatus>>,
    /// Only those of this plan.
    #[serde(default)]
    pub plan_id: Option<PlanId>,
    /// Only those of this service.
    #[serde(default)]
    pub service_id: Option<ServiceId>,
    /// Only those of one of these kinds.
    #[serde(default)]
    pub kind: Option<Vec<OpportunityKind>>,
    /// Only those whose title or summary has words that begin with each of these.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 200)]
    pub q: Option<String>,
}

/// An opportunity in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct OpportunityItem {
    /// Its id.
    pub id: OpportunityId,
    /// Its version.
    pub version: i32,
    /// Its plan.
    pub plan_id: PlanId,
    /// The service of its plan.
    pub service_id: ServiceId,
    /// Its state now: closed once `closes_at` has passed.
    pub status: OpportunityStatus,
    /// Its title.
    pub title: Line,
    /// What it is about.
    pub summary: Option<Prose>,
    /// What kind of activity it is.
    pub kind: OpportunityKind,
    /// How much of the decision is shared.
    pub involvement_level: Option<InvolvementLevel>,
    /// Who is sought.
    pub audience: Option<Audience>,
    /// Skills that help.
    pub skills: Option<Prose>,
    /// How much time it takes.
    pub commitment: Option<Prose>,
    /// The first day.
    pub starts_on: Option<Day>,
    /// The last day.
    pub ends_on: Option<Day>,
    /// Where people meet.
    pub mode: Option<Mode>,
    /// The place.
    pub venue: Option<Line>,
    /// How to get there and in.
    pub access_notes: Option<Prose>,
    /// How many people may accept.
    pub places: i32,
    /// How many places nobody has accepted yet.
    pub places_left: i32,
    /// How people are engaged.
    pub basis: Option<Basis>,
    /// What is reimbursed.
    pub offer: Option<Offer>,
    /// Whom to ask.
    pub contact: Option<Person>,
    /// Until when interest can be expressed.
    pub closes_at: Option<Instant>,
    /// For interview panels: the part in it.
    pub panel: Option<Panel>,
    /// When it was last published.
    pub published_at: Option<Instant>,
    /// Why it was called off.
    pub cancel_reason: Option<String>,
    /// When it was made.
    pub created_at: Instant,
    /// Who made it.
    pub created_by: Option<String>,
    /// When it last changed.
    pub updated_at: Instant,
    /// Whether time closed it and the record does not say so yet.
    #[serde(skip)]
    pub(super) closed_by_time: bool,
}

/// An opportunity.
#[derive(Debug, Serialize, ToSchema)]
pub struct OpportunityView {
    /// Everything that lists show.
    #[serde(flatten)]
    pub item: OpportunityItem,
    /// The lived experience that is looked for.
    pub experience_wanted: Vec<ExperienceWanted>,
    /// Clearances that everyone who starts must hold.
    pub clearances_required: Vec<Required>,
    /// Codes of the training that everyone who starts must have.
    #[schema(value_type = Vec<TrainingCode>)]
    pub training_required: Vec<Word>,
}

/// The entity tag of what depends on the clock and on how many places are taken, neither of which is a version.
fn tag(version: i32, closed_by_time: bool, taken: i32) -> String {
    let closed = if closed_by_time { "-closed" } else { "" };
    if taken == 0 { format!("{version}{closed}") } else { format!("{version}{closed}-{taken}taken") }
}

impl Represent for OpportunityView {
    fn etag(&self) -> Option<String> {
        let item = &self.item;
        Some(tag(item.version, item.closed_by_time, item.places - item.places_left))
    }

    fn location(&self) -> Option<String> {
        Some(format!("/v1/opportunities/{}", self.item.id))
    }
}

impl Keyed for OpportunityItem {
    fn key(&self) -> uuid::Uuid {
        self.id.into()
    }
}
