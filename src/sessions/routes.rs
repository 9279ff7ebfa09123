//! The operations on sessions: reading, planning, changing, marking as held, cancelling.
//! Attendance is in `attendance`.

use std::collections::HashMap;

use serde_json::json;

use crate::access::{Action, Viewers};
use crate::db::ids::{OpportunityId, SessionId};
use crate::db::page::{Page, Rows};
use crate::http::{Fields, Nothing, Patch, Routes};
use crate::opportunities::{self, OpportunityStatus};
use crate::plans;
use crate::policies::calculator::Outcome;
use crate::policies::{self, Published};
use crate::refusal::{Fault, Kind, Refusal, Result, refuse_if_any};
use crate::sessions::attendance_store as kept;
use crate::sessions::status::{LIFE, SessionVerb};
use crate::sessions::store::{self, Named, SessionRow};
use crate::sessions::views::{SessionContent, SessionFilter, SessionView, SessionsFilter};
use crate::sessions::window::claim_by;
use crate::sessions::{SessionStatus, attendance, preparation_pack, rules};
use crate::work::{Change, Changed, Reader, Writer};

/// Declares the operations.
pub fn routes(routes: &mut Routes) {
    routes.tag("Sessions", "Meetings of opportunities and who attended them. Claims for time depend on attendance.");
    planning(routes);
    routes.get("/v1/sessions/{id}", Action::ReadSessions, read_session).describe(
        "Get a session",
        "`claim_by` is the last day to claim for the session without a reason. Volunteers also see their own \
             attendance in `outcome`.",
    );
    routes
        .patch("/v1/sessions/{id}", Action::WriteSessions, change_session)
        .describe(
            "Change a session",
            "Possible while the session is scheduled; its times can be changed only until attendance is recorded.",
        )
        .refuses(&["not-editable"])
        .example("another room", json!({ "venue": "Library" }));
    routes
        .post("/v1/sessions/{id}/hold", Action::WriteSessions, hold_session)
        .verb(&LIFE, SessionVerb::Hold)
        .describe(
            "Mark a session as held",
            "Possible from the start of the session. Attendance can still be recorded afterwards.",
        )
        .refuses(&["session-not-started"]);
    attendance::routes(routes);
    preparation_pack::routes(routes);
}

fn planning(routes: &mut Routes) {
    routes.list("/v1/opportunities/{id}/sessions", Some(Action::ReadSessions), list_sessions_of_opportunity).describe(
        "List the sessions of an opportunity",
        "Newest first. Volunteers see sessions of opportunities that they are engaged with.",
    );
    routes
        .create("/v1/opportunities/{id}/sessions", Action::WriteSessions, create_session)
        .describe(
            "Plan a session",
            "Possible while the opportunity is not cancelled and its plan is not completed. The start may be in the \
             past, for a session that is entered afterwards.",
        )
        .refuses(&["not-editable"])
        .example(
            "an afternoon",
            json!({
                "starts_at": "2026-04-07T13:00:00Z", "ends_at": "2026-04-07T17:00:00Z", "venue": "Meeting room 2",
            }),
        );
    routes.list("/v1/sessions", Some(Action::ReadSessions), list_sessions).describe(
        "List sessions",
        "Newest first. Staff see sessions of their services; volunteers see sessions of opportunities that they are \
         engaged with.",
    );
}

/// Sessions that the caller may see.
///
/// # Errors
/// Database errors.
pub fn list_sessions(
    reader: &mut Reader<'_>,
    (): (),
    filter: &SessionsFilter,
    page: &Page,
) -> Result<Rows<SessionView>> {
    let rows = store::list(reader, filter, page)?;
    let published = policies::published(reader.conn)?;
    let ids: Vec<SessionId> = rows.rows.iter().map(|(row, ..)| row.id).collect();
    let own = own_outcomes(reader, &ids)?;
    let viewer = reader.grant().viewer();
    Ok(rows.map(|named| view_of(named, (viewer, &own), &published)))
}

fn list_sessions_of_opportunity(
    reader: &mut Reader<'_>,
    id: OpportunityId,
    filter: &SessionFilter,
    page: &Page,
) -> Result<Rows<SessionView>> {
    opportunities::visible(reader, id)?.ok_or_else(Refusal::not_found)?;
    let filter = SessionsFilter {
        opportunity_id: Some(vec![id]),
        service_id: None,
        status: filter.status.clone(),
        from: filter.from,
        to: filter.to,
    };
    list_sessions(reader, (), &filter, page)
}

fn read_session(reader: &mut Reader<'_>, id: SessionId) -> Result<SessionView> {
    let named = store::find(reader, id)?;
    let published = policies::published(reader.conn)?;
    let own = own_outcomes(reader, &[id])?;
    Ok(view_of(named, (reader.grant().viewer(), &own), &published))
}

/// The caller's own attendance, if they are a volunteer.
fn own_outcomes(reader: &mut Reader<'_>, ids: &[SessionId]) -> Result<HashMap<SessionId, Outcome>> {
    match reader.grant().own() {
        Some(own) => kept::outcomes(reader.conn, ids, own),
        None => Ok(HashMap::new()),
    }
}

fn create_session(writer: &mut Writer<'_>, id: OpportunityId, new: SessionContent) -> Result<Changed<SessionView>> {
    let opportunity = opportunities::visible(writer, id)?.ok_or_else(Refusal::not_found)?;
    if opportunity.status == OpportunityStatus::Cancelled {
        let detail = "The opportunity was cancelled, so no session can be added.";
        return Err(Refusal::new(Kind::NotEditable, detail).into());
    }
    rules::possible(&new, writer.today())?;
    let plan = plans::hold(writer, opportunity.plan_id)?;
    rules::plan_goes_on(plan)?;
    let id = store::insert(writer, (id, opportunity.service_id), &new)?;
    let view = read_session(writer, id)?;
    Ok(writer.changed(Change::created(LIFE.resource, id).to(SessionStatus::Scheduled), view))
}

fn change_session(
    writer: &mut Writer<'_>,
    id: SessionId,
    patch: Patch<SessionContent>,
) -> Result<Changed<SessionView>> {
    let row = store::lock(writer, id)?;
    writer.matches(row.version)?;
    if row.status != SessionStatus::Scheduled {
        not_editable(patch.fields(), "can't be changed once the session was held or cancelled")?;
    }
    let (new, fields) = patch.onto(&row.content)?;
    let times = fields.iter().map(String::as_str).filter(|name| ["starts_at", "ends_at"].contains(name));
    if times.clone().next().is_some() && kept::is_taken(writer.conn, id)? {
        not_editable(times, "can't be changed once attendance is recorded")?;
    }
    if fields.is_empty() {
        let view = read_session(writer, id)?;
        return Ok(writer.unchanged(view));
    }
    rules::possible(&new, writer.today())?;
    store::save(writer, &row, &new)?;
    let view = read_session(writer, id)?;
    Ok(writer.changed(Change::changed(LIFE.resource, id, row.version + 1).fields(fields), view))
}

fn hold_session(writer: &mut Writer<'_>, id: SessionId, _: Nothing) -> Result<Changed<SessionView>> {
    let row = store::lock(writer, id)?;
    let to = writer.step(&LIFE, row.version, row.status, SessionVerb::Hold)?;
    rules::has_started(row.content.starts_at, writer.now())?;
    store::step(writer, &row, to, None)?;
    stepped(writer, &row, SessionVerb::Hold, to, &[])
}

/// Answers a step of a session that is written.
///
/// # Errors
/// Database errors.
pub(crate) fn stepped(
    writer: &mut Writer<'_>,
    row: &SessionRow,
    verb: SessionVerb,
    to: SessionStatus,
    fields: &[&str],
) -> Result<Changed<SessionView>> {
    let view = read_session(writer, row.id)?;
    let change = Change::step(&LIFE, row.id, row.version + 1, (row.status, verb, to));
    Ok(writer.changed(change.fields(fields.iter().copied()), view))
}

fn not_editable<'f>(fields: impl Iterator<Item = &'f str>, why: &str) -> Result<(), Refusal> {
    let faults = fields.map(|name| Fault::at(format!("/{name}"), "not-editable", why)).collect();
    let detail =
        "A session can be changed only while it is scheduled, and its times only until attendance is recorded.";
    refuse_if_any(Kind::NotEditable, detail, faults)
}

fn view_of(
    (row, created_by, names): Named,
    (viewer, own): (Viewers, &HashMap<SessionId, Outcome>),
    published: &[Published],
) -> SessionView {
    SessionView {
        id: row.id,
        version: row.version,
        status: row.status,
        opportunity_id: row.opportunity_id,
        service_id: row.service_id,
        names,
        claim_by: claim_by(published, row.day()),
        content: Fields(row.content),
        cancelled_at: row.cancelled_at,
        cancel_reason: row.cancel_reason,
        outcome: viewer.shown(SessionView::OUTCOME, || own.get(&row.id).copied()),
        created_at: row.created_at,
        created_by,
        updated_at: row.updated_at,
        policies: published.len(),
    }
}
