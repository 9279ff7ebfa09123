//! When the sessions last for whose time a person claims in other claims: hours that are claimed twice are told to the
//! approver.

use crate::claims::line::LineKind;
use crate::clock::{Day, Instant};
use crate::db::ids::{ClaimId, SessionId, VolunteerId};
use crate::db::prelude::*;
use crate::db::schema::claim_lines;
use crate::refusal::Result;
use crate::sessions;

/// From when to when the sessions last for whose time the person claims in other live claims, from the day before to
/// the day after these days: a session may begin before midnight.
pub fn claimed_elsewhere(
    conn: &mut PgConnection,
    (claim, volunteer): (ClaimId, VolunteerId),
    days: &[Day],
) -> Result<Vec<(Instant, Instant)>> {
    let Some((first, last)) = days.iter().min().zip(days.iter().max()) else { return Ok(Vec::new()) };
    let near = claim_lines::on_day.between(first.plus_days(-1), last.plus_days(1));
    let ids: Vec<Option<SessionId>> = claim_lines::table
        .filter(claim_lines::volunteer_id.eq(volunteer).and(near))
        .filter(claim_lines::live.and(claim_lines::claim_id.ne(claim)))
        .filter(claim_lines::kind.eq(LineKind::Time))
        .select(claim_lines::session_id)
        .load(conn)?;
    let ids: Vec<SessionId> = ids.into_iter().flatten().collect();
    if ids.is_empty() { Ok(Vec::new()) } else { sessions::hours(conn, &ids) }
}
