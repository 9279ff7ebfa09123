//! Sessions as the caller sees them.

use std::collections::HashMap;

use crate::access::{Viewer, Viewers};
use crate::db::ids::{ServiceId, SessionId, VolunteerId};
use crate::http::Fields;
use crate::policies::{self, Published};
use crate::refusal::{Failure, Result};
use crate::sessions::counts::{self, Counts};
use crate::sessions::list_store;
use crate::sessions::own_store::{self, OwnPart};
use crate::sessions::store::{self, Named, SessionRow};
use crate::sessions::views::{SessionContent, SessionView};
use crate::sessions::window::claim_by;
use crate::work::Reader;
use crate::work::access_log::{Category, SensitiveRead};

/// A session.
pub(super) fn read_session(reader: &mut Reader<'_>, id: SessionId) -> Result<SessionView> {
    let found = store::find(reader, id)?;
    shown(reader, found)
}

/// The same of what was read already, or just written.
pub(super) fn shown(reader: &mut Reader<'_>, found: Named) -> Result<SessionView> {
    views(reader, vec![found])?.pop().ok_or_else(|| Failure::broken("a session without its view"))
}

/// Sessions of a list, with how many come and what is to book for them.
pub(super) fn listed(reader: &mut Reader<'_>, rows: Vec<Named>) -> Result<Vec<SessionView>> {
    let services = store::own_services(reader)?;
    let counted: Vec<SessionId> = rows
        .iter()
        .filter(|(row, ..)| viewers(reader, services.as_deref(), row).sees(SessionView::EXPECTED_COUNT))
        .map(|(row, ..)| row.id)
        .collect();
    let counts = if counted.is_empty() { HashMap::new() } else { counts::of(reader.conn, &counted)? };
    views_of(reader, rows, services.as_deref(), &counts)
}

/// Notes that the answer tells who of these people takes part in the sessions, though no session says so itself. Of a session
/// that the caller reaches as a volunteer it tells nothing of others.
pub(super) fn note_who_takes_part(reader: &mut Reader<'_>, people: &[VolunteerId], rows: &[Named]) -> Result<()> {
    let everywhere = reader.grant().all();
    // Whoever works at no service learns of themselves alone.
    if people.is_empty() || rows.is_empty() || (!everywhere && reader.grant().services().is_empty()) {
        return Ok(());
    }
    let services = if everywhere { None } else { store::own_services(reader)? };
    let told = rows.iter().filter(|(row, ..)| services.as_ref().is_none_or(|own| own.contains(&row.service_id)));
    let told: Vec<SessionId> = told.map(|(row, ..)| row.id).collect();
    for (volunteer, session) in list_store::parts(reader.conn, &told, people)? {
        reader.note_access(SensitiveRead { volunteer, what: Category::Attendance, thing: Some(session.into()) });
    }
    Ok(())
}

/// Sessions that were read for themselves or are the answer to a change. What is counted changes without their version, so
/// it is not in them.
pub(super) fn views(reader: &mut Reader<'_>, rows: Vec<Named>) -> Result<Vec<SessionView>> {
    let services = store::own_services(reader)?;
    views_of(reader, rows, services.as_deref(), &HashMap::new())
}

/// Who the caller is to a session. Staff who are volunteers elsewhere are told how to join the sessions of their own
/// services alone.
fn viewers(reader: &Reader<'_>, services: Option<&[ServiceId]>, row: &SessionRow) -> Viewers {
    let viewer = reader.grant().viewer();
    services.map_or(viewer, |own| viewer.only_if(Viewer::Service, own.contains(&row.service_id)))
}

fn views_of(
    reader: &mut Reader<'_>,
    rows: Vec<Named>,
    services: Option<&[ServiceId]>,
    counts: &HashMap<SessionId, Counts>,
) -> Result<Vec<SessionView>> {
    let published = policies::published(reader.conn)?;
    let ids: Vec<SessionId> = rows.iter().map(|(row, ..)| row.id).collect();
    let own = match reader.grant().own() {
        Some(own) => own_store::of(reader.conn, &ids, own)?,
        None => HashMap::new(),
    };
    let one = |named: Named| {
        let id = named.0.id;
        let part = own.get(&id).copied().unwrap_or_default();
        view_of((viewers(reader, services, &named.0), part, counts.get(&id)), named, &published)
    };
    Ok(rows.into_iter().map(one).collect())
}

fn view_of(
    (viewer, part, counts): (Viewers, OwnPart, Option<&Counts>),
    (row, created_by, names): Named,
    published: &[Published],
) -> SessionView {
    // How to take part is for those who come.
    let joins = viewer.only_if(Viewer::Own, part.expected);
    let claim_by = claim_by(published, row.day());
    let SessionContent { details, join_details } = row.content;
    SessionView {
        id: row.id,
        version: row.version,
        status: row.status,
        opportunity_id: row.opportunity_id,
        service_id: row.service_id,
        names,
        claim_by,
        details: Fields(details),
        join_details: joins.shown(SessionView::JOIN_DETAILS, || join_details),
        cancelled_at: row.cancelled_at,
        cancel_reason: row.cancel_reason,
        expected_count: counts.and_then(|it| viewer.shown(SessionView::EXPECTED_COUNT, || it.expected)),
        coming_count: counts.and_then(|it| viewer.shown(SessionView::COMING_COUNT, || it.coming)),
        to_book_count: counts.and_then(|it| viewer.shown(SessionView::TO_BOOK_COUNT, || it.to_book)),
        outcome: viewer.shown(SessionView::OUTCOME, || part.outcome),
        reply: viewer.shown(SessionView::REPLY, || part.reply),
        created_at: row.created_at,
        created_by,
        updated_at: row.updated_at,
        policies: published.len(),
    }
}
