//! SQL of the table `plan_versions`. A row is inserted at approval and never changed.
//! `standing` checks by the grant that the caller can see the plan.

use crate::db::prelude::*;

use crate::clock::Instant;
use crate::db::Json;
use crate::db::ids::{PlanId, PlanVersionId};
use crate::db::page::{Page, Rows};
use crate::db::schema::{actors, plan_versions as versions};
use crate::page_by;
use crate::plans::points::AllPoints;
use crate::plans::store::{self, PlanRow};
use crate::plans::views::{PlanContent, PlanOutline};
use crate::refusal::{Refusal, Result};
use crate::work::{Reader, Writer};

/// A row of `plan_versions`, in the order in which `kept` selects it.
#[derive(Debug, Queryable)]
#[diesel(check_for_backend(diesel::pg::Pg))]
pub(super) struct VersionRow {
    pub id: PlanVersionId,
    pub plan_id: PlanId,
    pub number: i32,
    pub outline: PlanOutline,
    pub points: Json<AllPoints>,
    pub approved_at: Instant,
}

/// The versions of a plan, with who approved each.
macro_rules! kept {
    ($plan:expr) => {
        versions::table.inner_join(actors::table).filter(versions::plan_id.eq($plan)).select((
            (
                versions::id,
                versions::plan_id,
                versions::number,
                (versions::title, versions::period_start, versions::period_end, versions::budget_pence),
                versions::document,
                versions::approved_at,
            ),
            actors::subject,
        ))
    };
}

/// The version of a plan that is in force, the one approved last, and the plan as it is written now.
#[derive(Debug)]
pub(super) struct Standing {
    pub in_force: Option<i32>,
    pub latest: Option<i32>,
    pub outline: PlanOutline,
    pub points: AllPoints,
}

/// The versions and text of a plan that the grant allows the caller to see.
pub(super) fn standing(reader: &mut Reader<'_>, id: PlanId) -> Result<Standing> {
    let (row, ..) = store::find(reader, id)?;
    let in_force = row.approved_version.filter(|_| row.status.is_open());
    let content = row.content;
    Ok(Standing { in_force, latest: row.approved_version, outline: content.outline, points: content.points.0 })
}

/// Inserts a plan's text as an approved version.
pub(super) fn keep(writer: &mut Writer<'_>, row: &PlanRow, number: i32) -> Result<()> {
    let (id, now, by): (PlanVersionId, _, _) = (writer.new_id(), writer.now(), writer.actor_id());
    let outline = &row.content.outline;
    diesel::insert_into(versions::table)
        .values((
            versions::id.eq(id),
            versions::plan_id.eq(row.id),
            versions::number.eq(number),
            versions::title.eq(&outline.title),
            versions::period_start.eq(outline.period_start),
            versions::period_end.eq(outline.period_end),
            versions::budget_pence.eq(outline.budget_pence),
            versions::document.eq(&row.content.points),
            versions::approved_at.eq(now),
            versions::approved_by.eq(by),
        ))
        .execute(writer.conn)?;
    Ok(())
}

/// Whether an approved version has this text.
pub(super) fn says(conn: &mut PgConnection, plan: PlanId, number: i32, content: &PlanContent) -> Result<bool> {
    let (version, _) = find(conn, plan, number)?;
    Ok(version.outline == content.outline && version.points.0 == content.points.0)
}

type Found = (VersionRow, Option<String>);

/// One version of a plan, with who approved it.
pub(super) fn find(conn: &mut PgConnection, plan: PlanId, number: i32) -> Result<Found> {
    let found = kept!(plan).filter(versions::number.eq(number)).first(conn).optional()?;
    Ok(found.ok_or_else(Refusal::not_found)?)
}

/// The versions of a plan, with who approved each.
pub(super) fn list(conn: &mut PgConnection, plan: PlanId, page: &Page) -> Result<Rows<Found>> {
    let query = kept!(plan).into_boxed();
    Ok(page.load(page_by!(query, page, versions::id), conn)?)
}
