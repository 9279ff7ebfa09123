//! Erasing a volunteer's own rows: the profile is emptied, lived experience is deleted, finance's numbers stay, and a proposed
//! change of them is dropped.
//! `processes::erase_person` calls the other features and says when an erasure is not allowed.

use crate::db::prelude::*;

use crate::db::ids::VolunteerId;
use crate::db::schema::volunteers;
use crate::people::volunteers::content::VolunteerContent;
use crate::people::volunteers::payee::WITHDRAW_PROPOSAL;
use crate::people::volunteers::status::{ERASURE, VolunteerStatus, VolunteerVerb};
use crate::people::volunteers::{releases, store};
use crate::refusal::Result;
use crate::work::erase_rows::{self, clear};
use crate::work::{Change, Writer};

/// A volunteer whose row is locked; every other write for them waits.
#[derive(Clone, Copy, Debug)]
pub struct Held {
    /// The volunteer.
    pub id: VolunteerId,
    /// Version of the volunteer's record.
    pub version: i32,
    /// Status at the time of the lock.
    pub status: VolunteerStatus,
}

/// Locks a volunteer whom the caller may see.
///
/// # Errors
/// `not-found`.
pub fn hold(writer: &mut Writer<'_>, id: VolunteerId) -> Result<Held> {
    let (row, ..) = store::lock(writer, id)?;
    Ok(Held { id, version: row.version, status: row.status })
}

/// Locks a volunteer without waiting: none where somebody else has the lock, or the person was erased.
///
/// # Errors
/// Database errors.
pub fn hold_if_free(writer: &mut Writer<'_>, id: VolunteerId) -> Result<Option<Held>> {
    let free = volunteers::table
        .find(id)
        .filter(volunteers::status.ne_all([VolunteerStatus::Merged, VolunteerStatus::Erased]));
    let free = free.select((volunteers::version, volunteers::status)).for_update().skip_locked();
    let held: Option<(i32, VolunteerStatus)> = free.first(writer.conn).optional()?;
    Ok(held.map(|(version, status)| Held { id, version, status }))
}

fn person_statement() -> String {
    format!(
        "UPDATE volunteers SET status = '{}', staff_subject = NULL, left_on = NULL, leave_reason = NULL, version = version + 1, updated_at = $2 WHERE id = $1",
        VolunteerStatus::Erased
    )
}

pub(super) const NOTE: &str = "UPDATE volunteer_profiles SET leave_note = NULL WHERE volunteer_id = $1";

const EXPERIENCES: &str =
    "DELETE FROM experiences WHERE volunteer_id = $1 RETURNING id, version + 1 AS version, NULL AS was";

const RELEASES: &str = "DELETE FROM export_releases WHERE volunteer_id = $1 RETURNING id, 2 AS version, NULL AS was";

/// Erases a volunteer's own rows and records the step; from now on the database allows their other rows to be deleted.
/// Finance's numbers stay with the payments; what was only proposed goes.
///
/// # Errors
/// Database errors.
pub fn erase(writer: &mut Writer<'_>, person: Held) -> Result<()> {
    clear(writer, &person_statement(), person.id)?;
    store::save_profile(writer, person.id, VolunteerContent::default())?;
    clear(writer, NOTE, person.id)?;
    let step = (person.status, VolunteerVerb::Erase, VolunteerStatus::Erased);
    writer.note(Change::step(&ERASURE, person.id, person.version + 1, step));
    erase_rows::erase(writer, "payee", WITHDRAW_PROPOSAL, person.id)?;
    erase_rows::erase(writer, "experience", EXPERIENCES, person.id)?;
    erase_rows::erase(writer, releases::RESOURCE, RELEASES, person.id)
}
