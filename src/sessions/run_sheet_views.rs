//! The run sheet of a session: everything that those need who receive people on the day.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::clock::{Day, Instant};
use crate::db::ids::{OpportunityId, ServiceId, SessionId, VolunteerId};
use crate::digest::fingerprint;
use crate::documents::{Layout, words};
use crate::http::Represent;
use crate::http::answer::shows;
use crate::people::clearances::Missing;
use crate::people::volunteers::{ActsWith, ContactWay, EmergencyContact, Guardian};
use crate::sessions::SessionStatus;
use crate::sessions::arrangement_views::ArrangementItem;
use crate::sessions::reply_views::Reply;
use crate::text::{LongText, Person};
use crate::vocabulary::clearance::ClearanceKind;
use crate::vocabulary::opportunity::Mode;

crate::text_enum! {
    /// Formats of a run sheet.
    pub enum RunSheetFormat {
        /// JSON.
        Json = "json",
        /// Web page that prints on A4.
        Html = "html",
    }
}

/// Format and layout of a run sheet.
#[derive(Debug, Deserialize, ToSchema)]
pub struct RunSheetFilter {
    /// Format; by default `json`. `html` is a page to print or to read on a telephone.
    #[serde(default)]
    pub format: Option<RunSheetFormat>,
    /// Layout of the page: `standard` (12 point, the default) or `large_print` (18 point). `easy_read` is set as large print.
    #[serde(default)]
    pub layout: Option<Layout>,
}

/// How to reach somebody.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ReachedBy)]
pub struct ReachedBy {
    /// Contact method: the preferred one where it is known, otherwise another that is.
    pub way: ContactWay,
    /// Telephone number, e-mail address or postal address.
    #[schema(example = "01223 555 0101")]
    pub to: String,
}

/// Somebody who is expected at a session.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RunSheetPerson {
    /// Volunteer who is expected.
    pub volunteer_id: VolunteerId,
    /// Name that the volunteer goes by.
    #[schema(example = "Gracie")]
    pub volunteer_name: String,
    /// Legal name, as on an identity card.
    #[schema(example = "Grace Mensah")]
    pub legal_name: String,
    /// Pronouns; null if they did not say.
    #[schema(example = "she/her")]
    pub pronouns: Option<String>,
    /// What the volunteer replied; null if they did not.
    pub reply: Option<Reply>,
    /// What they said with it; null if nothing.
    /// Example: I may be ten minutes late.
    pub reply_note: Option<LongText>,
    /// Whether the session was moved after the reply, so that it may no longer hold.
    pub moved_since: bool,
    /// How to reach the volunteer; null if nothing is recorded, and after `contacts_until`.
    pub contact: Option<ReachedBy>,
    /// Communication needs, in words.
    #[schema(example = json!(["British Sign Language"]))]
    pub communication_alerts: Vec<String>,
    /// Adjustments that the volunteer needs, those asked for this time included.
    #[schema(example = json!(["A seat near the door."]))]
    pub adjustments: Vec<String>,
    /// What is arranged and what is still to book. Needs and adjustments count as `to_book` until somebody records something else.
    pub arrangements: Vec<ArrangementItem>,
    /// Required clearances and training that are not in date on the day of the session.
    pub clearance_flags: Vec<Missing>,
    /// Whom to ring if something happens to the volunteer; null if nobody is recorded, and after `contacts_until`.
    pub emergency_contact: Option<EmergencyContact>,
    /// Advocate or carer who acts with the volunteer; null if there is none, and after `contacts_until`.
    pub acts_with: Option<ActsWith>,
    /// Guardian of a volunteer under 18; null for others, and after `contacts_until`.
    pub guardian: Option<Guardian>,
    /// Link person of the volunteer's agreement; null if there is none.
    pub link_person: Option<Person>,
}

impl RunSheetPerson {
    /// Leaves out how to reach them and the people beside them.
    pub(super) fn leave_out_contacts(&mut self) {
        (self.contact, self.emergency_contact, self.acts_with, self.guardian) = (None, None, None, None);
    }
}

/// The run sheet of a session.
#[derive(Debug, Serialize, ToSchema)]
pub struct RunSheetView {
    /// Session that it is for.
    pub session_id: SessionId,
    /// Version of the session.
    pub version: i32,
    /// Status of the session.
    pub status: SessionStatus,
    /// Title of the session; null if it has none.
    #[schema(example = "First workshop")]
    pub title: Option<String>,
    /// Opportunity that the session belongs to.
    pub opportunity_id: OpportunityId,
    /// Title of the opportunity.
    #[schema(example = "Crisis café redesign")]
    pub opportunity_title: String,
    /// Service that the opportunity belongs to.
    pub service_id: ServiceId,
    /// Name of the service.
    #[schema(example = "Crisis café")]
    pub service_name: String,
    /// Start.
    pub starts_at: Instant,
    /// End.
    pub ends_at: Instant,
    /// Venue: that of the session, or else of the opportunity; null if neither has one.
    #[schema(example = "Room 2, Riverside Centre, Cambridge")]
    pub venue: Option<String>,
    /// How to get to the venue and into the building; null if nothing is said.
    #[schema(example = "Step-free from Mill Road. Ring the bell.")]
    pub access_notes: Option<String>,
    /// How people meet; null if nothing is said.
    pub mode: Option<Mode>,
    /// How to take part from somewhere else; null if nothing is said.
    #[schema(example = "Telephone 01223 555 0101")]
    pub join_details: Option<String>,
    /// Link person of the plan, or else the contact of the opportunity; null if neither names one.
    pub link_person: Option<Person>,
    /// Number of people who did not say that they can't come.
    pub expected_count: usize,
    /// Number of people who said that they mean to come.
    pub coming_count: usize,
    /// Number of arrangements still to be booked, for people who did not say that they can't come.
    pub to_book_count: usize,
    /// Last day on which contact details of people are shown, a week after the session, London date.
    pub contacts_until: Day,
    /// Whether contact details are left out, because that day has passed.
    pub contacts_left_out: bool,
    /// Everybody who is expected, by name; those who said that they can't come are last.
    pub items: Vec<RunSheetPerson>,
}

impl Represent for RunSheetView {
    shows!(RunSheet, |it| it.items.iter().map(|one| (one.volunteer_id, Some(it.session_id.into()))));

    fn etag(&self) -> Option<String> {
        // It changes with every person on it.
        let seen = fingerprint(&[&serde_json::to_string(self).ok()?]);
        Some(format!("{}-{}", self.version, seen.get(..16).unwrap_or_default()))
    }
}

/// A reply, as it is printed.
pub(super) const fn in_words(reply: Option<Reply>) -> &'static str {
    match reply {
        None => "No reply",
        Some(Reply::Coming) => "Coming",
        Some(Reply::NotComing) => "Can't come",
        Some(Reply::Unsure) => "Not sure yet",
    }
}

/// A check that is not in date, as it is printed.
pub(super) fn missing_in_words(missing: &Missing) -> String {
    let (name, _) = words::clearance(&ClearanceKind(missing.kind.clone()));
    match missing.status {
        None => format!("{name}: none recorded"),
        Some(status) => format!("{name}: {}", status.as_str().replace('_', " ")),
    }
}
