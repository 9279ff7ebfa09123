//! Sessions to come that move because their opportunity does: those without a venue or a way of meeting of their own.

use crate::db::exactly;
use crate::db::ids::{OpportunityId, SessionId};
use crate::db::prelude::*;
use crate::db::schema::sessions;
use crate::db::views::meeting_places;
use crate::refusal::Result;
use crate::sessions::status::LIFE;
use crate::sessions::store::{SessionRow, lock_to_come};
use crate::text::ShortText;
use crate::vocabulary::opportunity::Mode;
use crate::work::{Change, Writer};

/// Where people meet, and how, unless a session says otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub(crate) struct MeetingPlace {
    venue: Option<ShortText>,
    mode: Option<Mode>,
}

/// Where an opportunity says that people meet; none where there is no such opportunity.
///
/// # Errors
/// Database errors.
pub(crate) fn meeting_place(writer: &mut Writer<'_>, opportunity: OpportunityId) -> Result<Option<MeetingPlace>> {
    let of = meeting_places::table.find(opportunity).select((meeting_places::venue, meeting_places::mode));
    Ok(of.first(writer.conn).optional()?)
}

/// Whether a session moves where its opportunity goes from one place to another: each has its own, else the opportunity's.
fn moves(row: &SessionRow, before: &MeetingPlace, after: &MeetingPlace) -> bool {
    let details = &row.content.details;
    let of = |place: &MeetingPlace| {
        let mode = details.mode.or(place.mode);
        let room = place.venue.clone().filter(|_| mode != Some(Mode::Online));
        (details.venue.clone().or(room), mode)
    };
    of(before) != of(after)
}

/// Notes that sessions to come moved with their opportunity: replies to the old place no longer count.
///
/// # Errors
/// Database errors.
pub(crate) fn move_with(
    writer: &mut Writer<'_>,
    opportunity: OpportunityId,
    (before, after): (&MeetingPlace, &MeetingPlace),
) -> Result<()> {
    let mut moved = lock_to_come(writer, opportunity)?;
    moved.retain(|row| moves(row, before, after));
    let (now, ids): (_, Vec<SessionId>) = (writer.now(), moved.iter().map(|row| row.id).collect());
    let written = diesel::update(sessions::table.filter(sessions::id.eq_any(&ids)))
        .set((sessions::moved_at.eq(now), sessions::version.eq(sessions::version + 1), sessions::updated_at.eq(now)))
        .execute(writer.conn)?;
    exactly(ids.len(), written)?;
    for row in moved {
        writer.note(Change::changed(LIFE.resource, row.id, row.version + 1).fields(["moved_at"]));
    }
    Ok(())
}
