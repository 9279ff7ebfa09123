//! A support contact and an induction as clients write and see them.
//! Who sees which part stands in `rules`.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::clock::{Day, Instant};
use crate::db::ids::{AgreementId, InductionId, InductionItemId, ServiceId, SupportContactId, VolunteerId};
use crate::http::body::rule;
use crate::http::{Keyed, Represent};
use crate::support::rules;
use crate::text::{Email, Line, Person, Prose};

crate::text_enum! {
    /// What a support contact was about.
    pub enum SupportKind {
        /// How things are arranged: travel, money, papers.
        Practical = "practical",
        /// How somebody feels about it.
        Emotional = "emotional",
        /// How the work itself goes.
        OnTheJob = "on_the_job",
    }
}

/// A support contact, as the link person writes it.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[validate(schema(function = "next_is_later"))]
pub struct NewSupportContact {
    /// The day; not in the future.
    pub on: Day,
    /// What it was about.
    pub kind: SupportKind,
    /// What both want to remember; the volunteer sees it.
    #[serde(default)]
    pub shared_note: Option<Prose>,
    /// For link person and involvement leads alone.
    #[serde(default)]
    pub private_note: Option<Prose>,
    /// When the next one is due, after `on`; nothing is due where it is not said.
    #[serde(default)]
    pub next_due: Option<Day>,
}

fn next_is_later(new: &NewSupportContact) -> Result<(), ValidationError> {
    match new.next_due {
        Some(next) if next <= new.on => Err(rule("/next_due", "unordered", "must be after `on`")),
        _ => Ok(()),
    }
}

/// The filters of an agreement's support contacts.
#[derive(Debug, Deserialize, ToSchema)]
pub struct AgreementSupportFilter {}

/// The filters of all support.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct SupportFilter {
    /// `true` for one item an agreement whose support is overdue, its newest contact with it.
    #[serde(default)]
    pub overdue: Option<bool>,
    /// `true` for one item an agreement whose induction is overdue.
    #[serde(default)]
    pub induction_overdue: Option<bool>,
    /// Of agreements whose link person has this e-mail address, in whatever case.
    #[serde(default)]
    pub link_person_email: Option<Email>,
    /// Of these services.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub service_id: Option<Vec<ServiceId>>,
    /// Of these people.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub volunteer_id: Option<Vec<VolunteerId>>,
}

impl SupportFilter {
    /// Whether agreements are asked for, not contacts.
    #[must_use]
    pub fn asks_for_agreements(&self) -> bool {
        self.overdue == Some(true) || self.induction_overdue == Some(true)
    }
}

/// A support contact in its agreement's list.
#[derive(Debug, Serialize, ToSchema)]
pub struct SupportContactItem {
    /// Its id.
    pub id: SupportContactId,
    /// Its version.
    pub version: i32,
    /// Under which agreement.
    pub agreement_id: AgreementId,
    /// With whom.
    pub volunteer_id: VolunteerId,
    /// Of which service.
    pub service_id: ServiceId,
    /// The day.
    pub on: Day,
    /// What it was about.
    pub kind: SupportKind,
    /// What both want to remember; absent for other staff of the service.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, required = false)]
    pub shared_note: Option<Option<String>>,
    /// When the next one is due.
    pub next_due: Option<Day>,
    /// When it was recorded.
    pub created_at: Instant,
    /// Who recorded it.
    pub created_by: Option<String>,
    /// When it last changed.
    pub updated_at: Instant,
}

impl Keyed for SupportContactItem {
    fn key(&self) -> uuid::Uuid {
        self.id.into()
    }
}

/// A support contact.
#[derive(Debug, Serialize, ToSchema)]
pub struct SupportContactView {
    /// What lists show, too.
    #[serde(flatten)]
    pub item: SupportContactItem,
    /// For link person and involvement leads alone; absent for everybody else, and never in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, required = false)]
    pub private_note: Option<Option<String>>,
}

impl Represent for SupportContactView {
    fn etag(&self) -> Option<String> {
        let view = match (&self.private_note, &self.item.shared_note) {
            (Some(_), _) => "",
            (None, Some(_)) => "-shared",
            (None, None) => "-brief",
        };
        Some(format!("{}{view}", self.item.version))
    }

    fn location(&self) -> Option<String> {
        Some(format!("/v1/support-contacts/{}", self.item.id))
    }
}

/// Support of a person under an agreement: a contact, and how the agreement stands. Where what is overdue is asked for,
/// an agreement with its newest contact, whose members are null where there was none yet. It keeps the person's needs in
/// lists, too: whoever gets in touch must see them.
#[derive(Debug, Serialize, ToSchema)]
pub struct SupportItem {
    /// The contact's id; null where there was none yet.
    pub id: Option<SupportContactId>,
    /// The contact's version.
    pub version: Option<i32>,
    /// Under which agreement.
    pub agreement_id: AgreementId,
    /// With whom.
    pub volunteer_id: VolunteerId,
    /// What they are called; null once erased.
    pub volunteer_name: Option<String>,
    /// What they need, in words.
    pub communication_alerts: Vec<String>,
    /// Of which service.
    pub service_id: ServiceId,
    /// Whom the person turns to.
    pub link_person: Person,
    /// The contact's day.
    pub on: Option<Day>,
    /// What it was about.
    pub kind: Option<SupportKind>,
    /// What both want to remember; absent for other staff of the service.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, required = false)]
    pub shared_note: Option<Option<String>>,
    /// What the contact said of the next one.
    pub next_due: Option<Day>,
    /// When the agreement's next contact is due: as its newest one said; 28 days after its start where there was none.
    pub due_on: Option<Day>,
    /// Whether that day has passed while the agreement is active or paused.
    pub overdue: bool,
    /// When the agreement's induction is due; null where it is done or there is none.
    pub induction_due_on: Option<Day>,
    /// Whether that day has passed while the agreement is active or paused.
    pub induction_overdue: bool,
    /// When the contact was recorded.
    pub created_at: Option<Instant>,
    /// Who recorded it.
    pub created_by: Option<String>,
    /// When it last changed.
    pub updated_at: Option<Instant>,
    /// What pages go by: the contact's id, or the agreement's.
    #[serde(skip)]
    pub(super) key: uuid::Uuid,
}

impl Keyed for SupportItem {
    fn key(&self) -> uuid::Uuid {
        self.key
    }
}

/// What of an induction was done. An empty one says that it was not done after all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Validate, ToSchema)]
#[validate(schema(function = "with_its_day"))]
pub struct CheckItem {
    /// The day, not in the future; null where it is not done.
    #[serde(default)]
    pub done_on: Option<Day>,
    /// By whom.
    #[serde(default)]
    pub done_by: Option<Line>,
    /// What is worth remembering.
    #[serde(default)]
    pub note: Option<Prose>,
}

fn with_its_day(item: &CheckItem) -> Result<(), ValidationError> {
    if rules::says_when(item) {
        return Ok(());
    }
    Err(rule("/done_on", "required", "must be given with `done_by` or `note`"))
}

/// One item of an induction.
#[derive(Debug, Serialize, ToSchema)]
pub struct InductionItem {
    /// Its id.
    pub id: InductionItemId,
    /// What it is.
    pub text: String,
    /// When it was done; null while it is not.
    pub done_on: Option<Day>,
    /// By whom.
    pub done_by: Option<String>,
    /// What is worth remembering.
    pub note: Option<String>,
    /// Who recorded it.
    pub recorded_by: Option<String>,
}

/// The induction of a person under an agreement.
#[derive(Debug, Serialize, ToSchema)]
pub struct InductionView {
    /// Its id.
    pub id: InductionId,
    /// Its version.
    pub version: i32,
    /// Under which agreement.
    pub agreement_id: AgreementId,
    /// With whom.
    pub volunteer_id: VolunteerId,
    /// Of which service.
    pub service_id: ServiceId,
    /// By when it is to be done.
    pub due_on: Day,
    /// The day of what was done last, once everything is done.
    pub completed_on: Option<Day>,
    /// What it goes through, in order.
    pub items: Vec<InductionItem>,
    /// When it began.
    pub created_at: Instant,
    /// Who began it.
    pub created_by: Option<String>,
    /// When it last changed.
    pub updated_at: Instant,
}

impl Represent for InductionView {
    fn etag(&self) -> Option<String> {
        Some(self.version.to_string())
    }

    fn location(&self) -> Option<String> {
        Some(format!("/v1/agreements/{}/induction", self.agreement_id))
    }
}
