//! SQL for clearances, and only that.
//! Whether the caller may see them is checked before, by `volunteers::visible`.

use crate::db::prelude::*;

use crate::clock::Instant;
use crate::db::exactly_one;
use crate::db::ids::{ClearanceId, VolunteerId};
use crate::db::page::{Page, Rows};
use crate::db::schema::{actors, clearances};
use crate::page_by;
use crate::people::clearances::views::NewClearance;
use crate::refusal::{Refusal, Result};
use crate::work::{Reader, Writer};

/// The columns that the service fills itself.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = clearances, check_for_backend(diesel::pg::Pg))]
pub(super) struct ClearanceRow {
    pub id: ClearanceId,
    pub version: i32,
    pub volunteer_id: VolunteerId,
    pub created_at: Instant,
    pub updated_at: Instant,
}

pub(super) type ClearanceAndCreator = (ClearanceRow, NewClearance, Option<String>);

macro_rules! found {
    () => {
        clearances::table.inner_join(actors::table).select((
            ClearanceRow::as_select(),
            NewClearance::as_select(),
            actors::subject,
        ))
    };
}

pub(super) fn list(reader: &mut Reader<'_>, of: VolunteerId, page: &Page) -> Result<Rows<ClearanceAndCreator>> {
    let query = found!().filter(clearances::volunteer_id.eq(of)).into_boxed();
    Ok(page.load(page_by!(query, page, clearances::id), reader.conn)?)
}

pub(super) fn find(conn: &mut PgConnection, of: VolunteerId, id: ClearanceId) -> Result<ClearanceAndCreator> {
    let found =
        found!().filter(clearances::id.eq(id)).filter(clearances::volunteer_id.eq(of)).first(conn).optional()?;
    Ok(found.ok_or_else(Refusal::not_found)?)
}

/// All clearances of a volunteer, newest first.
pub(super) fn held(conn: &mut PgConnection, of: VolunteerId) -> Result<Vec<NewClearance>> {
    let held = clearances::table.filter(clearances::volunteer_id.eq(of)).order_by(clearances::id.desc());
    Ok(held.select(NewClearance::as_select()).load(conn)?)
}

/// Locks all clearances of a volunteer against changes until the end of the transaction.
pub(super) fn hold(writer: &mut Writer<'_>, of: VolunteerId) -> Result<()> {
    let held = clearances::table.filter(clearances::volunteer_id.eq(of)).order_by(clearances::id);
    held.select(clearances::id).for_share().load::<ClearanceId>(writer.conn)?;
    Ok(())
}

/// The same for whoever records or changes one of them.
pub(super) fn hold_to_change(writer: &mut Writer<'_>, of: VolunteerId) -> Result<()> {
    let held = clearances::table.filter(clearances::volunteer_id.eq(of)).order_by(clearances::id);
    held.select(clearances::id).for_no_key_update().load::<ClearanceId>(writer.conn)?;
    Ok(())
}

/// All clearances of these volunteers, in one statement.
pub(super) fn held_by(conn: &mut PgConnection, people: &[VolunteerId]) -> Result<Vec<(VolunteerId, NewClearance)>> {
    let held = clearances::table.filter(clearances::volunteer_id.eq_any(people)).order_by(clearances::id.desc());
    Ok(held.select((clearances::volunteer_id, NewClearance::as_select())).load(conn)?)
}

pub(super) fn lock(writer: &mut Writer<'_>, of: VolunteerId, id: ClearanceId) -> Result<(i32, NewClearance)> {
    let found = clearances::table
        .filter(clearances::id.eq(id))
        .filter(clearances::volunteer_id.eq(of))
        .select((clearances::version, NewClearance::as_select()))
        .for_update()
        .first(writer.conn)
        .optional()?;
    Ok(found.ok_or_else(Refusal::not_found)?)
}

pub(super) fn insert(writer: &mut Writer<'_>, of: VolunteerId, new: NewClearance) -> Result<ClearanceId> {
    let (id, now, by): (ClearanceId, _, _) = (writer.new_id(), writer.now(), writer.actor_id());
    diesel::insert_into(clearances::table)
        .values((
            clearances::id.eq(id),
            clearances::volunteer_id.eq(of),
            new,
            clearances::created_at.eq(now),
            clearances::created_by.eq(by),
            clearances::updated_at.eq(now),
        ))
        .execute(writer.conn)?;
    Ok(id)
}

pub(super) fn save(writer: &mut Writer<'_>, id: ClearanceId, version: i32, new: NewClearance) -> Result<()> {
    let now = writer.now();
    let rows = diesel::update(clearances::table.find(id).filter(clearances::version.eq(version)))
        .set((new, clearances::version.eq(version + 1), clearances::updated_at.eq(now)))
        .execute(writer.conn)?;
    exactly_one(rows)
}
