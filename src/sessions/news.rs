//! Telling people of sessions to come: planned, changed and near. What is pending is compared with how things are, person
//! by person, and written anew where it differs: nobody is told what is no longer so, whoever should be told is, and
//! several changes of a day are one message. What a person knew before is what they were told last.

use std::collections::BTreeMap;

use crate::clock::{Day, Instant};
use crate::db::ids::{DeliveryId, OpportunityId, ServiceId, SessionId, VolunteerId};
use crate::deliveries::{self, About, Collected, Recipient};
use crate::refusal::{Failure, Result};
use crate::service::Service;
use crate::sessions::news_rules::{Group, Item, Standing, not_before, wanted};
use crate::sessions::news_store::{self, Scope};
use crate::sessions::news_words;
use crate::sessions::rules;
use crate::sessions::status::LIFE;
use crate::work::Writer;

/// Tells everybody concerned of these sessions of an opportunity: those who are expected at them, and those who no longer
/// are. Called last in a change, since it waits for other changes of the opportunity's sessions.
///
/// # Errors
/// Database errors.
pub(crate) fn tell_of(writer: &mut Writer<'_>, opportunity: OpportunityId, sessions: &[SessionId]) -> Result<()> {
    tell(writer, opportunity, &Scope { sessions: Some(sessions), ..Scope::default() }).map(|_| ())
}

/// Tells everybody who is expected at sessions of an opportunity, after what holds for all of them changed. Called last, like
/// [`tell_of`].
///
/// # Errors
/// Database errors.
pub(crate) fn tell_all(writer: &mut Writer<'_>, opportunity: OpportunityId) -> Result<()> {
    tell(writer, opportunity, &Scope::default()).map(|_| ())
}

/// Tells one person of the sessions of an opportunity, after their part in it changed.
///
/// # Errors
/// Database errors.
pub fn tell_person(writer: &mut Writer<'_>, opportunity: OpportunityId, volunteer: VolunteerId) -> Result<()> {
    tell(writer, opportunity, &Scope { people: Some(&[volunteer]), ..Scope::default() }).map(|_| ())
}

/// Waits until whoever is telling people of an opportunity's sessions has done so, and lets nobody begin: before a reply is
/// written, since whoever leaves withdraws theirs after that.
///
/// # Errors
/// Database errors.
pub(super) fn hold(writer: &mut Writer<'_>, opportunity: OpportunityId) -> Result<()> {
    news_store::take_turn(writer, opportunity)
}

/// Takes back the reminder of a session for somebody who said that they can't come. The news must be held.
///
/// # Errors
/// Database errors.
pub(super) fn declined(
    writer: &mut Writer<'_>,
    opportunity: OpportunityId,
    (session, volunteer): (SessionId, VolunteerId),
) -> Result<()> {
    let scope = Scope { sessions: Some(&[session]), people: Some(&[volunteer]), ..Scope::default() };
    tell_held(writer, opportunity, &scope).map(|_| ())
}

/// Takes back what was to be told of a session that is about to be deleted.
pub(super) fn untell(writer: &mut Writer<'_>, opportunity: OpportunityId, session: SessionId) -> Result<()> {
    tell(writer, opportunity, &Scope { sessions: Some(&[session]), gone: Some(session), ..Scope::default() })
        .map(|_| ())
}

/// Reminds everybody of the sessions that are at most so many days away, each once, and takes back what was to be told of
/// sessions that have begun meanwhile. Each opportunity is a transaction of its own, so that nobody who changes one waits for
/// the others. Any number of copies of the service may do so at once.
///
/// # Errors
/// Database errors.
pub fn remind_due(service: &Service) -> Result<usize> {
    let days = service.remind_days;
    let (due, mut told) = (service.scheduled(&|writer| news_store::due(writer, days))?, 0);
    for opportunity in due {
        if service.is_stopping() {
            break;
        }
        let scope = Scope { remind_days: days, ..Scope::default() };
        told += service.scheduled(&|writer| tell(writer, opportunity, &scope))?;
    }
    Ok(told)
}

/// What is pending for one person, and what should be.
#[derive(Default)]
struct Messages {
    pending: BTreeMap<DeliveryId, (Group, Vec<(SessionId, Item)>)>,
    wanted: BTreeMap<Group, Vec<(SessionId, Item)>>,
}

/// How often it is begun anew while people are being told at the same moment; each time, fewer messages are pending.
const TRIES: usize = 10;

/// Brings what is pending up to date; answers how many messages were written.
fn tell(writer: &mut Writer<'_>, opportunity: OpportunityId, scope: &Scope<'_>) -> Result<usize> {
    news_store::take_turn(writer, opportunity)?;
    tell_held(writer, opportunity, scope)
}

fn tell_held(writer: &mut Writer<'_>, opportunity: OpportunityId, scope: &Scope<'_>) -> Result<usize> {
    for _ in 0..TRIES {
        if let Some(written) = bring_up_to_date(writer, opportunity, scope)? {
            return Ok(written);
        }
    }
    Err(Failure::broken("messages about sessions that are never at rest"))
}

/// The same, once; nothing where somebody was told in the meantime, and so knows more than was read.
fn bring_up_to_date(writer: &mut Writer<'_>, opportunity: OpportunityId, scope: &Scope<'_>) -> Result<Option<usize>> {
    let standings = news_store::standings(writer, opportunity, scope)?;
    let Some(service) = standings.first().map(|one| one.service) else { return Ok(Some(0)) };
    let today = writer.today();
    let mut people: BTreeMap<VolunteerId, Messages> = BTreeMap::new();
    for standing in standings {
        sort_in(people.entry(standing.volunteer).or_default(), standing, (today, scope.remind_days));
    }
    let (mut overtaken, mut new) = (Vec::new(), Vec::new());
    for (volunteer, messages) in people {
        let Messages { pending, mut wanted } = messages;
        for (id, (group, said)) in pending {
            // A message that says all that there is to say stays.
            if wanted.get(&group).is_some_and(|items| same(items, &said)) {
                wanted.remove(&group);
            } else {
                overtaken.push(id);
            }
        }
        new.extend(wanted.into_iter().map(|(group, items)| (volunteer, group, items)));
    }
    let taken_back = deliveries::overtake(writer, &overtaken)?;
    // An e-mail may be at the mail server just now, or have arrived: then the session is cancelled, and they are told.
    if scope.gone.is_some() && deliveries::were_tried(writer, &taken_back)? {
        return Err(rules::is_known().into());
    }
    news_store::forget(writer, &taken_back)?;
    if taken_back.len() < overtaken.len() {
        return Ok(None);
    }
    let count = new.len();
    write(writer, new, service)?;
    Ok(Some(count))
}

fn sort_in(messages: &mut Messages, standing: Standing, (today, remind_days): (Day, u16)) {
    if let Some((id, group, item)) = &standing.pending {
        let (_, items) = messages.pending.entry(*id).or_insert_with(|| (*group, Vec::new()));
        items.push((standing.session, item.clone()));
    }
    let session = standing.session;
    // A message that came back may wait beside a newer one: each session is told of once.
    let is_new = messages.wanted.values().flatten().all(|(known, _)| *known != session);
    if let Some((group, item)) = wanted(standing, today, remind_days).filter(|_| is_new) {
        messages.wanted.entry(group).or_default().push((session, item));
    }
}

fn same(one: &[(SessionId, Item)], other: &[(SessionId, Item)]) -> bool {
    one.len() == other.len() && one.iter().all(|item| other.contains(item))
}

type New = (VolunteerId, Group, Vec<(SessionId, Item)>);

/// Writes the messages, those about the same thing together.
fn write(writer: &mut Writer<'_>, new: Vec<New>, service: ServiceId) -> Result<()> {
    let now = writer.now();
    let mut by_about: BTreeMap<About, Vec<New>> = BTreeMap::new();
    for (volunteer, group, mut items) in new {
        items.sort_by_key(|(id, item)| (item.said.starts_at, *id));
        by_about.entry(group.about(&items)).or_default().push((volunteer, group, items));
    }
    for (about, new) in by_about {
        let message = |(volunteer, group, items): &New| collected(*volunteer, *group, items, (service, now));
        let messages: Vec<Collected> = new.iter().filter_map(message).collect();
        let told = deliveries::notify_collected(writer, about, LIFE.resource, messages)?;
        let told: BTreeMap<VolunteerId, DeliveryId> = told.into_iter().collect();
        let mut news = Vec::new();
        for (volunteer, _, items) in new {
            if let Some(delivery) = told.get(&volunteer) {
                news.extend(items.into_iter().map(|(session, item)| (*delivery, (volunteer, session, item))));
            }
        }
        news_store::keep(writer, &news)?;
    }
    Ok(())
}

fn collected(
    volunteer: VolunteerId,
    group: Group,
    items: &[(SessionId, Item)],
    (service, now): (ServiceId, Instant),
) -> Option<Collected> {
    let (first, _) = items.first()?;
    let recipient = Recipient { volunteer, service: Some(service), subject: (*first).into(), route: None };
    let said: Vec<&Item> = items.iter().map(|(_, item)| item).collect();
    Some(Collected { recipient, message: news_words::message(group, &said), not_before: not_before(&said, now) })
}
