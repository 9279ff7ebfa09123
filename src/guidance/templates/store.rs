//! SQL of the table `template_files`. The files themselves are in the object store, under the same ids.

use crate::db::prelude::*;

use crate::clock::Instant;
use crate::db::ids::{ActorId, FileId, TemplateFileId};
use crate::db::page::{Page, Rows};
use crate::db::schema::{guidance_points, template_files};
use crate::files::kind::FileKind;
use crate::files::{self, Arrived};
use crate::guidance::templates::views::{NewTemplate, TemplatePurpose};
use crate::page_by;
use crate::refusal::{Refusal, Result};
use crate::text::ShortText;
use crate::work::{Reader, Writer};

#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = template_files, check_for_backend(diesel::pg::Pg))]
pub(super) struct TemplateRow {
    pub id: TemplateFileId,
    pub number: i16,
    pub purpose: TemplatePurpose,
    pub title: ShortText,
    pub media_type: FileKind,
    pub size_bytes: i64,
    pub sha256: String,
    pub file_name: Option<String>,
    pub created_at: Instant,
}

/// The file of a template.
pub(super) fn file_of(id: TemplateFileId) -> FileId {
    FileId::from(uuid::Uuid::from(id))
}

pub(super) fn list(reader: &mut Reader<'_>, page: &Page) -> Result<Rows<TemplateRow>> {
    let query = template_files::table.select(TemplateRow::as_select()).into_boxed();
    Ok(page.load(page_by!(query, page, template_files::id), reader.conn)?)
}

pub(super) fn find(reader: &mut Reader<'_>, id: TemplateFileId) -> Result<TemplateRow> {
    let row = template_files::table.find(id).select(TemplateRow::as_select()).first(reader.conn).optional()?;
    Ok(row.ok_or_else(Refusal::not_found)?)
}

/// Locks a point of the guidance, and counts the templates that there are.
pub(super) fn count_under(writer: &mut Writer<'_>, number: i16) -> Result<i64> {
    let point = guidance_points::table.find(number).select(guidance_points::number).for_update();
    point.first::<i16>(writer.conn).optional()?.ok_or_else(Refusal::not_found)?;
    Ok(template_files::table.filter(template_files::number.eq(number)).count().get_result(writer.conn)?)
}

/// Inserts a template whose file has arrived; the file belongs to it from now on.
pub(super) fn insert(
    writer: &mut Writer<'_>,
    number: i16,
    new: &NewTemplate,
    file: &Arrived,
) -> Result<TemplateFileId> {
    files::adopt(writer, file.id)?;
    let id = TemplateFileId::from(uuid::Uuid::from(file.id));
    let (now, by): (Instant, ActorId) = (writer.now(), writer.actor_id());
    diesel::insert_into(template_files::table)
        .values((
            template_files::id.eq(id),
            template_files::number.eq(number),
            template_files::purpose.eq(new.purpose),
            template_files::title.eq(&new.title),
            template_files::media_type.eq(file.kind),
            template_files::size_bytes.eq(file.size_bytes),
            template_files::sha256.eq(&file.sha256),
            template_files::file_name.eq(&file.name),
            template_files::created_at.eq(now),
            template_files::created_by.eq(by),
        ))
        .execute(writer.conn)?;
    Ok(id)
}

/// Removes a template; its file goes from the object store soon after.
pub(super) fn remove(writer: &mut Writer<'_>, id: TemplateFileId) -> Result<()> {
    let removed = diesel::delete(template_files::table.find(id)).execute(writer.conn)?;
    if removed == 0 {
        return Err(Refusal::not_found().into());
    }
    files::give_up(writer, &[file_of(id)])
}
