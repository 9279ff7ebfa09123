//! What can be done with the guidance.

use serde_json::json;
use uuid::Uuid;

use crate::access::Action;
use crate::db::{Change, Changed, Reader, Writer};
use crate::guidance::store::{self, Row};
use crate::guidance::views::{Guidance, GuidanceView, NewGuidance};
use crate::http::{Patch, Routes};
use crate::refusal::Done;

/// Declares the operations of those with a token.
pub fn routes(routes: &mut Routes) {
    routes.tag("Guidance", "The ten points of the advice on involving people, kept by the leads.");
    routes
        .get("/v1/guidance/{number}", Action::ReadGuidance, read_guidance)
        .path_parts(&["The point's number, from 1 to 10."])
        .says("A point of the guidance", "One of the ten, by its number.");
    routes
        .patch("/v1/guidance/{number}", Action::WriteGuidance, change_guidance)
        .path_parts(&["The point's number, from 1 to 10."])
        .says("Change a point of the guidance", "Its words, whom to ask, and links; everybody sees it at once.")
        .example("whom to ask", json!({
            "contact": { "name": "The involvement team", "email": "involvement@trust.example" },
            "links": [{ "title": "4Pi national involvement standards", "url": "https://www.nsun.org.uk/projects/4pi-involvement-standards/" }],
        }));
}

/// Declares the operation for everybody.
pub fn public_routes(routes: &mut Routes) {
    routes.get("/v1/public/guidance", None, read_public_guidance).says(
        "The guidance",
        "The ten points, in their order: what to think of, whom to ask, and where there is more.",
    );
}

fn read_public_guidance(reader: &mut Reader<'_>, (): ()) -> Done<Guidance> {
    let items = store::all(reader)?.into_iter().map(view).collect();
    Ok(Guidance { items, next_cursor: None })
}

fn read_guidance(reader: &mut Reader<'_>, number: i16) -> Done<GuidanceView> {
    Ok(view(store::find(reader, number)?))
}

fn change_guidance(writer: &mut Writer<'_>, number: i16, patch: Patch<NewGuidance>) -> Done<Changed<GuidanceView>> {
    let row = store::lock(writer, number)?;
    writer.matches(row.version)?;
    let (new, fields) = patch.onto(&row.written())?;
    if fields.is_empty() {
        return Ok(writer.unchanged(view(row)));
    }
    store::change(writer, &row, &new)?;
    let view = read_guidance(writer, number)?;
    let change = Change::changed("guidance", record_id(number), row.version + 1);
    Ok(writer.changed(change.fields(fields), view))
}

/// The id under which the record knows a point, which has a number for a name.
fn record_id(number: i16) -> Uuid {
    Uuid::from_u128(u128::from(number.unsigned_abs()))
}

fn view(row: Row) -> GuidanceView {
    GuidanceView {
        number: row.number,
        version: row.version,
        title: row.title,
        text: row.text,
        contact: row.contact.map(|contact| contact.0),
        links: row.links.0,
        updated_at: row.updated_at,
    }
}
