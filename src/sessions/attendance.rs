//! The operations on the attendance of a session.
//! `register` records it.

use crate::access::Action;
use crate::db::ids::SessionId;
use crate::http::Routes;
use crate::policies;
use crate::refusal::Result;
use crate::sessions::attendance_store as kept;
use crate::sessions::attendance_views::{AttendeeView, RegisterView};
use crate::sessions::store::{self, SessionRow};
use crate::sessions::window::claim_by;
use crate::work::Reader;

/// Declares the operations.
pub(super) fn routes(routes: &mut Routes) {
    routes.get("/v1/sessions/{id}/attendance", Action::ReadAttendance, read_attendance).describe(
        "List attendance",
        "Everyone whose attendance is recorded, with the last day on which they can claim for it.",
    );
}

fn read_attendance(reader: &mut Reader<'_>, id: SessionId) -> Result<RegisterView> {
    reader.snapshot(|reader| {
        let (row, _) = store::find(reader, id)?;
        register(reader, &row, row.version)
    })
}

/// Who attended, as it is answered under this version of the session.
///
/// # Errors
/// Database errors.
pub(crate) fn register(reader: &mut Reader<'_>, row: &SessionRow, version: i32) -> Result<RegisterView> {
    let published = policies::published(reader.conn)?;
    let claim_by = claim_by(&published, row.day());
    let items = kept::of_session(reader.conn, row.id)?.into_iter().map(|signed| AttendeeView {
        volunteer_id: signed.recorded.volunteer_id,
        agreement_id: signed.recorded.agreement_id,
        outcome: signed.recorded.outcome,
        note: signed.recorded.note,
        clearance_flags: signed.recorded.flags,
        claim_by,
        recorded_at: signed.at,
        recorded_by: signed.by,
    });
    Ok(RegisterView { session_id: row.id, version, items: items.collect(), policies: published.len() })
}
