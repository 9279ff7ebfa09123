//! Taking attendance, under the session's lock: whose agreement covers the day, which clearances were missing, and
//! what submitted claims rest on. What may be recorded stands in `sessions::rules`.

use std::collections::HashMap;

use serde_json::json;

use crate::access::Action;
use crate::clock::Day;
use crate::db::ids::{AgreementId, SessionId, VolunteerId};
use crate::http::Routes;
use crate::opportunities::{self, OpportunityFacts};
use crate::people::clearances;
use crate::people::volunteers;
use crate::refusal::{Failure, Result};
use crate::sessions::attendance_views::{AttendanceView, NewAttendance, NewRegister, RegisterView};
use crate::sessions::rules::{self, Difference, Entry, Recorded};
use crate::sessions::{self, LIFE, SessionRow, attendance_store};
use crate::work::{Change, Changed, Writer};
use crate::{agreements, claims, plans};

const RULES: &str = "Possible from the start of the session, while it is scheduled or held, for volunteers whose \
    agreement covers its day in London, and until the plan is completed. An outcome can't be changed once a submitted \
    claim depends on it; sending the same again changes nothing. Nobody records their own attendance. `clearance_flags` names required clearances that \
    were not valid on the day. The ETag is the session's.";

/// Declares the operations.
pub(super) fn routes(routes: &mut Routes) {
    routes
        .within("Sessions")
        .put("/v1/sessions/{id}/attendance", Action::WriteSessions, take_attendance)
        .describe("Take attendance", format!("Replaces everything that was recorded for the session. {RULES}"))
        .refuses(&["session-not-started", "not-engaged", "claimed", "not-editable", "segregation-of-duties"])
        .example(
            "one person attended",
            json!({
                "items": [{ "volunteer_id": "019d5fdf-e551-7000-8000-000000000001", "outcome": "attended" }],
            }),
        );
    routes
        .put("/v1/sessions/{id}/attendance/{volunteer_id}", Action::WriteSessions, record_attendance)
        .describe("Record the attendance of one volunteer", RULES)
        .refuses(&["session-not-started", "not-engaged", "claimed", "not-editable", "segregation-of-duties"])
        .example("left early", json!({ "outcome": "left_early", "note": "Had to catch a bus." }));
}

fn take_attendance(writer: &mut Writer<'_>, id: SessionId, body: NewRegister) -> Result<Changed<RegisterView>> {
    let (row, opportunity) = open(writer, id)?;
    let entries = body.items.into_iter().enumerate().map(|(position, item)| Entry {
        volunteer_id: item.volunteer_id,
        outcome: item.outcome,
        note: item.note,
        pointer: format!("/items/{position}"),
    });
    let changed = record(writer, (&row, &opportunity), entries.collect(), true)?;
    let view = sessions::register(writer, &row, row.version + i32::from(changed))?;
    answered(writer, &row, changed, view)
}

fn record_attendance(
    writer: &mut Writer<'_>,
    (id, volunteer_id): (SessionId, VolunteerId),
    body: NewAttendance,
) -> Result<Changed<AttendanceView>> {
    let (row, opportunity) = open(writer, id)?;
    let entry = Entry { volunteer_id, outcome: body.outcome, note: body.note, pointer: String::new() };
    let changed = record(writer, (&row, &opportunity), vec![entry], false)?;
    let register = sessions::register(writer, &row, row.version + i32::from(changed))?;
    let RegisterView { session_id, session_starts_at, version, items, seen } = register;
    let attendee = items.into_iter().find(|item| item.volunteer_id == volunteer_id);
    let attendee = attendee.ok_or_else(|| Failure::broken("attendance that was not recorded"))?;
    answered(writer, &row, changed, AttendanceView { attendee, session_id, session_starts_at, version, seen })
}

/// The session, locked, where attendance can be taken now, and what is known of its opportunity.
fn open(writer: &mut Writer<'_>, id: SessionId) -> Result<(SessionRow, OpportunityFacts)> {
    let row = sessions::lock(writer, id)?;
    writer.matches(row.version)?;
    rules::takes_attendance(row.status)?;
    rules::has_started(row.content.starts_at, writer.now())?;
    let opportunity = opportunity_of(writer, &row)?;
    let plan = plans::hold(writer, opportunity.plan_id)?;
    rules::plan_goes_on(plan)?;
    Ok((row, opportunity))
}

/// What is known of the opportunity of a session.
pub(super) fn opportunity_of(writer: &mut Writer<'_>, row: &SessionRow) -> Result<OpportunityFacts> {
    let now = writer.now();
    let found = opportunities::facts(writer.conn, row.opportunity_id, now)?;
    found.ok_or_else(|| Failure::broken("a session without its opportunity"))
}

fn answered<V>(writer: &mut Writer<'_>, row: &SessionRow, changed: bool, view: V) -> Result<Changed<V>> {
    if !changed {
        return Ok(writer.unchanged(view));
    }
    sessions::touch(writer, row)?;
    let change = Change::new(LIFE.resource, row.id, row.version + 1, "attend", "attended").to(row.status);
    Ok(writer.changed(change.fields(["attendance"]), view))
}

/// Records entries for a session that is locked; with `whole`, whoever is left out is taken out.
/// Returns whether anything changed; if so the caller makes a new version of the session.
fn record(
    writer: &mut Writer<'_>,
    (row, opportunity): (&SessionRow, &OpportunityFacts),
    entries: Vec<Entry>,
    whole: bool,
) -> Result<bool> {
    let before = attendance_store::of_sessions(writer.conn, &[row.id])?.remove(&row.id).unwrap_or_default();
    let covering = covering(writer, row)?;
    let pointers: HashMap<_, _> = entries.iter().map(|entry| (entry.volunteer_id, entry.pointer.clone())).collect();
    let engaged = rules::engaged(entries, &before, &covering)?;
    let after = flagged(writer, opportunity, engaged.into_iter().map(|(entry, id)| (entry, id, row.day())).collect())?;
    let difference = Difference::of(&before, after, whole);
    let decided = difference.changed.iter().map(|one| one.volunteer_id).chain(difference.gone.iter().copied());
    let decided: Vec<_> = decided.map(|id| (id, pointers.get(&id).map(String::as_str))).collect();
    volunteers::not_among(writer, &decided)?;
    write(writer, &[Register { session: row.id, before, difference }], &pointers)
}

/// Who is engaged on the session's day, each under the latest agreement that covers it.
fn covering(writer: &mut Writer<'_>, row: &SessionRow) -> Result<HashMap<VolunteerId, AgreementId>> {
    let agreements = agreements::covering(writer.conn, row.opportunity_id, (row.day(), row.day()))?;
    Ok(agreements.into_iter().map(|agreement| (agreement.volunteer_id, agreement.id)).collect())
}

/// Entries, each under an agreement and for a day, with the clearances that were not valid on that day: what happened is
/// recorded as it was, and flagged.
pub(super) fn flagged(
    writer: &mut Writer<'_>,
    opportunity: &OpportunityFacts,
    entries: Vec<(Entry, AgreementId, Day)>,
) -> Result<Vec<Recorded>> {
    let (required, training) = (&opportunity.clearances_required, &opportunity.training_required);
    let people: Vec<VolunteerId> = entries.iter().map(|(entry, ..)| entry.volunteer_id).collect();
    let asked = !required.is_empty() || !training.is_empty();
    let held = asked.then(|| clearances::holdings(writer.conn, &people)).transpose()?;
    let flag = |(entry, agreement_id, day)| {
        let Entry { volunteer_id, outcome, note, .. } = entry;
        let flags = held.as_ref().map(|held| held.missing(volunteer_id, required, training, day)).unwrap_or_default();
        Recorded { volunteer_id, agreement_id, outcome, note, flags }
    };
    Ok(entries.into_iter().map(flag).collect())
}

/// What was recorded of a locked session, and what is to be written.
pub(super) struct Register {
    pub session: SessionId,
    pub before: Vec<Recorded>,
    pub difference: Difference,
}

/// Writes what differs, of all these sessions with one statement; answers whether anything did.
pub(super) fn write(
    writer: &mut Writer<'_>,
    registers: &[Register],
    pointers: &HashMap<VolunteerId, String>,
) -> Result<bool> {
    let differing: Vec<&Register> = registers.iter().filter(|one| !one.difference.is_nothing()).collect();
    if differing.is_empty() {
        return Ok(false);
    }
    let claimed = claims::on_sessions(writer.conn, &differing.iter().map(|one| one.session).collect::<Vec<_>>())?;
    for Register { session, before, difference } in &differing {
        let of_session = claimed.iter().filter(|(of, _)| of == session);
        let claimed: Vec<VolunteerId> = of_session.map(|(_, volunteer)| *volunteer).collect();
        difference.leaves_claims_alone(before, &claimed, pointers)?;
    }
    let differing: Vec<_> = differing.into_iter().map(|one| (one.session, &one.difference)).collect();
    attendance_store::write(writer, &differing)?;
    Ok(true)
}
