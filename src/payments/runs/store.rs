//! Reading and writing payment runs; what they do to payments stands in `updates`, their files in `kept`.

use crate::db::prelude::*;
use diesel::pg::Pg;
use diesel::sql_types::{Bool, Uuid as SqlUuid};

use crate::clock::{Day, Instant};
use crate::db::among::among;
use crate::db::exactly_one;
use crate::db::ids::{ActorId, PaymentRunId, VolunteerId};
use crate::db::page::{Page, Rows};
use crate::db::schema::{actors, payment_runs, payments};
use crate::money::Pence;
use crate::page_by;
use crate::payments::runs::rules::Hands;
use crate::payments::runs::views::PaymentRunFilter;
use crate::payments::status::RunStatus;
use crate::refusal::{Refusal, Result};
use crate::vocabulary::payment_route::PaymentRoute;
use crate::work::{Reader, Writer};

/// A row of `payment_runs`.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = payment_runs, check_for_backend(Pg))]
pub(crate) struct RunRow {
    pub id: PaymentRunId,
    pub version: i32,
    pub reference: String,
    pub status: RunStatus,
    pub route: PaymentRoute,
    pub cut_off: Option<Day>,
    pub cost_centre: Option<String>,
    pub payment_count: i32,
    pub total_pence: Pence,
    pub left_out_count: i32,
    pub payees_changed_count: i32,
    pub export_sha256: Option<String>,
    pub released_at: Option<Instant>,
    pub settled_at: Option<Instant>,
    pub created_at: Instant,
    pub updated_at: Instant,
}

/// A run with who created it and who released it, as lists show it.
#[derive(Debug, Queryable)]
pub(super) struct RunListRow {
    pub run: RunRow,
    pub created_by: Option<String>,
    pub released_by: Option<String>,
}

diesel::alias!(actors as releasers: Releasers);

macro_rules! list_rows {
    () => {
        payment_runs::table
            .inner_join(actors::table.on(actors::id.eq(payment_runs::created_by)))
            .left_join(releasers.on(releasers.field(actors::id).nullable().eq(payment_runs::released_by)))
            .select((RunRow::as_select(), actors::subject, releasers.field(actors::subject).nullable()))
    };
}

pub(super) fn list(reader: &mut Reader<'_>, filter: &PaymentRunFilter, page: &Page) -> Result<Rows<RunListRow>> {
    let mut query = list_rows!().into_boxed();
    if let Some(status) = &filter.status {
        query = query.filter(among("payment_runs.status", status.iter().map(|word| word.as_str())));
    }
    if let Some(routes) = &filter.route {
        query = query.filter(among("payment_runs.route", routes.iter().map(|word| word.as_str())));
    }
    if let Some(reference) = &filter.reference {
        query = query.filter(payment_runs::reference.eq(reference));
    }
    Ok(page.load(page_by!(query, page, payment_runs::id, payment_runs::updated_at), reader.conn)?)
}

pub(super) fn find(reader: &mut Reader<'_>, id: PaymentRunId) -> Result<RunListRow> {
    let row = list_rows!().filter(payment_runs::id.eq(id)).first(reader.conn).optional()?;
    Ok(row.ok_or_else(Refusal::not_found)?)
}

pub(crate) fn lock(writer: &mut Writer<'_>, id: PaymentRunId) -> Result<RunRow> {
    let row = payment_runs::table.find(id).select(RunRow::as_select()).for_update().first(writer.conn).optional()?;
    Ok(row.ok_or_else(Refusal::not_found)?)
}

#[derive(QueryableByName)]
struct HandsRow {
    #[diesel(sql_type = Bool)]
    created: bool,
    #[diesel(sql_type = Bool)]
    approved: bool,
    #[diesel(sql_type = Bool)]
    paid: bool,
}

// `OFFSET 0` keeps the planner from asking about each payment's approver instead of each approver once.
const HANDS: &str = "\
SELECT same_person(r.created_by, $2) AS created, EXISTS (
    SELECT 1 FROM (SELECT DISTINCT c.approved_by FROM payments p JOIN claim_references c USING (claim_id) WHERE p.payment_run_id = r.id OFFSET 0) a
    WHERE same_person(a.approved_by, $2)) AS approved, EXISTS (
    SELECT FROM person_volunteers($2) AS own (id) JOIN payments p ON p.volunteer_id = own.id WHERE p.payment_run_id = r.id) AS paid
FROM payment_runs r WHERE r.id = $1";

/// Which hands the caller had in a run: persons are compared, not log-ins.
pub(crate) fn hands(writer: &mut Writer<'_>, id: PaymentRunId) -> Result<Hands> {
    let by = writer.actor_id();
    let HandsRow { created, approved, paid } =
        diesel::sql_query(HANDS).bind::<SqlUuid, _>(id).bind::<SqlUuid, _>(by).get_result(writer.conn)?;
    Ok(Hands { created, approved, paid })
}

/// A row that is about to be changed, at the version at which it was locked.
macro_rules! at_version {
    ($run:expr) => {
        payment_runs::table.find($run.id).filter(payment_runs::version.eq($run.version))
    };
}

pub(super) fn release(writer: &mut Writer<'_>, run: &RunRow, to: RunStatus, sha256: &str) -> Result<()> {
    let (now, by): (Instant, ActorId) = (writer.now(), writer.actor_id());
    let rows = diesel::update(at_version!(run))
        .set((
            payment_runs::status.eq(to),
            payment_runs::export_sha256.eq(sha256),
            payment_runs::released_at.eq(now),
            payment_runs::released_by.eq(by),
            payment_runs::version.eq(run.version + 1),
            payment_runs::updated_at.eq(now),
        ))
        .execute(writer.conn)?;
    exactly_one(rows)
}

pub(super) fn cancel(writer: &mut Writer<'_>, run: &RunRow, to: RunStatus) -> Result<()> {
    let now = writer.now();
    let rows = diesel::update(at_version!(run))
        .set((payment_runs::status.eq(to), payment_runs::version.eq(run.version + 1), payment_runs::updated_at.eq(now)))
        .execute(writer.conn)?;
    exactly_one(rows)
}

pub(super) fn settle(writer: &mut Writer<'_>, run: &RunRow, to: RunStatus) -> Result<()> {
    let now = writer.now();
    let settled_at = run.settled_at.or((to == RunStatus::Settled).then_some(now));
    let rows = diesel::update(at_version!(run))
        .set((
            payment_runs::status.eq(to),
            payment_runs::settled_at.eq(settled_at),
            payment_runs::version.eq(run.version + 1),
            payment_runs::updated_at.eq(now),
        ))
        .execute(writer.conn)?;
    exactly_one(rows)
}

/// Those whom a run pays.
///
/// # Errors
/// Database errors.
pub(super) fn paid_by(conn: &mut PgConnection, run: PaymentRunId) -> Result<Vec<VolunteerId>> {
    let people = payments::table.filter(payments::payment_run_id.eq(run)).select(payments::volunteer_id).distinct();
    Ok(people.load(conn)?)
}
