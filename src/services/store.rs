//! SQL of the table `services`.

use std::collections::HashMap;

use crate::db::prelude::*;
use serde::Deserialize;

use crate::clock::Instant;
use crate::db::exactly_one;
use crate::db::ids::{ActorId, ServiceId};
use crate::db::page::{Page, Rows};
use crate::db::schema::{actors, services};
use crate::page_by;
use crate::refusal::{Refusal, Result};
use crate::services::views::{Domain, ServiceContent};
use crate::text::{Email, LedgerCode, ServiceCode, ShortText};
use crate::work::{Reader, Writer};

#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = services, check_for_backend(diesel::pg::Pg))]
pub(super) struct ServiceRow {
    pub id: ServiceId,
    pub version: i32,
    #[diesel(embed)]
    pub content: ServiceContent,
    pub created_at: Instant,
    pub updated_at: Instant,
}

/// What other features need to know about a service.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = services, check_for_backend(diesel::pg::Pg))]
pub struct ServiceFacts {
    /// Identifier.
    pub id: ServiceId,
    /// Code, by which tokens of staff name the service.
    pub code: ServiceCode,
    /// Name.
    pub name: ShortText,
    /// Kind of care that it gives.
    pub domain: Domain,
    /// Cost centre that is charged.
    pub cost_centre: LedgerCode,
    /// Subjective code for expenses.
    pub subjective_expense: LedgerCode,
    /// Subjective code for payments for time.
    pub subjective_payment: LedgerCode,
    /// E-mail address for people who want to get in touch.
    pub contact_email: Email,
    /// Whether new plans can be made for it.
    pub active: bool,
}

/// What a claim shows of its service.
#[derive(Clone, Debug, Deserialize)]
pub struct ServiceLabel {
    /// Code, by which tokens of staff name the service.
    pub code: String,
    /// Cost centre that is charged.
    pub cost_centre: String,
}

/// The service `asked.service_id`, as an expression: [`ServiceLabel`], null where there is none.
pub const LABEL_OF_ASKED: &str = "\
(SELECT jsonb_build_object('code', s.code, 'cost_centre', s.cost_centre) FROM services s WHERE s.id = asked.service_id)";

/// One service; `None` if there is none with this id.
///
/// # Errors
/// Database errors.
pub fn facts(conn: &mut PgConnection, id: ServiceId) -> Result<Option<ServiceFacts>> {
    Ok(services::table.find(id).select(ServiceFacts::as_select()).first(conn).optional()?)
}

/// These services, in one query, and without one where there are none.
///
/// # Errors
/// Database errors.
pub fn facts_of(conn: &mut PgConnection, ids: &[ServiceId]) -> Result<Vec<ServiceFacts>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(services::table.filter(services::id.eq_any(ids)).select(ServiceFacts::as_select()).load(conn)?)
}

/// Names by service, in one query.
///
/// # Errors
/// Database errors.
pub fn names(conn: &mut PgConnection, ids: &[ServiceId]) -> Result<HashMap<ServiceId, ShortText>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(ServiceId, ShortText)> =
        services::table.filter(services::id.eq_any(ids)).select((services::id, services::name)).load(conn)?;
    Ok(rows.into_iter().collect())
}

/// The id of the service with this code.
///
/// # Errors
/// Database errors.
pub fn id_of_code(conn: &mut PgConnection, code: &str) -> Result<Option<ServiceId>> {
    Ok(services::table.filter(services::code.eq(code)).select(services::id).first(conn).optional()?)
}

/// Whether at least one service exists.
///
/// # Errors
/// Database errors.
pub fn any(conn: &mut PgConnection) -> Result<bool> {
    Ok(diesel::select(diesel::dsl::exists(services::table.select(services::id))).get_result(conn)?)
}

type ServiceAndCreator = (ServiceRow, Option<String>);

pub(super) fn find(reader: &mut Reader<'_>, id: ServiceId) -> Result<ServiceAndCreator> {
    let row = services::table
        .inner_join(actors::table)
        .filter(services::id.eq(id))
        .select((ServiceRow::as_select(), actors::subject))
        .first(reader.conn)
        .optional()?;
    Ok(row.ok_or_else(Refusal::not_found)?)
}

pub(super) fn list(reader: &mut Reader<'_>, page: &Page) -> Result<Rows<ServiceAndCreator>> {
    let query =
        services::table.inner_join(actors::table).select((ServiceRow::as_select(), actors::subject)).into_boxed();
    Ok(page.load(page_by!(query, page, services::id, services::updated_at), reader.conn)?)
}

pub(super) fn lock(writer: &mut Writer<'_>, id: ServiceId) -> Result<ServiceRow> {
    let row = services::table.find(id).select(ServiceRow::as_select()).for_update().first(writer.conn).optional()?;
    Ok(row.ok_or_else(Refusal::not_found)?)
}

pub(super) fn insert(writer: &mut Writer<'_>, new: ServiceContent) -> Result<ServiceId> {
    let (id, now, by): (ServiceId, Instant, ActorId) = (writer.new_id(), writer.now(), writer.actor_id());
    diesel::insert_into(services::table)
        .values((
            services::id.eq(id),
            new,
            services::created_at.eq(now),
            services::created_by.eq(by),
            services::updated_at.eq(now),
        ))
        .execute(writer.conn)?;
    Ok(id)
}

pub(super) fn save(writer: &mut Writer<'_>, row: &ServiceRow, new: ServiceContent) -> Result<()> {
    let now = writer.now();
    let rows = diesel::update(services::table.find(row.id).filter(services::version.eq(row.version)))
        .set((new, services::version.eq(row.version + 1), services::updated_at.eq(now)))
        .execute(writer.conn)?;
    exactly_one(rows)
}
