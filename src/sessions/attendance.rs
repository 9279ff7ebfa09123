//! The operations on the attendance of a session.
//! `register` records it.

use crate::access::Action;
use crate::db::Json;
use crate::db::ids::SessionId;
use crate::digest::fingerprint;
use crate::http::Routes;
use crate::people::volunteers;
use crate::policies;
use crate::refusal::{Failure, Result};
use crate::sessions::attendance_store as kept;
use crate::sessions::attendance_views::{AttendeeView, RegisterView};
use crate::sessions::store::{self, SessionRow};
use crate::sessions::window::claim_by;
use crate::work::Reader;

/// Declares the operations.
pub(super) fn routes(routes: &mut Routes) {
    routes.get("/v1/sessions/{id}/attendance", Action::ReadAttendance, read_attendance).describe(
        "List attendance",
        "The register: everyone whose attendance is recorded and everyone else whose agreement covers the day, with \
         `outcome` null until it is recorded. Read `communication_alerts` before you write or speak to anyone.",
    );
}

fn read_attendance(reader: &mut Reader<'_>, id: SessionId) -> Result<RegisterView> {
    reader.snapshot(|reader| {
        let (row, ..) = store::find(reader, id)?;
        register(reader, &row, row.version)
    })
}

/// Who attended or is expected, as it is answered under this version of the session.
///
/// # Errors
/// Database errors.
pub(crate) fn register(reader: &mut Reader<'_>, row: &SessionRow, version: i32) -> Result<RegisterView> {
    let published = policies::published(reader.conn)?;
    let claim_by = claim_by(&published, row.day());
    let items = kept::listed(reader.conn, row)?.into_iter().map(|listed| AttendeeView {
        volunteer_id: listed.volunteer_id,
        agreement_id: listed.agreement_id,
        outcome: listed.outcome(),
        volunteer_name: listed.called,
        communication_alerts: listed.needs.map(|needs| volunteers::alerts(&needs)).unwrap_or_default(),
        note: listed.note,
        clearance_flags: listed.flags.map(|Json(flags)| flags).unwrap_or_default(),
        claim_by,
        recorded_at: listed.recorded_at,
        recorded_by: listed.recorded_by,
    });
    let items: Vec<AttendeeView> = items.collect();
    let seen = format!("{}-{}", published.len(), seen(&items)?);
    Ok(RegisterView { session_id: row.id, session_starts_at: row.content.starts_at, version, items, seen })
}

/// The part of an ETag that changes with who is expected, what they are called and what they need: all that changes without
/// a new version of the session.
fn seen(items: &[AttendeeView]) -> Result<String> {
    let around: Vec<_> =
        items.iter().map(|item| (item.volunteer_id, &item.volunteer_name, &item.communication_alerts)).collect();
    let around = serde_json::to_string(&around).map_err(Failure::broken)?;
    Ok(fingerprint(&[&around]).chars().take(12).collect())
}
