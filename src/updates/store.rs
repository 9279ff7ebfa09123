//! SQL of the table `updates`.
//! Whether the caller can see the plan is checked with `plans` first.

use crate::db::prelude::*;

use crate::clock::Instant;
use crate::db::ids::{ActorId, PlanId, UpdateId};
use crate::db::page::{Page, Rows};
use crate::db::schema::{actors, updates};
use crate::page_by;
use crate::plans;
use crate::refusal::Result;
use crate::updates::views::UpdateContent;
use crate::work::{Reader, Writer};

#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = updates, check_for_backend(diesel::pg::Pg))]
pub(super) struct UpdateRow {
    pub id: UpdateId,
    pub version: i32,
    pub plan_id: PlanId,
    pub created_at: Instant,
    pub updated_at: Instant,
    #[diesel(embed)]
    pub content: UpdateContent,
}

pub(super) type UpdateAndCreator = (UpdateRow, Option<String>);

pub(super) fn list(reader: &mut Reader<'_>, plan: PlanId, page: &Page) -> Result<Rows<UpdateAndCreator>> {
    let query = updates::table
        .inner_join(actors::table)
        .filter(updates::plan_id.eq(plan))
        .select((UpdateRow::as_select(), actors::subject))
        .into_boxed();
    Ok(page.load(page_by!(query, page, updates::id, updates::updated_at), reader.conn)?)
}

pub(super) fn find(reader: &mut Reader<'_>, id: UpdateId) -> Result<UpdateAndCreator> {
    Ok(updates::table
        .inner_join(actors::table)
        .filter(updates::id.eq(id))
        .select((UpdateRow::as_select(), actors::subject))
        .first(reader.conn)?)
}

pub(super) fn insert(writer: &mut Writer<'_>, plan: &plans::PlanFacts, new: &UpdateContent) -> Result<UpdateId> {
    let (id, now, by): (UpdateId, Instant, ActorId) = (writer.new_id(), writer.now(), writer.actor_id());
    diesel::insert_into(updates::table)
        .values((
            updates::id.eq(id),
            updates::plan_id.eq(plan.id),
            updates::service_id.eq(plan.service_id),
            new,
            updates::created_at.eq(now),
            updates::created_by.eq(by),
            updates::updated_at.eq(now),
        ))
        .execute(writer.conn)?;
    Ok(id)
}

/// The titles of these updates.
///
/// # Errors
/// Database errors.
pub fn titles(conn: &mut PgConnection, ids: &[uuid::Uuid]) -> Result<Vec<(uuid::Uuid, String)>> {
    Ok(updates::table.filter(updates::id.eq_any(ids)).select((updates::id, updates::title)).load(conn)?)
}
