//! Reminders before a clearance expires, made by the scheduler 60, 30 and 7 days ahead, each once.
//! The days are in `rules`; `deliveries` sends the messages.

use std::collections::HashMap;

use crate::db::prelude::*;
use diesel::sql_types::{Array, BigInt, Date, SmallInt, Text, Timestamptz, Uuid as SqlUuid};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::access::Action;
use crate::clock::{Day, Instant};
use crate::db::among::words;
use crate::db::ids::{ActorId, ClearanceId, ClearanceReminderId, VolunteerId};
use crate::db::page::{Page, Rows};
use crate::db::schema::{actors, clearance_reminders, clearances};
use crate::http::answer::shows;
use crate::http::{Keyed, Routes};
use crate::page_by;
use crate::people::clearances::{ClearanceState, rules};
use crate::refusal::Result;
use crate::vocabulary::clearance::ClearanceKind;
use crate::work::{Reader, Writer, names};

/// What the record calls a reminder.
pub(crate) const RESOURCE: &str = "clearance_reminder";
/// How many reminders are made in one go.
const MOST_AT_ONCE: i64 = 100;

/// Declares the operations.
pub(super) fn routes(routes: &mut Routes) {
    routes.list("/v1/clearance-reminders", Some(Action::ReadReminders), list_clearance_reminders).describe(
        "List reminders of clearances that expire",
        "Newest first. The service makes a reminder 60, 30 and 7 days before `policy_expires_on`, each once, unless \
         another clearance of the volunteer takes over by then. A clearance recorded late starts with the reminder \
         that is due. Volunteers who are engaged with a service are told, in a format that meets their needs.",
    );
}

/// Filters for the list of reminders.
#[derive(Debug, Deserialize, ToSchema)]
pub struct ReminderFilter {
    /// Only reminders about these volunteers; several separated by commas.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub volunteer_id: Option<Vec<VolunteerId>>,
}

/// A reminder that a clearance is about to expire.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReminderView {
    /// Unique identifier (UUIDv7).
    pub id: ClearanceReminderId,
    /// Version, counted from 1.
    pub version: i32,
    /// Clearance that expires.
    pub clearance_id: ClearanceId,
    /// Volunteer whose clearance it is.
    pub volunteer_id: VolunteerId,
    /// Name that the volunteer goes by; null once erased.
    #[schema(example = "Grace Mensah")]
    pub volunteer_name: Option<String>,
    /// Kind of clearance, or `training:<code>`.
    pub kind: ClearanceKind,
    /// Last day on which the clearance counts, as recorded when the reminder was made.
    pub expires_on: Day,
    /// Which reminder it is: 60, 30 or 7 days before the last day.
    pub days_before: i16,
    /// When it was created.
    pub created_at: Instant,
    /// Who created it; reminders are created by the service itself.
    pub created_by: Option<String>,
    /// When it was last changed.
    pub updated_at: Instant,
}

impl Keyed for ReminderView {
    shows!(Clearances, |it| [(it.volunteer_id, Some(it.clearance_id.into()))]);

    const CHANGED: Option<fn(&Self) -> Instant> = Some(|it| it.updated_at);

    fn key(&self) -> uuid::Uuid {
        self.id.into()
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = clearance_reminders, check_for_backend(diesel::pg::Pg))]
struct ReminderRow {
    id: ClearanceReminderId,
    version: i32,
    clearance_id: ClearanceId,
    volunteer_id: VolunteerId,
    expires_on: Day,
    days_before: i16,
    created_at: Instant,
    updated_at: Instant,
}

fn list_clearance_reminders(
    reader: &mut Reader<'_>,
    (): (),
    filter: &ReminderFilter,
    page: &Page,
) -> Result<Rows<ReminderView>> {
    let mut query = clearance_reminders::table
        .inner_join(clearances::table)
        .inner_join(actors::table)
        .select((
            ReminderRow::as_select(),
            clearances::kind,
            actors::subject,
            names::volunteer("clearance_reminders.volunteer_id"),
        ))
        .into_boxed();
    if let Some(ids) = &filter.volunteer_id {
        query = query.filter(clearance_reminders::volunteer_id.eq_any(ids));
    }
    let rows: Rows<(ReminderRow, ClearanceKind, Option<String>, Option<String>)> =
        page.load(page_by!(query, page, clearance_reminders::id, clearance_reminders::updated_at), reader.conn)?;
    Ok(rows.map(|(row, kind, created_by, volunteer_name)| ReminderView {
        id: row.id,
        version: row.version,
        clearance_id: row.clearance_id,
        volunteer_id: row.volunteer_id,
        volunteer_name,
        kind,
        expires_on: row.expires_on,
        days_before: row.days_before,
        created_at: row.created_at,
        created_by,
        updated_at: row.updated_at,
    }))
}

/// Whether another clearance takes over from `c`: of the same kind or a higher DBS level, valid for longer, and without a gap.
fn is_replaced() -> String {
    format!(
        "EXISTS (SELECT 1 FROM clearances n WHERE n.volunteer_id = c.volunteer_id AND n.state IN ({given})
        AND (n.kind = c.kind OR array_position(ARRAY['dbs_basic', 'dbs_standard', 'dbs_enhanced', 'dbs_enhanced_barred'], n.kind)
            > array_position(ARRAY['dbs_basic', 'dbs_standard', 'dbs_enhanced', 'dbs_enhanced_barred'], c.kind))
        AND (n.policy_expires_on IS NULL OR n.policy_expires_on > c.policy_expires_on)
        AND (n.issued_on IS NULL OR n.issued_on <= c.policy_expires_on + 1))",
        given = words(ClearanceState::GIVEN)
    )
}

// Clearances whose last day is between $1 and $2 and for which there is no reminder of $3 days ahead; without those that
// another clearance replaces.
fn due_statement() -> String {
    format!(
        "SELECT c.id, c.volunteer_id, c.kind, c.policy_expires_on AS expires_on
FROM clearances c JOIN volunteers_present v ON v.id = c.volunteer_id
WHERE c.state IN ({given}) AND c.policy_expires_on BETWEEN $1 AND $2
    AND NOT EXISTS (SELECT 1 FROM clearance_reminders r WHERE r.clearance_id = c.id AND r.expires_on = c.policy_expires_on AND r.days_before = $3)
    AND NOT {replaced}
ORDER BY c.policy_expires_on, c.id LIMIT $4 FOR UPDATE OF c SKIP LOCKED",
        given = words(ClearanceState::GIVEN),
        replaced = is_replaced()
    )
}

// Of these, those that another clearance replaces.
fn replaced_statement() -> String {
    format!("SELECT c.id FROM clearances c WHERE c.id = ANY($1) AND {}", is_replaced())
}

// Of those of which the person was reminded: another takes over, it no longer counts, or it has another last day.
fn over_statement() -> String {
    format!(
        "SELECT c.id FROM clearances c
WHERE c.volunteer_id = $1 AND EXISTS (SELECT 1 FROM clearance_reminders r WHERE r.clearance_id = c.id)
    AND (c.state NOT IN ({given}) OR c.policy_expires_on IS NULL
        OR NOT EXISTS (SELECT 1 FROM clearance_reminders r WHERE r.clearance_id = c.id AND r.expires_on = c.policy_expires_on)
        OR {replaced})
ORDER BY c.id",
        given = words(ClearanceState::GIVEN),
        replaced = is_replaced()
    )
}

#[derive(QueryableByName)]
struct Over {
    #[diesel(sql_type = SqlUuid)]
    id: ClearanceId,
}

/// The clearances of a volunteer of which they were reminded, and no longer need to be.
///
/// # Errors
/// Database errors.
pub(crate) fn over(conn: &mut PgConnection, of: VolunteerId) -> Result<Vec<ClearanceId>> {
    let over: Vec<Over> = diesel::sql_query(over_statement()).bind::<SqlUuid, _>(of).load(conn)?;
    Ok(over.into_iter().map(|one| one.id).collect())
}

#[derive(Debug, QueryableByName)]
pub(crate) struct DueReminder {
    #[diesel(sql_type = SqlUuid)]
    pub id: ClearanceId,
    #[diesel(sql_type = SqlUuid)]
    pub volunteer_id: VolunteerId,
    #[diesel(sql_type = Text)]
    pub kind: ClearanceKind,
    #[diesel(sql_type = Date)]
    pub expires_on: Day,
}

/// The clearances of which somebody is to be reminded now, a hundred at most; their rows are locked.
///
/// # Errors
/// Database errors.
pub(crate) fn due(writer: &mut Writer<'_>, ahead: &rules::Ahead) -> Result<Vec<DueReminder>> {
    let today = writer.today();
    let mut due: Vec<DueReminder> = diesel::sql_query(due_statement())
        .bind::<Date, _>(today.plus_days(ahead.least))
        .bind::<Date, _>(today.plus_days(ahead.most))
        .bind::<SmallInt, _>(ahead.days_before)
        .bind::<BigInt, _>(MOST_AT_ONCE)
        .load(writer.conn)?;
    if !due.is_empty() {
        // Another one may have been recorded after the question saw the rows and before it had locked them.
        let found = diesel::sql_query(replaced_statement());
        let found = found.bind::<Array<SqlUuid>, _>(due.iter().map(|one| one.id).collect::<Vec<_>>());
        let replaced: Vec<Over> = found.load(writer.conn)?;
        due.retain(|one| replaced.iter().all(|other| other.id != one.id));
    }
    Ok(due)
}

const REMIND: &str = "\
INSERT INTO clearance_reminders (id, clearance_id, volunteer_id, expires_on, days_before, created_at, created_by, updated_at)
SELECT r.id, r.clearance_id, r.volunteer_id, r.expires_on, $1, $2, $3, $2
FROM unnest($4::uuid[], $5::uuid[], $6::uuid[], $7::date[]) AS r (id, clearance_id, volunteer_id, expires_on)
ON CONFLICT DO NOTHING RETURNING id, clearance_id";

#[derive(QueryableByName)]
struct MadeReminder {
    #[diesel(sql_type = SqlUuid)]
    id: ClearanceReminderId,
    #[diesel(sql_type = SqlUuid)]
    clearance_id: ClearanceId,
}

/// Writes down that somebody is reminded of these clearances, in one statement; without those where another copy of the service
/// was faster.
///
/// # Errors
/// Database errors.
pub(crate) fn insert(
    writer: &mut Writer<'_>,
    due: &[DueReminder],
    days_before: i16,
) -> Result<HashMap<ClearanceId, ClearanceReminderId>> {
    let (now, by): (Instant, ActorId) = (writer.now(), writer.actor_id());
    let ids: Vec<ClearanceReminderId> = due.iter().map(|_| writer.new_id()).collect();
    let made: Vec<MadeReminder> = diesel::sql_query(REMIND)
        .bind::<SmallInt, _>(days_before)
        .bind::<Timestamptz, _>(now)
        .bind::<SqlUuid, _>(by)
        .bind::<Array<SqlUuid>, _>(ids)
        .bind::<Array<SqlUuid>, _>(due.iter().map(|one| one.id).collect::<Vec<_>>())
        .bind::<Array<SqlUuid>, _>(due.iter().map(|one| one.volunteer_id).collect::<Vec<_>>())
        .bind::<Array<Date>, _>(due.iter().map(|one| one.expires_on).collect::<Vec<_>>())
        .load(writer.conn)?;
    Ok(made.into_iter().map(|one| (one.clearance_id, one.id)).collect())
}
