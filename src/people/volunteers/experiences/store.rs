//! SQL for experiences, and only that.
//! Whether the caller may see them is checked before, by `volunteers::visible`.

use crate::db::prelude::*;

use crate::clock::Instant;
use crate::db::ids::{ExperienceId, VolunteerId};
use crate::db::page::{Page, Rows};
use crate::db::schema::{actors, experiences};
use crate::http::Fields;
use crate::page_by;
use crate::people::volunteers::experiences::views::{ExperienceContent, ExperienceView};
use crate::refusal::Result;
use crate::work::{Reader, Writer, names};

#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = experiences, check_for_backend(diesel::pg::Pg))]
struct ExperienceRow {
    id: ExperienceId,
    version: i32,
    volunteer_id: VolunteerId,
    #[diesel(embed)]
    content: ExperienceContent,
    created_at: Instant,
    updated_at: Instant,
}

type ExperienceAndCreator = (ExperienceRow, Option<String>, Option<String>);

fn view((row, created_by, service_name): ExperienceAndCreator) -> ExperienceView {
    ExperienceView {
        id: row.id,
        version: row.version,
        volunteer_id: row.volunteer_id,
        service_name,
        content: Fields(row.content),
        created_at: row.created_at,
        created_by,
        updated_at: row.updated_at,
    }
}

pub(super) fn list(reader: &mut Reader<'_>, of: VolunteerId, page: &Page) -> Result<Rows<ExperienceView>> {
    let query = experiences::table
        .inner_join(actors::table)
        .filter(experiences::volunteer_id.eq(of))
        .select((ExperienceRow::as_select(), actors::subject, names::service("experiences.service_id")))
        .into_boxed();
    let rows: Rows<ExperienceAndCreator> =
        page.load(page_by!(query, page, experiences::id, experiences::updated_at), reader.conn)?;
    Ok(rows.map(view))
}

pub(super) fn insert(writer: &mut Writer<'_>, of: VolunteerId, new: ExperienceContent) -> Result<ExperienceView> {
    let (id, now, by): (ExperienceId, _, _) = (writer.new_id(), writer.now(), writer.actor_id());
    diesel::insert_into(experiences::table)
        .values((
            experiences::id.eq(id),
            experiences::volunteer_id.eq(of),
            new,
            experiences::created_at.eq(now),
            experiences::created_by.eq(by),
            experiences::updated_at.eq(now),
        ))
        .execute(writer.conn)?;
    let found: ExperienceAndCreator = experiences::table
        .inner_join(actors::table)
        .filter(experiences::id.eq(id))
        .select((ExperienceRow::as_select(), actors::subject, names::service("experiences.service_id")))
        .first(writer.conn)?;
    Ok(view(found))
}
