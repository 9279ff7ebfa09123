//! SQL of one volunteer's part in sessions: whether they are expected, what they replied, how they attended.

use std::collections::HashMap;

use crate::db::prelude::*;
use diesel::sql_types::{Array, Bool, Nullable, Text, Uuid as SqlUuid};

use crate::db::ids::{SessionId, VolunteerId};
use crate::policies::calculator::Outcome;
use crate::refusal::Result;
use crate::sessions::attendance_store::Column;
use crate::sessions::reply_views::Reply;

/// One volunteer's part in a session.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct OwnPart {
    pub expected: bool,
    pub reply: Option<Reply>,
    pub outcome: Option<Outcome>,
}

const OF: &str = "\
SELECT s.id AS session_id, a.outcome, r.reply,
    EXISTS (SELECT FROM expected_at_sessions x WHERE x.session_id = s.id AND x.volunteer_id = $2) AS expected
FROM unnest($1::uuid[]) s (id)
LEFT JOIN attendances a ON a.session_id = s.id AND a.volunteer_id = $2
LEFT JOIN session_replies r ON r.session_id = s.id AND r.volunteer_id = $2";

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = SqlUuid)]
    session_id: SessionId,
    #[diesel(sql_type = Nullable<Text>)]
    outcome: Option<Column>,
    #[diesel(sql_type = Nullable<Text>)]
    reply: Option<Reply>,
    #[diesel(sql_type = Bool)]
    expected: bool,
}

/// The part of a volunteer in a page of sessions, in one statement.
pub(super) fn of(
    conn: &mut PgConnection,
    ids: &[SessionId],
    volunteer: VolunteerId,
) -> Result<HashMap<SessionId, OwnPart>> {
    let found: Vec<Found> =
        diesel::sql_query(OF).bind::<Array<SqlUuid>, _>(ids).bind::<SqlUuid, _>(volunteer).load(conn)?;
    let part = |one: Found| {
        let outcome = one.outcome.map(|column| column.0);
        (one.session_id, OwnPart { expected: one.expected, reply: one.reply, outcome })
    };
    Ok(found.into_iter().map(part).collect())
}
