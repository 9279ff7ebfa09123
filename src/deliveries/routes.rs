//! What can be done with deliveries: reading the worklist and marking an entry done.
//! They are put there by `tell`, in the transaction of the decision.

use std::collections::HashMap;

use crate::access::Action;
use crate::db::ids::{DeliveryId, VolunteerId};
use crate::db::page::{Page, Rows};
use crate::db::{Change, Changed, Reader, Writer};
use crate::deliveries::status::{DeliveryVerb, LIFE};
use crate::deliveries::store::{self, Row};
use crate::deliveries::views::{DeliveryFilter, DeliveryView};
use crate::http::{Nothing, Routes};
use crate::refusal::Done;
use crate::volunteers;

/// Declares the operations.
pub fn routes(routes: &mut Routes) {
    routes.tag("Deliveries", "What people must be told, in the way they prefer: nothing is decided in silence.");
    routes.list("/v1/deliveries", Some(Action::ReadDeliveries), list_deliveries).says(
        "Deliveries",
        "Newest first. An entry for every offer, decline, agreement issued, claim returned, rejected or paid, with the \
         person's way of being reached and what they need. Staff see those of their services, volunteers their own.",
    );
    routes
        .post("/v1/deliveries/{id}/done", Action::WriteDeliveries, finish_delivery)
        .verb(&LIFE, DeliveryVerb::Done)
        .says("Mark a delivery done", "The person was told.");
}

fn list_deliveries(reader: &mut Reader<'_>, (): (), filter: &DeliveryFilter, page: &Page) -> Done<Rows<DeliveryView>> {
    let rows = store::list(reader, filter, page)?;
    let ids: Vec<VolunteerId> = rows.rows.iter().map(|(row, _)| row.volunteer_id).collect();
    let people = people(reader, &ids)?;
    Ok(rows.map(|(row, created_by)| view(row, created_by, &people)))
}

fn finish_delivery(writer: &mut Writer<'_>, id: DeliveryId, _: Nothing) -> Done<Changed<DeliveryView>> {
    let row = store::lock(writer, id)?;
    let to = writer.step(&LIFE, row.version, row.status, DeliveryVerb::Done)?;
    store::done(writer, &row)?;
    let (after, created_by) = store::find(writer, id)?;
    let people = people(writer, &[row.volunteer_id])?;
    let change = Change::step(&LIFE, id, row.version + 1, (row.status, DeliveryVerb::Done, to)).fields(["done_at"]);
    Ok(writer.changed(change, view(after, created_by, &people)))
}

type People = HashMap<VolunteerId, volunteers::Facts>;

/// Those who are told, in one statement.
fn people(reader: &mut Reader<'_>, ids: &[VolunteerId]) -> Done<People> {
    Ok(volunteers::facts_of(reader.conn, ids)?.into_iter().map(|person| (person.id, person)).collect())
}

fn view(row: Row, created_by: Option<String>, people: &People) -> DeliveryView {
    let person = people.get(&row.volunteer_id);
    DeliveryView {
        id: row.id,
        version: row.version,
        status: row.status,
        volunteer_id: row.volunteer_id,
        volunteer_name: person.map(|person| person.called.clone()).filter(|name| !name.is_empty()),
        communication_alerts: person.map(|person| person.communication_alerts.clone()).unwrap_or_default(),
        service_id: row.service_id,
        about: row.about,
        subject_type: row.subject_type,
        subject_id: row.subject_id,
        channel: row.channel,
        message: row.message,
        done_at: row.done_at,
        created_at: row.created_at,
        created_by,
        updated_at: row.updated_at,
    }
}
