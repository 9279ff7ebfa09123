//! The database's clock, as a second opinion: what is done by the clock can often not be undone, and a machine's clock can
//! be wrong.

use crate::db::prelude::*;
use diesel::sql_types::Timestamptz;

use crate::clock::Instant;
use crate::refusal::Result;

/// Minutes by which the two may differ.
const APART: i64 = 5;

#[derive(QueryableByName)]
struct Asked {
    #[diesel(sql_type = Timestamptz)]
    at: Instant,
}

/// Whether the database's clock agrees with this one; the log is told if not.
///
/// # Errors
/// Database errors.
pub fn agree(conn: &mut PgConnection, now: Instant) -> Result<bool> {
    let Asked { at } = diesel::sql_query("SELECT clock_timestamp() AS at").get_result(conn)?;
    let apart = now.minutes_until(at).abs();
    if apart >= APART {
        log::error!(
            "nothing is closed, lapsed or removed: the clocks of this machine and of the database differ by {apart} minutes"
        );
    }
    Ok(apart < APART)
}
