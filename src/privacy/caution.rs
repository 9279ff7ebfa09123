//! What keeps the retention job from removing what should stay: a clock that is wrong, and more being due at once than a
//! day brings. What is removed is gone for good, so both wait for people.

use std::sync::atomic::{AtomicU8, Ordering};

use crate::db::prelude::*;
use diesel::sql_types::Timestamptz;

use crate::clock::Instant;
use crate::refusal::Result;
use crate::retention::views::RetentionCategory;

/// Minutes by which the clocks of the service and of the database may differ.
const APART: i64 = 5;
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
struct Asked {
    #[diesel(sql_type = Timestamptz)]
    at: Instant,
}

/// Whether the database's clock agrees with this one; the log is told if not.
pub(super) fn clocks_agree(conn: &mut PgConnection, now: Instant) -> Result<bool> {
    let Asked { at } = diesel::sql_query("SELECT clock_timestamp() AS at").get_result(conn)?;
    let apart = now.minutes_until(at).abs();
    if apart >= APART {
        log::error!("nothing is removed: the clocks of this machine and of the database differ by {apart} minutes");
    }
    Ok(apart < APART)
}

/// Whether so many, of so many, are more than is removed at once without asking.
pub(super) fn is_too_many(due: i64, of: i64) -> bool {
    above(due, of, SHARE.load(Ordering::Relaxed))
}

fn above(due: i64, of: i64, percent: u8) -> bool {
    due > ALWAYS && due * 100 > of * i64::from(percent)
}

/// A query for how many of a category there are; none for what is kept.
pub(super) fn all(category: RetentionCategory) -> Option<&'static str> {
    match category {
        RetentionCategory::ProspectivePeople | RetentionCategory::LeftPeople => {
            Some("SELECT count(*) FROM volunteers WHERE status <> 'erased'")
        }
        RetentionCategory::ExpressionTexts => Some(
            "SELECT count(*) FROM expressions
             WHERE statement IS NOT NULL OR adjustments IS NOT NULL OR decline_message IS NOT NULL",
        ),
        RetentionCategory::DeliveryMessages => Some("SELECT count(*) FROM deliveries WHERE message IS NOT NULL"),
        RetentionCategory::Looks => Some("SELECT count(*) FROM access_log"),
        RetentionCategory::FinancialRecords => None,
    }
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
