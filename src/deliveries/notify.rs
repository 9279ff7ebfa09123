//! Creates deliveries, in the transaction of the decision or the update that they are about, and supersedes those that
//! no longer hold.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::clock::Instant;
use crate::db::ids::{DeliveryId, ServiceId, VolunteerId};
use crate::deliveries::about::About;
use crate::deliveries::notify_store::{self, NewDelivery, Recipient};
use crate::deliveries::status::{DeliveryStatus, LIFE, OVERTAKEN};
use crate::deliveries::{choice, heard_store, told};
use crate::people::volunteers::{self, Contact, VolunteerStatus};
use crate::refusal::{Failure, Result};
use crate::vocabulary::payment_route::PaymentRoute;
use crate::work::{Change, Writer};

/// Creates a delivery to a volunteer, in the transaction of the decision. What is pending about the same record and no
/// longer holds (`About::supersedes`) is superseded, whoever it is for. So where several people are told of one record,
/// it is by one call of `notify_all`. Without a service, it comes from the trust: only leads see it, and the person.
///
/// # Errors
/// Database errors.
pub fn notify(
    writer: &mut Writer<'_>,
    volunteer: VolunteerId,
    service: impl Into<Option<ServiceId>>,
    about: About,
    subject: (&'static str, uuid::Uuid),
    message: Option<&str>,
) -> Result<()> {
    notify_all(
        writer,
        about,
        subject.0,
        &[Recipient { volunteer, service: service.into(), subject: subject.1, route: None }],
        message,
    )
}

/// Creates deliveries to several volunteers, each about their own record of this kind, with the same message or none.
///
/// # Errors
/// Database errors; `internal` where a volunteer does not exist.
pub fn notify_all(
    writer: &mut Writer<'_>,
    about: About,
    kind: &'static str,
    recipients: &[Recipient],
    message: Option<&str>,
) -> Result<()> {
    let each: Vec<_> = recipients.iter().map(|recipient| (*recipient, message.map(str::to_owned))).collect();
    notify_each(writer, about, kind, each)
}

/// Creates deliveries to several volunteers, each about their own record of this kind, with a message of their own.
///
/// # Errors
/// Database errors; `internal` where a volunteer does not exist.
pub fn notify_each(
    writer: &mut Writer<'_>,
    about: About,
    kind: &'static str,
    recipients: Vec<(Recipient, Option<String>)>,
) -> Result<()> {
    let contacts = contacts(writer, recipients.iter().map(|(recipient, _)| recipient.volunteer))?;
    let subjects: Vec<uuid::Uuid> = recipients.iter().map(|(recipient, _)| recipient.subject).collect();
    let routes: Vec<Option<PaymentRoute>> = recipients.iter().map(|(recipient, _)| recipient.route).collect();
    let mut deliveries = Vec::with_capacity(recipients.len());
    for (recipient, message) in recipients {
        let person =
            contacts.get(&recipient.volunteer).ok_or_else(|| Failure::broken("a recipient who does not exist"))?;
        if is_past_telling(person, about) {
            continue;
        }
        let choice = choice::of(person, &[person.way()], &BTreeSet::new());
        deliveries.push(NewDelivery {
            recipient,
            choice,
            message,
            override_reason: None,
            send_from: None,
            not_before: None,
        });
    }
    // An erased recipient gets nothing; what others were to be told of the same record no longer holds all the same.
    if deliveries.is_empty() {
        declared(told::is_told(about, kind), about.as_str(), kind)?;
        return supersede_of(writer, about.supersedes(), kind, &subjects);
    }
    if about.supersedes().is_empty() {
        return insert(writer, about, kind, deliveries).map(|_| ());
    }
    let deliveries = to_insert(writer, about, kind, deliveries)?;
    let (superseded, made) = notify_store::replace_all(writer, about, (kind, &subjects, &routes), &deliveries)?;
    for (id, version) in superseded {
        writer.note(Change::step(&LIFE, id, version, OVERTAKEN));
    }
    note_made(writer, &made);
    Ok(())
}

/// Whether somebody is told nothing of this any more: an erased person can't be reached, nothing is sent to somebody who has
/// died, and somebody who has left is told about money alone.
fn is_past_telling(person: &Contact, about: About) -> bool {
    match person.status {
        VolunteerStatus::Merged | VolunteerStatus::Erased => true,
        VolunteerStatus::Left => person.deceased || !about.is_about_money(),
        _ => person.deceased,
    }
}

/// A message to one person, and the moment before which the service does not send it itself.
#[derive(Clone, Debug)]
pub struct Collected {
    /// Who is told, of which record.
    pub recipient: Recipient,
    /// The text.
    pub message: String,
    /// The moment; none for at once.
    pub not_before: Option<Instant>,
}

/// Creates deliveries that may wait, so that what else happens meanwhile becomes part of them. What they make out of date
/// is superseded by the caller (`overtake`), who knows which messages said what. Answers which person gets which delivery;
/// none for somebody who has left, or was erased.
///
/// # Errors
/// Database errors; `internal` where a volunteer does not exist.
pub fn notify_collected(
    writer: &mut Writer<'_>,
    about: About,
    kind: &'static str,
    messages: Vec<Collected>,
) -> Result<Vec<(VolunteerId, DeliveryId)>> {
    let contacts = contacts(writer, messages.iter().map(|one| one.recipient.volunteer))?;
    let mut deliveries = Vec::with_capacity(messages.len());
    for Collected { recipient, message, not_before } in messages {
        let person =
            contacts.get(&recipient.volunteer).ok_or_else(|| Failure::broken("a recipient who does not exist"))?;
        if is_past_telling(person, about) {
            continue;
        }
        let choice = choice::of(person, &[person.way()], &BTreeSet::new());
        let message = Some(message);
        deliveries.push(NewDelivery { recipient, choice, message, override_reason: None, send_from: None, not_before });
    }
    let people: Vec<VolunteerId> = deliveries.iter().map(|one| one.recipient.volunteer).collect();
    Ok(people.into_iter().zip(insert(writer, about, kind, deliveries)?).collect())
}

/// Supersedes these deliveries, as far as they are pending; answers which were.
///
/// # Errors
/// Database errors.
pub fn overtake(writer: &mut Writer<'_>, ids: &[DeliveryId]) -> Result<Vec<DeliveryId>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let overtaken = notify_store::overtake(writer, ids)?;
    for (id, version) in &overtaken {
        writer.note(Change::step(&LIFE, *id, *version, OVERTAKEN));
    }
    Ok(overtaken.into_iter().map(|(id, _)| id).collect())
}

/// Whether it was tried to send any of these: the e-mail may have arrived, whatever is known of it.
///
/// # Errors
/// Database errors.
pub fn were_tried(writer: &mut Writer<'_>, ids: &[DeliveryId]) -> Result<bool> {
    if ids.is_empty() {
        return Ok(false);
    }
    notify_store::were_tried(writer, ids)
}

/// What the table of who is told does not have is a fault of ours.
fn declared(holds: bool, about: &str, kind: &str) -> Result<()> {
    if holds { Ok(()) } else { Err(Failure::broken(format!("{about} of a {kind} is not in the table of who is told"))) }
}

/// Supersedes all pending deliveries about these records: for a decision after which they no longer hold, and that nobody
/// is told of. Where somebody is told, this follows from what they are told.
///
/// # Errors
/// Database errors.
pub fn supersede(writer: &mut Writer<'_>, kind: &'static str, things: &[uuid::Uuid]) -> Result<()> {
    declared(told::is_taken_back(kind), "taking back what is pending", kind)?;
    supersede_of(writer, About::ALL, kind, things)
}

/// Supersedes the pending deliveries of these kinds about these records.
///
/// # Errors
/// Database errors.
pub fn supersede_of(writer: &mut Writer<'_>, about: &[About], kind: &'static str, things: &[uuid::Uuid]) -> Result<()> {
    if about.is_empty() || things.is_empty() {
        return Ok(());
    }
    for (id, version) in notify_store::supersede(writer, about, kind, things)? {
        writer.note(Change::step(&LIFE, id, version, OVERTAKEN));
    }
    Ok(())
}

/// Those of these records of which a message about this still waits, each with whether it was tried to send it: then it may have
/// arrived in spite of what the mail server answered.
///
/// # Errors
/// Database errors.
pub fn waiting(
    writer: &mut Writer<'_>,
    about: About,
    kind: &'static str,
    things: &[uuid::Uuid],
) -> Result<BTreeMap<uuid::Uuid, bool>> {
    heard_store::waiting(writer, about, kind, things)
}

/// Whoever heard one thing of a record last, and not the other: a message of the one was made, or waits to be, and since then
/// none of the other was made.
///
/// # Errors
/// Database errors.
pub fn heard_last(
    writer: &mut Writer<'_>,
    record: (&'static str, uuid::Uuid),
    one: About,
    other: About,
) -> Result<BTreeSet<VolunteerId>> {
    heard_store::heard_last(writer, record, one, other)
}

/// Supersedes what a person who has left was still to be told: all but what is about money, and everything where they have
/// died.
///
/// # Errors
/// Database errors.
pub fn supersede_to_leaver(writer: &mut Writer<'_>, person: VolunteerId, deceased: bool) -> Result<()> {
    let about: Vec<About> = About::ALL.iter().copied().filter(|about| deceased || !about.is_about_money()).collect();
    for (id, version) in notify_store::supersede_to(writer, &about, person)? {
        writer.note(Change::step(&LIFE, id, version, OVERTAKEN));
    }
    Ok(())
}

pub(super) fn contacts(
    writer: &mut Writer<'_>,
    people: impl Iterator<Item = VolunteerId>,
) -> Result<HashMap<VolunteerId, Contact>> {
    let mut ids: Vec<VolunteerId> = people.collect();
    ids.sort_unstable();
    ids.dedup();
    Ok(volunteers::contacts(writer.conn, &ids)?.into_iter().map(|person| (person.id, person)).collect())
}

pub(super) fn insert(
    writer: &mut Writer<'_>,
    about: About,
    kind: &'static str,
    deliveries: Vec<NewDelivery>,
) -> Result<Vec<DeliveryId>> {
    let deliveries = to_insert(writer, about, kind, deliveries)?;
    if deliveries.is_empty() {
        return Ok(Vec::new());
    }
    let ids = notify_store::insert_all(writer, about, kind, &deliveries)?;
    note_made(writer, &ids);
    Ok(ids)
}

/// What is inserted: without a mail server, nothing that the service sends itself.
fn to_insert(
    writer: &Writer<'_>,
    about: About,
    kind: &'static str,
    mut deliveries: Vec<NewDelivery>,
) -> Result<Vec<NewDelivery>> {
    declared(told::is_told(about, kind), about.as_str(), kind)?;
    if !writer.sends_mail() {
        deliveries.iter_mut().for_each(|delivery| delivery.choice.automatic = false);
    }
    Ok(deliveries)
}

fn note_made(writer: &mut Writer<'_>, ids: &[DeliveryId]) {
    for id in ids {
        writer.note(Change::created(LIFE.resource, *id).to(DeliveryStatus::Pending));
    }
}
