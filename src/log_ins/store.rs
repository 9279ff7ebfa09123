//! SQL of refused log-ins and of the services of staff.

use std::collections::BTreeMap;

use crate::clock::Instant;
use crate::db::exactly_one;
use crate::db::ids::{RefusedTokenId, ServiceId, StaffServicesId};
use crate::db::page::{Page, Rows};
use crate::db::prelude::*;
use crate::db::schema::{actors, given_services, refused_tokens, services, staff_services};
use crate::log_ins::views::{NewRefusedToken, RefusedTokenView};
use crate::page_by;
use crate::refusal::{Refusal, Result};
use crate::work::{Reader, Writer};

/// A refusal in the record.
pub(super) const REFUSED: &str = "refused_token";
/// The services of a member of staff in the record.
pub(super) const STAFF: &str = "staff_services";

/// A row of `refused_tokens`.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = refused_tokens, check_for_backend(diesel::pg::Pg))]
pub(super) struct RefusedRow {
    pub id: RefusedTokenId,
    pub version: i32,
    pub subject: Option<String>,
    pub token_id: Option<String>,
    pub reason: String,
    pub expires_at: Option<Instant>,
    pub created_at: Instant,
    pub updated_at: Instant,
}

fn view((row, created_by): (RefusedRow, Option<String>)) -> RefusedTokenView {
    let RefusedRow { id, version, subject, token_id, reason, expires_at, created_at, updated_at } = row;
    RefusedTokenView { id, version, subject, token_id, reason, expires_at, created_at, created_by, updated_at }
}

pub(super) fn list_refused(reader: &mut Reader<'_>, page: &Page) -> Result<Rows<RefusedTokenView>> {
    let query =
        refused_tokens::table.inner_join(actors::table).select((RefusedRow::as_select(), actors::subject)).into_boxed();
    let found: Rows<_> =
        page.load(page_by!(query, page, refused_tokens::id, refused_tokens::updated_at), reader.conn)?;
    Ok(found.map(view))
}

pub(super) fn find_refused(reader: &mut Reader<'_>, id: RefusedTokenId) -> Result<RefusedTokenView> {
    let query = refused_tokens::table.inner_join(actors::table).filter(refused_tokens::id.eq(id));
    let found = query.select((RefusedRow::as_select(), actors::subject)).first(reader.conn).optional()?;
    Ok(found.map(view).ok_or_else(Refusal::not_found)?)
}

pub(super) fn refuse(writer: &mut Writer<'_>, new: NewRefusedToken) -> Result<RefusedTokenId> {
    let (id, now, by): (RefusedTokenId, _, _) = (writer.new_id(), writer.now(), writer.actor_id());
    diesel::insert_into(refused_tokens::table)
        .values((
            refused_tokens::id.eq(id),
            refused_tokens::subject.eq(new.subject),
            refused_tokens::token_id.eq(new.token_id),
            refused_tokens::reason.eq(new.reason),
            refused_tokens::expires_at.eq(new.expires_at),
            refused_tokens::created_at.eq(now),
            refused_tokens::created_by.eq(by),
            refused_tokens::updated_at.eq(now),
        ))
        .execute(writer.conn)?;
    Ok(id)
}

/// Removes a refusal; nothing ever changes one, so whoever comes second finds none.
pub(super) fn lift(writer: &mut Writer<'_>, id: RefusedTokenId) -> Result<()> {
    match diesel::delete(refused_tokens::table.find(id)).execute(writer.conn)? {
        0 => Err(Refusal::not_found().into()),
        rows => exactly_one(rows),
    }
}

mod sql_functions {
    diesel::define_sql_function! {
        /// The form in which subjects are compared.
        fn subject_key(subject: diesel::sql_types::Nullable<diesel::sql_types::Text>) -> diesel::sql_types::Nullable<diesel::sql_types::Text>;
    }
}

/// The form in which subjects are compared.
fn key(subject: &str) -> String {
    crate::text::comparable(subject)
}

pub(super) fn of_subjects(conn: &mut PgConnection, subjects: &[String]) -> Result<Vec<RefusedRow>> {
    let keys: Vec<String> = subjects.iter().map(|subject| key(subject)).collect();
    let query = refused_tokens::table.filter(sql_functions::subject_key(refused_tokens::subject).eq_any(keys));
    Ok(query.order_by(refused_tokens::id).select(RefusedRow::as_select()).load(conn)?)
}

/// Removes the refusals of these subjects; returns their ids and versions.
pub(super) fn remove_of_subjects(writer: &mut Writer<'_>, subjects: &[String]) -> Result<Vec<(RefusedTokenId, i32)>> {
    if subjects.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<RefusedTokenId> = of_subjects(writer.conn, subjects)?.iter().map(|row| row.id).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let gone = diesel::delete(refused_tokens::table.filter(refused_tokens::id.eq_any(ids)));
    Ok(gone.returning((refused_tokens::id, refused_tokens::version)).get_results(writer.conn)?)
}

/// A row of `staff_services`.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = staff_services, check_for_backend(diesel::pg::Pg))]
pub(super) struct StaffRow {
    pub id: StaffServicesId,
    pub version: i32,
    pub subject: String,
    pub created_at: Instant,
    pub updated_at: Instant,
}

pub(super) fn list_staff(reader: &mut Reader<'_>, page: &Page) -> Result<Rows<(StaffRow, Option<String>)>> {
    let query =
        staff_services::table.inner_join(actors::table).select((StaffRow::as_select(), actors::subject)).into_boxed();
    Ok(page.load(page_by!(query, page, staff_services::id, staff_services::updated_at), reader.conn)?)
}

pub(super) fn find_staff(reader: &mut Reader<'_>, subject: &str) -> Result<Option<(StaffRow, Option<String>)>> {
    let is_they = sql_functions::subject_key(staff_services::subject.nullable()).eq(key(subject));
    let query = staff_services::table.inner_join(actors::table).filter(is_they);
    Ok(query.select((StaffRow::as_select(), actors::subject)).first(reader.conn).optional()?)
}

/// Locks the row of a member of staff, which is made where there is none; and whether it was.
pub(super) fn lock_or_make_staff(writer: &mut Writer<'_>, subject: &str) -> Result<(StaffRow, bool)> {
    let (id, now, by): (StaffServicesId, _, _) = (writer.new_id(), writer.now(), writer.actor_id());
    let made = diesel::insert_into(staff_services::table)
        .values((
            staff_services::id.eq(id),
            staff_services::subject.eq(subject),
            staff_services::created_at.eq(now),
            staff_services::created_by.eq(by),
            staff_services::updated_at.eq(now),
        ))
        .on_conflict_do_nothing()
        .execute(writer.conn)?;
    let is_they = sql_functions::subject_key(staff_services::subject.nullable()).eq(key(subject));
    let row = staff_services::table.filter(is_they).select(StaffRow::as_select()).for_update().first(writer.conn)?;
    Ok((row, made == 1))
}

/// The services with these codes, by code.
pub(super) fn services(conn: &mut PgConnection, codes: &[&str]) -> Result<BTreeMap<String, ServiceId>> {
    let query = services::table.filter(services::code.eq_any(codes.to_vec()));
    let found: Vec<(String, ServiceId)> = query.select((services::code, services::id)).load(conn)?;
    Ok(found.into_iter().collect())
}

/// The codes that these members of staff were given, in alphabetical order.
pub(super) fn codes(
    conn: &mut PgConnection,
    staff: &[StaffServicesId],
) -> Result<BTreeMap<StaffServicesId, Vec<String>>> {
    if staff.is_empty() {
        return Ok(BTreeMap::new());
    }
    let query =
        given_services::table.inner_join(services::table).filter(given_services::staff_id.eq_any(staff.to_vec()));
    let found: Vec<(StaffServicesId, String)> =
        query.order_by(services::code).select((given_services::staff_id, services::code)).load(conn)?;
    let mut codes: BTreeMap<StaffServicesId, Vec<String>> = BTreeMap::new();
    found.into_iter().for_each(|(staff, code)| codes.entry(staff).or_default().push(code));
    Ok(codes)
}

/// Replaces the services of a member of staff whose row is locked; whether that changes anything.
pub(super) fn give(writer: &mut Writer<'_>, row: &StaffRow, is_new: bool, services: &[ServiceId]) -> Result<bool> {
    let now = writer.now();
    let others = given_services::table
        .filter(given_services::staff_id.eq(row.id))
        .filter(given_services::service_id.ne_all(services.to_vec()));
    let taken = diesel::delete(others).execute(writer.conn)?;
    let given: Vec<_> = services
        .iter()
        .map(|service| (given_services::staff_id.eq(row.id), given_services::service_id.eq(*service)))
        .collect();
    let given = match given.len() {
        0 => 0,
        _ => diesel::insert_into(given_services::table).values(given).on_conflict_do_nothing().execute(writer.conn)?,
    };
    let changed = taken + given > 0;
    if changed && !is_new {
        let rows = diesel::update(staff_services::table.find(row.id))
            .set((staff_services::version.eq(row.version + 1), staff_services::updated_at.eq(now)))
            .execute(writer.conn)?;
        exactly_one(rows)?;
    }
    Ok(changed)
}
