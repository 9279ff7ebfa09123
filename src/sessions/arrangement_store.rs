//! SQL of what is arranged for people at sessions.

use crate::db::prelude::*;
use diesel::pg::Pg;

use crate::clock::Instant;
use crate::db::Json;
use crate::db::ids::{ActorId, ArrangementId, SessionId, VolunteerId};
use crate::db::schema::{actors, session_arrangements as arrangements};
use crate::refusal::{Failure, Result};
use crate::sessions::arrangement_views::{ArrangementItem, ArrangementsView, RESOURCE};
use crate::work::{Change, Writer};

#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = arrangements, check_for_backend(Pg))]
struct ArrangementRow {
    id: ArrangementId,
    version: i32,
    session_id: SessionId,
    volunteer_id: VolunteerId,
    items: Json<Vec<ArrangementItem>>,
    created_at: Instant,
    updated_at: Instant,
    updated_by: ActorId,
}

/// What is arranged for somebody, locked; none where nothing was written yet.
pub(super) fn find(writer: &mut Writer<'_>, of: (SessionId, VolunteerId)) -> Result<Option<ArrangementsView>> {
    let row: Option<ArrangementRow> = arrangements::table
        .filter(arrangements::session_id.eq(of.0).and(arrangements::volunteer_id.eq(of.1)))
        .select(ArrangementRow::as_select())
        .for_update()
        .first(writer.conn)
        .optional()?;
    let Some(row) = row else { return Ok(None) };
    let updated_by: Option<String> = actors::table.find(row.updated_by).select(actors::subject).first(writer.conn)?;
    Ok(Some(ArrangementsView {
        id: row.id,
        version: row.version,
        session_id: row.session_id,
        volunteer_id: row.volunteer_id,
        items: row.items.0,
        created_at: row.created_at,
        updated_at: row.updated_at,
        updated_by,
    }))
}

/// Writes what is arranged, for the first time or anew; answers what is kept.
pub(super) fn write(
    writer: &mut Writer<'_>,
    of: (SessionId, VolunteerId),
    items: &[ArrangementItem],
) -> Result<ArrangementsView> {
    let (id, now, by): (ArrangementId, Instant, ActorId) = (writer.new_id(), writer.now(), writer.actor_id());
    let items = Json(items.to_vec());
    diesel::insert_into(arrangements::table)
        .values((
            arrangements::id.eq(id),
            arrangements::session_id.eq(of.0),
            arrangements::volunteer_id.eq(of.1),
            arrangements::items.eq(&items),
            arrangements::created_at.eq(now),
            arrangements::created_by.eq(by),
            arrangements::updated_at.eq(now),
            arrangements::updated_by.eq(by),
        ))
        .on_conflict((arrangements::session_id, arrangements::volunteer_id))
        .do_update()
        .set((
            arrangements::items.eq(&items),
            arrangements::version.eq(arrangements::version + 1),
            arrangements::updated_at.eq(now),
            arrangements::updated_by.eq(by),
        ))
        .execute(writer.conn)?;
    find(writer, of)?.ok_or_else(|| Failure::broken("an arrangement that was not kept"))
}

/// Removes what is arranged for a session that is deleted.
pub(super) fn remove(writer: &mut Writer<'_>, session: SessionId) -> Result<()> {
    let gone: Vec<(ArrangementId, i32)> =
        diesel::delete(arrangements::table.filter(arrangements::session_id.eq(session)))
            .returning((arrangements::id, arrangements::version))
            .get_results(writer.conn)?;
    for (id, version) in gone {
        writer.note(Change::new(RESOURCE, id, version + 1, "remove", "removed"));
    }
    Ok(())
}
