//! Shows a delivery: its row, with the name and needs of whoever is told, and what it is about.

use std::collections::HashMap;

use crate::access::Viewers;
use crate::db::ids::VolunteerId;
use crate::deliveries::status::DeliveryStatus;
use crate::deliveries::store::Named;
use crate::deliveries::views::{Bounced, DeliveryView};
use crate::people::volunteers;
use crate::refusal::Result;
use crate::work::Reader;

pub(super) type People = HashMap<VolunteerId, volunteers::VolunteerFacts>;

/// The volunteers of the deliveries, in one statement.
pub(super) fn people(reader: &mut Reader<'_>, ids: &[VolunteerId]) -> Result<People> {
    Ok(volunteers::facts_of(reader.conn, ids)?.into_iter().map(|person| (person.id, person)).collect())
}

pub(super) fn view(
    (row, created_by, service_name): Named,
    caller: Viewers,
    people: &People,
    names: &HashMap<uuid::Uuid, String>,
) -> DeliveryView {
    let person = people.get(&row.volunteer_id);
    let bounced = row.bounced_at.zip(row.bounced_channel);
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
                Some(beside) => Some(beside.reached_by(row.channel)),
                None => person.reached_at.by(row.channel),
            })
        }),
        tell_instead: person.and_then(|person| person.told_instead.clone()).map(|beside| beside.name.into()),
        channel: row.channel,
        formats: row.formats.0,
        automatic: row.automatic,
        failure: row.failure,
        bounced: bounced.map(|(at, channel)| Bounced { at, channel, reason: row.bounce_reason }),
        override_reason: row.override_reason,
        send_from: row.send_from,
        message: row.message,
        done_at: row.done_at,
        created_at: row.created_at,
        created_by,
        updated_at: row.updated_at,
    }
}
