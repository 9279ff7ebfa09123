//! The operations on the guidance.

use serde_json::json;
use uuid::Uuid;

use crate::access::Action;
use crate::guidance::store::{self, GuidanceRow};
use crate::guidance::templates;
use crate::guidance::views::{Guidance, GuidanceView, NewGuidance};
use crate::http::{Patch, Routes};
use crate::refusal::Result;
use crate::work::{Change, Changed, Reader, Writer};

/// A point of the guidance, in records and events.
pub(super) const GUIDANCE: &str = "guidance";

/// Declares the operations that need a token.
pub fn routes(routes: &mut Routes) {
    routes.tag("Guidance", "The trust's guidance on involving people, in ten points. Involvement leads edit it.");
    routes
        .get("/v1/guidance/{number}", Action::ReadGuidance, read_guidance)
        .path_parts(&["The point's number, from 1 to 10."])
        .describe("Get a point of the guidance", "One of the ten points, by its number from 1 to 10.");
    routes
        .patch("/v1/guidance/{number}", Action::WriteGuidance, change_guidance)
        .path_parts(&["The point's number, from 1 to 10."])
        .describe("Change a point of the guidance", "Title, text, contact and links. The change is public at once.")
        .example("whom to ask", json!({
            "contact": { "name": "The involvement team", "email": "involvement@trust.example" },
            "links": [{ "title": "4Pi national involvement standards", "url": "https://www.nsun.org.uk/projects/4pi-involvement-standards/" }],
        }));
    templates::routes(routes);
}

/// Declares the operation that is open to everybody.
pub fn public_routes(routes: &mut Routes) {
    routes.get("/v1/public/guidance", None, read_public_guidance).describe(
        "List the points of the guidance",
        "All ten points in order, each with its advice, a contact at the trust and links.",
    );
    templates::public_routes(routes);
}

fn read_public_guidance(reader: &mut Reader<'_>, (): ()) -> Result<Guidance> {
    let items = store::all(reader)?.into_iter().map(view).collect();
    Ok(Guidance { items, next_cursor: None })
}

fn read_guidance(reader: &mut Reader<'_>, number: i16) -> Result<GuidanceView> {
    Ok(view(store::find(reader, number)?))
}

fn change_guidance(writer: &mut Writer<'_>, number: i16, patch: Patch<NewGuidance>) -> Result<Changed<GuidanceView>> {
    let row = store::lock(writer, number)?;
    writer.matches(row.version)?;
    let (new, fields) = patch.onto(&row.written())?;
    if fields.is_empty() {
        return Ok(writer.unchanged(view(row)));
    }
    store::change(writer, &row, &new)?;
    let view = read_guidance(writer, number)?;
    let change = Change::changed(GUIDANCE, record_id(number), row.version + 1);
    Ok(writer.changed(change.fields(fields), view))
}

/// The id of a point in audit records: points have a number, audit records need a UUID.
fn record_id(number: i16) -> Uuid {
    Uuid::from_u128(u128::from(number.unsigned_abs()))
}

fn view(row: GuidanceRow) -> GuidanceView {
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
