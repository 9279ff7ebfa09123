//! Attendance as clients write and see it.
//! What a claim for a session comes to is in `claims`.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationErrors};

use crate::clock::{Day, Instant};
use crate::db::ids::{AgreementId, SessionId, VolunteerId};
use crate::digest::fingerprint;
use crate::http::Represent;
use crate::http::answer::shows;
use crate::http::body::rule;
use crate::people::clearances::Missing;
use crate::policies::calculator::Outcome;
use crate::sessions::reply_views::Reply;
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

/// The attendance of one volunteer.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AttendeeView {
    /// Volunteer whose attendance it is.
    pub volunteer_id: VolunteerId,
    /// Agreement that covers the day of the session.
    pub agreement_id: AgreementId,
    /// Whether and how the volunteer attended.
    pub outcome: Outcome,
    /// Note on the attendance; null if there is none.
    /// Example: Had to catch a bus.
    pub note: Option<LongText>,
    /// Required clearances that were not in date on the day of the session, as known when attendance was recorded.
    pub clearance_flags: Vec<Missing>,
    /// Last day to claim for the session without a reason, inclusive, London date; null where no policy is in force on
    /// the day of the session.
    pub claim_by: Option<Day>,
    /// When it was recorded.
    pub recorded_at: Instant,
    /// Who recorded it: the subject of their token; null once that person was erased.
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
    /// Version of the session, counted from 1; send it in If-Match to record attendance.
    pub version: i32,
    #[serde(skip)]
    pub(crate) policies: usize,
}

impl Represent for AttendanceView {
    shows!(Attendance, |it| [(it.attendee.volunteer_id, Some(it.session_id.into()))]);

    fn etag(&self) -> Option<String> {
        Some(format!("{}-{}", self.version, self.policies))
    }
}

/// The attendance of a session.
#[derive(Debug, Serialize, ToSchema)]
pub struct RegisterView {
    /// Session that was attended.
    pub session_id: SessionId,
    /// Version of the session, counted from 1; send it in If-Match to record attendance.
    pub version: i32,
    /// Attendance of each volunteer for whom it is recorded.
    pub items: Vec<AttendeeView>,
    /// Everybody who is expected and whose attendance is not recorded yet; nobody once the session is cancelled.
    pub expected: Vec<ExpectedView>,
    #[serde(skip)]
    pub(crate) policies: usize,
}

impl Represent for RegisterView {
    shows!(Attendance, |it| {
        let recorded = it.items.iter().map(|item| item.volunteer_id);
        recorded.chain(it.expected.iter().map(|one| one.volunteer_id)).map(|id| (id, Some(it.session_id.into())))
    });

    fn etag(&self) -> Option<String> {
        // Who is expected, and what they reply, changes apart from the session.
        let expected = serde_json::to_string(&self.expected).ok()?;
        let seen = fingerprint(&[&expected]);
        Some(format!("{}-{}-{}", self.version, self.policies, seen.get(..8).unwrap_or_default()))
    }
}

/// Somebody who is expected at a session, as far as those need to know who take attendance.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ExpectedView {
    /// Volunteer who is expected.
    pub volunteer_id: VolunteerId,
    /// Name that the volunteer goes by.
    #[schema(example = "Grace")]
    pub volunteer_name: String,
    /// Communication needs, in words.
    #[schema(example = json!(["Large print: 18 point"]))]
    pub communication_alerts: Vec<String>,
    /// Adjustments that the volunteer needs, those asked for this time included.
    #[schema(example = json!(["A seat near the door."]))]
    pub adjustments: Vec<String>,
    /// What the volunteer replied; null if they did not.
    pub reply: Option<Reply>,
    /// What they said with it; null if nothing.
    /// Example: I have a hospital appointment, sorry.
    pub reply_note: Option<LongText>,
    /// Whether the session was moved after the reply, so that it may no longer hold.
    pub moved_since: bool,
    /// Outcome that the reply suggests: `excused` for `not_coming`; null otherwise. It is not recorded until somebody does.
    pub proposed_outcome: Option<Outcome>,
}
