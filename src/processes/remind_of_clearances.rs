//! Reminding people before a clearance expires: 60, 30 and 7 days ahead, each once, made by the passing of time.
//! Which clearances count still is decided in `people::clearances`; how people are told, in `deliveries`.

use crate::deliveries::{self, About};
use crate::documents::words;
use crate::people::clearances::reminders::{self, DueReminder, RESOURCE};
use crate::people::clearances::rules::REMINDERS;
use crate::refusal::Done;
use crate::work::{Change, Writer};

/// Makes the reminders that are due, a hundred of each at most, and tells those who are engaged with a service.
/// Any number of copies of the service may do so at once: each reminder is made once.
///
/// # Errors
/// Those of the database.
pub fn remind_due(writer: &mut Writer<'_>) -> Done<()> {
    for ahead in REMINDERS {
        for clearance in reminders::due(writer, &ahead)? {
            remind(writer, &clearance, ahead.days_before)?;
        }
    }
    Ok(())
}

fn remind(writer: &mut Writer<'_>, due: &DueReminder, days_before: i16) -> Done<()> {
    let Some(id) = reminders::insert(writer, due, days_before)? else { return Ok(()) };
    writer.note(Change::created(RESOURCE, id));
    let Some(service) = due.service_id else { return Ok(()) };
    let (name, _) = words::clearance(&due.kind);
    let message = format!(
        "{name}: valid until {}. Please talk to us about a new one, so that you can go on taking part.",
        due.expires_on.words()
    );
    let subject = ("clearance", due.id.into());
    deliveries::notify(writer, due.volunteer_id, service, About::ClearanceExpiring, subject, Some(&message))
}
