//! The operations on deliveries: reading the work list and marking an entry as done.
//! Deliveries are created by `notify`, in the transaction of the decision.

use serde_json::json;

use crate::access::Action;
use crate::db::ids::{DeliveryId, VolunteerId};
use crate::db::page::{Page, Rows};
use crate::deliveries::done;
use crate::deliveries::post;
use crate::deliveries::show::{people, view};
use crate::deliveries::status::{DeliveryVerb, LIFE};
use crate::deliveries::store;
use crate::deliveries::titles::titles;
use crate::deliveries::views::{DeliveryFilter, DeliveryView, HowTold};
use crate::http::Routes;
use crate::people::volunteers;
use crate::refusal::Result;
use crate::work::{Change, Changed, Reader, Writer};

/// Declares the operations.
pub fn routes(routes: &mut Routes) {
    routes.tag(
        "Deliveries",
        "Messages that volunteers must get about decisions and updates, by a contact method and in a format that meets \
         their needs.",
    );
    routes.list("/v1/deliveries", Some(Action::ReadDeliveries), list_deliveries).describe(
        "List deliveries",
        "Newest first. There is one delivery to each volunteer concerned for every update, offer, decline, agreement \
         issued, claim returned, rejected or paid, decision on feedback and so on, with the contact method and the \
         formats that meet their needs. The service sends `automatic` deliveries itself, as e-mail; \
         `automatic=false&status=pending` is the work list for staff. Staff get the deliveries of their services, \
         volunteers their own.",
    );
    routes
        .post("/v1/deliveries/{id}/done", Action::WriteDeliveries, finish_delivery)
        .verb(&LIFE, DeliveryVerb::Done)
        .describe(
            "Mark a delivery as done",
            "Records that the volunteer was told, as the delivery says or as the body says. A contact method or format \
             that contradicts their needs is refused unless `override_reason` says why it was right.",
        )
        .refuses(&["contradicts-need"])
        .example("read out instead", json!({ "channel": "phone" }));
    post::routes(routes);
}

/// Deliveries that the caller may see.
///
/// # Errors
/// Database errors.
pub fn list_deliveries(
    reader: &mut Reader<'_>,
    (): (),
    filter: &DeliveryFilter,
    page: &Page,
) -> Result<Rows<DeliveryView>> {
    let rows = store::list(reader, filter, page)?;
    let ids: Vec<VolunteerId> = rows.rows.iter().map(|(row, ..)| row.volunteer_id).collect();
    let people = people(reader, &ids)?;
    let names = titles(reader, &rows.rows.iter().map(|(row, ..)| row).collect::<Vec<_>>())?;
    let caller = reader.grant().viewer();
    Ok(rows.map(|named| view(named, caller, &people, &names)))
}

fn finish_delivery(writer: &mut Writer<'_>, id: DeliveryId, how: HowTold) -> Result<Changed<DeliveryView>> {
    let row = store::lock(writer, id)?;
    let to = writer.step(&LIFE, row.version, row.status, DeliveryVerb::Done)?;
    let contact = volunteers::contacts(writer.conn, &[row.volunteer_id])?;
    store::done(writer, &row, done::outcome(&row, contact.first(), how)?)?;
    let named = store::find(writer, id)?;
    let people = people(writer, &[row.volunteer_id])?;
    let names = titles(writer, &[&named.0])?;
    let caller = writer.grant().viewer();
    let change = Change::step(&LIFE, id, row.version + 1, (row.status, DeliveryVerb::Done, to));
    Ok(writer.changed(change.fields(done::FIELDS), view(named, caller, &people, &names)))
}
