//! Tells everyone who takes part in something of an update: by their preferences, and no more often than they asked for.

use std::collections::BTreeSet;

use crate::db::ids::{ServiceId, VolunteerId};
use crate::deliveries::about::About;
use crate::deliveries::formats::Format;
use crate::deliveries::notify::{contacts, insert};
use crate::deliveries::notify_store::{self, NewDelivery, Recipient};
use crate::deliveries::{choice, rules};
use crate::people::volunteers::{Contact, VolunteerStatus};
use crate::refusal::Result;
use crate::text::RequiredText;
use crate::vocabulary::contact::FeedbackMethod;
use crate::work::Writer;

/// An update for everyone who takes part in something.
#[derive(Clone, Copy, Debug)]
pub struct UpdateNotice<'n> {
    /// The service that sends it.
    pub service: ServiceId,
    /// Kind and id of the update.
    pub subject: (&'static str, uuid::Uuid),
    /// Text of the update.
    pub text: &'n str,
    /// Text in easy read.
    pub easy_read: Option<&'n str>,
    /// Contact method for everyone; none for each person's own preference.
    pub way: Option<FeedbackMethod>,
    /// Why somebody gets it in a way or format that contradicts their needs.
    pub override_reason: Option<&'n RequiredText>,
}

/// Creates one delivery of an update for each person, by their preferences and no more often than they asked for.
/// Returns the number of people who get it.
///
/// # Errors
/// `contradicts-need` where the contact method for everyone contradicts what somebody needs, and no reason is given.
pub fn notify_of_update(writer: &mut Writer<'_>, notice: &UpdateNotice<'_>, people: &[VolunteerId]) -> Result<usize> {
    let contacts = contacts(writer, people.iter().copied())?;
    let mut present: Vec<&Contact> =
        contacts.values().filter(|person| VolunteerStatus::PRESENT.contains(&person.status)).collect();
    present.sort_by_key(|person| person.id);
    let given: BTreeSet<Format> = notice.easy_read.map(|_| Format::EasyRead).into_iter().collect();
    if let (Some(way), None) = (notice.way, notice.override_reason) {
        rules::suits_all(&present, way, &given)?;
    }
    let today = writer.today();
    let last = notify_store::last_updates(writer.conn, notice.service, people)?;
    let deliveries: Vec<NewDelivery> = present
        .into_iter()
        .map(|person| {
            let choice = match notice.way {
                Some(way) => choice::forced(person, way, &given),
                None => choice::of(person, &choice::for_updates(person), &given),
            };
            let easy = notice.easy_read.filter(|_| choice.formats.contains(&Format::EasyRead));
            let overridden = notice.way.is_some() && rules::contradicts(person, choice.way, &choice.formats);
            let frequency = person.update_preferences.as_ref().map(|preferences| preferences.frequency);
            NewDelivery {
                recipient: Recipient {
                    volunteer: person.id,
                    service: Some(notice.service),
                    subject: notice.subject.1,
                    route: None,
                },
                choice,
                message: Some(easy.unwrap_or(notice.text).to_owned()),
                override_reason: notice.override_reason.filter(|_| overridden).cloned(),
                send_from: choice::send_from(frequency, last.get(&person.id).copied(), today),
                not_before: None,
            }
        })
        .collect();
    let count = deliveries.len();
    insert(writer, About::Update, notice.subject.0, deliveries)?;
    Ok(count)
}
