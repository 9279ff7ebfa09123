//! When what an agreement goes on with began: with the first of those that were replaced, one by the next.

use crate::db::prelude::*;
use diesel::sql_types::{Date, Nullable, Uuid as SqlUuid};

use crate::agreements::AgreementFacts;
use crate::clock::Day;
use crate::refusal::Result;

/// The first day of what this agreement goes on with: the earliest on which it or one that it replaces, directly or
/// not, began or was drafted.
///
/// # Errors
/// Database errors.
pub fn first_day(conn: &mut PgConnection, agreement: &AgreementFacts) -> Result<Day> {
    let first = agreement.starts_on.min(agreement.drafted_on);
    let Some(replaced) = agreement.replaces_id else { return Ok(first) };
    let before: FirstDay = diesel::sql_query(FIRST_DAY).bind::<SqlUuid, _>(replaced).get_result(conn)?;
    Ok(before.day.map_or(first, |day| day.min(first)))
}

const FIRST_DAY: &str = "\
WITH RECURSIVE replaced AS (
    SELECT a.id, a.replaces_id, a.starts_on, a.created_at FROM agreements a WHERE a.id = $1
    UNION
    SELECT a.id, a.replaces_id, a.starts_on, a.created_at FROM replaced r JOIN agreements a ON a.id = r.replaces_id
)
SELECT min(LEAST(starts_on, london_day(created_at))) AS day FROM replaced";

#[derive(QueryableByName)]
struct FirstDay {
    #[diesel(sql_type = Nullable<Date>)]
    day: Option<Day>,
}
