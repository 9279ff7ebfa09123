//! Reminding people before a clearance expires: 60, 30 and 7 days ahead, each once, made by the passing of time.
//! Which clearances count still is decided in `people::clearances`; how people are told, in `deliveries`.

use crate::agreements;
use crate::db::ids::{ServiceId, VolunteerId};
use crate::deliveries::{self, About, Recipient};
use crate::documents::words;
use crate::expressions;
use crate::people::clearances::reminders::{self, DueReminder, RESOURCE};
use crate::people::clearances::rules::REMINDERS;
use crate::refusal::Result;
use crate::work::{Change, Writer};

/// Makes the reminders that are due, a hundred of each at most, and tells those who are engaged with a service.
/// Any number of copies of the service may do so at once: each reminder is made once.
///
/// # Errors
/// Database errors.
pub fn remind_due(writer: &mut Writer<'_>) -> Result<usize> {
    let mut reminded = 0;
    for ahead in REMINDERS {
        let due = reminders::due(writer, &ahead)?;
        if due.is_empty() {
            continue;
        }
        let people: Vec<VolunteerId> = due.iter().map(|clearance| clearance.volunteer_id).collect();
        // They are told by the service with which they have an agreement, otherwise by the one that considers them.
        let mut services = expressions::services_engaged(writer.conn, &people)?;
        services.extend(agreements::services_in_force(writer.conn, &people)?);
        let made = reminders::insert(writer, &due, ahead.days_before)?;
        let mut told = Vec::new();
        for clearance in due {
            let Some(id) = made.get(&clearance.id) else { continue };
            writer.note(Change::created(RESOURCE, *id));
            if let Some(service) = services.get(&clearance.volunteer_id) {
                told.push(message(&clearance, *service));
            }
        }
        reminded += made.len();
        if !told.is_empty() {
            deliveries::notify_each(writer, About::ClearanceExpiring, "clearance", told)?;
        }
    }
    Ok(reminded)
}

/// What somebody is told of a clearance by the service that involves them.
fn message(due: &DueReminder, service: ServiceId) -> (Recipient, Option<String>) {
    let (name, _) = words::clearance(&due.kind);
    let message = format!(
        "{name}: valid until {}. Please talk to us about a new one, so that you can go on taking part.",
        due.expires_on.words()
    );
    let subject = due.id.into();
    (Recipient { volunteer: due.volunteer_id, service: Some(service), subject, route: None }, Some(message))
}
