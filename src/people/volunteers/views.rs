//! A volunteer as clients see them; what they write is in `content`.
//! Lived experience, clearances and payee numbers have views of their own.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::access::viewer::seen_by;
use crate::clock::{Day, Instant};
use crate::db::ids::{SessionId, VolunteerId};
use crate::db::sorting::Mark;
use crate::http::answer::{shows, stands};
use crate::http::table::{TableFormat, TableQuery};
use crate::http::{Fields, Keyed, PlainFields, Represent};
use crate::money::Pence;
use crate::people::clearances::ClearanceSummary;
use crate::people::volunteers::content::{Membership, OtherMiles, VolunteerDetails};
use crate::people::volunteers::duplicates::PossibleDuplicate;
use crate::people::volunteers::leaving::{Departure, Estate};
use crate::people::volunteers::status::VolunteerStatus;
use crate::text::{Email, Label, Phone, ShortText, Subject};
use crate::vocabulary::opportunity::OpportunityKind;

/// A review of communication needs.
#[derive(Clone, Debug, Default, Deserialize, Validate, ToSchema)]
pub struct NeedsReview {
    /// Day of the next review, after today and within two years; twelve months from today if you leave it out.
    #[serde(default)]
    pub next_review_due: Option<Day>,
}

crate::text_enum! {
    /// State of the review of communication needs.
    pub enum NeedsReviewState {
        /// The review day has passed.
        Overdue = "overdue",
    }
}

/// Filters for the list of volunteers.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct VolunteerFilter {
    /// Only volunteers with one of these statuses; several separated by commas.
    #[serde(default)]
    pub status: Option<Vec<VolunteerStatus>>,
    /// Only volunteers whose communication needs are overdue for review: the review day has passed and they have not
    /// left.
    #[serde(default)]
    pub needs_review: Option<NeedsReviewState>,
    /// Only volunteers whose legal or preferred name contains all of these words; the beginning of a word is enough.
    /// Example: grace men
    #[serde(default)]
    pub q: Option<ShortText>,
    /// Only the volunteers with this e-mail address; upper and lower case are the same.
    #[serde(default)]
    pub email: Option<Email>,
    /// Only the volunteers with this telephone number, however it is written: with or without the code of the country.
    #[serde(default)]
    pub phone: Option<Phone>,
    /// Only volunteers who offer this skill, as a whole; upper and lower case are the same.
    /// Example: minute taking
    #[serde(default)]
    pub skill: Option<Label>,
    /// Only volunteers who are interested in one of these kinds of opportunity; several separated by commas.
    #[serde(default)]
    pub interest: Option<Vec<OpportunityKind>>,
    /// Only volunteers who belong to one of these groups; several separated by commas.
    #[serde(default)]
    pub membership: Option<Vec<Membership>>,
    /// `csv` for every volunteer that matches, for a spreadsheet; a page as JSON by default.
    #[serde(default)]
    pub format: Option<TableFormat>,
}

impl TableQuery for VolunteerFilter {
    fn format(&self) -> Option<TableFormat> {
        self.format
    }
}

impl VolunteerFilter {
    /// Whether it asks for what is shown only of people who are seen whole.
    pub(super) fn asks_beyond_brief(&self) -> bool {
        let Self { status: _, q: _, format: _, needs_review, email, phone, skill, interest, membership } = self;
        needs_review.is_some()
            || email.is_some()
            || phone.is_some()
            || skill.is_some()
            || interest.is_some()
            || membership.is_some()
    }
}

/// Fields of a volunteer that the service fills in, and those that some callers do not see.
#[derive(Debug, Serialize, ToSchema)]
pub struct VolunteerRecord {
    /// Unique identifier (UUIDv7).
    pub id: VolunteerId,
    /// Version, counted from 1; send it in If-Match to change the record.
    pub version: i32,
    /// Where they are in their involvement with the trust.
    pub status: VolunteerStatus,
    /// Legal name; null once the person is erased.
    /// Example: Grace Mensah
    pub legal_name: Option<ShortText>,
    /// Communication needs in words. Read them before you write or speak to the person.
    #[schema(example = json!(["Large print: 18 point"]))]
    pub communication_alerts: Vec<String>,
    /// Whether you see only what the person goes by and how to reach them, because they are not engaged with your services:
    /// they asked to take part, help to write a plan, or you added them. All other fields are then empty.
    pub brief: bool,
    /// Subject of their staff log-in, null if they are not staff. Absent for everyone but
    /// involvement leads.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Subject>, required = false, example = "nurse.mensah")]
    pub staff_subject: Option<Option<Subject>>,
    /// Version of the privacy notice that they were shown when they applied without a log-in, null if they did not.
    /// Absent for everyone but involvement leads.
    /// Example: 2026-04
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Label>, required = false)]
    pub privacy_notice_version: Option<Option<Label>>,
    /// Another volunteer with the same e-mail address or telephone number, null if there is none: two records of one person
    /// can be merged. Absent for everyone but involvement leads.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<PossibleDuplicate>, required = false)]
    pub possible_duplicate: Option<Option<PossibleDuplicate>>,
    /// Total of a week's payments, in pence, above which they want to be warned. Absent for everyone but the
    /// volunteer.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Pence>, required = false)]
    pub weekly_alert_pence: Option<Option<Pence>>,
    /// When the volunteer was added.
    pub created_at: Instant,
    /// Who added the volunteer: the subject of their token; null once that person was erased.
    pub created_by: Option<String>,
    /// When the record was last changed.
    pub updated_at: Instant,
}

seen_by! {
    VolunteerRecord {
        STAFF_SUBJECT = staff_subject: [Lead],
        PRIVACY_NOTICE_VERSION = privacy_notice_version: [Lead],
        POSSIBLE_DUPLICATE = possible_duplicate: [Lead],
        WEEKLY_ALERT = weekly_alert_pence: [Own],
    }
}

type AllFields = Fields<VolunteerDetails>;
type ItemFields = PlainFields<VolunteerDetails>;

/// A volunteer in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct VolunteerItem {
    /// Fields that the service fills in, and those that some callers do not see.
    #[serde(flatten)]
    pub record: VolunteerRecord,
    /// What they say of themselves, without the lists.
    #[serde(flatten)]
    pub details: ItemFields,
    /// Next session that they take part in under an agreement in force; null if there is none. Staff see it for their own
    /// services.
    pub next_session: Option<NextSession>,
    /// Day on which support is next due under an agreement in force; null if none is. Staff see it for their own services.
    pub support_due_on: Option<Day>,
    /// What they are sorted by in the order of names.
    #[serde(skip)]
    pub(super) name_key: String,
}

/// The next session of a volunteer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NextSession {
    /// Session.
    pub session_id: SessionId,
    /// When it begins.
    pub starts_at: Instant,
    /// Title of the opportunity.
    #[schema(example = "Evening workshops")]
    pub opportunity_title: String,
}

seen_by! { VolunteerItem with record: VolunteerRecord {} }

/// A volunteer: a person who is, was or may become involved.
#[derive(Debug, Serialize, ToSchema)]
pub struct VolunteerView {
    /// Fields that the service fills in, and those that some callers do not see.
    #[serde(flatten)]
    pub record: VolunteerRecord,
    /// What they say of themselves.
    #[serde(flatten)]
    pub details: AllFields,
    /// Miles driven for other organisations, one entry for each tax year.
    pub other_miles: Vec<OtherMiles>,
    /// Whether anybody has signed in with their staff log-in yet, null if they have none.
    /// If not, check the spelling of `staff_subject`. Absent for everyone but involvement leads.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<bool>, required = false)]
    pub staff_log_in_known: Option<Option<bool>>,
    /// Why and when they left; null unless they have. Absent for everyone but involvement leads and the volunteer.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Departure>, required = false)]
    pub departure: Option<Option<Departure>>,
    /// Who deals with the estate of somebody who has died, null if nobody is named. Absent for everyone but involvement
    /// leads.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Estate>, required = false)]
    pub estate: Option<Option<Estate>>,
    /// Status of each kind of clearance that they have, as it is today.
    pub clearance_summary: Vec<ClearanceSummary>,
    /// Which fields the caller sees, and the clearances: part of the ETag.
    #[serde(skip)]
    pub(super) seen: String,
}

seen_by! {
    VolunteerView with record: VolunteerRecord {
        STAFF_LOG_IN_KNOWN = staff_log_in_known: [Lead],
        DEPARTURE = departure: [Own, Lead],
        ESTATE = estate: [Lead],
    }
}

impl Represent for VolunteerView {
    shows!(Profile, |it| [(it.record.id, None)]);
    stands!(|it| it.record.status);

    fn etag(&self) -> Option<String> {
        Some(format!("{}-{}", self.record.version, self.seen))
    }

    fn location(&self) -> Option<String> {
        Some(format!("/v1/volunteers/{}", self.record.id))
    }
}

impl Keyed for VolunteerItem {
    shows!(Profile, |it| [(it.record.id, None)]);

    const CHANGED: Option<fn(&Self) -> Instant> = Some(|it| it.record.updated_at);

    fn key(&self) -> uuid::Uuid {
        self.record.id.into()
    }

    fn mark(&self) -> Option<Mark> {
        Some(Mark::Text(self.name_key.clone()))
    }
}
