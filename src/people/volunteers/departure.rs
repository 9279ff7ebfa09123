//! Recording that a volunteer has left, that somebody comes back, and who deals with an estate.
//! What follows in other features is in `processes::leave`.

use crate::db::prelude::*;

use crate::clock::Day;
use crate::db::exactly_one;
use crate::db::ids::VolunteerId;
use crate::db::schema::{volunteer_profiles, volunteers};
use crate::life::Life;
use crate::people::volunteers::leaving::{Departure, LeaveReason, Leaving};
use crate::people::volunteers::status::{DEATH, LIFE, VolunteerStatus, VolunteerVerb};
use crate::people::volunteers::store::{self, VolunteerRow};
use crate::refusal::{Fault, Happened, Kind, Refusal, Result};
use crate::text::LongText;
use crate::work::{Change, Writer};

/// A departure that may be recorded: checked against who records it, and with its day.
///
/// # Errors
/// `invalid` where the day is in the future, or a volunteer says of themselves that they have died.
pub fn may_leave(writer: &Writer<'_>, id: VolunteerId, leaving: &Leaving) -> Result<Day, Refusal> {
    Happened::in_living_memory(writer.today()).check("/on", leaving.on)?;
    if leaving.reason == LeaveReason::Deceased && writer.grant().own() == Some(id) {
        let detail = "can be recorded by an involvement lead only";
        return Err(Refusal::invalid(vec![Fault::at("/reason", "not-allowed", detail)]));
    }
    Ok(leaving.on.unwrap_or_else(|| writer.today()))
}

/// Locks a volunteer whom the caller may see and who can leave, or who has left and is to be recorded as having died.
///
/// # Errors
/// `not-found`, `precondition-failed`, `invalid-transition`.
pub fn hold_to_leave(writer: &mut Writer<'_>, id: VolunteerId, leaving: &Leaving) -> Result<Leaver> {
    let (row, ..) = store::lock(writer, id)?;
    writer.step(life(&row, leaving), row.version, row.status, VolunteerVerb::Leave)?;
    Ok(Leaver(row))
}

/// The life cycle that leaving is a step of: the death of somebody who left before is recorded once.
fn life(row: &VolunteerRow, leaving: &Leaving) -> &'static Life<VolunteerStatus, VolunteerVerb> {
    let is_news = row.leave_reason.is_some_and(|reason| reason != LeaveReason::Deceased);
    if is_news && leaving.reason == LeaveReason::Deceased { &DEATH } else { &LIFE }
}

/// A volunteer who can leave, locked until the transaction ends.
#[derive(Debug)]
pub struct Leaver(VolunteerRow);

/// Records that a volunteer has left, once everything that follows is written. Of somebody who left before, the day and the note
/// stay where no others are given.
///
/// # Errors
/// Database errors.
pub fn leave(writer: &mut Writer<'_>, Leaver(row): Leaver, leaving: Leaving, on: Day) -> Result<Change> {
    let to = writer.step(life(&row, &leaving), row.version, row.status, VolunteerVerb::Leave)?;
    let before = of(writer.conn, &row)?;
    let (left_on, noted) = before.map(|before| (before.on, before.note)).unzip();
    let on = leaving.on.or(left_on).unwrap_or(on);
    store::step(writer, &row, to)?;
    write(writer, row.id, Some((leaving.reason, on)), leaving.note.or(noted.flatten()))?;
    let change = Change::step(&LIFE, row.id, row.version + 1, (row.status, VolunteerVerb::Leave, to));
    Ok(change.fields(["departure"]))
}

/// Takes back what was recorded of a departure, for somebody who comes back and has not died.
///
/// # Errors
/// `volunteer-not-active`.
pub(super) fn take_back(writer: &mut Writer<'_>, row: &VolunteerRow) -> Result<()> {
    if row.leave_reason == Some(LeaveReason::Deceased) {
        let detail = "It is recorded that this person has died.";
        return Err(Refusal::new(Kind::VolunteerNotActive, detail).into());
    }
    write(writer, row.id, None, None)
}

fn write(
    writer: &mut Writer<'_>,
    id: VolunteerId,
    departure: Option<(LeaveReason, Day)>,
    note: Option<LongText>,
) -> Result<()> {
    let (reason, on) = departure.unzip();
    let row = volunteers::table.find(id);
    let rows = diesel::update(row)
        .set((volunteers::leave_reason.eq(reason), volunteers::left_on.eq(on)))
        .execute(writer.conn)?;
    exactly_one(rows)?;
    let profile = volunteer_profiles::table.find(id);
    exactly_one(diesel::update(profile).set(volunteer_profiles::leave_note.eq(note)).execute(writer.conn)?)
}

/// The departure of a volunteer who has left; the note is asked only for them.
pub(super) fn of(conn: &mut PgConnection, row: &VolunteerRow) -> Result<Option<Departure>> {
    let (Some(reason), Some(on)) = (row.leave_reason, row.left_on) else { return Ok(None) };
    let note = volunteer_profiles::table.find(row.id).select(volunteer_profiles::leave_note).first(conn)?;
    Ok(Some(Departure { reason, on, note }))
}

/// Only somebody who has died has an estate.
///
/// # Errors
/// `not-editable`.
pub(super) fn has_estate(row: &VolunteerRow) -> Result<(), Refusal> {
    if row.status == VolunteerStatus::Left && row.leave_reason == Some(LeaveReason::Deceased) {
        return Ok(());
    }
    let fault = Fault::at("/estate", "not-editable", "can be given only once it is recorded that the person has died");
    let detail = "Record first that the person has died: leave them with the reason `deceased`.";
    Err(Refusal::new(Kind::NotEditable, detail).with(vec![fault]))
}
