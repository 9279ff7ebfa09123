//! Sessions, as clients write and see them.
//! Attendance is in `attendance_views`.

use crate::db::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa::openapi::schema::Object;
use validator::{Validate, ValidationError};

use crate::access::viewer::seen_by;
use crate::clock::{Day, Instant};
use crate::db::ids::{OpportunityId, ServiceId, SessionId, VolunteerId};
use crate::db::schema::sessions;
use crate::db::sorting::Mark;
use crate::http::answer::stands;
use crate::http::body::rule;
use crate::http::table::{TableFormat, TableQuery};
use crate::http::{Fields, Keyed, Represent};
use crate::policies::calculator::Outcome;
use crate::sessions::SessionStatus;
use crate::sessions::reply_views::Reply;
use crate::text::{LongText, RequiredText, ShortText};
use crate::vocabulary::opportunity::Mode;
use crate::work::names::OpportunityNames;

/// The longest session, in minutes.
const LONGEST_MINUTES: i64 = 24 * 60;

/// What everybody who may see a session sees of what clients write.
#[derive(
    Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, Queryable, Selectable, Insertable, AsChangeset,
)]
#[diesel(table_name = sessions, treat_none_as_default_value = false, treat_none_as_null = true, check_for_backend(diesel::pg::Pg))]
pub struct SessionDetails {
    /// Start, on a whole minute; may be in the past, for a session that is entered afterwards.
    #[schema(schema_with = starts)]
    pub starts_at: Instant,
    /// End, on a whole minute, at most 24 hours after the start.
    #[schema(schema_with = ends)]
    pub ends_at: Instant,
    /// Venue.
    /// Example: Room 2, Riverside Centre, Cambridge
    #[serde(default)]
    pub venue: Option<ShortText>,
    /// Title of the session.
    /// Example: First workshop
    #[serde(default)]
    pub title: Option<ShortText>,
    /// How people meet at this session; null means as in the opportunity.
    #[serde(default)]
    pub mode: Option<Mode>,
}

/// A session, as the client sends it.
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
#[diesel(table_name = sessions, treat_none_as_default_value = false, treat_none_as_null = true, check_for_backend(diesel::pg::Pg))]
#[schema(as = NewSession)]
#[validate(schema(function = "in_order"))]
pub struct SessionContent {
    /// What everybody who may see the session sees.
    #[serde(flatten)]
    #[diesel(embed)]
    pub details: SessionDetails,
    /// How to take part from somewhere else, such as the link of a video call; volunteers see it once they have a place.
    /// Example: https://video.trust.example/room/4417, or telephone 01223 555 0101.
    #[serde(default)]
    pub join_details: Option<LongText>,
}

impl std::ops::Deref for SessionContent {
    type Target = SessionDetails;
    fn deref(&self) -> &SessionDetails {
        &self.details
    }
}

fn starts() -> Object {
    Instant::minute_schema(
        "Start, on a whole minute; may be in the past, for a session that is entered afterwards.",
        "2026-04-07T13:00:00Z",
    )
}

fn ends() -> Object {
    Instant::minute_schema("End, on a whole minute, at most 24 hours after the start.", "2026-04-07T15:00:00Z")
}

/// What is wrong with the times of a session: the member, the code and why.
pub(super) fn untimely(new: &SessionDetails) -> Option<(&'static str, &'static str, &'static str)> {
    if !new.starts_at.is_whole_minute() {
        return Some(("starts_at", "bad-format", "must be a whole minute"));
    }
    if !new.ends_at.is_whole_minute() {
        return Some(("ends_at", "bad-format", "must be a whole minute"));
    }
    if new.ends_at <= new.starts_at {
        return Some(("ends_at", "unordered", "must be after `starts_at`"));
    }
    let longest = new.starts_at.plus_minutes(LONGEST_MINUTES);
    (longest < new.ends_at).then_some(("ends_at", "out-of-range", "must be at most 24 hours after `starts_at`"))
}

impl SessionDetails {
    /// Whether its times contradict each other.
    pub(super) fn is_untimely(&self) -> bool {
        untimely(self).is_some()
    }
}

fn in_order(new: &SessionContent) -> Result<(), ValidationError> {
    untimely(&new.details).map_or(Ok(()), |(member, code, why)| Err(rule(&format!("/{member}"), code, why)))
}

/// The cancellation of a session.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
pub struct CancelSession {
    /// Reason for the cancellation, which the volunteers are told.
    /// Example: The room was flooded.
    pub reason: RequiredText,
    /// When volunteers were told, at most a year before the session and not in the future; now if you leave it out. The
    /// length of notice is counted from here.
    #[serde(default)]
    pub cancelled_at: Option<Instant>,
}

/// Filters for the sessions of an opportunity.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct SessionFilter {
    /// Only sessions with one of these statuses; several separated by commas.
    #[serde(default)]
    #[schema(max_items = 10)]
    pub status: Option<Vec<SessionStatus>>,
    /// Only sessions that start on or after this date, in London time.
    #[serde(default)]
    pub from: Option<Day>,
    /// Only sessions that start on or before this date, in London time.
    #[serde(default)]
    pub to: Option<Day>,
}

/// Filters for the list of sessions.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct SessionsFilter {
    /// Only sessions of these opportunities; several separated by commas.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub opportunity_id: Option<Vec<OpportunityId>>,
    /// Only sessions of opportunities of these services; several separated by commas.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub service_id: Option<Vec<ServiceId>>,
    /// Only sessions at which one of these volunteers is expected, or for which it is recorded whether they came; several
    /// separated by commas. A volunteer finds only their own sessions with it.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub volunteer_id: Option<Vec<VolunteerId>>,
    /// Only sessions with one of these statuses; several separated by commas.
    #[serde(default)]
    #[schema(max_items = 10)]
    pub status: Option<Vec<SessionStatus>>,
    /// Only sessions that start on or after this date, in London time.
    #[serde(default)]
    pub from: Option<Day>,
    /// Only sessions that start on or before this date, in London time.
    #[serde(default)]
    pub to: Option<Day>,
    /// `csv` for every session that matches, for a spreadsheet; a page as JSON by default.
    #[serde(default)]
    pub format: Option<TableFormat>,
}

impl TableQuery for SessionsFilter {
    fn format(&self) -> Option<TableFormat> {
        self.format
    }
}

type AllFields = Fields<SessionDetails>;

/// A session.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionView {
    /// Unique identifier (UUIDv7).
    pub id: SessionId,
    /// Version, counted from 1; recording attendance makes a new version. Send it in If-Match to change the record.
    pub version: i32,
    /// Status of the session.
    pub status: SessionStatus,
    /// Opportunity that the session belongs to.
    pub opportunity_id: OpportunityId,
    /// Service that the opportunity belongs to.
    pub service_id: ServiceId,
    /// Names of the opportunity and the service.
    #[serde(flatten)]
    pub names: OpportunityNames,
    /// Fields that clients write.
    #[serde(flatten)]
    pub details: AllFields,
    /// How to take part from somewhere else; null if nothing is said. Absent for volunteers who are not
    /// expected at the session.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<LongText>, required = false)]
    pub join_details: Option<Option<LongText>>,
    /// When volunteers were told that the session is cancelled; null unless cancelled.
    pub cancelled_at: Option<Instant>,
    /// Reason for the cancellation; null unless cancelled.
    #[schema(example = "The room was flooded.")]
    pub cancel_reason: Option<String>,
    /// Last day to claim for the session without a reason, inclusive, London date; null where no policy is in force on
    /// the day of the session.
    pub claim_by: Option<Day>,
    /// How many people are expected, without those who said that they can't come. In lists, for leads and staff of the
    /// service. Absent elsewhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    pub expected_count: Option<i64>,
    /// How many of them said that they come. In lists, for leads and staff of the service. Absent elsewhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    pub coming_count: Option<i64>,
    /// How many arrangements, such as an interpreter, nobody has booked yet; none once the session is over or cancelled. In
    /// lists, for leads and staff of the service. Absent elsewhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    pub to_book_count: Option<i64>,
    /// Attendance of the volunteer who asks; null if it is not recorded. Absent for everyone else.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    pub outcome: Option<Option<Outcome>>,
    /// What the volunteer who asks replied; null if they did not. Absent for everyone else.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    pub reply: Option<Option<Reply>>,
    /// When it was created.
    pub created_at: Instant,
    /// Who created it: the subject of their token; null once that person was erased.
    pub created_by: Option<String>,
    /// When it was last changed.
    pub updated_at: Instant,
    #[serde(skip)]
    pub(crate) policies: usize,
}

seen_by! {
    SessionView {
        JOIN_DETAILS = join_details: [Own, Lead, Service],
        EXPECTED_COUNT = expected_count: [Lead, Service],
        COMING_COUNT = coming_count: [Lead, Service],
        TO_BOOK_COUNT = to_book_count: [Lead, Service],
        OUTCOME = outcome: [Own],
        REPLY = reply: [Own],
    }
}

impl Represent for SessionView {
    stands!(|it| it.status);

    fn etag(&self) -> Option<String> {
        // What is the volunteer's own changes apart from the session.
        let own = match (self.outcome, self.reply) {
            (Some(_), reply) => format!("own-{}", reply.flatten().map_or("none", Reply::as_str)),
            _ => String::new(),
        };
        let joins = if self.join_details.is_some() { "" } else { "-apart" };
        Some(format!("{}-{}{own}{joins}-{}", self.version, self.policies, self.names.tag()))
    }

    fn location(&self) -> Option<String> {
        Some(format!("/v1/sessions/{}", self.id))
    }
}

impl Keyed for SessionView {
    const CHANGED: Option<fn(&Self) -> Instant> = Some(|it| it.updated_at);

    fn key(&self) -> uuid::Uuid {
        self.id.into()
    }

    fn mark(&self) -> Option<Mark> {
        Some(Mark::Time(Some(self.details.starts_at)))
    }
}
