//! Writing sessions, under the lock that `store` takes.

use crate::db::prelude::*;

use crate::clock::Instant;
use crate::db::ids::{ActorId, OpportunityId, ServiceId, SessionId};
use crate::db::schema::{actors, sessions};
use crate::db::statement::in_blocks;
use crate::db::{exactly, exactly_one, the_one};
use crate::refusal::Result;
use crate::sessions::SessionStatus;
use crate::sessions::store::{Named, SessionRow, whole};
use crate::sessions::views::SessionContent;
use crate::work::Writer;

/// Plans these sessions, many with one statement; answers them in the same order, as a read finds them.
pub(super) fn insert(
    writer: &mut Writer<'_>,
    (opportunity, service): (OpportunityId, ServiceId),
    new: &[SessionContent],
) -> Result<Vec<Named>> {
    let (now, by): (Instant, ActorId) = (writer.now(), writer.actor_id());
    let ids: Vec<SessionId> = new.iter().map(|_| writer.new_id()).collect();
    let rows = ids.iter().zip(new).map(|(id, new)| {
        (
            sessions::id.eq(*id),
            sessions::opportunity_id.eq(opportunity),
            sessions::service_id.eq(service),
            sessions::status.eq(SessionStatus::Scheduled),
            new,
            sessions::created_at.eq(now),
            sessions::created_by.eq(by),
            sessions::updated_at.eq(now),
        )
    });
    let mut planned: Vec<Named> = Vec::with_capacity(ids.len());
    in_blocks(rows, |rows| {
        let made = diesel::insert_into(sessions::table).values(rows).returning(whole!());
        let made: Vec<Named> = made.load(writer.conn)?;
        let count = made.len();
        planned.extend(made);
        Ok(count)
    })?;
    exactly(ids.len(), planned.len())?;
    planned.sort_by_key(|(row, ..)| ids.iter().position(|id| *id == row.id));
    Ok(planned)
}

/// Writes what was changed; `moved` where time, place or way of meeting was. Answers the session as a read finds it.
pub(super) fn save(writer: &mut Writer<'_>, row: &SessionRow, new: &SessionContent, moved: bool) -> Result<Named> {
    let now = writer.now();
    let saved = diesel::update(sessions::table.find(row.id).filter(sessions::version.eq(row.version)))
        .set((
            new,
            sessions::moved_at.eq(if moved { Some(now) } else { row.moved_at }),
            sessions::version.eq(row.version + 1),
            sessions::updated_at.eq(now),
        ))
        .returning(whole!())
        .load(writer.conn)?;
    the_one(saved)
}

/// Removes a session that is planned, with nothing that rests on it.
pub(super) fn delete(writer: &mut Writer<'_>, row: &SessionRow) -> Result<()> {
    let gone = sessions::table.find(row.id).filter(sessions::version.eq(row.version));
    exactly_one(diesel::delete(gone.filter(sessions::status.eq(SessionStatus::Scheduled))).execute(writer.conn)?)
}

/// Writes a step of the life cycle of locked sessions; for a cancellation, with its time and reason. Answers them as a read
/// finds them.
pub(crate) fn step(
    writer: &mut Writer<'_>,
    ids: &[SessionId],
    to: SessionStatus,
    cancelled: Option<(Instant, &str)>,
) -> Result<Vec<Named>> {
    let now = writer.now();
    let stepped: Vec<Named> = diesel::update(sessions::table.filter(sessions::id.eq_any(ids)))
        .set((
            sessions::status.eq(to),
            cancelled.map(|(at, why)| (sessions::cancelled_at.eq(at), sessions::cancel_reason.eq(why))),
            sessions::version.eq(sessions::version + 1),
            sessions::updated_at.eq(now),
        ))
        .returning(whole!())
        .load(writer.conn)?;
    exactly(ids.len(), stepped.len())?;
    Ok(stepped)
}

/// Makes a new version of the session after a change to its attendance.
pub(crate) fn touch(writer: &mut Writer<'_>, row: &SessionRow) -> Result<()> {
    let now = writer.now();
    let rows = diesel::update(sessions::table.find(row.id).filter(sessions::version.eq(row.version)))
        .set((sessions::version.eq(row.version + 1), sessions::updated_at.eq(now)))
        .execute(writer.conn)?;
    exactly_one(rows)
}
