//! SQL for the table of retention periods, and only that.
//! A migration creates the periods; the service changes their months.

use crate::db::prelude::*;

use crate::clock::Instant;
use crate::db::exactly_one;
use crate::db::ids::RetentionPeriodId;
use crate::db::page::{Page, Rows};
use crate::db::schema::retention_periods as periods;
use crate::page_by;
use crate::refusal::{Refusal, Result};
use crate::retention::views::RetentionCategory;
use crate::work::{Reader, Writer};

/// A row of `retention_periods`.
#[derive(Clone, Copy, Debug, Queryable, Selectable)]
#[diesel(table_name = periods, check_for_backend(diesel::pg::Pg))]
pub(crate) struct RetentionPeriodRow {
    pub id: RetentionPeriodId,
    pub version: i32,
    pub category: RetentionCategory,
    pub months: i32,
    pub minimum: i32,
    pub maximum: i32,
    pub updated_at: Instant,
}

pub(crate) fn list(reader: &mut Reader<'_>, page: &Page) -> Result<Rows<RetentionPeriodRow>> {
    let query = periods::table.select(RetentionPeriodRow::as_select()).into_boxed();
    Ok(page.load(page_by!(query, page, periods::id, periods::updated_at), reader.conn)?)
}

pub(crate) fn find(reader: &mut Reader<'_>, id: RetentionPeriodId) -> Result<RetentionPeriodRow> {
    let row = periods::table.find(id).select(RetentionPeriodRow::as_select()).first(reader.conn).optional()?;
    Ok(row.ok_or_else(Refusal::not_found)?)
}

pub(crate) fn lock(writer: &mut Writer<'_>, id: RetentionPeriodId) -> Result<RetentionPeriodRow> {
    let row =
        periods::table.find(id).select(RetentionPeriodRow::as_select()).for_update().first(writer.conn).optional()?;
    Ok(row.ok_or_else(Refusal::not_found)?)
}

/// Locks the period of a category; none where somebody else has locked it.
pub(crate) fn lock_if_free(writer: &mut Writer<'_>, category: RetentionCategory) -> Result<Option<RetentionPeriodRow>> {
    let of = periods::table.filter(periods::category.eq(category)).select(RetentionPeriodRow::as_select());
    Ok(of.for_update().skip_locked().first(writer.conn).optional()?)
}

/// Writes the months of a period, and its next version.
pub(crate) fn save(writer: &mut Writer<'_>, row: &RetentionPeriodRow, months: i32) -> Result<()> {
    let now = writer.now();
    let rows = diesel::update(periods::table.find(row.id).filter(periods::version.eq(row.version)))
        .set((periods::months.eq(months), periods::version.eq(row.version + 1), periods::updated_at.eq(now)))
        .execute(writer.conn)?;
    exactly_one(rows)
}
