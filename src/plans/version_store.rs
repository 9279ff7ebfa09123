//! SQL of the table `plan_versions`. A row is inserted at approval and never changed.
//! `standing` checks by the grant that the caller can see the plan.

use diesel::pg::Pg;
use diesel::prelude::*;

use crate::clock::{Day, Instant};
use crate::db::Json;
use crate::db::ids::{PlanId, PlanVersionId};
use crate::db::page::{Page, Rows};
use crate::db::schema::{actors, plan_versions};
use crate::money::Pence;
use crate::page_by;
use crate::plans::points::AllPoints;
use crate::plans::store::{self, PlanRow};
use crate::refusal::{Done, Refusal};
use crate::text::ShortText;
use crate::work::{Reader, Writer};

#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = plan_versions, check_for_backend(Pg))]
pub(super) struct VersionRow {
    pub id: PlanVersionId,
    pub plan_id: PlanId,
    pub number: i32,
    pub title: ShortText,
    pub period_start: Day,
    pub period_end: Day,
    pub budget_pence: Pence,
    pub document: Json<AllPoints>,
    pub approved_at: Instant,
}

/// The version of a plan that is in force, the one approved last, and the text as it is written now.
#[derive(Debug)]
pub(super) struct Standing {
    pub in_force: Option<i32>,
    pub latest: Option<i32>,
    pub text: VersionRow,
}

/// The versions and text of a plan that the grant allows the caller to see.
pub(super) fn standing(reader: &mut Reader<'_>, id: PlanId) -> Done<Standing> {
    let (row, ..) = store::find(reader, id)?;
    let in_force = row.approved_version.filter(|_| row.status.is_open());
    let now = row.updated_at;
    Ok(Standing { in_force, latest: row.approved_version, text: as_version(&row, uuid::Uuid::nil().into(), 0, now) })
}

fn as_version(row: &PlanRow, id: PlanVersionId, number: i32, approved_at: Instant) -> VersionRow {
    VersionRow {
        id,
        plan_id: row.id,
        number,
        title: row.title.clone(),
        period_start: row.period_start,
        period_end: row.period_end,
        budget_pence: row.budget_pence,
        document: row.points.clone(),
        approved_at,
    }
}

/// Inserts a plan's text as an approved version.
pub(super) fn keep(writer: &mut Writer<'_>, row: &PlanRow, number: i32) -> Done<()> {
    let version = as_version(row, writer.new_id(), number, writer.now());
    diesel::insert_into(plan_versions::table)
        .values((version, plan_versions::approved_by.eq(writer.actor_id())))
        .execute(writer.conn)?;
    Ok(())
}

type Found = (VersionRow, Option<String>);

/// One version of a plan, with who approved it.
pub(super) fn find(conn: &mut PgConnection, plan: PlanId, number: i32) -> Done<Found> {
    let found = plan_versions::table
        .inner_join(actors::table)
        .filter(plan_versions::plan_id.eq(plan))
        .filter(plan_versions::number.eq(number))
        .select((VersionRow::as_select(), actors::subject))
        .first(conn)
        .optional()?;
    Ok(found.ok_or_else(Refusal::not_found)?)
}

/// The versions of a plan, with who approved each.
pub(super) fn list(conn: &mut PgConnection, plan: PlanId, page: &Page) -> Done<Rows<Found>> {
    let query = plan_versions::table
        .inner_join(actors::table)
        .filter(plan_versions::plan_id.eq(plan))
        .select((VersionRow::as_select(), actors::subject))
        .into_boxed();
    Ok(page.load(page_by!(query, page, plan_versions::id), conn)?)
}
