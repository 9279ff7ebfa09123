//! What keeps the retention job from removing what should stay: more being due at once than a day brings. What is removed is
//! gone for good, so it waits for people. It may read the tables of all features, to count.

use std::sync::atomic::{AtomicU8, Ordering};

use crate::db::prelude::*;
use diesel::sql_types::{BigInt, Date};

use crate::clock::Day;
use crate::people::volunteers::VolunteerStatus;
use crate::privacy::due;
use crate::refusal::Result;
use crate::retention::views::RetentionCategory;

/// So many records of a category are removed at once without asking, however few there are in all.
const ALWAYS: i64 = 10;

/// The share of a category, in percent, that is removed at once without asking (`RETENTION_SHARE`). It is the same for the
/// job and for the list of what is due, which is why it is kept here.
static SHARE: AtomicU8 = AtomicU8::new(10);

/// Sets the share, in percent.
pub fn set_share(percent: u8) {
    SHARE.store(percent, Ordering::Relaxed);
}

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = BigInt)]
    due: i64,
    #[diesel(sql_type = BigInt)]
    of: i64,
}

/// Whether more of a category is due on a day than is removed at once without asking: how many, of how many.
pub(super) fn too_many(conn: &mut PgConnection, today: Day, category: RetentionCategory) -> Result<Option<(i64, i64)>> {
    let Some(all) = all(category) else { return Ok(None) };
    // How many there are in all is counted only where it matters.
    let sql = format!(
        "SELECT due, CASE WHEN due > {ALWAYS} THEN ({all}) ELSE 0 END AS of
         FROM (SELECT count(*) AS due FROM ({listed}) listed WHERE blocked IS NULL) counted",
        listed = due::listed(&[category]),
    );
    let Counted { due, of } = diesel::sql_query(sql).bind::<Date, _>(today).get_result(conn)?;
    Ok(above(due, of, SHARE.load(Ordering::Relaxed)).then_some((due, of)))
}

fn above(due: i64, of: i64, percent: u8) -> bool {
    due > ALWAYS && due * 100 > of * i64::from(percent)
}

/// A query for how many of a category there are; none for what is kept.
fn all(category: RetentionCategory) -> Option<String> {
    let (table, condition) = match category {
        RetentionCategory::ProspectivePeople | RetentionCategory::LeftPeople => {
            ("volunteers", format!("status <> '{}'", VolunteerStatus::Erased))
        }
        RetentionCategory::ExpressionTexts => {
            let texts = ["statement", "adjustments", "decline_message"].map(|text| format!("{text} IS NOT NULL"));
            ("expressions", texts.join(" OR "))
        }
        RetentionCategory::DeliveryMessages => ("deliveries", "message IS NOT NULL".to_owned()),
        RetentionCategory::Looks => ("access_log", "true".to_owned()),
        RetentionCategory::FinancialRecords => return None,
    };
    Some(format!("SELECT count(*) FROM {table} WHERE {condition}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_s_work_is_done_and_a_clean_sweep_is_asked_about() {
        for (due, of, percent, asks) in [
            (10, 10, 10, false),
            (25, 25, 10, true),
            (11, 110, 10, false),
            (12, 110, 10, true),
            (25, 25, 100, false),
            (11, 1_000, 0, true),
        ] {
            assert_eq!(above(due, of, percent), asks, "{due} of {of}, {percent} %");
        }
    }
}
