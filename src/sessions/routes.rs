//! The operations on sessions: reading, planning, changing, marking as held, cancelling.
//! Attendance is in `attendance`.

use serde_json::json;

use crate::access::Action;
use crate::db::ids::{OpportunityId, SessionId};
use crate::db::page::{Page, Rows};
use crate::db::the_one;
use crate::http::{Nothing, Patch, Routes};
use crate::opportunities::{self, OpportunityStatus};
use crate::plans;
use crate::refusal::{Failure, Fault, Kind, Refusal, Result, refuse_if_any};
use crate::sessions::attendance_store as kept;
use crate::sessions::series_views::{NewSeries, SeriesView};
use crate::sessions::status::{LIFE, SessionVerb};
use crate::sessions::store::{self, Named, SessionRow};
use crate::sessions::views::{SessionContent, SessionFilter, SessionView, SessionsFilter};
use crate::sessions::{
    SessionStatus, arrangement_store, arrangements, attendance, list_store, news, news_store, preparation_pack,
    replies, reply_store, rules, run_sheet, series, show, write,
};
use crate::work::{Change, Changed, Reader, Writer};

/// Declares the operations.
pub fn routes(routes: &mut Routes) {
    routes.tag("Sessions", "Meetings of opportunities and who attended them. Claims for time depend on attendance.");
    planning(routes);
    routes.get("/v1/sessions/{id}", Action::ReadSessions, show::read_session).describe(
        "Get a session",
        "`claim_by` is the last day to claim for the session without a reason. Volunteers also see their own \
             attendance in `outcome`.",
    );
    routes
        .patch("/v1/sessions/{id}", Action::WriteSessions, change_session)
        .describe(
            "Change a session",
            "Possible while the session is scheduled; its times can be changed only until attendance is recorded. Everybody \
             who is expected gets a message. If they already knew of the session, it gives the old details and the new ones.",
        )
        .refuses(&["not-editable"])
        .example("another room", json!({ "venue": "Library" }));
    routes
        .delete("/v1/sessions/{id}", Action::WriteSessions, delete_session)
        .describe(
            "Delete a session",
            "Deletes a session that was planned by mistake. This works only while it is scheduled, has no attendance, \
             replies or claims, and nobody has been told of it. Messages not yet sent are withdrawn. In every other \
             case, cancel the session.",
        )
        .requires_match()
        .refuses(&["not-editable"]);
    routes
        .post("/v1/sessions/{id}/hold", Action::WriteSessions, hold_session)
        .verb(&LIFE, SessionVerb::Hold)
        .describe(
            "Mark a session as held",
            "Possible from the start of the session. Attendance can still be recorded afterwards.",
        )
        .refuses(&["session-not-started"]);
    replies::routes(routes);
    attendance::routes(routes);
    run_sheet::routes(routes);
    arrangements::routes(routes);
    preparation_pack::routes(routes);
}

fn planning(routes: &mut Routes) {
    routes
        .list("/v1/opportunities/{id}/sessions", Some(Action::ReadSessions), list_sessions_of_opportunity)
        .sorted_by(list_store::SORTINGS)
        .describe(
            "List the sessions of an opportunity",
            "Newest first, or by the time at which they take place. Volunteers see sessions of opportunities that they are \
             engaged with.",
        );
    routes
        .create("/v1/opportunities/{id}/sessions", Action::WriteSessions, create_session)
        .describe(
            "Plan a session",
            "Possible while the opportunity is not cancelled and its plan is not completed. The start may be in the \
             past, for a session that is entered afterwards. Everybody who is expected at a session to come is told, and \
             reminded some days before.",
        )
        .refuses(&["not-editable"])
        .example(
            "an afternoon",
            json!({
                "starts_at": "2026-04-07T13:00:00Z", "ends_at": "2026-04-07T17:00:00Z", "venue": "Meeting room 2",
            }),
        );
    routes
        .create("/v1/opportunities/{id}/sessions/series", Action::WriteSessions, create_series)
        .without_etag()
        .describe(
            "Plan a series of sessions",
            "Plans up to 60 sessions at once, all or none: the first one, and others like it at the same time of day in \
             London, also when the clocks change. Everybody who is expected gets one message with all the dates.",
        )
        .refuses(&["not-editable"])
        .example(
            "a dozen evenings, but for half-term",
            json!({
                "session": { "starts_at": "2027-01-12T18:00:00Z", "ends_at": "2027-01-12T20:00:00Z", "venue": "Meeting room 2" },
                "every": "week", "count": 12, "except": ["2027-02-16"],
            }),
        )
        .example(
            "a forum's year without August",
            json!({
                "session": { "starts_at": "2027-01-12T14:00:00Z", "ends_at": "2027-01-12T16:00:00Z", "venue": "Meeting room 2" },
                "every": "month_same_weekday", "count": 12, "except": ["2027-08-10"],
            }),
        );
    routes.list_with_csv("/v1/sessions", Action::ReadSessions, list_sessions).sorted_by(list_store::SORTINGS).describe(
        "List sessions",
        "Newest first, or by the time at which they take place. Staff see sessions of their services; volunteers see \
         sessions of opportunities that they are engaged with. For leads and staff, each session says how many come and \
         what is to book.",
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
    let Rows { rows, more } = list_store::list(reader, filter, page)?;
    show::note_who_takes_part(reader, filter.volunteer_id.as_deref().unwrap_or_default(), &rows)?;
    Ok(Rows { rows: show::listed(reader, rows)?, more })
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
        status: filter.status.clone(),
        from: filter.from,
        to: filter.to,
        ..SessionsFilter::default()
    };
    list_sessions(reader, (), &filter, page)
}

fn create_session(writer: &mut Writer<'_>, id: OpportunityId, new: SessionContent) -> Result<Changed<SessionView>> {
    let planned = plan(writer, id, &[new])?;
    news::tell_of(writer, id, &ids_of(&planned))?;
    let view = show::views(writer, planned)?.pop();
    let view = view.ok_or_else(|| Failure::broken("a session that was not planned"))?;
    Ok(writer.changed(Change::created(LIFE.resource, view.id).to(SessionStatus::Scheduled), view))
}

fn create_series(writer: &mut Writer<'_>, id: OpportunityId, new: NewSeries) -> Result<Changed<SeriesView>> {
    let sessions = series::sessions(&new)?;
    let mut planned = plan(writer, id, &sessions)?;
    let ids = ids_of(&planned);
    news::tell_of(writer, id, &ids)?;
    planned.sort_by_key(|(row, ..)| (row.content.starts_at, row.id));
    let items = show::views(writer, planned)?;
    let (last, others) = ids.split_last().ok_or_else(|| Failure::broken("a series without a session"))?;
    for session in others {
        writer.note(Change::created(LIFE.resource, *session).to(SessionStatus::Scheduled));
    }
    Ok(writer.changed(Change::created(LIFE.resource, *last).to(SessionStatus::Scheduled), SeriesView { items }))
}

fn ids_of(planned: &[Named]) -> Vec<SessionId> {
    planned.iter().map(|(row, ..)| row.id).collect()
}

/// Plans sessions of an opportunity that takes more of them; answers them.
fn plan(writer: &mut Writer<'_>, id: OpportunityId, new: &[SessionContent]) -> Result<Vec<Named>> {
    opportunities::visible(writer, id)?.ok_or_else(Refusal::not_found)?;
    // Held before it is judged: a cancellation ends every session that it finds, and finds none that comes later.
    let opportunity = opportunities::hold(writer, id)?.facts;
    if opportunity.status == OpportunityStatus::Cancelled {
        let detail = "The opportunity was cancelled, so no session can be added.";
        return Err(Refusal::new(Kind::NotEditable, detail).into());
    }
    let pointer = if new.len() == 1 { "/starts_at" } else { "/session/starts_at" };
    if let Some(first) = new.first() {
        rules::possible(first, pointer, writer.today())?;
    }
    let plan = plans::hold(writer, opportunity.plan_id)?;
    rules::plan_goes_on(plan)?;
    write::insert(writer, (id, opportunity.service_id), new)
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
        let view = show::read_session(writer, id)?;
        return Ok(writer.unchanged(view));
    }
    rules::possible(&new, "/starts_at", writer.today())?;
    let moved = fields.iter().any(|name| rules::TOLD.contains(&name.as_str()));
    let saved = write::save(writer, &row, &new, moved)?;
    if moved {
        news::tell_of(writer, row.opportunity_id, &[id])?;
    }
    let view = show::shown(writer, saved)?;
    Ok(writer.changed(Change::changed(LIFE.resource, id, row.version + 1).fields(fields), view))
}

fn delete_session(writer: &mut Writer<'_>, id: SessionId) -> Result<Changed<()>> {
    let row = store::lock(writer, id)?;
    writer.matches(row.version)?;
    let taken = kept::is_taken(writer.conn, id)?;
    // First what others may still be telling, then whether somebody was told.
    news::untell(writer, row.opportunity_id, id)?;
    let known = news_store::was_told(writer, id)? || reply_store::is_any(writer, id)?;
    rules::can_be_deleted(row.status, taken, known)?;
    arrangement_store::remove(writer, id)?;
    news_store::forget_session(writer, id)?;
    write::delete(writer, &row)?;
    Ok(writer.changed(Change::new(LIFE.resource, id, row.version + 1, "remove", "removed"), ()))
}

fn hold_session(writer: &mut Writer<'_>, id: SessionId, _: Nothing) -> Result<Changed<SessionView>> {
    let row = store::lock(writer, id)?;
    let to = writer.step(&LIFE, row.version, row.status, SessionVerb::Hold)?;
    rules::has_started(row.content.starts_at, writer.now())?;
    let held = write::step(writer, &[id], to, None)?;
    stepped(writer, (&row, held), SessionVerb::Hold, to, &[])
}

/// Answers a step of a session, as it was written.
///
/// # Errors
/// Database errors.
pub(crate) fn stepped(
    writer: &mut Writer<'_>,
    (row, written): (&SessionRow, Vec<Named>),
    verb: SessionVerb,
    to: SessionStatus,
    fields: &[&str],
) -> Result<Changed<SessionView>> {
    let view = show::shown(writer, the_one(written)?)?;
    let change = Change::step(&LIFE, row.id, row.version + 1, (row.status, verb, to));
    Ok(writer.changed(change.fields(fields.iter().copied()), view))
}

fn not_editable<'f>(fields: impl Iterator<Item = &'f str>, why: &str) -> Result<(), Refusal> {
    let faults = fields.map(|name| Fault::at(format!("/{name}"), "not-editable", why)).collect();
    let detail =
        "A session can be changed only while it is scheduled, and its times only until attendance is recorded.";
    refuse_if_any(Kind::NotEditable, detail, faults)
}
