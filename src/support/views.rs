//! A support contact as clients write and see it.
//! Whom a caller is to a contact is in `rules`.

use crate::db::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::access::viewer::seen_by;
use crate::clock::{Day, Instant};
use crate::db::ids::{AgreementId, ServiceId, SupportContactId, VolunteerId};
use crate::db::schema::{support_contact_texts, support_contacts};
use crate::http::answer::shows;
use crate::http::body::rule;
use crate::http::{Fields, Keyed, Represent};
use crate::text::{Email, LongText, Person};
use crate::work::names::EngagementNames;

crate::text_enum! {
    /// Kind of support.
    pub enum SupportKind {
        /// Practical support: travel, money, forms.
        Practical = "practical",
        /// Emotional support: how the volunteer feels.
        Emotional = "emotional",
        /// Support with the role itself.
        OnTheJob = "on_the_job",
    }
}

/// Fields of a support contact that are its columns.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema, Queryable, Selectable, Insertable)]
#[diesel(table_name = support_contacts, treat_none_as_default_value = false, check_for_backend(diesel::pg::Pg))]
pub struct SupportContactContent {
    /// Day of the contact, between the beginning of the agreement and today.
    #[diesel(column_name = on_day)]
    pub on: Day,
    /// Kind of support.
    pub kind: SupportKind,
    /// Day on which the next contact is due, after `on`; if you leave it out, no contact is due.
    #[serde(default)]
    pub next_due: Option<Day>,
}

/// Notes of a support contact. Erasure clears them.
#[derive(Clone, Debug, Default, Deserialize, ToSchema, Queryable, Selectable, Insertable)]
#[diesel(table_name = support_contact_texts, treat_none_as_default_value = false, check_for_backend(diesel::pg::Pg))]
pub struct SupportNotes {
    /// Note that the volunteer sees, too.
    /// Example: We will try a taxi home after evening sessions.
    #[serde(default)]
    pub shared_note: Option<LongText>,
    /// Note that only the link person and involvement leads see here. The volunteer has a right to a copy: it is in their
    /// export once an involvement lead has released it, so write what you would say to them.
    /// Example: Ask again about sleep.
    #[serde(default)]
    pub private_note: Option<LongText>,
}

/// A support contact, as the link person sends it.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[validate(schema(function = "next_is_later"))]
pub struct NewSupportContact {
    /// Day and kind of the contact.
    #[serde(flatten)]
    pub content: SupportContactContent,
    /// Notes.
    #[serde(flatten)]
    pub notes: SupportNotes,
}

fn next_is_later(new: &NewSupportContact) -> Result<(), ValidationError> {
    match new.content.next_due {
        Some(next) if next <= new.content.on => Err(rule("/next_due", "unordered", "must be after `on`")),
        _ => Ok(()),
    }
}

/// Filters for the support contacts of an agreement: none.
#[derive(Debug, Deserialize, ToSchema)]
pub struct AgreementSupportFilter {}

/// Filters for the list of support contacts.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct SupportFilter {
    /// With `true`, one item for each agreement whose support is overdue, with its newest contact.
    #[serde(default)]
    pub overdue: Option<bool>,
    /// With `true`, one item for each agreement whose induction is overdue, with its newest contact.
    #[serde(default)]
    pub induction_overdue: Option<bool>,
    /// Only agreements whose link person has this e-mail address; upper and lower case are the same.
    #[serde(default)]
    pub link_person_email: Option<Email>,
    /// Only support in these services; several separated by commas.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub service_id: Option<Vec<ServiceId>>,
    /// Only support for these volunteers; several separated by commas.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub volunteer_id: Option<Vec<VolunteerId>>,
}

impl SupportFilter {
    /// Whether the filter asks for agreements instead of contacts.
    #[must_use]
    pub fn asks_for_agreements(&self) -> bool {
        self.overdue == Some(true) || self.induction_overdue == Some(true)
    }
}

type AllFields = Fields<SupportContactContent>;

/// A support contact in the list of an agreement.
#[derive(Debug, Serialize, ToSchema)]
pub struct SupportContactItem {
    /// Unique identifier (UUIDv7).
    pub id: SupportContactId,
    /// Version, counted from 1.
    pub version: i32,
    /// Agreement that the support is given under.
    pub agreement_id: AgreementId,
    /// Volunteer who was supported.
    pub volunteer_id: VolunteerId,
    /// Service of the agreement.
    pub service_id: ServiceId,
    /// Names of the volunteer, the opportunity and the service.
    #[serde(flatten)]
    pub names: EngagementNames,
    /// Day and kind of the contact, and when the next is due.
    #[serde(flatten)]
    pub content: AllFields,
    /// Note that the volunteer sees, too; null if there is none. Absent for other staff of the service.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, required = false, example = "We will try a taxi home after evening sessions.")]
    pub shared_note: Option<Option<LongText>>,
    /// When it was recorded.
    pub created_at: Instant,
    /// Who recorded it: the subject of their token; null once that person was erased.
    pub created_by: Option<String>,
    /// When it was last changed.
    pub updated_at: Instant,
}

seen_by! {
    SupportContactItem {
        SHARED_NOTE = shared_note: [Own, LinkPerson, Lead],
    }
}

impl Keyed for SupportContactItem {
    shows!(SupportContact, |it| [(it.volunteer_id, None)]);

    const CHANGED: Option<fn(&Self) -> Instant> = Some(|it| it.updated_at);

    fn key(&self) -> uuid::Uuid {
        self.id.into()
    }
}

/// A support contact.
#[derive(Debug, Serialize, ToSchema)]
pub struct SupportContactView {
    /// The fields that lists show, too.
    #[serde(flatten)]
    pub item: SupportContactItem,
    /// Note that only the link person and involvement leads see here; null if there is none. Absent for everybody else
    /// and in lists. The volunteer has a right to a copy: it is in their export once an involvement lead has released it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, required = false, example = "Ask again about sleep.")]
    pub private_note: Option<Option<LongText>>,
}

seen_by! {
    SupportContactView with item: SupportContactItem {
        PRIVATE_NOTE = private_note: [LinkPerson, Lead],
    }
}

impl Represent for SupportContactView {
    shows!(SupportContact, |it| [(it.item.volunteer_id, Some(it.item.id.into()))]);

    fn etag(&self) -> Option<String> {
        let view = match (&self.private_note, &self.item.shared_note) {
            (Some(_), _) => "",
            (None, Some(_)) => "-shared",
            (None, None) => "-brief",
        };
        Some(format!("{}{view}-{}", self.item.version, self.item.names.tag()))
    }

    fn location(&self) -> Option<String> {
        Some(format!("/v1/support-contacts/{}", self.item.id))
    }
}

/// Support for a volunteer under an agreement: a contact, and when support and induction are due. In a list of overdue
/// agreements, an agreement with its newest contact; the fields of the contact are null if there was none yet.
/// Communication needs are shown, because whoever contacts the volunteer must know them.
#[derive(Debug, Serialize, ToSchema)]
pub struct SupportItem {
    /// Unique identifier of the contact (UUIDv7); null if there was no contact yet.
    pub id: Option<SupportContactId>,
    /// Version of the contact, counted from 1; null if there was no contact yet.
    pub version: Option<i32>,
    /// Agreement that the support is given under.
    pub agreement_id: AgreementId,
    /// Volunteer who is supported.
    pub volunteer_id: VolunteerId,
    /// Names of the volunteer, the opportunity and the service.
    #[serde(flatten)]
    pub names: EngagementNames,
    /// Communication needs in words. Read them before you write or speak to the person.
    #[schema(example = json!(["Large print: 18 point"]))]
    pub communication_alerts: Vec<String>,
    /// Service of the agreement.
    pub service_id: ServiceId,
    /// Link person: the volunteer's named contact at the trust.
    pub link_person: Person,
    /// Day of the contact; null if there was no contact yet.
    pub on: Option<Day>,
    /// Kind of support; null if there was no contact yet.
    pub kind: Option<SupportKind>,
    /// Note that the volunteer sees, too; null if there is none. Absent for other staff of the service.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, required = false, example = "We will try a taxi home after evening sessions.")]
    pub shared_note: Option<Option<LongText>>,
    /// Day of the next contact, as named in this contact; null if none was named.
    pub next_due: Option<Day>,
    /// Day on which the agreement's next contact is due: named in its newest contact, or 28 days after its start if
    /// there was none; null if none is due.
    pub due_on: Option<Day>,
    /// Whether support is overdue: `due_on` has passed and the agreement is active or paused.
    pub overdue: bool,
    /// Day on which the induction is due; null if it is complete or there is none.
    pub induction_due_on: Option<Day>,
    /// Whether the induction is overdue: `induction_due_on` has passed and the agreement is active or paused.
    pub induction_overdue: bool,
    /// When the contact was recorded; null if there was no contact yet.
    pub created_at: Option<Instant>,
    /// Who recorded the contact: the subject of their token; null if there was none, or once that person was erased.
    pub created_by: Option<String>,
    /// When the contact was last changed; null if there was no contact yet.
    pub updated_at: Option<Instant>,
    /// Key for paging: the contact's id, or the agreement's.
    #[serde(skip)]
    pub(super) key: uuid::Uuid,
}

seen_by! {
    SupportItem {
        SHARED_NOTE = shared_note: [Own, LinkPerson, Lead],
    }
}

impl Keyed for SupportItem {
    shows!(SupportContact, |it| [(it.volunteer_id, it.id.map(Into::into))]);

    const CHANGED: Option<fn(&Self) -> Instant> = Some(|it| it.updated_at.unwrap_or(Instant::EPOCH));

    fn key(&self) -> uuid::Uuid {
        self.key
    }
}
