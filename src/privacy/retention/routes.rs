//! What leads can do with periods, and the dry run.

use serde_json::json;

use crate::access::Action;
use crate::db::ids::RetentionPeriodId;
use crate::db::page::{Page, Rows};
use crate::db::{Change, Changed, Reader, Writer};
use crate::http::{Patch, Routes};
use crate::privacy::retention::due;
use crate::privacy::retention::run::PERIOD;
use crate::privacy::retention::store::{self, Row};
use crate::privacy::retention::views::{
    NewRetentionPeriod, RetentionCategory, RetentionDueFilter, RetentionDueItem, RetentionPeriodFilter,
    RetentionPeriodView,
};
use crate::refusal::{Done, Fault, Refusal};

/// Declares the operations.
pub fn routes(routes: &mut Routes) {
    routes.list("/v1/retention-periods", Some(Action::ReadRetention), list_retention_periods).says(
        "How long things are kept",
        "A period for each kind of personal data, with what happens when it is over and within which bounds it can be set. \
         Answers kept under an Idempotency-Key go after a day, whatever stands here.",
    );
    routes
        .get("/v1/retention-periods/{id}", Action::ReadRetention, read_retention_period)
        .says("How long a kind of data is kept", "By its id, which never changes.");
    routes
        .patch("/v1/retention-periods/{id}", Action::WriteRetention, change_retention_period)
        .says(
            "Change how long a kind of data is kept",
            "Within its bounds. What is due by the new period goes at the next run of the job: look at \
             `GET /v1/retention-due` first.",
        )
        .example("two years", json!({ "months": 24 }));
    routes.list("/v1/retention-due", Some(Action::ReadRetention), list_retention_due).says(
        "What is due to go",
        "A dry run of the job that lets things go: exactly this list, but for what is `blocked`. Nothing is changed by looking.",
    );
}

fn list_retention_periods(
    reader: &mut Reader<'_>,
    (): (),
    _: &RetentionPeriodFilter,
    page: &Page,
) -> Done<Rows<RetentionPeriodView>> {
    Ok(store::list(reader, page)?.map(view))
}

fn read_retention_period(reader: &mut Reader<'_>, id: RetentionPeriodId) -> Done<RetentionPeriodView> {
    Ok(view(store::find(reader, id)?))
}

fn change_retention_period(
    writer: &mut Writer<'_>,
    id: RetentionPeriodId,
    patch: Patch<NewRetentionPeriod>,
) -> Done<Changed<RetentionPeriodView>> {
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

fn within_bounds(row: &Row, months: i32) -> Result<(), Refusal> {
    if (row.minimum..=row.maximum).contains(&months) {
        return Ok(());
    }
    let detail = format!("must be from {} to {} for this category", row.minimum, row.maximum);
    Err(Refusal::invalid(vec![Fault::at("/months", "out-of-range", detail)]))
}

fn list_retention_due(
    reader: &mut Reader<'_>,
    (): (),
    filter: &RetentionDueFilter,
    page: &Page,
) -> Done<Rows<RetentionDueItem>> {
    let today = reader.today();
    let categories = filter.category.as_deref().unwrap_or(RetentionCategory::ALL);
    due::page(reader.conn, today, categories, page)
}

fn view(row: Row) -> RetentionPeriodView {
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
