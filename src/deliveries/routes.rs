//! The operations on deliveries: reading the work list and marking an entry as done.
//! Deliveries are created by `notify`, in the transaction of the decision.

use std::collections::HashMap;

use serde_json::json;

use crate::access::{Action, Viewers};
use crate::db::Json;
use crate::db::ids::{DeliveryId, VolunteerId};
use crate::db::page::{Page, Rows};
use crate::deliveries::formats::{contradicted, needed};
use crate::deliveries::rules;
use crate::deliveries::status::{DeliveryStatus, DeliveryVerb, LIFE};
use crate::deliveries::store::{self, Named, Outcome};
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
    let needs = contact.first().map(volunteers::Contact::need_kinds).unwrap_or_default();
    let channel = how.channel.unwrap_or(row.channel);
    let formats = how.formats.unwrap_or_else(|| needed(&needs, channel));
    rules::suits(&needs, channel, &formats, how.override_reason.is_some())?;
    // A reason where nothing is overridden would count as one in the yearly report.
    let override_reason = how.override_reason.filter(|_| !contradicted(&needs, channel, &formats).is_empty());
    let outcome = Outcome { channel, formats: Json(formats), override_reason };
    store::done(writer, &row, outcome)?;
    let named = store::find(writer, id)?;
    let people = people(writer, &[row.volunteer_id])?;
    let names = titles(writer, &[&named.0])?;
    let caller = writer.grant().viewer();
    let change = Change::step(&LIFE, id, row.version + 1, (row.status, DeliveryVerb::Done, to));
    Ok(writer.changed(
        change.fields(["done_at", "channel", "formats", "override_reason"]),
        view(named, caller, &people, &names),
    ))
}

type People = HashMap<VolunteerId, volunteers::VolunteerFacts>;

/// The volunteers of the deliveries, in one statement.
fn people(reader: &mut Reader<'_>, ids: &[VolunteerId]) -> Result<People> {
    Ok(volunteers::facts_of(reader.conn, ids)?.into_iter().map(|person| (person.id, person)).collect())
}

fn view(
    (row, created_by, service_name): Named,
    caller: Viewers,
    people: &People,
    names: &HashMap<uuid::Uuid, String>,
) -> DeliveryView {
    let person = people.get(&row.volunteer_id);
    DeliveryView {
        id: row.id,
        version: row.version,
        status: row.status,
        volunteer_id: row.volunteer_id,
        volunteer_name: person.map(|person| person.called.clone()).filter(|name| !name.is_empty()),
        communication_alerts: person.map(|person| person.communication_alerts.clone()).unwrap_or_default(),
        service_id: row.service_id,
        service_name,
        about: row.about,
        subject_type: row.subject_type,
        subject_name: names.get(&row.subject_id).cloned(),
        subject_id: row.subject_id,
        contact: caller.shown(DeliveryView::CONTACT, || {
            let pending = person.filter(|_| row.status == DeliveryStatus::Pending);
            pending.and_then(|person| match &person.told_instead {
                Some((_, contact)) => Some(contact.clone()),
                None => person.reached_at.by(row.channel),
            })
        }),
        tell_instead: person.and_then(|person| person.told_instead.clone()).map(|(name, _)| name),
        channel: row.channel,
        formats: row.formats.0,
        automatic: row.automatic,
        failure: row.failure,
        override_reason: row.override_reason,
        send_from: row.send_from,
        message: row.message,
        done_at: row.done_at,
        created_at: row.created_at,
        created_by,
        updated_at: row.updated_at,
    }
}
