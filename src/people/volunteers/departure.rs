//! That a volunteer has left: why and when, what was noted, and for somebody who has died, who deals with the estate.
//! What follows in other features is in `processes::leave`.

use crate::db::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::clock::Day;
use crate::db::exactly_one;
use crate::db::ids::VolunteerId;
use crate::db::schema::{volunteer_profiles, volunteers};
use crate::http::Nothing;
use crate::people::volunteers::oneself;
use crate::people::volunteers::routes::written;
use crate::people::volunteers::status::{LIFE, VolunteerStatus, VolunteerVerb};
use crate::people::volunteers::store::{self, VolunteerRow};
use crate::people::volunteers::views::VolunteerView;
use crate::refusal::{Fault, Happened, Kind, Refusal, Result};
use crate::text::{LongText, RequiredText, ShortText};
use crate::work::{Change, Changed, Writer};

crate::text_enum! {
    /// Why a volunteer has left.
    pub enum LeaveReason {
        /// Moved away.
        Moved = "moved",
        /// Their own health.
        Health = "health",
        /// They care for somebody.
        Caring = "caring",
        /// They have no time.
        Time = "time",
        /// They were not happy with how it went.
        Unhappy = "unhappy",
        /// Another reason.
        Other = "other",
        /// They have died. Nothing is sent to them any more.
        Deceased = "deceased",
    }
}

/// The departure of a volunteer, as the client sends it.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
pub struct Leaving {
    /// Why they have left. Only involvement leads can record that somebody has died.
    pub reason: LeaveReason,
    /// Last day of their involvement, not in the future; today if you leave it out. Agreements in force end on it.
    #[serde(default)]
    pub on: Option<Day>,
    /// Note on the departure. The volunteer can read it.
    /// Example: Would like to hear from us when the new clinic opens.
    #[serde(default)]
    pub note: Option<LongText>,
}

/// The departure of a volunteer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Departure {
    /// Why they have left.
    pub reason: LeaveReason,
    /// Last day of their involvement.
    pub on: Day,
    /// Note on the departure; null if there is none.
    /// Example: Would like to hear from us when the new clinic opens.
    pub note: Option<LongText>,
}

/// Who deals with the estate of somebody who has died.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Estate {
    /// Name of the person or firm that deals with the estate.
    /// Example: Hart and Daughters, solicitors
    pub name: ShortText,
    /// How to reach them.
    /// Example: 3 Market Hill, Cambridge CB2 0ZZ; 01223 555 0142
    pub contact: RequiredText,
}

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

/// Locks a volunteer whom the caller may see and who can leave.
///
/// # Errors
/// `not-found`, `precondition-failed`, `invalid-transition`.
pub fn hold_to_leave(writer: &mut Writer<'_>, id: VolunteerId) -> Result<Leaver> {
    let (row, _) = store::lock(writer, id)?;
    writer.step(&LIFE, row.version, row.status, VolunteerVerb::Leave)?;
    Ok(Leaver(row))
}

/// A volunteer who can leave, locked until the transaction ends.
#[derive(Debug)]
pub struct Leaver(VolunteerRow);

/// Records that a volunteer has left, once everything that follows is written.
///
/// # Errors
/// Database errors.
pub fn leave(
    writer: &mut Writer<'_>,
    Leaver(row): Leaver,
    leaving: Leaving,
    on: Day,
) -> Result<Changed<VolunteerView>> {
    let to = writer.step(&LIFE, row.version, row.status, VolunteerVerb::Leave)?;
    store::step(writer, &row, to)?;
    write(writer, row.id, Some((leaving.reason, on)), leaving.note)?;
    let view = written(writer, row.id)?;
    let change = Change::step(&LIFE, row.id, row.version + 1, (row.status, VolunteerVerb::Leave, to));
    Ok(writer.changed(change.fields(["departure"]), view))
}

/// Records that somebody who had left comes back, as prospective.
pub(super) fn return_volunteer(writer: &mut Writer<'_>, id: VolunteerId, _: Nothing) -> Result<Changed<VolunteerView>> {
    let (row, _) = store::lock(writer, id)?;
    let to = writer.step(&LIFE, row.version, row.status, VolunteerVerb::Return)?;
    if row.leave_reason == Some(LeaveReason::Deceased) {
        let detail = "It is recorded that this person has died.";
        return Err(Refusal::new(Kind::VolunteerNotActive, detail).into());
    }
    oneself::not_about_oneself(writer, id)?;
    store::step(writer, &row, to)?;
    write(writer, id, None, None)?;
    let view = written(writer, id)?;
    let change = Change::step(&LIFE, id, row.version + 1, (row.status, VolunteerVerb::Return, to));
    Ok(writer.changed(change.fields(["departure"]), view))
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
