//! Published opportunities as anybody sees them.
//! Nothing about who made them, who is interested, or who has accepted.

use diesel::dsl::sql;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::Uuid as SqlUuid;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::clock::{Day, Instant};
use crate::db::among::among;
use crate::db::ids::OpportunityId;
use crate::db::page::{Page, Rows};
use crate::db::schema::{opportunities, services};
use crate::http::{Keyed, Represent, Routes};
use crate::opportunities::OpportunityStatus;
use crate::opportunities::store::{FOUND_ID, OpportunityRow, about};
use crate::opportunities::views::{ExperienceWanted, NewOpportunity, Panel, TrainingCode};
use crate::page_by;
use crate::refusal::{Done, Refusal};
use crate::text::{Email, Line, Person, Phone, Prose, Word};
use crate::vocabulary::clearance::Required;
use crate::vocabulary::offer::{Basis, Offer};
use crate::vocabulary::opportunity::{Audience, InvolvementLevel, Mode, OpportunityKind};
use crate::work::Reader;

/// Declares the operations.
pub(super) fn routes(routes: &mut Routes) {
    routes
        .list("/v1/public/opportunities", None, list_public_opportunities)
        .says("Published opportunities", "Newest first; those that are open to expressions of interest now.");
    routes
        .get("/v1/public/opportunities/{id}", None, read_public_opportunity)
        .says("A published opportunity", "As long as it is open to expressions of interest.");
}

/// The filters of the public list of opportunities.
#[derive(Debug, Deserialize, ToSchema)]
struct PublicOpportunityFilter {
    /// Only those whose title or summary has words that begin with each of these.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 200)]
    q: Option<String>,
    /// Only those of one of these kinds.
    #[serde(default)]
    kind: Option<Vec<OpportunityKind>>,
    /// Only those in one of these ways of meeting.
    #[serde(default)]
    mode: Option<Vec<Mode>>,
    /// Only those on one of these bases.
    #[serde(default)]
    basis: Option<Vec<Basis>>,
}

/// Whom to ask, at work.
#[derive(Debug, Serialize, ToSchema)]
struct PublicContact {
    /// What they are called.
    name: Line,
    /// Their work e-mail address.
    email: Email,
    /// Their work telephone number.
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
    /// Its id.
    pub(super) id: OpportunityId,
    /// Its version.
    version: i32,
    /// The name of its service.
    pub(super) service_name: Line,
    /// Its title.
    pub(super) title: Line,
    /// What it is about.
    pub(super) summary: Option<Prose>,
    /// What kind of activity it is.
    kind: OpportunityKind,
    /// How much of the decision is shared.
    involvement_level: Option<InvolvementLevel>,
    /// Who is sought.
    audience: Option<Audience>,
    /// Skills that help.
    skills: Option<Prose>,
    /// How much time it takes.
    commitment: Option<Prose>,
    /// The first day.
    starts_on: Option<Day>,
    /// The last day.
    ends_on: Option<Day>,
    /// Where people meet.
    mode: Option<Mode>,
    /// The place.
    venue: Option<Line>,
    /// How to get there and in.
    access_notes: Option<Prose>,
    /// How many people are sought.
    places: i32,
    /// How people are engaged.
    basis: Option<Basis>,
    /// What is reimbursed.
    offer: Option<Offer>,
    /// Whom to ask.
    contact: Option<PublicContact>,
    /// Until when interest can be expressed.
    closes_at: Option<Instant>,
    /// For interview panels: the part in it.
    panel: Option<Panel>,
    /// When it was published.
    pub(super) published_at: Option<Instant>,
    /// When it last changed.
    pub(super) updated_at: Instant,
}

/// A published opportunity.
#[derive(Debug, Serialize, ToSchema)]
struct PublicOpportunity {
    /// Everything that lists show.
    #[serde(flatten)]
    item: PublicOpportunityItem,
    /// The lived experience that is looked for.
    experience_wanted: Vec<ExperienceWanted>,
    /// Clearances that everyone who starts must hold.
    clearances_required: Vec<Required>,
    /// Codes of the training that everyone who starts must have.
    #[schema(value_type = Vec<TrainingCode>)]
    training_required: Vec<Word>,
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
}

type Named = (OpportunityRow, Line);

/// Those that are open at this moment; whatever the asker may see elsewhere.
macro_rules! open_now {
    ($reader:expr) => {
        opportunities::table
            .inner_join(services::table)
            .filter(opportunities::status.eq(OpportunityStatus::Published))
            .filter(opportunities::closes_at.gt($reader.now()))
            .select((OpportunityRow::as_select(), services::name))
            .into_boxed::<Pg>()
    };
}

/// The newest that are open at this moment.
pub(super) fn newest(reader: &mut Reader<'_>, page: &Page) -> Done<Vec<PublicOpportunityItem>> {
    let query = open_now!(reader);
    let rows: Rows<Named> = page.load(page_by!(query, page, opportunities::id), reader.conn)?;
    Ok(rows.rows.into_iter().map(|row| view(row).item).collect())
}

fn list_public_opportunities(
    reader: &mut Reader<'_>,
    (): (),
    filter: &PublicOpportunityFilter,
    page: &Page,
) -> Done<Rows<PublicOpportunityItem>> {
    let mut query = open_now!(reader);
    if let Some(kinds) = &filter.kind {
        query = query.filter(among("opportunities.kind", kinds.iter().map(|word| word.as_str())));
    }
    if let Some(modes) = &filter.mode {
        query = query.filter(among("opportunities.mode", modes.iter().map(|word| word.as_str())));
    }
    if let Some(bases) = &filter.basis {
        query = query.filter(among("opportunities.basis", bases.iter().map(|word| word.as_str())));
    }
    let rows: Rows<Named> = match &filter.q {
        None => page.load(page_by!(query, page, opportunities::id), reader.conn)?,
        Some(q) => page.load(page_by!(query.filter(about(q)), page, sql::<SqlUuid>(FOUND_ID)), reader.conn)?,
    };
    Ok(rows.map(|row| view(row).item))
}

fn read_public_opportunity(reader: &mut Reader<'_>, id: OpportunityId) -> Done<PublicOpportunity> {
    let query = open_now!(reader).filter(opportunities::id.eq(id));
    let row: Option<Named> = query.first(reader.conn).optional()?;
    Ok(view(row.ok_or_else(Refusal::not_found)?))
}

fn view((row, service_name): Named) -> PublicOpportunity {
    let new = NewOpportunity::from(row.content);
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
        offer: new.offer,
        contact: new.contact.map(PublicContact::from),
        closes_at: new.closes_at,
        panel: new.panel,
        published_at: row.published_at,
        updated_at: row.updated_at,
    };
    PublicOpportunity {
        item,
        experience_wanted: new.experience_wanted,
        clearances_required: new.clearances_required,
        training_required: new.training_required,
    }
}
