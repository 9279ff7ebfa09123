//! SQL of who is expected at a session, with their reply, what they need and what is arranged for them.

use crate::db::prelude::*;
use diesel::sql_types::{Array, Bool, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};

use crate::db::Json;
use crate::db::ids::{SessionId, VolunteerId};
use crate::deliveries::About;
use crate::refusal::Result;
use crate::sessions::arrangement_views::ArrangementItem;
use crate::sessions::reply_views::Reply;
use crate::sessions::store::SessionRow;
use crate::text::{LongText, Person};

/// Somebody who is expected at a session.
#[derive(Clone, Debug)]
pub(super) struct Expected {
    pub volunteer_id: VolunteerId,
    pub reply: Option<Reply>,
    pub reply_note: Option<LongText>,
    /// Whether the session was moved after they replied.
    pub moved_since: bool,
    pub adjustments: Vec<String>,
}

const EXPECTED: &str = "\
SELECT x.volunteer_id, r.reply, r.note, COALESCE(r.updated_at < $2, false) AS moved_since,
    ARRAY(SELECT a.adjustments FROM adjustments_at_sessions a
        WHERE a.session_id = $1 AND a.volunteer_id = x.volunteer_id ORDER BY 1) AS adjustments
FROM expected_at_sessions x LEFT JOIN session_replies r ON r.session_id = x.session_id AND r.volunteer_id = x.volunteer_id
WHERE x.session_id = $1 ORDER BY x.volunteer_id";

#[derive(QueryableByName)]
struct ExpectedRow {
    #[diesel(sql_type = SqlUuid)]
    volunteer_id: VolunteerId,
    #[diesel(sql_type = Nullable<Text>)]
    reply: Option<Reply>,
    #[diesel(sql_type = Nullable<Text>)]
    note: Option<LongText>,
    #[diesel(sql_type = Bool)]
    moved_since: bool,
    #[diesel(sql_type = Array<Text>)]
    adjustments: Vec<String>,
}

/// Who is expected at a session.
pub(super) fn of(conn: &mut PgConnection, row: &SessionRow) -> Result<Vec<Expected>> {
    let found: Vec<ExpectedRow> = diesel::sql_query(EXPECTED)
        .bind::<SqlUuid, _>(row.id)
        .bind::<Nullable<Timestamptz>, _>(row.moved_at)
        .load(conn)?;
    let expected = |one: ExpectedRow| Expected {
        volunteer_id: one.volunteer_id,
        reply: one.reply,
        reply_note: one.note,
        moved_since: one.moved_since,
        adjustments: one.adjustments,
    };
    Ok(found.into_iter().map(expected).collect())
}

/// The people who are expected at a session.
///
/// # Errors
/// Database errors.
pub fn expected_at(conn: &mut PgConnection, session: SessionId) -> Result<Vec<VolunteerId>> {
    #[derive(QueryableByName)]
    struct Who {
        #[diesel(sql_type = SqlUuid)]
        volunteer_id: VolunteerId,
    }
    let who: Vec<Who> =
        diesel::sql_query("SELECT volunteer_id FROM expected_at_sessions WHERE session_id = $1 ORDER BY volunteer_id")
            .bind::<SqlUuid, _>(session)
            .load(conn)?;
    Ok(who.into_iter().map(|one| one.volunteer_id).collect())
}

// Of what somebody was told of a session, the newest counts: whoever was told that it moved away from them knows nothing of it.
const KNOWN: &str = "\
SELECT k.session_id, k.volunteer_id FROM (
    SELECT DISTINCT ON (n.session_id, n.volunteer_id) n.session_id, n.volunteer_id, d.about
    FROM session_news n JOIN made_deliveries d ON d.id = n.delivery_id
    WHERE n.session_id = ANY($1) ORDER BY n.session_id, n.volunteer_id, n.delivery_id DESC) k
JOIN sessions m ON m.id = k.session_id
WHERE k.about <> $2 AND EXISTS (SELECT FROM places_taken p
    WHERE p.opportunity_id = m.opportunity_id AND p.volunteer_id = k.volunteer_id)
ORDER BY k.volunteer_id, m.starts_at, k.session_id";

/// Who was told of these sessions and still has a place in their opportunity, paused or not: each person's in the order of time.
///
/// # Errors
/// Database errors.
pub fn who_knows(conn: &mut PgConnection, sessions: &[SessionId]) -> Result<Vec<(VolunteerId, SessionId)>> {
    #[derive(QueryableByName)]
    struct Knows {
        #[diesel(sql_type = SqlUuid)]
        session_id: SessionId,
        #[diesel(sql_type = SqlUuid)]
        volunteer_id: VolunteerId,
    }
    let known: Vec<Knows> = diesel::sql_query(KNOWN)
        .bind::<Array<SqlUuid>, _>(sessions)
        .bind::<Text, _>(About::SessionMovedAway)
        .load(conn)?;
    Ok(known.into_iter().map(|one| (one.volunteer_id, one.session_id)).collect())
}

/// What is arranged for somebody at a session: what staff wrote, and what was asked for and nobody answered yet.
#[derive(Clone, Debug)]
pub(super) struct Arranged {
    pub volunteer_id: VolunteerId,
    pub items: Vec<ArrangementItem>,
    pub asked: Vec<String>,
    pub link_person: Option<Person>,
}

const ARRANGED: &str = "\
SELECT x.volunteer_id, COALESCE(r.items, '[]') AS items,
    ARRAY(SELECT a.what FROM asked_for_sessions a WHERE a.session_id = $1 AND a.volunteer_id = x.volunteer_id ORDER BY 1) AS asked,
    (SELECT g.link_person FROM supported_agreements g
        WHERE g.volunteer_id = x.volunteer_id AND g.opportunity_id = x.opportunity_id ORDER BY g.id DESC LIMIT 1) AS link_person
FROM expected_at_sessions x LEFT JOIN session_arrangements r ON r.session_id = x.session_id AND r.volunteer_id = x.volunteer_id
WHERE x.session_id = $1";

#[derive(QueryableByName)]
struct ArrangedRow {
    #[diesel(sql_type = SqlUuid)]
    volunteer_id: VolunteerId,
    #[diesel(sql_type = Jsonb)]
    items: Json<Vec<ArrangementItem>>,
    #[diesel(sql_type = Array<Text>)]
    asked: Vec<String>,
    #[diesel(sql_type = Nullable<Jsonb>)]
    link_person: Option<Json<Person>>,
}

/// What is arranged for everybody who is expected at a session.
pub(super) fn arranged(conn: &mut PgConnection, session: SessionId) -> Result<Vec<Arranged>> {
    let found: Vec<ArrangedRow> = diesel::sql_query(ARRANGED).bind::<SqlUuid, _>(session).load(conn)?;
    let arranged = |one: ArrangedRow| Arranged {
        volunteer_id: one.volunteer_id,
        items: one.items.0,
        asked: one.asked,
        link_person: one.link_person.map(|Json(person)| person),
    };
    Ok(found.into_iter().map(arranged).collect())
}
