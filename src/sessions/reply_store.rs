//! SQL of the replies to sessions.

use crate::db::prelude::*;
use diesel::pg::Pg;
use diesel::sql_types::{Bool, Uuid as SqlUuid};

use crate::clock::Instant;
use crate::db::ids::{ActorId, SessionId, SessionReplyId, VolunteerId};
use crate::db::schema::{actors, session_replies as replies, sessions};
use crate::refusal::{Failure, Result};
use crate::sessions::SessionStatus;
use crate::sessions::reply_views::{NewReply, RepliedHow, Reply, ReplyView};
use crate::text::LongText;
use crate::work::Writer;

#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = replies, check_for_backend(Pg))]
struct ReplyRow {
    id: SessionReplyId,
    version: i32,
    session_id: SessionId,
    volunteer_id: VolunteerId,
    reply: Reply,
    how: RepliedHow,
    note: Option<LongText>,
    created_at: Instant,
    updated_at: Instant,
}

/// The reply of a volunteer to a session, locked; none where there is none yet.
pub(super) fn find(writer: &mut Writer<'_>, of: (SessionId, VolunteerId)) -> Result<Option<ReplyView>> {
    let row: Option<(ReplyRow, ActorId)> = replies::table
        .filter(replies::session_id.eq(of.0).and(replies::volunteer_id.eq(of.1)))
        .select((ReplyRow::as_select(), replies::updated_by))
        .for_update()
        .first(writer.conn)
        .optional()?;
    let Some((row, by)) = row else { return Ok(None) };
    let subject: Option<String> = actors::table.find(by).select(actors::subject).first(writer.conn)?;
    Ok(Some(ReplyView {
        id: row.id,
        version: row.version,
        session_id: row.session_id,
        volunteer_id: row.volunteer_id,
        reply: row.reply,
        how: row.how,
        note: row.note,
        created_at: row.created_at,
        updated_at: row.updated_at,
        updated_by: subject,
    }))
}

/// Writes a reply, the first or another one; answers what is kept. Of two at once, one is the first and the other changes it.
pub(super) fn write(
    writer: &mut Writer<'_>,
    of: (SessionId, VolunteerId),
    new: &NewReply,
    how: RepliedHow,
) -> Result<ReplyView> {
    let (id, now, by): (SessionReplyId, Instant, ActorId) = (writer.new_id(), writer.now(), writer.actor_id());
    diesel::insert_into(replies::table)
        .values((
            replies::id.eq(id),
            replies::session_id.eq(of.0),
            replies::volunteer_id.eq(of.1),
            replies::reply.eq(new.reply),
            replies::how.eq(how),
            replies::note.eq(new.note.as_ref()),
            replies::created_at.eq(now),
            replies::created_by.eq(by),
            replies::updated_at.eq(now),
            replies::updated_by.eq(by),
        ))
        .on_conflict((replies::session_id, replies::volunteer_id))
        .do_update()
        .set((
            replies::reply.eq(new.reply),
            replies::how.eq(how),
            replies::note.eq(new.note.as_ref()),
            replies::version.eq(replies::version + 1),
            replies::updated_at.eq(now),
            replies::updated_by.eq(by),
        ))
        .execute(writer.conn)?;
    find(writer, of)?.ok_or_else(|| Failure::broken("a reply that was not kept"))
}

/// Removes the replies of a volunteer to sessions to come; answers their ids and last versions.
pub(super) fn remove_to_come(writer: &mut Writer<'_>, of: VolunteerId) -> Result<Vec<(SessionReplyId, i32)>> {
    let to_come = sessions::table
        .filter(sessions::status.eq(SessionStatus::Scheduled).and(sessions::starts_at.gt(writer.now())))
        .select(sessions::id);
    let gone = replies::table.filter(replies::volunteer_id.eq(of)).filter(replies::session_id.eq_any(to_come));
    Ok(diesel::delete(gone).returning((replies::id, replies::version)).get_results(writer.conn)?)
}

/// Whether anybody replied to a session.
pub(super) fn is_any(writer: &mut Writer<'_>, session: SessionId) -> Result<bool> {
    let any = replies::table.filter(replies::session_id.eq(session));
    Ok(diesel::select(diesel::dsl::exists(any)).get_result(writer.conn)?)
}

/// Whether a volunteer is expected at a session.
pub(super) fn is_expected(writer: &mut Writer<'_>, of: (SessionId, VolunteerId)) -> Result<bool> {
    let expected = diesel::dsl::sql::<Bool>("EXISTS (SELECT FROM expected_at_sessions WHERE session_id = ")
        .bind::<SqlUuid, _>(of.0)
        .sql(" AND volunteer_id = ")
        .bind::<SqlUuid, _>(of.1)
        .sql(")");
    Ok(diesel::select(expected).get_result(writer.conn)?)
}
