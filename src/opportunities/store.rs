//! SQL of the table `opportunities`: reading one, and every write.
//! The list is in `list`, what other features ask in `known`; `places` takes and frees places.

use crate::db::prelude::*;
use diesel::dsl::sql;
use diesel::sql_types::{BigInt, Timestamptz, Uuid as SqlUuid};

use crate::clock::Instant;
use crate::db::Json;
use crate::db::ids::{ActorId, OpportunityId, PlanId, ServiceId};
use crate::db::schema::{actors, opportunities, services};
use crate::db::{exactly, the_one};
use crate::opportunities::publication::AnsweredCaution;
use crate::opportunities::reach::reached;
use crate::opportunities::row::{OpportunityAndCreator, OpportunityRow};
use crate::opportunities::status::OpportunityStatus;
use crate::opportunities::views::OpportunityContent;
use crate::policies::Promised;
use crate::refusal::{Refusal, Result};
use crate::work::names::PlanNames;
use crate::work::{Reader, Writer, narrow};

/// What an [`OpportunityAndCreator`] is read from; also of a row as it was just written.
macro_rules! whole {
    () => {
        (
            OpportunityRow::as_select(),
            actors::table.filter(actors::id.eq(opportunities::created_by)).select(actors::subject).single_value(),
            PlanNames::of("opportunities"),
        )
    };
}

pub(super) fn find(reader: &mut Reader<'_>, id: OpportunityId) -> Result<OpportunityAndCreator> {
    let (grant, now) = (reader.grant(), reader.now());
    let query = opportunities::table.select(whole!()).into_boxed();
    let row = reached!(query, grant, now).filter(opportunities::id.eq(id)).first(reader.conn).optional()?;
    Ok(row.ok_or_else(Refusal::not_found)?)
}

/// Locks a row that the grant allows the caller to write; `not-found` if there is none.
pub(crate) fn lock(writer: &mut Writer<'_>, id: OpportunityId) -> Result<OpportunityRow> {
    let row = opportunities::table
        .filter(opportunities::id.eq(id))
        .filter(narrow::service("opportunities.service_id", writer.grant()))
        .select(OpportunityRow::as_select())
        .for_update()
        .first(writer.conn)
        .optional()?;
    Ok(row.ok_or_else(Refusal::not_found)?)
}

/// How many places of an opportunity are offered and not answered yet. The view is made beside the table of expressions.
pub(super) fn open_offers(conn: &mut PgConnection, id: OpportunityId, now: Instant) -> Result<i64> {
    let open = sql::<BigInt>("(SELECT count(*) FROM offers_open WHERE opportunity_id = ")
        .bind::<SqlUuid, _>(id)
        .sql(" AND (respond_by IS NULL OR respond_by > ")
        .bind::<Timestamptz, _>(now)
        .sql("))");
    Ok(diesel::select(open).get_result(conn)?)
}

/// Those of these services that exist.
pub(super) fn known_services(writer: &mut Writer<'_>, ids: &[ServiceId]) -> Result<Vec<ServiceId>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(services::table.filter(services::id.eq_any(ids)).select(services::id).load(writer.conn)?)
}

/// Inserts a draft; answers it as a read finds it.
pub(super) fn insert(
    writer: &mut Writer<'_>,
    service: ServiceId,
    new: OpportunityContent,
) -> Result<OpportunityAndCreator> {
    let (id, now, by): (OpportunityId, Instant, ActorId) = (writer.new_id(), writer.now(), writer.actor_id());
    let made = diesel::insert_into(opportunities::table)
        .values((
            opportunities::id.eq(id),
            opportunities::service_id.eq(service),
            opportunities::status.eq(OpportunityStatus::Draft),
            opportunities::created_at.eq(now),
            opportunities::created_by.eq(by),
            opportunities::updated_at.eq(now),
            new,
        ))
        .returning(whole!())
        .get_result(writer.conn)?;
    Ok(made)
}

/// Writes a change; the version goes up by one. Answers it as a read finds it.
pub(super) fn save(
    writer: &mut Writer<'_>,
    row: &OpportunityRow,
    service: ServiceId,
    new: OpportunityContent,
) -> Result<OpportunityAndCreator> {
    let now = writer.now();
    let saved = diesel::update(opportunities::table.find(row.id).filter(opportunities::version.eq(row.version)))
        .set((
            new,
            opportunities::service_id.eq(service),
            opportunities::version.eq(row.version + 1),
            opportunities::updated_at.eq(now),
        ))
        .returning(whole!())
        .load(writer.conn)?;
    the_one(saved)
}

/// What a step writes besides the status.
#[derive(Debug, Default, AsChangeset)]
#[diesel(table_name = opportunities)]
pub(crate) struct OpportunityStep {
    pub published_at: Option<Instant>,
    pub promised: Option<Json<Promised>>,
    pub closes_at: Option<Instant>,
    pub cancel_reason: Option<String>,
    pub proposed_at: Option<Instant>,
    pub cautions: Option<Json<Vec<AnsweredCaution>>>,
}

/// Writes a step; the version goes up by one. Answers it as a read finds it.
pub(super) fn step(
    writer: &mut Writer<'_>,
    row: &OpportunityRow,
    to: OpportunityStatus,
    step: &OpportunityStep,
) -> Result<OpportunityAndCreator> {
    let now = writer.now();
    let stepped = diesel::update(opportunities::table.find(row.id).filter(opportunities::version.eq(row.version)))
        .set((
            step,
            opportunities::status.eq(to),
            opportunities::version.eq(row.version + 1),
            opportunities::updated_at.eq(now),
        ))
        .returning(whole!())
        .load(writer.conn)?;
    the_one(stepped)
}

/// Closes locked opportunities; the version of each goes up by one.
pub(super) fn close_all(writer: &mut Writer<'_>, ids: &[OpportunityId]) -> Result<()> {
    let now = writer.now();
    let rows = diesel::update(opportunities::table.filter(opportunities::id.eq_any(ids)))
        .set((
            opportunities::status.eq(OpportunityStatus::Closed),
            opportunities::version.eq(opportunities::version + 1),
            opportunities::updated_at.eq(now),
        ))
        .execute(writer.conn)?;
    exactly(ids.len(), rows)
}

/// The published opportunities of a plan, locked.
pub(super) fn published_under(writer: &mut Writer<'_>, plan: PlanId) -> Result<Vec<OpportunityRow>> {
    Ok(opportunities::table
        .filter(opportunities::plan_id.eq(plan))
        .filter(opportunities::status.eq(OpportunityStatus::Published))
        .order_by(opportunities::id)
        .select(OpportunityRow::as_select())
        .for_update()
        .load(writer.conn)?)
}

/// Opportunities whose `closes_at` has passed, locked; rows that are already locked are left for the next time.
pub(super) fn due(writer: &mut Writer<'_>, most: u16) -> Result<Vec<OpportunityRow>> {
    let now = writer.now();
    Ok(opportunities::table
        .filter(opportunities::status.eq(OpportunityStatus::Published))
        .filter(opportunities::closes_at.le(now))
        .order_by(opportunities::closes_at)
        .select(OpportunityRow::as_select())
        .for_update()
        .skip_locked()
        .load_at_most(most, writer.conn)?)
}
