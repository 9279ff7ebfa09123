//! Reminding people before a clearance expires: 60, 30 and 7 days ahead, each once, made by the passing of time.
//! Which clearances count still is decided in `people::clearances`; how people are told, in `deliveries`.

use crate::agreements;
use crate::db::ids::{ServiceId, VolunteerId};
use crate::deliveries::{self, About};
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
        let people: Vec<VolunteerId> = due.iter().map(|clearance| clearance.volunteer_id).collect();
        // They are told by the service with which they have an agreement, otherwise by the one that considers them.
        let mut services = expressions::services_engaged(writer.conn, &people)?;
        services.extend(agreements::services_in_force(writer.conn, &people)?);
        for clearance in due {
            let made = remind(writer, &clearance, services.get(&clearance.volunteer_id).copied(), ahead.days_before)?;
            reminded += usize::from(made);
        }
    }
    Ok(reminded)
}

/// Makes a reminder and tells the person; returns whether it was made now, by this copy of the service.
fn remind(writer: &mut Writer<'_>, due: &DueReminder, service: Option<ServiceId>, days_before: i16) -> Result<bool> {
    let Some(id) = reminders::insert(writer, due, days_before)? else { return Ok(false) };
    writer.note(Change::created(RESOURCE, id));
    let Some(service) = service else { return Ok(true) };
    let (name, _) = words::clearance(&due.kind);
    let message = format!(
        "{name}: valid until {}. Please talk to us about a new one, so that you can go on taking part.",
        due.expires_on.words()
    );
    let subject = ("clearance", due.id.into());
    deliveries::notify(writer, due.volunteer_id, service, About::ClearanceExpiring, subject, Some(&message))?;
    Ok(true)
}
