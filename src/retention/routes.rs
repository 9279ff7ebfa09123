//! The operations on retention periods.

use serde_json::json;

use crate::access::Action;
use crate::db::ids::RetentionPeriodId;
use crate::db::page::{Page, Rows};
use crate::http::{Patch, Routes};
use crate::refusal::{Fault, Refusal, Result};
use crate::retention::PERIOD;
use crate::retention::store::{self, RetentionPeriodRow};
use crate::retention::views::{NewRetentionPeriod, RetentionPeriodFilter, RetentionPeriodView};
use crate::work::{Change, Changed, Reader, Writer};

/// Declares the operations.
pub fn routes(routes: &mut Routes) {
    routes.within("Privacy");
    routes.list("/v1/retention-periods", Some(Action::ReadRetention), list_retention_periods).describe(
        "List retention periods",
        "One period for each kind of personal data, with what happens when it is over and the limits within which you \
         can set it. Answers kept for an Idempotency-Key are always removed after a day.",
    );
    routes.get("/v1/retention-periods/{id}", Action::ReadRetention, read_retention_period).describe(
        "Get a retention period",
        "How long one kind of personal data is kept, and what happens when the period is over.",
    );
    routes
        .patch("/v1/retention-periods/{id}", Action::WriteRetention, change_retention_period)
        .describe(
            "Change a retention period",
            "Sets the months within the limits of the category. Data that is due under the new period is removed at \
             the next run of the retention job, which cannot be undone; `GET /v1/retention-due` lists it.",
        )
        .example("two years", json!({ "months": 24 }));
}

fn list_retention_periods(
    reader: &mut Reader<'_>,
    (): (),
    _: &RetentionPeriodFilter,
    page: &Page,
) -> Result<Rows<RetentionPeriodView>> {
    Ok(store::list(reader, page)?.map(view))
}

fn read_retention_period(reader: &mut Reader<'_>, id: RetentionPeriodId) -> Result<RetentionPeriodView> {
    Ok(view(store::find(reader, id)?))
}

fn change_retention_period(
    writer: &mut Writer<'_>,
    id: RetentionPeriodId,
    patch: Patch<NewRetentionPeriod>,
) -> Result<Changed<RetentionPeriodView>> {
    let row = store::lock(writer, id)?;
    writer.matches(row.version)?;
    let (new, fields) = patch.onto(&NewRetentionPeriod { months: row.months })?;
    within_bounds(&row, new.months)?;
    if fields.is_empty() {
        return Ok(writer.unchanged(view(row)));
    }
    store::save(writer, &row, new.months)?;
    let view = read_retention_period(writer, id)?;
    Ok(writer.changed(Change::changed(PERIOD, id, row.version + 1).fields(fields), view))
}

fn within_bounds(row: &RetentionPeriodRow, months: i32) -> Result<(), Refusal> {
    if (row.minimum..=row.maximum).contains(&months) {
        return Ok(());
    }
    let detail = format!("must be between {} and {} for this category", row.minimum, row.maximum);
    Err(Refusal::invalid(vec![Fault::at("/months", "out-of-range", detail)]))
}

fn view(row: RetentionPeriodRow) -> RetentionPeriodView {
    RetentionPeriodView {
        id: row.id,
        version: row.version,
        category: row.category,
        action: row.category.action(),
        counts_from: row.category.counts_from(),
        months: row.months,
        minimum_months: row.minimum,
        maximum_months: row.maximum,
        updated_at: row.updated_at,
    }
}
