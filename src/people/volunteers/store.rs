//! SQL for volunteers and their profiles, and only that.
//! Whom a grant lets the caller see is in `reach`.

use crate::db::prelude::*;
use diesel::dsl::sql;
use diesel::sql_types::{Array, Bool, Text, Uuid as SqlUuid};

use crate::clock::{Day, Instant};
use crate::db::clauses::{WROTE_ONE, after, both};
use crate::db::ids::{ActorId, VolunteerId};
use crate::db::schema::{actors, payees, volunteer_profiles, volunteers};
use crate::db::{exactly_one, the_one};
use crate::people::volunteers::content::VolunteerContent;
use crate::people::volunteers::leaving::LeaveReason;
use crate::people::volunteers::reach::reached;
use crate::people::volunteers::status::VolunteerStatus;
use crate::refusal::{Refusal, Result};
use crate::text::Label;
use crate::work::{Reader, Writer};

/// What remains of a volunteer after erasure.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = volunteers, check_for_backend(diesel::pg::Pg))]
pub(super) struct VolunteerRow {
    pub id: VolunteerId,
    pub version: i32,
    pub status: VolunteerStatus,
    pub privacy_notice_version: Option<Label>,
    pub left_on: Option<Day>,
    pub leave_reason: Option<LeaveReason>,
    pub created_at: Instant,
    pub updated_at: Instant,
}

pub(super) type VolunteerAndCreator = (VolunteerRow, VolunteerContent, Option<String>);

macro_rules! people {
    () => {
        volunteers::table.inner_join(volunteer_profiles::table).inner_join(actors::table)
    };
}

macro_rules! found {
    () => {
        people!().select((VolunteerRow::as_select(), VolunteerContent::as_select(), actors::subject))
    };
}

pub(super) use people;

/// A volunteer whom the caller may see.
pub(super) fn find(reader: &mut Reader<'_>, id: VolunteerId) -> Result<VolunteerAndCreator> {
    let within = reached(reader.context());
    let found = found!().filter(volunteers::id.eq(id)).filter(within).first(reader.conn).optional()?;
    Ok(found.ok_or_else(Refusal::not_found)?)
}

/// A volunteer that was just written, with their profile.
pub(super) fn load(conn: &mut PgConnection, id: VolunteerId) -> Result<VolunteerAndCreator> {
    Ok(found!().filter(volunteers::id.eq(id)).first(conn)?)
}

/// Locks a volunteer whom the caller may see.
pub(super) fn lock(writer: &mut Writer<'_>, id: VolunteerId) -> Result<VolunteerAndCreator> {
    let within = reached(writer.context());
    let found = volunteers::table
        .inner_join(volunteer_profiles::table)
        .filter(volunteers::id.eq(id))
        .filter(within)
        .select((
            VolunteerRow::as_select(),
            VolunteerContent::as_select(),
            actors::table.filter(actors::id.eq(volunteers::created_by)).select(actors::subject).single_value(),
        ))
        .for_update()
        .first(writer.conn)
        .optional()?;
    Ok(found.ok_or_else(Refusal::not_found)?)
}

#[derive(QueryableByName)]
struct OwnRow {
    #[diesel(sql_type = SqlUuid)]
    id: VolunteerId,
}

const OWN_AMONG: &str = "SELECT own.id FROM person_volunteers($1) AS own (id) WHERE own.id = ANY($2)";

/// Which of these volunteers an actor is, by any of their log-ins.
pub(super) fn own_among(conn: &mut PgConnection, who: ActorId, ids: &[VolunteerId]) -> Result<Vec<VolunteerId>> {
    let found: Vec<OwnRow> =
        diesel::sql_query(OWN_AMONG).bind::<SqlUuid, _>(who).bind::<Array<SqlUuid>, _>(ids).load(conn)?;
    Ok(found.into_iter().map(|row| row.id).collect())
}

#[derive(QueryableByName)]
struct YesRow {
    #[diesel(sql_type = Bool)]
    yes: bool,
}

/// Whether anybody has signed in with a subject that means the same.
pub(super) fn is_log_in_known(conn: &mut PgConnection, subject: &str) -> Result<bool> {
    let found: YesRow =
        diesel::sql_query("SELECT is_log_in_known($1) AS yes").bind::<Text, _>(subject).get_result(conn)?;
    Ok(found.yes)
}

/// Adds a volunteer, with an empty payee record for finance.
pub(super) fn insert(writer: &mut Writer<'_>, new: VolunteerContent, notice: Option<&Label>) -> Result<VolunteerId> {
    let (id, now, by): (VolunteerId, Instant, ActorId) = (writer.new_id(), writer.now(), writer.actor_id());
    let volunteer = diesel::insert_into(volunteers::table)
        .values((
            volunteers::id.eq(id),
            volunteers::status.eq(VolunteerStatus::Prospective),
            volunteers::staff_subject.eq(new.staff_subject.clone()),
            volunteers::privacy_notice_version.eq(notice),
            volunteers::created_at.eq(now),
            volunteers::created_by.eq(by),
            volunteers::updated_at.eq(now),
        ))
        .returning(volunteers::id);
    let profile = diesel::insert_into(volunteer_profiles::table).values((volunteer_profiles::volunteer_id.eq(id), new));
    let payee = diesel::insert_into(payees::table).values((payees::volunteer_id.eq(id), payees::updated_at.eq(now)));
    Ok(after(both(profile, payee), volunteer).get_result(writer.conn)?)
}

pub(super) fn save(writer: &mut Writer<'_>, row: &VolunteerRow, new: VolunteerContent) -> Result<()> {
    let now = writer.now();
    let of = volunteers::table.find(row.id).filter(volunteers::version.eq(row.version));
    let volunteer = diesel::update(of).set((
        volunteers::staff_subject.eq(new.staff_subject.clone()),
        volunteers::version.eq(row.version + 1),
        volunteers::updated_at.eq(now),
    ));
    let profile = diesel::update(volunteer_profiles::table.find(row.id).filter(sql::<Bool>(WROTE_ONE)))
        .set(new)
        .returning(volunteer_profiles::volunteer_id);
    let saved: Vec<VolunteerId> = after(volunteer, profile).load(writer.conn)?;
    exactly_one(saved.len())
}

/// Writes every column of a profile, with what is empty as null.
pub(super) fn save_profile(writer: &mut Writer<'_>, of: VolunteerId, profile: VolunteerContent) -> Result<()> {
    exactly_one(diesel::update(volunteer_profiles::table.find(of)).set(profile).execute(writer.conn)?)
}

/// Writes a step of a locked volunteer; answers their row as it is now.
pub(super) fn step(writer: &mut Writer<'_>, row: &VolunteerRow, to: VolunteerStatus) -> Result<VolunteerRow> {
    let now = writer.now();
    let stepped = diesel::update(volunteers::table.find(row.id).filter(volunteers::version.eq(row.version)))
        .set((volunteers::status.eq(to), volunteers::version.eq(row.version + 1), volunteers::updated_at.eq(now)))
        .returning(VolunteerRow::as_select())
        .load(writer.conn)?;
    the_one(stepped)
}
