//! SQL of the table `plan_comments`.
//! Callers check with the plans' own `store` first that the plan can be seen.

use crate::db::prelude::*;
use diesel::pg::Pg;

use crate::clock::Instant;
use crate::db::among::among;
use crate::db::exactly_one;
use crate::db::ids::{ActorId, PlanCommentId, PlanId, VolunteerId};
use crate::db::page::{Page, Rows};
use crate::db::schema::{actors, plan_comments};
use crate::page_by;
use crate::plans::comments::status::CommentStatus;
use crate::plans::comments::views::NewPlanComment;
use crate::refusal::{Refusal, Result};
use crate::work::{Reader, Writer};

#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = plan_comments, check_for_backend(Pg))]
pub(super) struct PlanCommentRow {
    pub id: PlanCommentId,
    pub version: i32,
    pub plan_id: PlanId,
    pub volunteer_id: Option<VolunteerId>,
    pub status: CommentStatus,
    pub pointer: Option<String>,
    pub text: Option<String>,
    pub answer: Option<String>,
    pub resolved_at: Option<Instant>,
    pub created_at: Instant,
    pub updated_at: Instant,
}

/// A row with the token subjects of its author and of whoever resolved it.
pub(super) type Found = (PlanCommentRow, Option<String>, Option<String>);

macro_rules! found {
    () => {
        plan_comments::table.select((
            PlanCommentRow::as_select(),
            actors::table.filter(actors::id.eq(plan_comments::created_by)).select(actors::subject).single_value(),
            actors::table
                .filter(actors::id.nullable().eq(plan_comments::resolved_by))
                .select(actors::subject)
                .single_value(),
        ))
    };
}

pub(super) fn list(
    reader: &mut Reader<'_>,
    plan: PlanId,
    states: Option<&Vec<CommentStatus>>,
    page: &Page,
) -> Result<Rows<Found>> {
    let mut query = found!().filter(plan_comments::plan_id.eq(plan)).into_boxed();
    if let Some(states) = states {
        query = query.filter(among("plan_comments.status", states.iter().map(|word| word.as_str())));
    }
    Ok(page.load(page_by!(query, page, plan_comments::id, plan_comments::updated_at), reader.conn)?)
}

pub(super) fn find(reader: &mut Reader<'_>, id: PlanCommentId) -> Result<Found> {
    Ok(found!().filter(plan_comments::id.eq(id)).first(reader.conn)?)
}

/// Locks a comment of this plan.
pub(super) fn lock(writer: &mut Writer<'_>, plan: PlanId, id: PlanCommentId) -> Result<PlanCommentRow> {
    let row = plan_comments::table
        .filter(plan_comments::id.eq(id).and(plan_comments::plan_id.eq(plan)))
        .select(PlanCommentRow::as_select())
        .for_update()
        .first(writer.conn)
        .optional()?;
    Ok(row.ok_or_else(Refusal::not_found)?)
}

pub(super) fn insert(
    writer: &mut Writer<'_>,
    plan: PlanId,
    member: Option<VolunteerId>,
    new: &NewPlanComment,
) -> Result<PlanCommentId> {
    let (id, now, by): (PlanCommentId, Instant, ActorId) = (writer.new_id(), writer.now(), writer.actor_id());
    diesel::insert_into(plan_comments::table)
        .values((
            plan_comments::id.eq(id),
            plan_comments::plan_id.eq(plan),
            plan_comments::volunteer_id.eq(member),
            plan_comments::status.eq(CommentStatus::Open),
            plan_comments::pointer.eq(&new.pointer),
            plan_comments::text.eq(new.text.as_str()),
            plan_comments::created_at.eq(now),
            plan_comments::created_by.eq(by),
            plan_comments::updated_at.eq(now),
        ))
        .execute(writer.conn)?;
    Ok(id)
}

pub(super) fn resolve(writer: &mut Writer<'_>, row: &PlanCommentRow, answer: Option<&str>) -> Result<()> {
    let (now, by) = (writer.now(), writer.actor_id());
    let rows = diesel::update(plan_comments::table.find(row.id).filter(plan_comments::version.eq(row.version)))
        .set((
            plan_comments::status.eq(CommentStatus::Resolved),
            plan_comments::answer.eq(answer),
            plan_comments::resolved_at.eq(now),
            plan_comments::resolved_by.eq(by),
            plan_comments::version.eq(row.version + 1),
            plan_comments::updated_at.eq(now),
        ))
        .execute(writer.conn)?;
    exactly_one(rows)
}
