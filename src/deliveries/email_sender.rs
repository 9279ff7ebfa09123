//! Sends the e-mails of deliveries, one after the other, once their decision is committed. Any number of copies of the
//! service can do so at once. Delivery is at least once: a copy that stops between sending an e-mail and recording it
//! lets the same e-mail, with the same `Message-ID`, be sent again.

use std::collections::BTreeSet;

use crate::db::Json;
use crate::db::ids::ServiceId;
use crate::deliveries::choice::can_send;
use crate::deliveries::formats::{Format, needed};
use crate::deliveries::status::{DeliveryVerb, Failed};
use crate::deliveries::store::{self, DeliveryRow, Outcome};
use crate::deliveries::titles::titles;
use crate::deliveries::{About, DeliveryStatus, LIFE, words};
use crate::documents::{Layout, Message};
use crate::mail::{Letter, Mailer, Unsent};
use crate::people::volunteers::{self, Contact};
use crate::refusal::{Failure, Result};
use crate::secret_addresses;
use crate::service::Service;
use crate::services;
use crate::vocabulary::contact::FeedbackMethod;
use crate::work::{Change, Writer};

/// Most e-mails sent in one round.
const AT_ONCE: usize = 200;
/// So many that found no server, one after the other, are the server's fault and not theirs: the round ends.
const AWAY: usize = 3;
/// Most attempts to send one e-mail; with the waits between them they take about a day.
const MOST_ATTEMPTS: i32 = 12;
/// Longest wait between two attempts, in minutes.
const LONGEST: i64 = 3 * 60;

/// Minutes until the next attempt: 2, 4, 8, up to three hours.
fn until_next(attempts: i32) -> i64 {
    let doubled = u32::try_from(attempts).ok().and_then(|attempts| 2_i64.checked_pow(attempts.min(20)));
    doubled.unwrap_or(LONGEST).clamp(1, LONGEST)
}

/// Sends the e-mails that are due; returns how many the mail server accepted. Without a mail server they all go on the
/// work list.
///
/// # Errors
/// Database errors.
pub fn send_due(service: &Service) -> Result<usize> {
    let (mut sent, mut away) = (0, 0);
    for _ in 0..AT_ONCE {
        if service.is_stopping() {
            break;
        }
        let Some((row, letter)) = take(service)? else { break };
        let Some(letter) = letter else { continue };
        let Some(mailer) = &service.mail else { continue };
        match carry(service, mailer, &row, &letter)? {
            Ok(()) => (sent, away) = (sent + 1, 0),
            // It may be this message at which the server hangs up, or the server: a few more tell.
            Err(Unsent::Unreachable) if away + 1 < AWAY => away += 1,
            Err(Unsent::Unreachable) => break,
            Err(Unsent::Refused | Unsent::NotWritten | Unsent::Later) => away = 0,
        }
    }
    Ok(sent)
}

/// Takes the next delivery that is due, with its e-mail; without one where it went on the work list instead.
fn take(service: &Service) -> Result<Option<(DeliveryRow, Option<Letter>)>> {
    service.scheduled(&|writer| {
        let Some(row) = store::next_due(writer)? else { return Ok(None) };
        let person = volunteers::contacts(writer.conn, &[row.volunteer_id])?.pop();
        let letter = match person {
            _ if service.mail.is_none() => Err((Failed::NoMailServer, row.formats.0.clone())),
            Some(person) => match written(writer, &row, &person) {
                // One that can't be written is for people, and the others go on.
                Err(Failure::Broken(why)) => {
                    log::error!("an email can't be written: {why}");
                    Err((Failed::NotWritten, row.formats.0.clone()))
                }
                letter => letter?,
            },
            None => Err((Failed::NeedsChanged, row.formats.0.clone())),
        };
        match letter {
            Ok(letter) => {
                let again_at = writer.now().plus_minutes(until_next(row.attempts + 1));
                store::attempt(writer, row.id, row.attempts + 1, again_at)?;
                Ok(Some((row, Some(letter))))
            }
            Err((failure, formats)) => {
                to_people(writer, &row, failure, formats)?;
                Ok(Some((row, None)))
            }
        }
    })
}

/// The e-mail, if it still reaches the person and meets their present needs.
fn written(
    writer: &mut Writer<'_>,
    row: &DeliveryRow,
    person: &Contact,
) -> Result<Result<Letter, (Failed, BTreeSet<Format>)>> {
    let needs = person.need_kinds();
    let formats = needed(&needs, FeedbackMethod::Email);
    let suits =
        (row.override_reason.is_some() || can_send(&needs, &formats, &row.formats.0)) && !person.told_by_another;
    let Some(address) = person.email.as_ref().filter(|_| suits) else {
        return Ok(Err((Failed::NeedsChanged, formats)));
    };
    let words = words::of(row.about);
    let layout = layout(&formats);
    // Made now, and nowhere kept but as hashes. Those of an earlier try go on working: it may have arrived.
    let asks = row.about.asks().then_some((row.id, layout));
    let answers = secret_addresses::ask(writer, &asks.into_iter().collect(), usize::MAX)?.remove(&row.id);
    let message = Message {
        layout,
        called: person.called.clone(),
        opening: words.opening,
        about: titles(writer, &[row])?.remove(&row.subject_id).filter(|_| row.about != About::Update),
        message: row.message.clone().unwrap_or_default(),
        next: words.next,
        answers: answers.unwrap_or_default().at,
        answer_to: service_address(writer, row.service_id)?,
        trust: writer.trust().name.clone().unwrap_or_default(),
        address: writer.trust().address.clone(),
        portal: writer.trust().portal.clone(),
    };
    Ok(Ok(Letter {
        id: row.id.into(),
        to: address.as_str().to_owned(),
        reply_to: message.answer_to.clone(),
        subject: words.subject.to_owned(),
        text: message.text()?,
        html: message.html()?,
        unsubscribe: Some(message.answer_to).filter(|_| row.about == About::Update),
    }))
}

fn layout(formats: &BTreeSet<Format>) -> Layout {
    if formats.contains(&Format::LargePrint) {
        return Layout::LargePrint;
    }
    if formats.contains(&Format::EasyRead) { Layout::EasyRead } else { Layout::Standard }
}

fn service_address(writer: &mut Writer<'_>, service: Option<ServiceId>) -> Result<String> {
    let Some(service) = service else { return Ok(String::new()) };
    let facts = services::facts(writer.conn, service)?;
    Ok(facts.map(|facts| facts.contact_email.as_str().to_owned()).unwrap_or_default())
}

/// Sends an e-mail and records the outcome.
fn carry(service: &Service, mailer: &Mailer, row: &DeliveryRow, letter: &Letter) -> Result<Result<(), Unsent>> {
    let outcome = mailer.send(letter);
    let last = row.attempts + 1 >= MOST_ATTEMPTS;
    service.scheduled(&|writer| {
        // Somebody may have marked it as done in the meantime.
        let Some(now) = store::lock_to_send(writer, row.id)? else { return Ok(()) };
        match outcome {
            Ok(()) => delivered(writer, &now),
            Err(Unsent::Refused) => to_people(writer, &now, Failed::Refused, now.formats.0.clone()),
            Err(Unsent::NotWritten) => to_people(writer, &now, Failed::NotWritten, now.formats.0.clone()),
            Err(Unsent::Later | Unsent::Unreachable) if last => {
                to_people(writer, &now, Failed::Unreachable, now.formats.0.clone())
            }
            Err(Unsent::Later | Unsent::Unreachable) => Ok(()),
        }
    })?;
    Ok(outcome)
}

fn delivered(writer: &mut Writer<'_>, row: &DeliveryRow) -> Result<()> {
    let outcome = Outcome {
        channel: FeedbackMethod::Email,
        formats: Json(row.formats.0.clone()),
        override_reason: row.override_reason.clone(),
    };
    store::done(writer, row, outcome)?;
    let step = (row.status, DeliveryVerb::Done, DeliveryStatus::Done);
    writer.note(Change::step(&LIFE, row.id, row.version + 1, step).fields(["done_at"]));
    Ok(())
}

fn to_people(writer: &mut Writer<'_>, row: &DeliveryRow, failure: Failed, formats: BTreeSet<Format>) -> Result<()> {
    store::hand_over(writer, row, failure, formats)?;
    writer.note(Change::changed(LIFE.resource, row.id, row.version + 1).fields(["automatic", "failure", "formats"]));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_e_mail_is_tried_for_about_a_day() {
        let waits: Vec<i64> = (1..MOST_ATTEMPTS).map(until_next).collect();
        assert_eq!(waits, [2, 4, 8, 16, 32, 64, 128, 180, 180, 180, 180]);
        assert_eq!((until_next(0), until_next(i32::MAX)), (1, LONGEST));
        let hours = waits.iter().sum::<i64>() / 60;
        assert!((12..=24).contains(&hours), "{hours}");
    }
}
