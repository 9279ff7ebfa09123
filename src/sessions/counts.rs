//! SQL of how many people come to each session of a list, and how much is to be booked for them: what its run sheet says.

use std::collections::HashMap;

use crate::db::prelude::*;
use diesel::sql_types::{Array, BigInt, Uuid as SqlUuid};

use crate::db::ids::SessionId;
use crate::refusal::Result;

/// What is counted of a session.
#[derive(Clone, Copy, Debug, QueryableByName)]
pub(super) struct Counts {
    #[diesel(sql_type = SqlUuid)]
    session_id: SessionId,
    /// Who is expected, without those who said that they can't come.
    #[diesel(sql_type = BigInt)]
    pub expected: i64,
    /// Who said that they come.
    #[diesel(sql_type = BigInt)]
    pub coming: i64,
    /// Arrangements that nobody has booked yet.
    #[diesel(sql_type = BigInt)]
    pub to_book: i64,
}

// A reply from before the session was moved is none to the date that it has now.
const OF: &str = "\
SELECT m.id AS session_id, who.expected, who.coming,
    (SELECT count(*) FROM arrangements_to_book b WHERE b.session_id = m.id) AS to_book
FROM sessions m CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE r.reply IS DISTINCT FROM 'not_coming') AS expected,
        count(*) FILTER (WHERE r.reply = 'coming') AS coming
    FROM expected_at_sessions x LEFT JOIN session_replies r ON r.session_id = x.session_id
        AND r.volunteer_id = x.volunteer_id AND (m.moved_at IS NULL OR r.updated_at >= m.moved_at)
    WHERE x.session_id = m.id) who
WHERE m.id = ANY($1)";

/// The counts of sessions, in one statement.
pub(super) fn of(conn: &mut PgConnection, ids: &[SessionId]) -> Result<HashMap<SessionId, Counts>> {
    let found: Vec<Counts> = diesel::sql_query(OF).bind::<Array<SqlUuid>, _>(ids).load(conn)?;
    Ok(found.into_iter().map(|one| (one.session_id, one)).collect())
}
