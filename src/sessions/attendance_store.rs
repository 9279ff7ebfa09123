//! SQL for attendance, and what `claims` may know of it.
//! What may be recorded is in `rules`.

use std::collections::HashMap;

use crate::db::prelude::*;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::Pg;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::{Array, Bool, Date, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};

use crate::clock::{Day, Instant};
use crate::db::ids::{ActorId, AgreementId, SessionId, VolunteerId};
use crate::db::schema::{attendances, sessions};
use crate::db::views::opportunity_titles;
use crate::db::{Json, exactly};
use crate::people::clearances::Missing;
use crate::people::volunteers::CommunicationNeed;
use crate::policies::calculator::Outcome;
use crate::refusal::{Failure, Result};
use crate::sessions::SessionStatus;
use crate::sessions::reply_views::Reply;
use crate::sessions::rules::{Difference, Recorded};
use crate::sessions::store::SessionRow;
use crate::text::LongText;
use crate::vocabulary::opportunity::OpportunityKind;
use crate::work::Writer;

/// An outcome as its column stores it.
#[derive(Clone, Copy, Debug, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub(super) struct Column(pub(super) Outcome);

impl ToSql<Text, Pg> for Column {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        std::io::Write::write_all(out, self.0.as_str().as_bytes())?;
        Ok(serialize::IsNull::No)
    }
}

impl FromSql<Text, Pg> for Column {
    fn from_sql(bytes: <Pg as diesel::backend::Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        let word = std::str::from_utf8(bytes.as_bytes())?;
        let found = Outcome::ALL.iter().find(|outcome| outcome.as_str() == word);
        Ok(Self(*found.ok_or("an outcome that is not known")?))
    }
}

/// A row of `attendances`.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = attendances, check_for_backend(Pg))]
struct AttendanceRow {
    session_id: SessionId,
    volunteer_id: VolunteerId,
    agreement_id: AgreementId,
    outcome: Column,
    clearance_flags: Json<Vec<Missing>>,
    note: Option<LongText>,
}

/// All attendance recorded for these sessions, by session.
pub(crate) fn of_sessions(
    conn: &mut PgConnection,
    sessions: &[SessionId],
) -> Result<HashMap<SessionId, Vec<Recorded>>> {
    let rows: Vec<AttendanceRow> = attendances::table
        .filter(attendances::session_id.eq_any(sessions))
        .order_by((attendances::session_id, attendances::volunteer_id))
        .select(AttendanceRow::as_select())
        .load(conn)?;
    let mut recorded: HashMap<SessionId, Vec<Recorded>> = HashMap::new();
    for row in rows {
        recorded.entry(row.session_id).or_default().push(Recorded {
            volunteer_id: row.volunteer_id,
            agreement_id: row.agreement_id,
            outcome: row.outcome.0,
            note: row.note,
            flags: row.clearance_flags.0,
        });
    }
    Ok(recorded)
}

const LAST_RECORDED: &str = "\
SELECT a.agreement_id, max(london_day(m.starts_at)) AS day FROM attendances a JOIN sessions m ON m.id = a.session_id
WHERE a.volunteer_id IN (SELECT d.volunteer_id FROM agreements_begun d WHERE d.id = ANY($1)) AND a.agreement_id = ANY($1)
    AND a.outcome = ANY($2) AND london_day(m.starts_at) <= $3
GROUP BY a.agreement_id";

/// Until a day: the last one on which it is recorded under each of these agreements that the person came.
///
/// # Errors
/// Database errors.
pub fn last_recorded(conn: &mut PgConnection, of: &[AgreementId], until: Day) -> Result<HashMap<AgreementId, Day>> {
    #[derive(QueryableByName)]
    struct Last {
        #[diesel(sql_type = SqlUuid)]
        agreement_id: AgreementId,
        #[diesel(sql_type = Date)]
        day: Day,
    }
    // A session that was cancelled keeps nobody: nothing of its register can be corrected any more.
    let came = [Outcome::Attended, Outcome::LeftEarly].map(Outcome::as_str).to_vec();
    let last: Vec<Last> = diesel::sql_query(LAST_RECORDED)
        .bind::<Array<SqlUuid>, _>(of)
        .bind::<Array<Text>, _>(came)
        .bind::<Date, _>(until)
        .load(conn)?;
    Ok(last.into_iter().map(|one| (one.agreement_id, one.day)).collect())
}

/// Somebody on the register of a session.
#[derive(Debug, QueryableByName)]
pub(super) struct Listed {
    #[diesel(sql_type = SqlUuid)]
    pub volunteer_id: VolunteerId,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub agreement_id: Option<AgreementId>,
    #[diesel(sql_type = Nullable<Text>)]
    pub called: Option<String>,
    #[diesel(sql_type = Nullable<Jsonb>)]
    pub needs: Option<Json<Vec<CommunicationNeed>>>,
    #[diesel(sql_type = Nullable<Text>)]
    outcome: Option<Column>,
    #[diesel(sql_type = Nullable<Jsonb>)]
    pub flags: Option<Json<Vec<Missing>>>,
    #[diesel(sql_type = Nullable<Text>)]
    pub note: Option<LongText>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub recorded_at: Option<Instant>,
    #[diesel(sql_type = Nullable<Text>)]
    pub recorded_by: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub reply: Option<Reply>,
    #[diesel(sql_type = Nullable<Text>)]
    pub reply_note: Option<LongText>,
    /// Whether the session was moved after they replied.
    #[diesel(sql_type = Bool)]
    pub moved_since: bool,
    #[diesel(sql_type = Array<Text>)]
    pub adjustments: Vec<String>,
}

impl Listed {
    /// How it went; none where nothing is recorded yet.
    pub fn outcome(&self) -> Option<Outcome> {
        self.outcome.map(|outcome| outcome.0)
    }

    /// What their reply suggests: whoever said before the start that they can't come is excused.
    pub fn proposed(&self, session: SessionStatus) -> Option<Outcome> {
        let open = self.outcome.is_none() && session != SessionStatus::Cancelled && !self.moved_since;
        (open && self.reply == Some(Reply::NotComing)).then_some(Outcome::Excused)
    }
}

/// Everybody whose attendance is recorded; everybody else whose agreement covers the day, by the latest that does; and
/// whoever is expected by an accepted place alone.
const REGISTER: &str = "\
WITH recorded AS (
    SELECT a.volunteer_id, a.agreement_id, a.outcome, a.clearance_flags AS flags, a.note, a.recorded_at, a.recorded_by
    FROM attendances a WHERE a.session_id = $1
), covered AS (
    SELECT DISTINCT ON (g.volunteer_id) g.volunteer_id, g.id AS agreement_id
    FROM agreements_begun g WHERE g.opportunity_id = $2 AND g.starts_on <= $3 AND g.last_on >= $3
    ORDER BY g.volunteer_id, g.id DESC
), listed AS (
    SELECT * FROM recorded
    UNION ALL SELECT volunteer_id, agreement_id, NULL, NULL, NULL, NULL, NULL
    FROM covered WHERE volunteer_id NOT IN (SELECT volunteer_id FROM recorded)
    UNION ALL SELECT volunteer_id, NULL, NULL, NULL, NULL, NULL, NULL
    FROM expected_at_sessions WHERE session_id = $1
        AND volunteer_id NOT IN (SELECT volunteer_id FROM recorded UNION ALL SELECT volunteer_id FROM covered)
)
SELECT e.volunteer_id, e.agreement_id, n.called, n.communication_needs AS needs, e.outcome, e.flags, e.note, e.recorded_at,
    (SELECT k.subject FROM actors k WHERE k.id = e.recorded_by) AS recorded_by,
    r.reply, r.note AS reply_note, COALESCE(r.updated_at < $4, false) AS moved_since,
    ARRAY(SELECT a.adjustments FROM adjustments_at_sessions a
        WHERE a.session_id = $1 AND a.volunteer_id = e.volunteer_id ORDER BY 1) AS adjustments
FROM listed e LEFT JOIN volunteer_names n ON n.volunteer_id = e.volunteer_id
LEFT JOIN session_replies r ON r.session_id = $1 AND r.volunteer_id = e.volunteer_id
WHERE e.outcome IS NOT NULL OR n.called IS NOT NULL
ORDER BY e.volunteer_id";

/// The register of a session.
pub(super) fn listed(conn: &mut PgConnection, session: &SessionRow) -> Result<Vec<Listed>> {
    let asked = diesel::sql_query(REGISTER).bind::<SqlUuid, _>(session.id);
    let asked = asked.bind::<SqlUuid, _>(session.opportunity_id).bind::<Date, _>(session.day());
    let asked = asked.bind::<Nullable<Timestamptz>, _>(session.moved_at);
    Ok(asked.load(conn)?)
}

/// Whether any attendance is recorded for a session.
pub(super) fn is_taken(conn: &mut PgConnection, session: SessionId) -> Result<bool> {
    let any = attendances::table.filter(attendances::session_id.eq(session));
    Ok(diesel::select(diesel::dsl::exists(any)).get_result(conn)?)
}

const REMOVE: &str = "\
DELETE FROM attendances USING unnest($1::uuid[], $2::uuid[]) AS g (session_id, volunteer_id)
WHERE attendances.session_id = g.session_id AND attendances.volunteer_id = g.volunteer_id";

const RECORD: &str = "\
INSERT INTO attendances (session_id, volunteer_id, agreement_id, outcome, clearance_flags, note, recorded_at, recorded_by)
SELECT a.session_id, a.volunteer_id, a.agreement_id, a.outcome, a.flags::jsonb, a.note, $1, $2
FROM unnest($3::uuid[], $4::uuid[], $5::uuid[], $6::text[], $7::text[], $8::text[])
    AS a (session_id, volunteer_id, agreement_id, outcome, flags, note)
ON CONFLICT (session_id, volunteer_id) DO UPDATE SET agreement_id = EXCLUDED.agreement_id, outcome = EXCLUDED.outcome,
    clearance_flags = EXCLUDED.clearance_flags, note = EXCLUDED.note, recorded_at = EXCLUDED.recorded_at,
    recorded_by = EXCLUDED.recorded_by";

/// Writes what differs from what is recorded for these sessions, which are locked: one statement for what changed, and one for
/// who is taken out, if anybody is.
pub(crate) fn write(writer: &mut Writer<'_>, of: &[(SessionId, &Difference)]) -> Result<()> {
    let (now, by): (Instant, ActorId) = (writer.now(), writer.actor_id());
    let gone = of.iter().flat_map(|(session, difference)| difference.gone.iter().map(|gone| (*session, *gone)));
    let gone: Vec<(SessionId, VolunteerId)> = gone.collect();
    if !gone.is_empty() {
        diesel::sql_query(REMOVE)
            .bind::<Array<SqlUuid>, _>(gone.iter().map(|(session, _)| *session).collect::<Vec<_>>())
            .bind::<Array<SqlUuid>, _>(gone.iter().map(|(_, volunteer)| *volunteer).collect::<Vec<_>>())
            .execute(writer.conn)?;
    }
    let changed = of.iter().flat_map(|(session, difference)| difference.changed.iter().map(|one| (*session, one)));
    let changed: Vec<(SessionId, &Recorded)> = changed.collect();
    if changed.is_empty() {
        return Ok(());
    }
    let flags = changed.iter().map(|(_, one)| serde_json::to_string(&one.flags).map_err(Failure::broken));
    let rows = diesel::sql_query(RECORD)
        .bind::<Timestamptz, _>(now)
        .bind::<SqlUuid, _>(by)
        .bind::<Array<SqlUuid>, _>(changed.iter().map(|(session, _)| *session).collect::<Vec<_>>())
        .bind::<Array<SqlUuid>, _>(changed.iter().map(|(_, one)| one.volunteer_id).collect::<Vec<_>>())
        .bind::<Array<SqlUuid>, _>(changed.iter().map(|(_, one)| one.agreement_id).collect::<Vec<_>>())
        .bind::<Array<Text>, _>(changed.iter().map(|(_, one)| one.outcome.as_str()).collect::<Vec<_>>())
        .bind::<Array<Text>, _>(flags.collect::<Result<Vec<String>>>()?)
        .bind::<Array<Nullable<Text>>, _>(changed.iter().map(|(_, one)| one.note.as_ref()).collect::<Vec<_>>())
        .execute(writer.conn)?;
    exactly(changed.len(), rows)
}

/// Whether a volunteer attended a whole session of an interview panel that ended before a moment.
///
/// # Errors
/// Database errors.
pub fn sat_on_a_panel(conn: &mut PgConnection, volunteer: VolunteerId, before: Instant) -> Result<bool> {
    let sat = attendances::table
        .inner_join(sessions::table)
        .inner_join(opportunity_titles::table.on(opportunity_titles::opportunity_id.eq(sessions::opportunity_id)))
        .filter(attendances::volunteer_id.eq(volunteer))
        .filter(attendances::outcome.eq(Column(Outcome::Attended)))
        .filter(sessions::ends_at.le(before))
        .filter(opportunity_titles::kind.eq(OpportunityKind::InterviewPanel));
    Ok(diesel::select(diesel::dsl::exists(sat)).get_result(conn)?)
}

/// Facts about sessions with the outcome of one volunteer for each, in the order of their ids, as an expression of a
/// statement that has the ids as `asked.session_ids` and the volunteer as `asked.volunteer_id`: a list of
/// [`AttendedSession`](crate::sessions::AttendedSession), null where there are none.
pub const ATTENDED_OF_ASKED: &str = "\
(SELECT jsonb_agg(jsonb_build_array(jsonb_build_object('id', s.id, 'opportunity_id', s.opportunity_id, 'service_id', s.service_id,
    'status', s.status, 'starts_at', s.starts_at, 'ends_at', s.ends_at, 'cancelled_at', s.cancelled_at), a.outcome) ORDER BY s.id)
FROM sessions s LEFT JOIN attendances a ON a.session_id = s.id AND a.volunteer_id = asked.volunteer_id
WHERE s.id = ANY (asked.session_ids))";
