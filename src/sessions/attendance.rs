//! What can be done with a session's attendance.
//! How it is recorded stands in `register`.

use serde_json::json;

use crate::access::Action;
use crate::db::ids::{SessionId, VolunteerId};
use crate::db::{Change, Changed, Reader, Writer};
use crate::http::Routes;
use crate::opportunities;
use crate::plans;
use crate::policies;
use crate::refusal::{Done, Failure};
use crate::sessions::attendance_store as kept;
use crate::sessions::register::{day, record};
use crate::sessions::rules::{self, Entry};
use crate::sessions::status::LIFE;
use crate::sessions::store::{self, Row};
use crate::sessions::views::{AttendanceView, AttendeeView, NewAttendance, NewRegister, RegisterView};
use crate::sessions::window::claim_by;

const RULES: &str = "From the session's start on, while it is scheduled or held, for people whose agreement covers its day in \
    London. An outcome stays as it is once it stands in a submitted claim; sending the same again changes nothing. \
    Once the plan is completed it stands as it was taken. `clearance_flags` names required clearances that were not valid on the day. The ETag is the session's.";

/// Declares the operations.
pub(super) fn routes(routes: &mut Routes) {
    routes
        .get("/v1/sessions/{id}/attendance", Action::ReadAttendance, read_attendance)
        .says("Who attended", "Everyone for whom it is recorded, with the last day on which they can claim for it.");
    routes
        .put("/v1/sessions/{id}/attendance", Action::WriteSessions, take_attendance)
        .says("Take attendance", &format!("Takes the place of all that was recorded. {RULES}"))
        .refuses(&["session-not-started", "not-engaged", "claimed", "not-editable"])
        .example(
            "one came",
            json!({
                "items": [{ "volunteer_id": "019d5fdf-e551-7000-8000-000000000001", "outcome": "attended" }],
            }),
        );
    routes
        .put("/v1/sessions/{id}/attendance/{volunteer_id}", Action::WriteSessions, record_attendance)
        .says("Record how a session went for one person", RULES)
        .refuses(&["session-not-started", "not-engaged", "claimed", "not-editable"])
        .example("left early", json!({ "outcome": "left_early", "note": "Had to catch a bus." }));
}

fn read_attendance(reader: &mut Reader<'_>, id: SessionId) -> Done<RegisterView> {
    reader.snapshot(|reader| {
        let (row, _) = store::find(reader, id)?;
        register(reader, &row, row.version)
    })
}

fn take_attendance(writer: &mut Writer<'_>, id: SessionId, body: NewRegister) -> Done<Changed<RegisterView>> {
    let row = open(writer, id)?;
    let entries = body.items.into_iter().enumerate().map(|(position, item)| Entry {
        volunteer_id: item.volunteer_id,
        outcome: item.outcome,
        note: item.note,
        pointer: format!("/items/{position}"),
    });
    let changed = record(writer, &row, entries.collect(), true)?;
    let view = register(writer, &row, row.version + i32::from(changed))?;
    answered(writer, &row, changed, view)
}

fn record_attendance(
    writer: &mut Writer<'_>,
    (id, volunteer_id): (SessionId, VolunteerId),
    body: NewAttendance,
) -> Done<Changed<AttendanceView>> {
    let row = open(writer, id)?;
    let entry = Entry { volunteer_id, outcome: body.outcome, note: body.note, pointer: String::new() };
    let changed = record(writer, &row, vec![entry], false)?;
    let RegisterView { session_id, version, items, policies } =
        register(writer, &row, row.version + i32::from(changed))?;
    let attendee = items.into_iter().find(|item| item.volunteer_id == volunteer_id);
    let attendee = attendee.ok_or_else(|| Failure::broken("attendance that was not recorded"))?;
    answered(writer, &row, changed, AttendanceView { attendee, session_id, version, policies })
}

/// The session, locked, where attendance can be taken now.
fn open(writer: &mut Writer<'_>, id: SessionId) -> Done<Row> {
    let row = store::lock(writer, id)?;
    writer.matches(row.version)?;
    rules::takes_attendance(row.status)?;
    rules::has_started(row.starts_at, writer.now())?;
    let now = writer.now();
    let opportunity = opportunities::facts(writer.conn, row.opportunity_id, now)?
        .ok_or_else(|| Failure::broken("a session without its opportunity"))?;
    let plan = plans::hold(writer, opportunity.plan_id)?;
    rules::plan_goes_on(plan)?;
    Ok(row)
}

fn answered<V>(writer: &mut Writer<'_>, row: &Row, changed: bool, view: V) -> Done<Changed<V>> {
    if !changed {
        return Ok(writer.unchanged(view));
    }
    store::touch(writer, row)?;
    let change = Change::new(LIFE.resource, row.id, row.version + 1, "attend", "attended").to(row.status);
    Ok(writer.changed(change.fields(["attendance"]), view))
}

fn register(reader: &mut Reader<'_>, row: &Row, version: i32) -> Done<RegisterView> {
    let published = policies::published(reader.conn)?;
    let claim_by = claim_by(&published, day(row));
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
