//! The operations on the attendance of a session.
//! `register` records it.

use std::collections::HashMap;

use crate::access::Action;
use crate::db::ids::{SessionId, VolunteerId};
use crate::http::Routes;
use crate::people::volunteers;
use crate::policies;
use crate::policies::calculator::Outcome;
use crate::refusal::Result;
use crate::sessions::SessionStatus;
use crate::sessions::attendance_store as kept;
use crate::sessions::attendance_views::{AttendeeView, ExpectedView, RegisterView};
use crate::sessions::expected_store::{self, Expected};
use crate::sessions::reply_views::Reply;
use crate::sessions::store::{self, SessionRow};
use crate::sessions::window::claim_by;
use crate::work::Reader;

/// Declares the operations.
pub(super) fn routes(routes: &mut Routes) {
    routes.get("/v1/sessions/{id}/attendance", Action::ReadAttendance, read_attendance).describe(
        "List attendance",
        "Everyone whose attendance is recorded, with the last day on which they can claim for it, and everyone else who is \
         expected, with their reply, what it suggests, and what they need.",
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
    let items: Vec<AttendeeView> = items.collect();
    let mut expected = expected(reader, row)?;
    expected.retain(|one| items.iter().all(|item| item.volunteer_id != one.volunteer_id));
    Ok(RegisterView { session_id: row.id, version, items, expected, policies: published.len() })
}

/// Who is expected, in the order of their names.
fn expected(reader: &mut Reader<'_>, row: &SessionRow) -> Result<Vec<ExpectedView>> {
    if row.status == SessionStatus::Cancelled {
        return Ok(Vec::new());
    }
    let people = expected_store::of(reader.conn, row)?;
    let ids: Vec<VolunteerId> = people.iter().map(|person| person.volunteer_id).collect();
    let names: HashMap<_, _> =
        volunteers::facts_of(reader.conn, &ids)?.into_iter().map(|person| (person.id, person)).collect();
    let view = |person: Expected| {
        let known = names.get(&person.volunteer_id);
        ExpectedView {
            volunteer_id: person.volunteer_id,
            volunteer_name: known.map(|known| known.called.clone()).unwrap_or_default(),
            communication_alerts: known.map(|known| known.communication_alerts.clone()).unwrap_or_default(),
            adjustments: person.adjustments,
            moved_since: person.moved_since,
            proposed_outcome: (person.reply == Some(Reply::NotComing)).then_some(Outcome::Excused),
            reply: person.reply,
            reply_note: person.reply_note,
        }
    };
    let mut expected: Vec<ExpectedView> = people.into_iter().map(view).collect();
    expected.sort_by(|one, other| {
        (&one.volunteer_name, one.volunteer_id).cmp(&(&other.volunteer_name, other.volunteer_id))
    });
    Ok(expected)
}
