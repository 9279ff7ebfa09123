//! Arranging what people need at a session: an interpreter, papers in large print, a taxi.
//! What they need and asked for is in the run sheet by itself, to be booked until somebody answers it here.

use serde_json::json;

use crate::access::Action;
use crate::db::ids::{SessionId, VolunteerId};
use crate::http::Routes;
use crate::refusal::{Kind, Refusal, Result};
use crate::sessions::arrangement_views::{ArrangementsView, NewArrangements, RESOURCE};
use crate::sessions::status::SessionStatus;
use crate::sessions::{arrangement_store, reply_store, store};
use crate::work::{Change, Changed, Writer};

/// Declares the operation.
pub(super) fn routes(routes: &mut Routes) {
    routes
        .put("/v1/sessions/{id}/arrangements/{volunteer_id}", Action::WriteSessions, arrange)
        .describe(
            "Record what is arranged for a volunteer",
            "Replaces what was arranged for the volunteer at this session. What they need and asked for stands in the run \
             sheet as `to_book` by itself, until it is answered here with the same `what`. Possible until the session is \
             cancelled, for those who are expected.",
        )
        .refuses(&["not-editable", "not-engaged", "volunteer-not-active"])
        .example(
            "an interpreter and a taxi",
            json!({
                "items": [
                    { "what": "British Sign Language interpreter", "status": "booked", "detail": "Sam Field, from 1:30pm" },
                    { "what": "Taxi home", "status": "to_book" },
                ],
            }),
        );
}

fn arrange(
    writer: &mut Writer<'_>,
    (id, volunteer): (SessionId, VolunteerId),
    new: NewArrangements,
) -> Result<Changed<ArrangementsView>> {
    let row = store::hold_of_service(writer, id)?;
    if row.status == SessionStatus::Cancelled {
        let detail = "The session was cancelled, so nothing needs to be arranged. Cancel what was booked.";
        return Err(Refusal::new(Kind::NotEditable, detail).into());
    }
    if !reply_store::is_expected(writer, (id, volunteer))? {
        let detail =
            "The volunteer is not expected at this session: neither an accepted place nor an agreement covers its day.";
        return Err(Refusal::new(Kind::NotEngaged, detail).into());
    }
    let before = arrangement_store::find(writer, (id, volunteer))?;
    writer.matches(before.as_ref().map_or(0, |before| before.version))?;
    if let Some(before) = before.filter(|before| before.items == new.items) {
        return Ok(writer.unchanged(before));
    }
    let view = arrangement_store::write(writer, (id, volunteer), &new.items)?;
    let change = match view.version {
        1 => Change::created(RESOURCE, view.id),
        version => Change::changed(RESOURCE, view.id, version).fields(["items"]),
    };
    Ok(writer.changed(change, view))
}
