//! Reminders before a clearance expires: 60, 30 and 7 days ahead, each once, made by the passing of time.
//! Which clearances count still is decided in `rules`; how people are told, in `deliveries`.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Nullable, SmallInt, Text, Uuid as SqlUuid};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::access::Action;
use crate::clearances::{ClearanceKind, rules};
use crate::clock::{Day, Instant};
use crate::db::ids::{ActorId, ClearanceId, ClearanceReminderId, ServiceId, VolunteerId};
use crate::db::page::{Page, Rows};
use crate::db::schema::{actors, clearance_reminders, clearances};
use crate::db::{Change, Reader, Writer};
use crate::deliveries::{self, About};
use crate::documents::words;
use crate::http::{Keyed, Routes};
use crate::page_by;
use crate::refusal::Done;

const RESOURCE: &str = "clearance_reminder";
/// How many are made at once when time has come.
const MOST_AT_ONCE: i64 = 100;

/// Declares the operations.
pub(super) fn routes(routes: &mut Routes) {
    routes.list("/v1/clearance-reminders", Some(Action::ReadReminders), list_clearance_reminders).says(
        "Reminders of clearances that expire",
        "Newest first. One is made 60, 30 and 7 days before `policy_expires_on`, each once, unless the person has another \
         clearance by then that takes over; somebody entered later begins with the one that is due. Whoever is engaged with \
         a service is told, in their format.",
    );
}

/// The filters of the list of reminders.
#[derive(Debug, Deserialize, ToSchema)]
pub struct ReminderFilter {
    /// Of these people.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub volunteer_id: Option<Vec<VolunteerId>>,
}

/// That somebody was reminded.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReminderView {
    /// Its id.
    pub id: ClearanceReminderId,
    /// Its version.
    pub version: i32,
    /// Of which clearance.
    pub clearance_id: ClearanceId,
    /// Whose.
    pub volunteer_id: VolunteerId,
    /// What kind it is.
    pub kind: ClearanceKind,
    /// The last day on which it counts, as it was then.
    pub expires_on: Day,
    /// Which reminder: 60, 30 or 7 days ahead.
    pub days_before: i16,
    /// When it was made.
    pub created_at: Instant,
    /// Who made it.
    pub created_by: Option<String>,
    /// When it last changed.
    pub updated_at: Instant,
}

impl Keyed for ReminderView {
    fn key(&self) -> uuid::Uuid {
        self.id.into()
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = clearance_reminders, check_for_backend(diesel::pg::Pg))]
struct Row {
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
) -> Done<Rows<ReminderView>> {
    let mut query = clearance_reminders::table
        .inner_join(clearances::table)
        .inner_join(actors::table)
        .select((Row::as_select(), clearances::kind, actors::subject))
        .into_boxed();
    if let Some(ids) = &filter.volunteer_id {
        query = query.filter(clearance_reminders::volunteer_id.eq_any(ids));
    }
    let rows: Rows<(Row, ClearanceKind, Option<String>)> =
        page.load(page_by!(query, page, clearance_reminders::id), reader.conn)?;
    Ok(rows.map(|(row, kind, created_by)| ReminderView {
        id: row.id,
        version: row.version,
        clearance_id: row.clearance_id,
        volunteer_id: row.volunteer_id,
        kind,
        expires_on: row.expires_on,
        days_before: row.days_before,
        created_at: row.created_at,
        created_by,
        updated_at: row.updated_at,
    }))
}

// Clearances whose last day lies between $1 and $2, nobody having been reminded $3 days ahead; but for those whose place
// another takes: of the same kind or a higher DBS level, for longer, and without a gap.
const DUE: &str = "\
SELECT c.id, c.volunteer_id, c.kind, c.policy_expires_on AS expires_on, COALESCE(
    (SELECT a.service_id FROM agreements a WHERE a.volunteer_id = c.volunteer_id AND a.status IN ('active', 'paused') ORDER BY a.id DESC LIMIT 1),
    (SELECT e.service_id FROM expressions e WHERE e.volunteer_id = c.volunteer_id AND e.status IN ('shortlisted', 'offered', 'accepted') ORDER BY e.id DESC LIMIT 1)
) AS service_id
FROM clearances c JOIN volunteers v ON v.id = c.volunteer_id AND v.status NOT IN ('left', 'erased')
WHERE c.state IN ('cleared', 'cleared_with_restrictions') AND c.policy_expires_on BETWEEN $1 AND $2
    AND NOT EXISTS (SELECT 1 FROM clearance_reminders r WHERE r.clearance_id = c.id AND r.expires_on = c.policy_expires_on AND r.days_before = $3)
    AND NOT EXISTS (SELECT 1 FROM clearances n WHERE n.volunteer_id = c.volunteer_id AND n.state IN ('cleared', 'cleared_with_restrictions')
        AND (n.kind = c.kind OR array_position(ARRAY['dbs_basic', 'dbs_standard', 'dbs_enhanced', 'dbs_enhanced_barred'], n.kind)
            > array_position(ARRAY['dbs_basic', 'dbs_standard', 'dbs_enhanced', 'dbs_enhanced_barred'], c.kind))
        AND (n.policy_expires_on IS NULL OR n.policy_expires_on > c.policy_expires_on)
        AND (n.issued_on IS NULL OR n.issued_on <= c.policy_expires_on + 1))
ORDER BY c.policy_expires_on, c.id LIMIT $4 FOR UPDATE OF c SKIP LOCKED";

#[derive(Debug, QueryableByName)]
struct Due {
    #[diesel(sql_type = SqlUuid)]
    id: ClearanceId,
    #[diesel(sql_type = SqlUuid)]
    volunteer_id: VolunteerId,
    #[diesel(sql_type = Text)]
    kind: ClearanceKind,
    #[diesel(sql_type = Date)]
    expires_on: Day,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    service_id: Option<ServiceId>,
}

/// Makes the reminders that are due, a hundred of each at most, and tells those who are engaged with a service.
/// Any number of copies may do so at once: each is made once.
///
/// # Errors
/// Those of the database.
pub fn remind_due(writer: &mut Writer<'_>) -> Done<()> {
    let today = writer.today();
    for ahead in rules::REMINDERS {
        let due: Vec<Due> = diesel::sql_query(DUE)
            .bind::<Date, _>(today.plus_days(ahead.least))
            .bind::<Date, _>(today.plus_days(ahead.most))
            .bind::<SmallInt, _>(ahead.days_before)
            .bind::<BigInt, _>(MOST_AT_ONCE)
            .load(writer.conn)?;
        for clearance in due {
            remind(writer, &clearance, ahead.days_before)?;
        }
    }
    Ok(())
}

fn remind(writer: &mut Writer<'_>, due: &Due, days_before: i16) -> Done<()> {
    let (id, now, by): (ClearanceReminderId, Instant, ActorId) = (writer.new_id(), writer.now(), writer.actor_id());
    let made = diesel::insert_into(clearance_reminders::table)
        .values((
            clearance_reminders::id.eq(id),
            clearance_reminders::clearance_id.eq(due.id),
            clearance_reminders::volunteer_id.eq(due.volunteer_id),
            clearance_reminders::expires_on.eq(due.expires_on),
            clearance_reminders::days_before.eq(days_before),
            clearance_reminders::created_at.eq(now),
            clearance_reminders::created_by.eq(by),
            clearance_reminders::updated_at.eq(now),
        ))
        .on_conflict_do_nothing()
        .execute(writer.conn)?;
    // Another copy was faster.
    if made == 0 {
        return Ok(());
    }
    writer.note(Change::created(RESOURCE, id));
    let Some(service) = due.service_id else { return Ok(()) };
    let (name, _) = words::clearance(&due.kind);
    let message = format!(
        "{name}: counts until {}. Please talk to us about a new one, so that you can go on taking part.",
        due.expires_on.words()
    );
    let subject = ("clearance", due.id.into());
    deliveries::tell(writer, due.volunteer_id, service, About::ClearanceExpiring, subject, Some(&message))
}
