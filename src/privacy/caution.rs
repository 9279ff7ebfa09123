//! What keeps the retention job from removing what should stay: more being due at once than a day brings. What is removed is
//! gone for good, so it waits for people. It may read the tables of all features, to count.

use std::sync::atomic::{AtomicU8, Ordering};

use crate::db::prelude::*;
use diesel::sql_types::{BigInt, Date, Text};

use crate::clock::Day;
use crate::db::among::words;
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

/// How much of a category is due, and how much there is in all.
#[derive(Debug, QueryableByName)]
pub(super) struct Counted {
    #[diesel(sql_type = Text)]
    pub(super) category: RetentionCategory,
    #[diesel(sql_type = BigInt)]
    pub(super) due: i64,
    #[diesel(sql_type = BigInt)]
    pub(super) of: i64,
}

/// Those of the categories of which more is due on a day than is removed at once without asking.
pub(super) fn too_many(conn: &mut PgConnection, today: Day, categories: &[RetentionCategory]) -> Result<Vec<Counted>> {
    // How many there are in all is counted only where it matters.
    let counts = categories.iter().filter_map(|category| {
        let (all, listed) = (all(*category)?, due::listed(&[*category]));
        Some(format!(
            "SELECT '{category}' AS category, due, CASE WHEN due > {ALWAYS} THEN ({all}) ELSE 0 END AS of
             FROM (SELECT count(*) AS due FROM ({listed}) listed WHERE blocked IS NULL) counted"
        ))
    });
    let counts = counts.collect::<Vec<_>>().join(" UNION ALL ");
    if counts.is_empty() {
        return Ok(Vec::new());
    }
    let mut counted: Vec<Counted> = diesel::sql_query(counts).bind::<Date, _>(today).load(conn)?;
    counted.retain(|Counted { due, of, .. }| above(*due, *of, SHARE.load(Ordering::Relaxed)));
    Ok(counted)
}

fn above(due: i64, of: i64, percent: u8) -> bool {
    due > ALWAYS && due * 100 > of * i64::from(percent)
}

/// A query for how many of a category there are; none for what is kept.
fn all(category: RetentionCategory) -> Option<String> {
    let (table, condition) = match category {
        RetentionCategory::ProspectivePeople | RetentionCategory::LeftPeople => {
            ("volunteers", format!("status NOT IN ({})", words(&[VolunteerStatus::Merged, VolunteerStatus::Erased])))
        }
        RetentionCategory::ExpressionTexts => {
            let texts = ["statement", "adjustments", "decline_message"].map(|text| format!("{text} IS NOT NULL"));
            ("expressions", texts.join(" OR "))
        }
        RetentionCategory::DeliveryMessages => {
            // By the index of those that may come to be due: what was told, and is still readable.
            ("deliveries", "done_at IS NOT NULL AND message IS NOT NULL".to_owned())
        }
        RetentionCategory::SessionNotes => {
            let notes = "(SELECT FROM session_replies WHERE note IS NOT NULL \
                UNION ALL SELECT FROM session_arrangements WHERE items <> '[]') notes";
            (notes, "true".to_owned())
        }
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
