//! An opportunity in requests and answers.
//! Which fields can be changed when, and what publication needs, is in `rules`.

use crate::db::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::clock::{Day, Instant};
use crate::db::Json;
use crate::db::ids::{OpportunityId, PlanId, ServiceId};
use crate::db::schema::opportunities;
use crate::db::sorting::Mark;
use crate::http::answer::stands;
use crate::http::body::rule;
use crate::http::{Fields, Keyed, PlainFields, Represent};
use crate::opportunities::status::OpportunityStatus;
use crate::policies::Promised;
use crate::text::{Label, LongText, Person, RequiredText, ShortText};
use crate::vocabulary::clearance::{Required, TrainingCode};
use crate::vocabulary::offer::{Basis, Offer};
use crate::vocabulary::opportunity::{
    Audience, InvolvementLevel, Mode, OpportunityKind, PanelRole, Perspective, Scoring,
};
use crate::work::names::PlanNames;

/// Lived experience that is wanted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ExperienceWanted {
    /// Service that people should have experience of.
    pub service_id: ServiceId,
    /// Perspective from which they should know it.
    pub perspective: Perspective,
    /// Whether the experience is essential; otherwise it is welcome but not needed.
    pub essential: bool,
}

/// What people do on an interview panel. No data about candidates is ever stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Panel {
    /// Role on the panel.
    pub role: PanelRole,
    /// How their scores count.
    pub scoring: Scoring,
}

/// Fields of an opportunity that can be written. In a draft, most of them can be left out.
#[derive(
    Clone,
    Debug,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    Validate,
    ToSchema,
    Queryable,
    Selectable,
    Insertable,
    AsChangeset,
)]
#[diesel(table_name = opportunities, treat_none_as_default_value = false, treat_none_as_null = true, check_for_backend(diesel::pg::Pg))]
#[schema(as = NewOpportunity)]
#[validate(schema(function = "days_in_order"), schema(function = "panel_fits"), schema(function = "each_once"))]
pub struct OpportunityContent {
    /// Plan that the opportunity belongs to.
    pub plan_id: PlanId,
    /// Title of the opportunity.
    /// Example: Waiting room focus group
    pub title: ShortText,
    /// What the opportunity is about, for the people whom it is for.
    /// Example: Tell us how the waiting room feels, and what would help.
    #[serde(default)]
    pub summary: Option<LongText>,
    /// Kind of activity.
    pub kind: OpportunityKind,
    /// Level of involvement: how much say people have.
    #[serde(default)]
    pub involvement_level: Option<InvolvementLevel>,
    /// People whom the opportunity is for.
    #[serde(default)]
    pub audience: Option<Audience>,
    /// Lived experience that is wanted.
    #[serde(default)]
    #[schema(max_items = 50, value_type = Vec<ExperienceWanted>)]
    pub experience_wanted: Json<Vec<ExperienceWanted>>,
    /// Skills that help.
    /// Example: Minute taking, public speaking
    #[serde(default)]
    pub skills: Option<LongText>,
    /// Time that people need to give.
    /// Example: Two mornings of two hours.
    #[serde(default)]
    pub commitment: Option<LongText>,
    /// First day. It may be in the past, because people can join later.
    #[serde(default)]
    pub starts_on: Option<Day>,
    /// Last day, inclusive.
    #[serde(default)]
    pub ends_on: Option<Day>,
    /// Whether people meet in person or online.
    #[serde(default)]
    pub mode: Option<Mode>,
    /// Place where people meet. Publication needs it unless people meet online only.
    /// Example: Room 2, Riverside Centre, Cambridge
    #[serde(default)]
    pub venue: Option<ShortText>,
    /// How to get there and into the building, and what helps people to take part.
    /// Example: Step-free entrance at the back; the room has a hearing loop.
    #[serde(default)]
    pub access_notes: Option<LongText>,
    /// Number of people who can accept a place.
    #[schema(minimum = 1, maximum = 999)]
    pub places: i32,
    /// Whether people are paid for their time.
    #[serde(default)]
    pub basis: Option<Basis>,
    /// What is reimbursed. Publication needs it, even if nothing is reimbursed.
    #[serde(default)]
    #[schema(value_type = Option<Offer>)]
    pub offer: Option<Json<Offer>>,
    /// Clearances that everyone must have before they start.
    #[serde(default)]
    #[schema(max_items = 20, value_type = Vec<Required>)]
    pub clearances_required: Json<Vec<Required>>,
    /// Codes of training that everyone must have completed before they start.
    #[serde(default)]
    #[schema(max_items = 40, value_type = Vec<TrainingCode>)]
    pub training_required: Json<Vec<Label>>,
    /// Member of staff who answers questions.
    #[serde(default)]
    #[schema(value_type = Option<Person>)]
    pub contact: Option<Json<Person>>,
    /// Closing date and time for expressions of interest. It may be after the first day.
    #[serde(default)]
    pub closes_at: Option<Instant>,
    /// Role on the interview panel; only for the kind `interview_panel`.
    #[serde(default)]
    #[schema(value_type = Option<Panel>)]
    pub panel: Option<Json<Panel>>,
}

fn days_in_order(new: &OpportunityContent) -> Result<(), ValidationError> {
    match (new.starts_on, new.ends_on) {
        (Some(starts_on), Some(ends_on)) if ends_on < starts_on => {
            Err(rule("/ends_on", "unordered", "must not be before starts_on"))
        }
        _ => Ok(()),
    }
}

fn panel_fits(new: &OpportunityContent) -> Result<(), ValidationError> {
    if new.panel.is_some() && new.kind != OpportunityKind::InterviewPanel {
        return Err(rule("/panel", "not-allowed", "is allowed only for the kind `interview_panel`"));
    }
    Ok(())
}

fn each_once(new: &OpportunityContent) -> Result<(), ValidationError> {
    let kinds: Vec<&str> = new.clearances_required.iter().map(|required| required.kind.0.as_str()).collect();
    let training: Vec<&str> = new.training_required.iter().map(Label::as_str).collect();
    for (list, name) in [(&kinds, "clearances_required"), (&training, "training_required")] {
        for (position, item) in list.iter().enumerate() {
            if list.iter().take(position).any(|earlier| earlier == item) {
                return Err(rule(&format!("/{name}/{position}"), "repeated", "is already in the list"));
            }
        }
    }
    Ok(())
}

/// Reason for cancelling an opportunity.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
pub struct OpportunityCancellation {
    /// Reason, sent to the people whose expression of interest is open or accepted.
    /// Example: The building is closed until spring.
    pub reason: RequiredText,
}

/// Fields of an opportunity that the service fills in.
#[derive(Debug, Serialize, ToSchema)]
pub struct OpportunityRecord {
    /// Unique identifier (UUIDv7).
    pub id: OpportunityId,
    /// Version, counted from 1; send it in If-Match to change the record.
    pub version: i32,
    /// Service of the plan.
    pub service_id: ServiceId,
    /// Names of the plan and the service.
    #[serde(flatten)]
    pub names: PlanNames,
    /// Status now: `closed` once `closes_at` has passed.
    pub status: OpportunityStatus,
    /// Number of places that are not taken yet.
    pub places_left: i32,
    /// When it was put on the work list of the involvement leads; null if it was not.
    pub proposed_at: Option<Instant>,
    /// When it was last published or reopened; null before the first publication.
    pub published_at: Option<Instant>,
    /// Terms of the tariff under which it was published; agreements made from it promise no less. Null before the first
    /// publication, and where time is not paid.
    pub promised: Option<Promised>,
    /// Reason why it was cancelled; null unless it was.
    pub cancel_reason: Option<String>,
    /// When it was created.
    pub created_at: Instant,
    /// Who created it: the subject of their token.
    pub created_by: Option<String>,
    /// When it was last changed.
    pub updated_at: Instant,
    /// Whether it closed at `closes_at` and that is not stored yet.
    #[serde(skip)]
    pub(super) closed_by_time: bool,
}

type AllFields = Fields<OpportunityContent>;
type ItemFields = PlainFields<OpportunityContent>;

/// An opportunity in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct OpportunityItem {
    /// Fields that the service fills in.
    #[serde(flatten)]
    pub record: OpportunityRecord,
    /// Fields that clients write, without the lists.
    #[serde(flatten)]
    pub content: ItemFields,
}

/// An opportunity with its requirements.
#[derive(Debug, Serialize, ToSchema)]
pub struct OpportunityView {
    /// Fields that the service fills in.
    #[serde(flatten)]
    pub record: OpportunityRecord,
    /// Fields that clients write.
    #[serde(flatten)]
    pub content: AllFields,
}

/// The ETag. It also depends on the time and on the places taken, which do not change the version.
fn tag(version: i32, closed_by_time: bool, taken: i32) -> String {
    let closed = if closed_by_time { "-closed" } else { "" };
    if taken == 0 { format!("{version}{closed}") } else { format!("{version}{closed}-{taken}taken") }
}

impl Represent for OpportunityView {
    stands!(|it| it.record.status);

    fn etag(&self) -> Option<String> {
        let record = &self.record;
        let tag = tag(record.version, record.closed_by_time, self.content.places - record.places_left);
        Some(format!("{tag}-{}", record.names.tag()))
    }

    fn location(&self) -> Option<String> {
        Some(format!("/v1/opportunities/{}", self.record.id))
    }
}

impl Keyed for OpportunityItem {
    const CHANGED: Option<fn(&Self) -> Instant> = Some(|it| it.record.updated_at);

    fn key(&self) -> uuid::Uuid {
        self.record.id.into()
    }

    fn mark(&self) -> Option<Mark> {
        Some(Mark::Time(self.content.closes_at))
    }
}
