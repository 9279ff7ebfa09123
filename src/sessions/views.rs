//! A session and who attended, as clients write and see them.
//! What a claim for it comes to stands in `claims`.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa::openapi::schema::Object;
use validator::{Validate, ValidationError, ValidationErrors};

use crate::clock::{Day, Instant};
use crate::db::ids::{AgreementId, OpportunityId, ServiceId, SessionId, VolunteerId};
use crate::http::body::rule;
use crate::http::{Keyed, Represent};
use crate::people::clearances::Missing;
use crate::policies::calculator::Outcome;
use crate::sessions::SessionStatus;
use crate::text::{Line, Prose, Said};

/// The longest that a session may be.
const LONGEST_MINUTES: i64 = 24 * 60;

/// A session, as it is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[validate(schema(function = "starts_on_a_minute"))]
#[validate(schema(function = "ends_on_a_minute"))]
#[validate(schema(function = "lasts_a_while"))]
pub struct NewSession {
    /// When it starts, on a whole minute; may be past, for what is entered afterwards.
    #[schema(schema_with = starts)]
    pub starts_at: Instant,
    /// When it ends, on a whole minute, 24 hours later at most.
    #[schema(schema_with = ends)]
    pub ends_at: Instant,
    /// Where.
    #[serde(default)]
    pub venue: Option<Line>,
    /// What it is called.
    #[serde(default)]
    pub title: Option<Line>,
}

fn starts() -> Object {
    Instant::minute_schema("When it starts, on a whole minute; may be past, for what is entered afterwards.")
}

fn ends() -> Object {
    Instant::minute_schema("When it ends, on a whole minute, 24 hours later at most.")
}

fn on_a_minute(at: Instant, pointer: &str) -> Result<(), ValidationError> {
    if at.is_whole_minute() { Ok(()) } else { Err(rule(pointer, "bad-format", "must be a whole minute")) }
}

fn starts_on_a_minute(new: &NewSession) -> Result<(), ValidationError> {
    on_a_minute(new.starts_at, "/starts_at")
}

fn ends_on_a_minute(new: &NewSession) -> Result<(), ValidationError> {
    on_a_minute(new.ends_at, "/ends_at")
}

fn lasts_a_while(new: &NewSession) -> Result<(), ValidationError> {
    if new.ends_at <= new.starts_at {
        return Err(rule("/ends_at", "unordered", "must be after starts_at"));
    }
    if new.starts_at.plus_minutes(LONGEST_MINUTES) < new.ends_at {
        return Err(rule("/ends_at", "out-of-range", "must be 24 hours after starts_at at most"));
    }
    Ok(())
}

/// How a session is cancelled.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
pub struct CancelSession {
    /// Why.
    pub reason: Said,
    /// When people were told: now unless said otherwise, not in the future. The notice counts from here.
    #[serde(default)]
    pub cancelled_at: Option<Instant>,
}

/// The filters of an opportunity's sessions.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct SessionFilter {
    /// In one of these states.
    #[serde(default)]
    #[schema(max_items = 10)]
    pub status: Option<Vec<SessionStatus>>,
    /// Starting on this day in London or later.
    #[serde(default)]
    pub from: Option<Day>,
    /// Starting on this day in London or earlier.
    #[serde(default)]
    pub to: Option<Day>,
}

/// The filters of the list of sessions.
#[derive(Debug, Deserialize, ToSchema)]
pub struct SessionsFilter {
    /// Of these opportunities.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub opportunity_id: Option<Vec<OpportunityId>>,
    /// In one of these states.
    #[serde(default)]
    #[schema(max_items = 10)]
    pub status: Option<Vec<SessionStatus>>,
    /// Starting on this day in London or later.
    #[serde(default)]
    pub from: Option<Day>,
    /// Starting on this day in London or earlier.
    #[serde(default)]
    pub to: Option<Day>,
}

/// A session.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionView {
    /// Its id.
    pub id: SessionId,
    /// Its version; taking attendance makes a new one.
    pub version: i32,
    /// Its state.
    pub status: SessionStatus,
    /// Of which opportunity.
    pub opportunity_id: OpportunityId,
    /// Of which service.
    pub service_id: ServiceId,
    /// When it starts.
    pub starts_at: Instant,
    /// When it ends.
    pub ends_at: Instant,
    /// Where.
    pub venue: Option<Line>,
    /// What it is called.
    pub title: Option<Line>,
    /// When the trust cancelled it.
    pub cancelled_at: Option<Instant>,
    /// Why the trust cancelled it.
    pub cancel_reason: Option<String>,
    /// The last day to claim for it, by the policy in force on its day; null where there is none.
    pub claim_by: Option<Day>,
    /// How the person who asks attended, null where that is not recorded; absent for everyone else.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    pub outcome: Option<Option<Outcome>>,
    /// When it was made.
    pub created_at: Instant,
    /// Who made it.
    pub created_by: Option<String>,
    /// When it last changed.
    pub updated_at: Instant,
    #[serde(skip)]
    pub(crate) policies: usize,
}

impl Represent for SessionView {
    fn etag(&self) -> Option<String> {
        let own = if self.outcome.is_some() { "own" } else { "" };
        Some(format!("{}-{}{own}", self.version, self.policies))
    }

    fn location(&self) -> Option<String> {
        Some(format!("/v1/sessions/{}", self.id))
    }
}

impl Keyed for SessionView {
    fn key(&self) -> uuid::Uuid {
        self.id.into()
    }
}

/// How a session went for one person, as it is recorded.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Validate, ToSchema)]
pub struct NewAttendance {
    /// What happened.
    pub outcome: Outcome,
    /// What is worth knowing about it.
    #[serde(default)]
    pub note: Option<Prose>,
}

/// How a session went for one of several people, as it is recorded.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
pub struct NewAttendee {
    /// Who.
    pub volunteer_id: VolunteerId,
    /// What happened.
    pub outcome: Outcome,
    /// What is worth knowing about it.
    #[serde(default)]
    pub note: Option<Prose>,
}

/// How a session went for everyone, as it is recorded: it takes the place of what was recorded before.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct NewRegister {
    /// Everyone, each once.
    #[schema(max_items = 500)]
    pub items: Vec<NewAttendee>,
}

impl Validate for NewRegister {
    fn validate(&self) -> Result<(), ValidationErrors> {
        let mut errors = ValidationErrors::new();
        let mut seen = std::collections::HashSet::new();
        for (position, item) in self.items.iter().enumerate() {
            if !seen.insert(item.volunteer_id) {
                let pointer = format!("/items/{position}/volunteer_id");
                errors.add("__all__", rule(&pointer, "repeated", "stands in the list already"));
            }
        }
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }
}

/// How a session went for one person.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AttendeeView {
    /// Who.
    pub volunteer_id: VolunteerId,
    /// Under which agreement.
    pub agreement_id: AgreementId,
    /// What happened.
    pub outcome: Outcome,
    /// What is worth knowing about it.
    pub note: Option<Prose>,
    /// Required clearances that were not valid on the day, as it was when this was recorded.
    pub clearance_flags: Vec<Missing>,
    /// The last day to claim for it; null where no policy is in force on that day.
    pub claim_by: Option<Day>,
    /// When it was recorded.
    pub recorded_at: Instant,
    /// Who recorded it.
    pub recorded_by: Option<String>,
}

/// How a session went for one person, with the session's version.
#[derive(Debug, Serialize, ToSchema)]
pub struct AttendanceView {
    /// What is recorded.
    #[serde(flatten)]
    pub attendee: AttendeeView,
    /// Of which session.
    pub session_id: SessionId,
    /// The session's version.
    pub version: i32,
    #[serde(skip)]
    pub(crate) policies: usize,
}

impl Represent for AttendanceView {
    fn etag(&self) -> Option<String> {
        Some(format!("{}-{}", self.version, self.policies))
    }
}

/// How a session went for everyone.
#[derive(Debug, Serialize, ToSchema)]
pub struct RegisterView {
    /// Of which session.
    pub session_id: SessionId,
    /// The session's version.
    pub version: i32,
    /// Everyone for whom it is recorded.
    pub items: Vec<AttendeeView>,
    #[serde(skip)]
    pub(crate) policies: usize,
}

impl Represent for RegisterView {
    fn etag(&self) -> Option<String> {
        Some(format!("{}-{}", self.version, self.policies))
    }
}
