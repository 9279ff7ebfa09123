//! What happened to something since a moment, for those who must know whether what was said of it still holds.

use crate::db::prelude::*;
use diesel::sql_types::{Array, Bool, Text, Timestamptz, Uuid as SqlUuid};
use uuid::Uuid;

use crate::clock::Instant;
use crate::refusal::Result;

const HAPPENED: &str = "\
SELECT EXISTS (SELECT FROM histories WHERE resource_type = $1 AND resource_id = $2 AND action = ANY($3) AND at > $4) AS happened";

#[derive(QueryableByName)]
struct Happened {
    #[diesel(sql_type = Bool)]
    happened: bool,
}

/// Whether one of these actions was done with a record since a moment.
///
/// # Errors
/// Database errors.
pub fn happened_since(
    conn: &mut PgConnection,
    (resource, id): (&str, Uuid),
    actions: &[&str],
    since: Instant,
) -> Result<bool> {
    if actions.is_empty() {
        return Ok(false);
    }
    let asked = diesel::sql_query(HAPPENED).bind::<Text, _>(resource).bind::<SqlUuid, _>(id);
    let asked = asked.bind::<Array<Text>, _>(actions).bind::<Timestamptz, _>(since);
    Ok(asked.get_result::<Happened>(conn)?.happened)
}
