//! Reading and locking sessions; writing them is in `write`.
//! Attendance is in `attendance_store`.

use std::collections::BTreeSet;

use crate::db::prelude::*;
use diesel::dsl::sql;
use diesel::pg::Pg;
use diesel::sql_types::{Bool, Uuid as SqlUuid};

use crate::access::Grant;
use crate::clock::{Day, Instant};
use crate::db::ids::{OpportunityId, PlanId, ServiceId, SessionId, VolunteerId};
use crate::db::schema::{actors, services, sessions};
use crate::opportunities;
use crate::refusal::{Refusal, Result};
use crate::sessions::views::SessionContent;
use crate::sessions::{Planned, SessionStatus};
use crate::text::ShortText;
use crate::work::names::OpportunityNames;
use crate::work::{Reader, Writer, narrow};

/// A row of `sessions`.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = sessions, check_for_backend(Pg))]
pub(crate) struct SessionRow {
    pub id: SessionId,
    pub version: i32,
    pub opportunity_id: OpportunityId,
    pub service_id: ServiceId,
    pub status: SessionStatus,
    pub moved_at: Option<Instant>,
    pub cancelled_at: Option<Instant>,
    pub cancel_reason: Option<String>,
    pub created_at: Instant,
    pub updated_at: Instant,
    #[diesel(embed)]
    pub content: SessionContent,
}

impl SessionRow {
    /// The day in London on which it begins: clearances, agreements and the claim window go by it.
    pub fn day(&self) -> Day {
        self.content.starts_at.london_day()
    }
}

pub(super) type Narrow = Box<dyn BoxableExpression<sessions::table, Pg, SqlType = Bool>>;

/// The condition that the caller may see a session.
pub(super) fn reached(grant: &Grant) -> Narrow {
    if grant.all() {
        return Box::new(diesel::dsl::sql::<Bool>("TRUE"));
    }
    let codes = grant.services().to_vec();
    let of_services =
        sessions::service_id.eq_any(services::table.filter(services::code.eq_any(codes)).select(services::id));
    match grant.own() {
        None => Box::new(of_services),
        Some(own) if grant.services().is_empty() => engaged(own),
        Some(own) => Box::new(of_services.or(engaged(own))),
    }
}

/// Sessions of opportunities that a volunteer is engaged with: by an expression of interest shortlisted or later, or by
/// an agreement that they were given. The view is made beside the tables of expressions and agreements.
fn engaged(own: VolunteerId) -> Narrow {
    Box::new(
        sql::<Bool>("sessions.opportunity_id IN (SELECT opportunity_id FROM participants WHERE volunteer_id = ")
            .bind::<SqlUuid, _>(own)
            .sql(")"),
    )
}

/// A session, who created it, and the names beside its ids.
pub(crate) type Named = (SessionRow, Option<String>, OpportunityNames);

/// What a [`Named`] is read from; also of a row as it was just written.
macro_rules! whole {
    () => {
        (
            $crate::sessions::store::SessionRow::as_select(),
            actors::table.filter(actors::id.eq(sessions::created_by)).select(actors::subject).single_value(),
            $crate::work::names::OpportunityNames::of("sessions"),
        )
    };
}

pub(super) use whole;

/// The services of a member of staff who is a volunteer, too; nothing for everybody else.
pub(super) fn own_services(reader: &mut Reader<'_>) -> Result<Option<Vec<ServiceId>>> {
    let grant = reader.grant();
    if grant.own().is_none() || grant.services().is_empty() {
        return Ok(None);
    }
    let codes = grant.services().to_vec();
    Ok(Some(services::table.filter(services::code.eq_any(codes)).select(services::id).load(reader.conn)?))
}

pub(super) fn find(reader: &mut Reader<'_>, id: SessionId) -> Result<Named> {
    let row = sessions::table
        .filter(sessions::id.eq(id))
        .filter(reached(reader.grant()))
        .select(whole!())
        .first(reader.conn)
        .optional()?;
    Ok(row.ok_or_else(Refusal::not_found)?)
}

/// Which of these sessions the caller may see, in one statement.
///
/// # Errors
/// Database errors.
pub fn visible_among(reader: &mut Reader<'_>, ids: &[SessionId]) -> Result<BTreeSet<SessionId>> {
    let seen: Vec<SessionId> = sessions::table
        .filter(sessions::id.eq_any(ids))
        .filter(reached(reader.grant()))
        .select(sessions::id)
        .load(reader.conn)?;
    Ok(seen.into_iter().collect())
}

/// The largest number of sessions in a calendar.
const MOST: u16 = 1_000;

/// The sessions of these opportunities that start at a moment or later, by their start; whoever asks.
pub(crate) fn of_opportunities(
    conn: &mut PgConnection,
    of: &[OpportunityId],
    from: Instant,
) -> Result<Vec<SessionRow>> {
    let rows = sessions::table
        .filter(sessions::opportunity_id.eq_any(of))
        .filter(sessions::starts_at.ge(from))
        .order((sessions::starts_at, sessions::id))
        .select(SessionRow::as_select());
    Ok(rows.load_at_most(MOST, conn)?)
}

/// The number of future sessions of a plan.
///
/// # Errors
/// Database errors.
pub fn to_come_on_plan(conn: &mut PgConnection, plan: PlanId, now: Instant) -> Result<i64> {
    Ok(sessions::table
        .filter(sessions::opportunity_id.eq_any(opportunities::of_plan(conn, plan)?))
        .filter(sessions::status.eq(SessionStatus::Scheduled).and(sessions::starts_at.gt(now)))
        .count()
        .get_result(conn)?)
}

/// The future sessions of an opportunity, locked, by id.
pub(crate) fn lock_to_come(writer: &mut Writer<'_>, opportunity: OpportunityId) -> Result<Vec<SessionRow>> {
    let now = writer.now();
    Ok(sessions::table
        .filter(sessions::opportunity_id.eq(opportunity))
        .filter(sessions::status.eq(SessionStatus::Scheduled).and(sessions::starts_at.gt(now)))
        .order_by(sessions::id)
        .select(SessionRow::as_select())
        .for_no_key_update()
        .load(writer.conn)?)
}

/// Time and place of an opportunity's scheduled sessions, at most a hundred, earliest first; whoever asks.
///
/// # Errors
/// Database errors.
pub fn planned(conn: &mut PgConnection, opportunity: OpportunityId) -> Result<Vec<Planned>> {
    let rows: Vec<(Instant, Instant, Option<ShortText>)> = sessions::table
        .filter(sessions::opportunity_id.eq(opportunity))
        .filter(sessions::status.eq(SessionStatus::Scheduled))
        .order_by((sessions::starts_at, sessions::id))
        .select((sessions::starts_at, sessions::ends_at, sessions::venue))
        .load_at_most(100, conn)?;
    Ok(rows.into_iter().map(|(starts_at, ends_at, venue)| Planned { starts_at, ends_at, venue }).collect())
}

/// Locks the sessions of the first value of a statement as they are, by id, as the first part of it: attendance does not change
/// while a claim that rests on it is submitted.
pub const LOCKED_ATTENDANCE: &str = "\
attendance AS MATERIALIZED (SELECT s.id FROM sessions s WHERE s.id = ANY ($1::uuid[]) ORDER BY s.id FOR SHARE)";

/// Locks a session that the caller may see; not against rows that only refer to it, such as what somebody is told of it.
pub(crate) fn lock(writer: &mut Writer<'_>, id: SessionId) -> Result<SessionRow> {
    let row = sessions::table
        .filter(sessions::id.eq(id))
        .filter(reached(writer.grant()))
        .select(SessionRow::as_select())
        .for_no_key_update()
        .first(writer.conn)
        .optional()?;
    Ok(row.ok_or_else(Refusal::not_found)?)
}

/// Keeps a session from being changed or cancelled until the end of the transaction: one that the volunteer, who asks, is
/// engaged with, or one of the services that the caller speaks for.
pub(crate) fn hold(writer: &mut Writer<'_>, id: SessionId, volunteer: VolunteerId) -> Result<SessionRow> {
    let own = writer.grant().own() == Some(volunteer);
    let within = if own { reached(writer.grant()) } else { of_services(writer.grant()) };
    held(writer, id, within)
}

/// The same for a session of the services that the caller speaks for.
pub(super) fn hold_of_service(writer: &mut Writer<'_>, id: SessionId) -> Result<SessionRow> {
    let within = of_services(writer.grant());
    held(writer, id, within)
}

pub(super) fn of_services(grant: &Grant) -> Narrow {
    Box::new(narrow::service("sessions.service_id", grant))
}

fn held(writer: &mut Writer<'_>, id: SessionId, within: Narrow) -> Result<SessionRow> {
    let row = sessions::table
        .filter(sessions::id.eq(id))
        .filter(within)
        .select(SessionRow::as_select())
        .for_share()
        .first(writer.conn)
        .optional()?;
    Ok(row.ok_or_else(Refusal::not_found)?)
}

/// The titles of the opportunities of these sessions.
///
/// # Errors
/// Database errors.
pub fn titles(conn: &mut PgConnection, ids: &[uuid::Uuid]) -> Result<Vec<(uuid::Uuid, String)>> {
    let of = sessions::table.filter(sessions::id.eq_any(ids));
    let of = of.select((sessions::id, sessions::opportunity_id)).load(conn)?;
    opportunities::titles_of(conn, of)
}
