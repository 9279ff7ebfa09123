//! SQL of the table `plan_members`.
//! The plans' own `store` lets a member read the plan.

use crate::db::prelude::*;

use crate::clock::Instant;
use crate::db::ids::{ActorId, PlanId, PlanMemberId, VolunteerId};
use crate::db::page::{Page, Rows};
use crate::db::schema::{actors, plan_members};
use crate::page_by;
use crate::refusal::{Refusal, Result};
use crate::work::{Reader, Writer};

#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = plan_members, check_for_backend(diesel::pg::Pg))]
pub(super) struct PlanMemberRow {
    pub id: PlanMemberId,
    pub version: i32,
    pub plan_id: PlanId,
    pub volunteer_id: VolunteerId,
    pub created_at: Instant,
    pub updated_at: Instant,
}

pub(super) type Found = (PlanMemberRow, Option<String>);

pub(super) fn list(reader: &mut Reader<'_>, plan: PlanId, page: &Page) -> Result<Rows<Found>> {
    let query = plan_members::table
        .inner_join(actors::table)
        .filter(plan_members::plan_id.eq(plan))
        .select((PlanMemberRow::as_select(), actors::subject))
        .into_boxed();
    Ok(page.load(page_by!(query, page, plan_members::id, plan_members::updated_at), reader.conn)?)
}

pub(super) fn find(reader: &mut Reader<'_>, id: PlanMemberId) -> Result<Found> {
    Ok(plan_members::table
        .inner_join(actors::table)
        .filter(plan_members::id.eq(id))
        .select((PlanMemberRow::as_select(), actors::subject))
        .first(reader.conn)?)
}

pub(super) fn insert(writer: &mut Writer<'_>, plan: PlanId, volunteer: VolunteerId) -> Result<PlanMemberId> {
    let (id, now, by): (PlanMemberId, Instant, ActorId) = (writer.new_id(), writer.now(), writer.actor_id());
    diesel::insert_into(plan_members::table)
        .values((
            plan_members::id.eq(id),
            plan_members::plan_id.eq(plan),
            plan_members::volunteer_id.eq(volunteer),
            plan_members::created_at.eq(now),
            plan_members::created_by.eq(by),
            plan_members::updated_at.eq(now),
        ))
        .execute(writer.conn)?;
    Ok(id)
}

/// Removes a member, and returns the row that was removed.
pub(super) fn delete(writer: &mut Writer<'_>, plan: PlanId, volunteer: VolunteerId) -> Result<PlanMemberRow> {
    let row = diesel::delete(plan_members::table)
        .filter(plan_members::plan_id.eq(plan))
        .filter(plan_members::volunteer_id.eq(volunteer))
        .returning(PlanMemberRow::as_returning())
        .get_result(writer.conn)
        .optional()?;
    Ok(row.ok_or_else(Refusal::not_found)?)
}

/// The members of a plan.
///
/// # Errors
/// Database errors.
pub fn of_plan(conn: &mut PgConnection, plan: PlanId) -> Result<Vec<VolunteerId>> {
    Ok(plan_members::table
        .filter(plan_members::plan_id.eq(plan))
        .order_by(plan_members::id)
        .select(plan_members::volunteer_id)
        .load(conn)?)
}
