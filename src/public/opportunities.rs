//! Published opportunities as everybody sees them.
//! They do not show who created them, who is interested, or who has accepted.

use serde::Serialize;
use utoipa::ToSchema;

use crate::clock::{Day, Instant};
use crate::db::ids::OpportunityId;
use crate::db::page::{Page, Rows};
use crate::db::sorting::Mark;
use crate::http::{Keyed, Represent, Routes};
use crate::opportunities::SORTINGS;
use crate::opportunities::published::{self, PublicOpportunityFilter, Published};
use crate::opportunities::views::{ExperienceWanted, Panel};
use crate::refusal::{Refusal, Result};
use crate::text::{Email, Label, LongText, Person, Phone, ShortText};
use crate::vocabulary::clearance::Required;
use crate::vocabulary::clearance::TrainingCode;
use crate::vocabulary::offer::{Basis, Offer};
use crate::vocabulary::opportunity::{Audience, InvolvementLevel, Mode, OpportunityKind};
use crate::work::Reader;

/// Declares the operations.
pub(super) fn routes(routes: &mut Routes) {
    routes.list("/v1/public/opportunities", None, list_public_opportunities).sorted_by(SORTINGS).describe(
        "List published opportunities",
        "Opportunities that are open to expressions of interest now: newest first, or what closes soonest.",
    );
    routes
        .get("/v1/public/opportunities/{id}", None, read_public_opportunity)
        .describe("Get a published opportunity", "Available while the opportunity is open to expressions of interest.");
}

/// Member of staff to contact, with work details.
#[derive(Debug, Serialize, ToSchema)]
struct PublicContact {
    /// Name.
    /// Example: Amara Okafor
    name: ShortText,
    /// Work e-mail address.
    email: Email,
    /// Work telephone number; null if there is none.
    phone: Option<Phone>,
}

impl From<Person> for PublicContact {
    fn from(Person { name, email, phone, .. }: Person) -> Self {
        Self { name, email, phone }
    }
}

/// A published opportunity in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PublicOpportunityItem {
    /// Unique identifier (UUIDv7).
    pub(super) id: OpportunityId,
    /// Version, counted from 1.
    version: i32,
    /// Name of the service.
    /// Example: Crisis Café
    pub(super) service_name: ShortText,
    /// Title of the opportunity.
    /// Example: Focus group on the crisis café
    pub(super) title: ShortText,
    /// What it is about.
    /// Example: Two hours with a cup of tea: tell us what works and what does not.
    pub(super) summary: Option<LongText>,
    /// Kind of activity.
    kind: OpportunityKind,
    /// Level of involvement; null if none is given.
    involvement_level: Option<InvolvementLevel>,
    /// Who is sought: people who use services, carers, both, or anybody; null if not stated.
    audience: Option<Audience>,
    /// Skills that help.
    /// Example: None needed; your own experience is enough.
    skills: Option<LongText>,
    /// How much time it takes.
    /// Example: One session of two hours.
    commitment: Option<LongText>,
    /// First day, London date.
    starts_on: Option<Day>,
    /// Last day, London date.
    ends_on: Option<Day>,
    /// Way of meeting: in person, online or both; null if not stated.
    mode: Option<Mode>,
    /// Place of the meetings.
    /// Example: Room 2, Riverside Centre, Cambridge
    venue: Option<ShortText>,
    /// How to get there and about the building.
    /// Example: Step-free from the car park; hearing loop in the room.
    access_notes: Option<LongText>,
    /// Number of places.
    places: i32,
    /// Basis of the involvement: expenses only or paid involvement; null if not stated.
    basis: Option<Basis>,
    /// What is reimbursed and paid.
    offer: Option<Offer>,
    /// Member of staff to ask; null if none is given.
    contact: Option<PublicContact>,
    /// When expressions of interest close.
    closes_at: Option<Instant>,
    /// Role on the interview panel and weight of its scores; null unless it is an interview panel.
    panel: Option<Panel>,
    /// When it was published.
    pub(super) published_at: Option<Instant>,
    /// When it was last changed.
    pub(super) updated_at: Instant,
}

/// A published opportunity.
#[derive(Debug, Serialize, ToSchema)]
struct PublicOpportunity {
    /// The fields that lists show.
    #[serde(flatten)]
    item: PublicOpportunityItem,
    /// Lived experience that is sought.
    experience_wanted: Vec<ExperienceWanted>,
    /// Clearances that everybody needs before they start.
    clearances_required: Vec<Required>,
    /// Codes of the training that everybody needs before they start.
    #[schema(value_type = Vec<TrainingCode>)]
    training_required: Vec<Label>,
}

impl Represent for PublicOpportunity {
    fn etag(&self) -> Option<String> {
        Some(format!("{}-public", self.item.version))
    }
}

impl Keyed for PublicOpportunityItem {
    fn key(&self) -> uuid::Uuid {
        self.id.into()
    }

    fn mark(&self) -> Option<Mark> {
        Some(Mark::Time(self.closes_at))
    }
}

/// The newest opportunities that are open at this moment.
pub(super) fn newest(reader: &mut Reader<'_>, page: &Page) -> Result<Rows<PublicOpportunityItem>> {
    Ok(published::list(reader, &PublicOpportunityFilter::default(), page)?.map(|row| view(row).item))
}

fn list_public_opportunities(
    reader: &mut Reader<'_>,
    (): (),
    filter: &PublicOpportunityFilter,
    page: &Page,
) -> Result<Rows<PublicOpportunityItem>> {
    Ok(published::list(reader, filter, page)?.map(|row| view(row).item))
}

fn read_public_opportunity(reader: &mut Reader<'_>, id: OpportunityId) -> Result<PublicOpportunity> {
    let row = published::find(reader, id)?;
    Ok(view(row.ok_or_else(Refusal::not_found)?))
}

fn view((row, service_name): Published) -> PublicOpportunity {
    let new = row.content;
    let item = PublicOpportunityItem {
        id: row.id,
        version: row.version,
        service_name,
        title: new.title,
        summary: new.summary,
        kind: new.kind,
        involvement_level: new.involvement_level,
        audience: new.audience,
        skills: new.skills,
        commitment: new.commitment,
        starts_on: new.starts_on,
        ends_on: new.ends_on,
        mode: new.mode,
        venue: new.venue,
        access_notes: new.access_notes,
        places: new.places,
        basis: new.basis,
        offer: new.offer.map(|offer| offer.0),
        contact: new.contact.map(|contact| contact.0.into()),
        closes_at: new.closes_at,
        panel: new.panel.map(|panel| panel.0),
        published_at: row.published_at,
        updated_at: row.updated_at,
    };
    PublicOpportunity {
        item,
        experience_wanted: new.experience_wanted.0,
        clearances_required: new.clearances_required.0,
        training_required: new.training_required.0,
    }
}
