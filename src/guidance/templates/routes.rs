//! The operations on template files.

use serde_json::json;

use crate::access::Action;
use crate::db::ids::TemplateFileId;
use crate::db::page::{Page, Rows};
use crate::digest::content_digest;
use crate::files::Arrived;
use crate::files::kind::FileKind;
use crate::guidance::templates::store::{self, TemplateRow};
use crate::guidance::templates::views::{NewTemplate, TemplateFilter, TemplateView};
use crate::http::answer::{Body, Source};
use crate::http::download::attachment;
use crate::http::{Content, Nothing, Routes};
use crate::refusal::{Failure, Kind, Refusal, Result};
use crate::work::{Change, Changed, Reader, Writer};

/// What the record calls a template.
const RESOURCE: &str = "template_file";
/// Most templates of one point.
const MOST: i64 = 20;

/// Declares the operations that need a token.
pub fn routes(routes: &mut Routes) {
    routes
        .upload("/v1/guidance/{number}/templates", Action::WriteGuidance, add_template)
        .path_parts(&["The point's number, from 1 to 10."])
        .describe(
            "Add a template file",
            "Adds a file to a point of the guidance, as `multipart/form-data` with `file`, `purpose` and `title`: the trust's own \
             advert, agreement or interview booklet. Everybody can read it at once. To replace one, add another and remove it.",
        )
        .refuses(&["not-editable", "file-infected"])
        .example(
            "interview booklet",
            json!({ "file": "(the bytes of a PDF, JPEG, PNG or HEIC)", "purpose": "interview_booklet", "title": "Booklet for interview panels" }),
        );
    routes
        .delete("/v1/templates/{id}", Action::WriteGuidance, remove_template)
        .describe("Remove a template file", "It is gone for everybody, and its file is deleted.");
}

/// Declares the operations that are open to everybody.
pub fn public_routes(routes: &mut Routes) {
    routes.list("/v1/public/templates", None, list_public_templates).describe(
        "List template files",
        "Newest first: files to take as a starting point, each with the point of the guidance that it belongs to.",
    );
    let kinds: Vec<&'static str> = FileKind::ALL.iter().map(|kind| kind.as_str()).collect();
    routes.content("/v1/public/templates/{id}/content", None, &kinds, read_public_template_content).describe(
        "Download a template file",
        "The file is sent as a download with the media type of its contents; `Content-Digest` holds its hash.",
    );
}

fn list_public_templates(
    reader: &mut Reader<'_>,
    (): (),
    _: &TemplateFilter,
    page: &Page,
) -> Result<Rows<TemplateView>> {
    Ok(store::list(reader, page)?.map(view))
}

fn read_public_template_content(reader: &mut Reader<'_>, id: TemplateFileId, _: &Nothing) -> Result<Content> {
    let row = store::find(reader, id)?;
    let length = u64::try_from(row.size_bytes).map_err(Failure::broken)?;
    let name = row.media_type.named(row.file_name.as_deref());
    let headers = vec![
        ("etag", format!("\"{}\"", row.sha256)),
        ("content-digest", content_digest(&row.sha256).map_err(Failure::broken)?),
        ("content-disposition", attachment(&name)),
    ];
    let file = Source::File(store::file_of(row.id));
    Ok(Content::of(row.media_type.as_str(), headers, Body::Pieces(length, file)))
}

fn add_template(
    writer: &mut Writer<'_>,
    number: i16,
    new: NewTemplate,
    file: &Arrived,
) -> Result<Changed<TemplateView>> {
    if store::count_under(writer, number)? >= MOST {
        let detail = format!("A point can have at most {MOST} templates. Remove one first.");
        return Err(Refusal::new(Kind::NotEditable, detail).into());
    }
    let id = store::insert(writer, number, &new, file)?;
    let view = view(store::find(writer, id)?);
    Ok(writer.changed(Change::created(RESOURCE, id), view))
}

fn remove_template(writer: &mut Writer<'_>, id: TemplateFileId) -> Result<Changed<()>> {
    store::remove(writer, id)?;
    Ok(writer.changed(Change::new(RESOURCE, id, 2, "remove", "removed"), ()))
}

fn view(row: TemplateRow) -> TemplateView {
    TemplateView {
        id: row.id,
        version: 1,
        number: row.number,
        purpose: row.purpose,
        title: row.title,
        media_type: row.media_type,
        size_bytes: row.size_bytes,
        sha256: row.sha256,
        created_at: row.created_at,
        updated_at: row.created_at,
    }
}
