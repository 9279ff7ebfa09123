//! The feed of events in SQL: giving places to events whose transaction has ended, and reading on from a place.

use diesel::sql_types::{Array, BigInt, Bool, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use uuid::Uuid;

use crate::clock::Instant;
use crate::db::prelude::*;
use crate::refusal::Result;

/// The most events that get their place in one transaction.
const BATCH: i32 = 5_000;
/// The most events that one question looks through, whatever it leaves out.
const LOOKS: i64 = 500;

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

/// Gives places to events whose transaction has ended; returns how many. Other copies of the service may do so at the same
/// time.
///
/// # Errors
/// Database errors.
pub fn order(conn: &mut PgConnection) -> Result<usize> {
    let ordered = diesel::sql_query("SELECT order_events($1) AS number").bind::<Integer, _>(BATCH);
    Ok(usize::try_from(ordered.get_result::<Number>(conn)?.number).unwrap_or_default())
}

/// The last place of the feed, 0 if it has none.
///
/// # Errors
/// Database errors.
pub fn latest(conn: &mut PgConnection) -> Result<i64> {
    let latest = diesel::sql_query(
        "SELECT COALESCE((SELECT position FROM event_feed ORDER BY position DESC LIMIT 1), 0) AS number",
    );
    Ok(latest.get_result::<Number>(conn)?.number)
}

/// An event in its place.
#[derive(Clone, Debug, QueryableByName)]
pub struct Found {
    /// Its place in the feed.
    #[diesel(sql_type = BigInt)]
    pub position: i64,
    /// Unique identifier.
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    /// When the change was made.
    #[diesel(sql_type = Timestamptz)]
    pub at: Instant,
    /// Its type.
    #[diesel(sql_type = Text, column_name = "type")]
    pub kind: String,
    /// Kind of the record.
    #[diesel(sql_type = Text)]
    pub resource_type: String,
    /// Id of the record.
    #[diesel(sql_type = SqlUuid)]
    pub resource_id: Uuid,
    /// Version of the record after the change.
    #[diesel(sql_type = Integer)]
    pub version: i32,
    /// Its status then.
    #[diesel(sql_type = Nullable<Text>)]
    pub state: Option<String>,
}

/// What is read of the feed.
#[derive(Clone, Debug, Default)]
pub struct Feed {
    /// The place after which is read.
    pub after: i64,
    /// Only these types; none for all.
    pub types: Option<Vec<String>>,
    /// Only records of these kinds; none for all.
    pub resource_types: Option<Vec<String>>,
    /// Only what finance may see.
    pub money: bool,
    /// The tests of this webhook, whatever else is left out.
    pub tests_of: Option<Uuid>,
}

const READ: &str = "\
SELECT position, id, at, type, resource_type, resource_id, version, state FROM event_feed
WHERE position > $1 AND position <= $2 AND ((($3 IS NULL OR type = ANY($3)) AND ($4 IS NULL OR resource_type = ANY($4))
    AND (NOT $5 OR of_money)) OR (resource_id = $7 AND type = 'involvement.webhook.tested.v1'))
ORDER BY position LIMIT $6";

impl Feed {
    /// The next events, so many at most; the place up to which the feed was read with them, and its last place.
    ///
    /// # Errors
    /// Database errors.
    pub fn read(&self, conn: &mut PgConnection, most: i64) -> Result<(Vec<Found>, i64, i64)> {
        let latest = latest(conn)?;
        let end = latest.min(self.after.saturating_add(LOOKS));
        if end <= self.after {
            return Ok((Vec::new(), self.after, latest));
        }
        let found: Vec<Found> = diesel::sql_query(READ)
            .bind::<BigInt, _>(self.after)
            .bind::<BigInt, _>(end)
            .bind::<Nullable<Array<Text>>, _>(&self.types)
            .bind::<Nullable<Array<Text>>, _>(&self.resource_types)
            .bind::<Bool, _>(self.money)
            .bind::<BigInt, _>(most)
            .bind::<Nullable<SqlUuid>, _>(self.tests_of)
            .load(conn)?;
        let full = i64::try_from(found.len()).is_ok_and(|count| count >= most);
        let end = found.last().filter(|_| full).map_or(end, |last| last.position);
        Ok((found, end, latest))
    }
}
