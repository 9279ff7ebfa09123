//! Attendance as clients write and see it.
//! What a claim for a session comes to is in `claims`.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationErrors};

use crate::clock::{Day, Instant};
use crate::db::ids::{AgreementId, SessionId, VolunteerId};
use crate::http::Represent;
use crate::http::answer::shows;
use crate::http::body::rule;
use crate::people::clearances::Missing;
use crate::policies::calculator::Outcome;
use crate::text::LongText;

/// The attendance of one volunteer, as the client sends it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Validate, ToSchema)]
pub struct NewAttendance {
    /// Whether and how the volunteer attended.
    pub outcome: Outcome,
    /// Note on the attendance, for staff. The volunteer has a right to a copy: it is in their export once an involvement lead
    /// has released it.
    /// Example: Had to catch a bus.
    #[serde(default)]
    pub note: Option<LongText>,
}

/// The attendance of one of several volunteers, as the client sends it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
pub struct NewAttendee {
    /// Volunteer whose attendance it is.
    pub volunteer_id: VolunteerId,
    /// Whether and how the volunteer attended.
    pub outcome: Outcome,
    /// Note on the attendance, for staff. The volunteer has a right to a copy: it is in their export once an involvement lead
    /// has released it.
    /// Example: Had to catch a bus.
    #[serde(default)]
    pub note: Option<LongText>,
}

/// The attendance of everyone, as the client sends it; it replaces what was recorded before.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct NewRegister {
    /// Attendance of each volunteer, each volunteer once.
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
                errors.add("__all__", rule(&pointer, "repeated", "is in the list twice"));
            }
        }
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }
}

/// The attendance of one volunteer, recorded or expected.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AttendeeView {
    /// Volunteer whose attendance it is.
    pub volunteer_id: VolunteerId,
    /// Name that the volunteer goes by; null once erased.
    #[schema(example = "Grace Mensah")]
    pub volunteer_name: Option<String>,
    /// Communication needs in words. Read them before you write or speak to the person.
    #[schema(example = json!(["Large print: 18 point"]))]
    pub communication_alerts: Vec<String>,
    /// Agreement that covers the day of the session.
    pub agreement_id: AgreementId,
    /// Whether and how the volunteer attended; null until it is recorded.
    pub outcome: Option<Outcome>,
    /// Note on the attendance; null if there is none.
    /// Example: Had to catch a bus.
    pub note: Option<LongText>,
    /// Required clearances that were not in date on the day of the session, as known when attendance was recorded.
    pub clearance_flags: Vec<Missing>,
    /// Last day to claim for the session without a reason, inclusive, London date; null where no policy is in force on
    /// the day of the session.
    pub claim_by: Option<Day>,
    /// When it was recorded; null until then.
    pub recorded_at: Option<Instant>,
    /// Who recorded it: the subject of their token; null until then, and once that person was erased.
    pub recorded_by: Option<String>,
}

/// The attendance of one volunteer, with the version of the session.
#[derive(Debug, Serialize, ToSchema)]
pub struct AttendanceView {
    /// The recorded attendance.
    #[serde(flatten)]
    pub attendee: AttendeeView,
    /// Session that was attended.
    pub session_id: SessionId,
    /// When the session begins.
    pub session_starts_at: Instant,
    /// Version of the session, counted from 1; send it in If-Match to record attendance.
    pub version: i32,
    #[serde(skip)]
    pub(crate) seen: String,
}

impl Represent for AttendanceView {
    shows!(Attendance, |it| [(it.attendee.volunteer_id, Some(it.session_id.into()))]);

    fn etag(&self) -> Option<String> {
        Some(format!("{}-{}", self.version, self.seen))
    }
}

/// The attendance of a session.
#[derive(Debug, Serialize, ToSchema)]
pub struct RegisterView {
    /// Session that was attended.
    pub session_id: SessionId,
    /// When the session begins.
    pub session_starts_at: Instant,
    /// Version of the session, counted from 1; send it in If-Match to record attendance.
    pub version: i32,
    /// Each volunteer whose attendance is recorded or whose agreement covers the day.
    pub items: Vec<AttendeeView>,
    #[serde(skip)]
    pub(crate) seen: String,
}

impl Represent for RegisterView {
    shows!(Attendance, |it| it.items.iter().map(|item| (item.volunteer_id, Some(it.session_id.into()))));

    fn etag(&self) -> Option<String> {
        Some(format!("{}-{}", self.version, self.seen))
    }
}
