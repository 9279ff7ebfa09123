//! SQL of who is to be told what of sessions, and of what messages said of them.

use crate::db::prelude::*;
use diesel::sql_types::{Array, Bool, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};

use crate::clock::Instant;
use crate::db::Json;
use crate::db::exactly;
use crate::db::ids::{DeliveryId, OpportunityId, ServiceId, SessionId, VolunteerId};
use crate::db::schema::session_news;
use crate::deliveries::About;
use crate::refusal::{Failure, Result};
use crate::sessions::news_rules::{Group, Item, Said, Standing};
use crate::text::{LongText, ShortText};
use crate::vocabulary::opportunity::Mode;
use crate::work::Writer;

/// Whom and what a change concerns.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Scope<'s> {
    /// These sessions alone, beside what is pending; none for all of the opportunity.
    pub sessions: Option<&'s [SessionId]>,
    /// These people alone; none for all.
    pub people: Option<&'s [VolunteerId]>,
    /// A session that is about to be deleted.
    pub gone: Option<SessionId>,
    /// Days before a session on which people are reminded; 0 for never.
    pub remind_days: u16,
}

// What one change reads, another must have written: they go one after the other. Nothing else is waited for after it.
const TURN: &str =
    "SELECT pg_advisory_xact_lock(hashtextextended('session news ' || $1::text, 0)) IS NOT NULL AS locked";

#[derive(QueryableByName)]
struct Turn {
    #[diesel(sql_type = Bool)]
    locked: bool,
}

/// Waits until other changes of the opportunity's sessions are committed.
pub(super) fn take_turn(writer: &mut Writer<'_>, opportunity: OpportunityId) -> Result<()> {
    let turn: Turn = diesel::sql_query(TURN).bind::<SqlUuid, _>(opportunity).get_result(writer.conn)?;
    if turn.locked { Ok(()) } else { Err(Failure::broken("a turn that was not taken")) }
}

// In the order of the opportunities, as whoever reminds takes theirs.
const TURNS: &str = "\
SELECT pg_advisory_xact_lock(hashtextextended('session news ' || o.opportunity_id::text, 0)) IS NOT NULL AS locked
FROM (SELECT DISTINCT opportunity_id FROM participants WHERE volunteer_id = $1 ORDER BY opportunity_id OFFSET 0) o";

/// Waits until changes of the sessions of every opportunity in which a volunteer takes part are committed.
pub(super) fn take_turns_of(writer: &mut Writer<'_>, volunteer: VolunteerId) -> Result<()> {
    let turns: Vec<Turn> = diesel::sql_query(TURNS).bind::<SqlUuid, _>(volunteer).load(writer.conn)?;
    if turns.iter().all(|turn| turn.locked) { Ok(()) } else { Err(Failure::broken("a turn that was not taken")) }
}

/// How things stand between each person and each session: of the scope, and whatever else is pending for these people. A session
/// without a way of meeting or a venue of its own has those of its opportunity; where people meet online only, it has no venue. That they meet in person
/// follows from the venue, unless the session says it.
const STANDINGS: &str = "\
WITH coming AS MATERIALIZED (
    SELECT x.volunteer_id, x.session_id FROM expected_at_sessions x
    WHERE x.opportunity_id = $1 AND x.status = 'scheduled' AND x.starts_at > $2 AND x.session_id IS DISTINCT FROM $5
        AND ($4::uuid[] IS NULL OR x.volunteer_id = ANY($4))
), unsaid AS MATERIALIZED (
    SELECT n.volunteer_id, n.session_id, n.delivery_id, n.said, n.was, d.about
    FROM sessions m JOIN session_news n ON n.session_id = m.id JOIN pending_deliveries d ON d.id = n.delivery_id
    WHERE m.opportunity_id = $1 AND ($4::uuid[] IS NULL OR n.volunteer_id = ANY($4))
), moved AS MATERIALIZED (
    SELECT n.volunteer_id, n.session_id FROM sessions m JOIN session_news n ON n.session_id = m.id
    JOIN made_deliveries d ON d.id = n.delivery_id
    WHERE m.opportunity_id = $1 AND m.status = 'scheduled' AND m.starts_at > $2 AND m.moved_at IS NOT NULL
        AND m.id IS DISTINCT FROM $5 AND ($3::uuid[] IS NULL OR m.id = ANY($3)) AND ($4::uuid[] IS NULL OR n.volunteer_id = ANY($4))
)
SELECT k.volunteer_id, k.session_id, m.service_id, m.starts_at, m.ends_at, COALESCE(m.mode, NULLIF(o.mode, 'in_person')) AS mode, m.join_details,
    COALESCE(m.venue, CASE WHEN COALESCE(m.mode, o.mode) IS DISTINCT FROM 'online' THEN o.venue END) AS venue,
    c.session_id IS NOT NULL AS expected, p.delivery_id, p.about, p.said AS pending, p.was AS pending_was,
    w.said AS known, w.about AS known_about, c.session_id IS NULL AND m.status = 'scheduled' AND m.starts_at > $2
        AND m.id IS DISTINCT FROM $5 AND (w.said ->> 'starts_at')::timestamptz > $2
        AND EXISTS (SELECT FROM agreement_days g WHERE g.volunteer_id = k.volunteer_id AND g.opportunity_id = m.opportunity_id
            AND london_day((w.said ->> 'starts_at')::timestamptz) BETWEEN g.starts_on AND g.last_on)
        AND NOT EXISTS (SELECT FROM agreement_days g WHERE g.volunteer_id = k.volunteer_id AND g.opportunity_id = m.opportunity_id
            AND london_day(m.starts_at) BETWEEN g.starts_on AND g.last_on) AS away,
    EXISTS (SELECT FROM session_news n WHERE n.session_id = k.session_id AND n.volunteer_id = k.volunteer_id
        AND n.created_at >= ((m.starts_at AT TIME ZONE 'Europe/London')::date - $6)::timestamp AT TIME ZONE 'Europe/London') AS lately,
    EXISTS (SELECT FROM session_replies r WHERE r.session_id = k.session_id AND r.volunteer_id = k.volunteer_id
        AND r.reply = 'not_coming' AND (m.moved_at IS NULL OR r.updated_at >= m.moved_at)) AS declined
FROM (SELECT volunteer_id, session_id FROM coming WHERE $3::uuid[] IS NULL OR session_id = ANY($3)
    UNION SELECT volunteer_id, session_id FROM unsaid UNION SELECT volunteer_id, session_id FROM moved) k
JOIN sessions m ON m.id = k.session_id
LEFT JOIN meeting_places o ON o.opportunity_id = m.opportunity_id
LEFT JOIN coming c ON c.volunteer_id = k.volunteer_id AND c.session_id = k.session_id
LEFT JOIN unsaid p ON p.volunteer_id = k.volunteer_id AND p.session_id = k.session_id
LEFT JOIN LATERAL (SELECT n.said, d.about FROM session_news n JOIN made_deliveries d ON d.id = n.delivery_id
    WHERE n.session_id = k.session_id AND n.volunteer_id = k.volunteer_id ORDER BY n.delivery_id DESC LIMIT 1) w ON true
ORDER BY k.volunteer_id, m.starts_at, k.session_id, p.delivery_id DESC";

#[derive(QueryableByName)]
struct StandingRow {
    #[diesel(sql_type = SqlUuid)]
    volunteer_id: VolunteerId,
    #[diesel(sql_type = SqlUuid)]
    session_id: SessionId,
    #[diesel(sql_type = SqlUuid)]
    service_id: ServiceId,
    #[diesel(sql_type = Timestamptz)]
    starts_at: Instant,
    #[diesel(sql_type = Timestamptz)]
    ends_at: Instant,
    #[diesel(sql_type = Nullable<Text>)]
    venue: Option<ShortText>,
    #[diesel(sql_type = Nullable<Text>)]
    mode: Option<Mode>,
    #[diesel(sql_type = Nullable<Text>)]
    join_details: Option<LongText>,
    #[diesel(sql_type = Bool)]
    expected: bool,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    delivery_id: Option<DeliveryId>,
    #[diesel(sql_type = Nullable<Text>)]
    about: Option<About>,
    #[diesel(sql_type = Nullable<Jsonb>)]
    pending: Option<Json<Said>>,
    #[diesel(sql_type = Nullable<Jsonb>)]
    pending_was: Option<Json<Said>>,
    #[diesel(sql_type = Nullable<Jsonb>)]
    known: Option<Json<Said>>,
    #[diesel(sql_type = Nullable<Text>)]
    known_about: Option<About>,
    #[diesel(sql_type = Nullable<Bool>)]
    away: Option<bool>,
    #[diesel(sql_type = Bool)]
    lately: bool,
    #[diesel(sql_type = Bool)]
    declined: bool,
}

impl From<StandingRow> for Standing {
    fn from(row: StandingRow) -> Self {
        let now = Said {
            starts_at: row.starts_at,
            ends_at: row.ends_at,
            venue: row.venue,
            mode: row.mode,
            join_details: row.join_details,
        };
        let was = row.pending_was.map(|Json(was)| was);
        let pending = match (row.delivery_id, row.about, row.pending) {
            (Some(id), Some(about), Some(Json(said))) => Some((id, Group::of(about), Item { said, was })),
            _ => None,
        };
        Self {
            volunteer: row.volunteer_id,
            session: row.session_id,
            service: row.service_id,
            away: (row.away == Some(true)).then(|| now.clone()),
            now: row.expected.then_some(now),
            pending,
            known: row.known.map(|Json(known)| known).filter(|_| row.known_about != Some(About::SessionMovedAway)),
            told_lately: row.lately,
            declined: row.declined,
        }
    }
}

/// How things stand, in the order of people and of time.
pub(super) fn standings(
    writer: &mut Writer<'_>,
    opportunity: OpportunityId,
    scope: &Scope<'_>,
) -> Result<Vec<Standing>> {
    let now = writer.now();
    let rows: Vec<StandingRow> = diesel::sql_query(STANDINGS)
        .bind::<SqlUuid, _>(opportunity)
        .bind::<Timestamptz, _>(now)
        .bind::<Nullable<Array<SqlUuid>>, _>(scope.sessions)
        .bind::<Nullable<Array<SqlUuid>>, _>(scope.people)
        .bind::<Nullable<SqlUuid>, _>(scope.gone)
        .bind::<Integer, _>(i32::from(scope.remind_days))
        .load(writer.conn)?;
    Ok(rows.into_iter().map(Standing::from).collect())
}

/// Forgets what these messages said: nobody was told.
pub(super) fn forget(writer: &mut Writer<'_>, deliveries: &[DeliveryId]) -> Result<()> {
    if !deliveries.is_empty() {
        diesel::delete(session_news::table.filter(session_news::delivery_id.eq_any(deliveries)))
            .execute(writer.conn)?;
    }
    Ok(())
}

/// Forgets what messages to nobody said of a session that is deleted.
pub(super) fn forget_session(writer: &mut Writer<'_>, session: SessionId) -> Result<()> {
    diesel::delete(session_news::table.filter(session_news::session_id.eq(session))).execute(writer.conn)?;
    Ok(())
}

/// Forgets what messages to a volunteer said that were not made, once they are superseded.
pub(super) fn forget_untold(writer: &mut Writer<'_>, volunteer: VolunteerId) -> Result<()> {
    diesel::sql_query(
        "DELETE FROM session_news n WHERE n.volunteer_id = $1 AND NOT EXISTS (SELECT FROM made_deliveries d WHERE d.id = n.delivery_id)",
    )
    .bind::<SqlUuid, _>(volunteer)
    .execute(writer.conn)?;
    Ok(())
}

const KEEP: &str = "\
INSERT INTO session_news (delivery_id, session_id, volunteer_id, said, was, created_at)
SELECT n.delivery_id, n.session_id, n.volunteer_id, n.said::jsonb, n.was::jsonb, $1
FROM unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[]) AS n (delivery_id, session_id, volunteer_id, said, was)";

/// Keeps what messages say, in one statement.
pub(super) fn keep(writer: &mut Writer<'_>, news: &[(DeliveryId, (VolunteerId, SessionId, Item))]) -> Result<()> {
    if news.is_empty() {
        return Ok(());
    }
    let now = writer.now();
    let text = |said: &Said| serde_json::to_string(said).map_err(Failure::broken);
    let said = news.iter().map(|(_, (.., item))| text(&item.said)).collect::<Result<Vec<String>>>()?;
    let was = news.iter().map(|(_, (.., item))| item.was.as_ref().map(text).transpose());
    let was = was.collect::<Result<Vec<Option<String>>>>()?;
    let kept = diesel::sql_query(KEEP)
        .bind::<Timestamptz, _>(now)
        .bind::<Array<SqlUuid>, _>(news.iter().map(|(delivery, _)| *delivery).collect::<Vec<_>>())
        .bind::<Array<SqlUuid>, _>(news.iter().map(|(_, (_, session, _))| *session).collect::<Vec<_>>())
        .bind::<Array<SqlUuid>, _>(news.iter().map(|(_, (volunteer, ..))| *volunteer).collect::<Vec<_>>())
        .bind::<Array<Text>, _>(said)
        .bind::<Array<Nullable<Text>>, _>(was)
        .execute(writer.conn)?;
    exactly(news.len(), kept)
}

/// Whether anybody was told of a session.
pub(super) fn was_told(writer: &mut Writer<'_>, session: SessionId) -> Result<bool> {
    #[derive(QueryableByName)]
    struct Told {
        #[diesel(sql_type = Bool)]
        told: bool,
    }
    let told: Told = diesel::sql_query(
        "SELECT EXISTS (SELECT FROM session_news n JOIN made_deliveries d ON d.id = n.delivery_id WHERE n.session_id = $1) AS told",
    )
    .bind::<SqlUuid, _>(session)
    .get_result(writer.conn)?;
    Ok(told.told)
}

/// Opportunities with somebody to remind, at sessions that begin within so many days, and those with something pending of a
/// session that has begun.
const DUE: &str = "\
SELECT x.opportunity_id FROM expected_at_sessions x
WHERE $2 > 0 AND x.status = 'scheduled' AND x.starts_at > $1
    AND x.starts_at < (($3 + $2 + 1)::timestamp AT TIME ZONE 'Europe/London')
    AND NOT EXISTS (SELECT FROM session_news n WHERE n.session_id = x.session_id AND n.volunteer_id = x.volunteer_id
        AND n.created_at >= ((x.starts_at AT TIME ZONE 'Europe/London')::date - $2)::timestamp AT TIME ZONE 'Europe/London')
    AND NOT EXISTS (SELECT FROM session_replies r JOIN sessions m ON m.id = r.session_id
        WHERE r.session_id = x.session_id AND r.volunteer_id = x.volunteer_id AND r.reply = 'not_coming'
            AND (m.moved_at IS NULL OR r.updated_at >= m.moved_at))
UNION
SELECT m.opportunity_id FROM pending_deliveries d
JOIN session_news n ON n.delivery_id = d.id JOIN sessions m ON m.id = n.session_id
WHERE d.about IN ('session_planned', 'session_changed', 'session_moved_away', 'session_reminder') AND m.starts_at <= $1
ORDER BY 1 LIMIT 100";

#[derive(QueryableByName)]
struct Due {
    #[diesel(sql_type = SqlUuid)]
    opportunity_id: OpportunityId,
}

/// Such opportunities, a hundred at most.
pub(super) fn due(writer: &mut Writer<'_>, days: u16) -> Result<Vec<OpportunityId>> {
    let (now, today) = (writer.now(), writer.today());
    let due: Vec<Due> = diesel::sql_query(DUE)
        .bind::<Timestamptz, _>(now)
        .bind::<Integer, _>(i32::from(days))
        .bind::<diesel::sql_types::Date, _>(today)
        .load(writer.conn)?;
    Ok(due.into_iter().map(|one| one.opportunity_id).collect())
}
