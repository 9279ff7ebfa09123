//! What a person must be told, in a way and format that they can take in: nothing that they wait for is decided in silence.
//! The service sends e-mails itself; all else is a worklist whose entries staff mark done. The texts of e-mails stand in `words`.

mod choice;
mod forget;
mod formats;
mod held;
mod postman;
mod routes;
mod rules;
mod status;
mod store;
mod subjects;
pub mod views;
mod words;

use std::collections::{BTreeSet, HashMap};

use crate::clock::Day;
use crate::db::ids::{ServiceId, VolunteerId};
use crate::db::{Change, Writer};
use crate::deliveries::choice::Choice;
use crate::plans::FeedbackMethod;
use crate::refusal::{Done, Failure};
use crate::text::Said;
use crate::volunteers::{self, Contact, VolunteerStatus};

pub use forget::{clear_messages, forget};
pub use formats::Format;
pub use held::held;
pub use postman::post_due;
pub use routes::routes;
pub use status::{DeliveryStatus, LIFE};

crate::text_enum! {
    /// What a delivery is about.
    pub enum About {
        /// An offer of a place.
        Offer = "offer",
        /// A decline, with its message.
        Decline = "decline",
        /// An agreement to look at.
        AgreementIssued = "agreement_issued",
        /// Another link person.
        LinkPersonChanged = "link_person_changed",
        /// A clearance that will soon count no longer.
        ClearanceExpiring = "clearance_expiring",
        /// A plan that the person shapes was approved.
        PlanApproved = "plan_approved",
        /// A plan that the person shapes was given back to be changed.
        PlanReturned = "plan_returned",
        /// A claim sent back, with the reason.
        ClaimReturned = "claim_returned",
        /// A claim rejected, with the reason.
        ClaimRejected = "claim_rejected",
        /// A payment made.
        ClaimPaid = "claim_paid",
        /// What became of feedback.
        FeedbackDecided = "feedback_decided",
        /// How a plan goes.
        Update = "update",
        /// A session that will not take place.
        SessionCancelled = "session_cancelled",
        /// An agreement that the trust ended.
        AgreementEnded = "agreement_ended",
    }
}

/// Every step that a delivery takes: the one that people ask for, and the one that comes by itself.
#[must_use]
pub fn life() -> Vec<(&'static str, &'static str, &'static str)> {
    let (from, by, to) = status::BY_ITSELF;
    LIFE.rows().into_iter().chain([(from.as_str(), by.as_str(), to.as_str())]).collect()
}

/// Somebody who is to be told of something of theirs.
#[derive(Clone, Copy, Debug)]
pub struct Told {
    /// Who.
    pub volunteer: VolunteerId,
    /// Which service tells them.
    pub service: ServiceId,
    /// Of what: the id of a thing of the kind that they all have.
    pub subject: uuid::Uuid,
}

/// One message, on its way into the table.
struct Entry {
    told: Told,
    choice: Choice,
    message: Option<String>,
    override_reason: Option<Said>,
    send_from: Option<Day>,
}

/// Sees to it that a person is told something, in the transaction of the decision.
///
/// # Errors
/// Those of the database.
pub fn tell(
    writer: &mut Writer<'_>,
    volunteer: VolunteerId,
    service: ServiceId,
    about: About,
    subject: (&'static str, uuid::Uuid),
    message: Option<&str>,
) -> Done<()> {
    tell_of(writer, about, subject.0, &[Told { volunteer, service, subject: subject.1 }], message)
}

/// The same for many people at once, each about their own thing of this kind, without a message.
///
/// # Errors
/// Those of the database; a fault of ours where one of them is not there.
pub fn tell_all(writer: &mut Writer<'_>, about: About, kind: &'static str, people: &[Told]) -> Done<()> {
    tell_of(writer, about, kind, people, None)
}

fn tell_of(
    writer: &mut Writer<'_>,
    about: About,
    kind: &'static str,
    people: &[Told],
    message: Option<&str>,
) -> Done<()> {
    let contacts = contacts(writer, people.iter().map(|told| told.volunteer))?;
    let mut entries = Vec::with_capacity(people.len());
    for told in people {
        let person = contacts.get(&told.volunteer).ok_or_else(|| Failure::broken("nobody to tell"))?;
        // Nobody is there any more whom anything could reach.
        if person.status == VolunteerStatus::Erased {
            continue;
        }
        let choice = choice::of(person, &[person.way()], &BTreeSet::new());
        entries.push(Entry {
            told: *told,
            choice,
            message: message.map(str::to_owned),
            override_reason: None,
            send_from: None,
        });
    }
    enter(writer, about, kind, entries)
}

/// The same words for many people at once, each about their own thing of this kind.
///
/// # Errors
/// Those of the database; a fault of ours where one of them is not there.
pub fn tell_everyone(
    writer: &mut Writer<'_>,
    about: About,
    kind: &'static str,
    people: &[Told],
    message: &str,
) -> Done<()> {
    tell_of(writer, about, kind, people, Some(message))
}

/// Says that these things moved on: what people were still to be told of them no longer holds.
/// To be called before anybody is told what they moved on to.
///
/// # Errors
/// Those of the database.
pub fn overtaken(writer: &mut Writer<'_>, kind: &'static str, things: &[uuid::Uuid]) -> Done<()> {
    for (id, version) in store::overtake(writer, kind, things)? {
        writer.note(Change::step(&LIFE, id, version, status::BY_ITSELF));
    }
    Ok(())
}

/// What everyone who takes part in something is told on the way.
#[derive(Clone, Copy, Debug)]
pub struct News<'n> {
    /// Which service tells it.
    pub service: ServiceId,
    /// The kind and the id of what was written.
    pub subject: (&'static str, uuid::Uuid),
    /// What is said.
    pub text: &'n str,
    /// The same in easy words.
    pub easy_read: Option<&'n str>,
    /// The one way in which everyone is told; none is each person's own.
    pub way: Option<FeedbackMethod>,
    /// Why somebody is told in a way or format that contradicts what they need.
    pub override_reason: Option<&'n Said>,
}

/// Makes one delivery a person of this news, as they prefer and no more often than they asked for.
/// Answers how many people are told.
///
/// # Errors
/// `contradicts-need` where the one way contradicts what somebody needs, and no reason is given.
pub fn spread(writer: &mut Writer<'_>, news: &News<'_>, people: &[VolunteerId]) -> Done<usize> {
    let contacts = contacts(writer, people.iter().copied())?;
    let mut present: Vec<&Contact> = contacts
        .values()
        .filter(|person| !matches!(person.status, VolunteerStatus::Left | VolunteerStatus::Erased))
        .collect();
    present.sort_by_key(|person| person.id);
    let given: BTreeSet<Format> = news.easy_read.map(|_| Format::EasyRead).into_iter().collect();
    if let (Some(way), None) = (news.way, news.override_reason) {
        rules::suits_all(&present, way, &given)?;
    }
    let today = writer.today();
    let last = store::last_updates(writer.conn, news.service, people)?;
    let entries: Vec<Entry> = present
        .into_iter()
        .map(|person| {
            let choice = match news.way {
                Some(way) => choice::forced(person, way, &given),
                None => choice::of(person, &choice::for_updates(person), &given),
            };
            let easy = news.easy_read.filter(|_| choice.formats.contains(&Format::EasyRead));
            let overridden = news.way.is_some() && rules::contradicts(person, choice.way, &choice.formats);
            let frequency = person.update_preferences.as_ref().map(|preferences| preferences.frequency);
            Entry {
                told: Told { volunteer: person.id, service: news.service, subject: news.subject.1 },
                choice,
                message: Some(easy.unwrap_or(news.text).to_owned()),
                override_reason: news.override_reason.filter(|_| overridden).cloned(),
                send_from: choice::send_from(frequency, last.get(&person.id).copied(), today),
            }
        })
        .collect();
    let told = entries.len();
    enter(writer, About::Update, news.subject.0, entries)?;
    Ok(told)
}

fn contacts(writer: &mut Writer<'_>, people: impl Iterator<Item = VolunteerId>) -> Done<HashMap<VolunteerId, Contact>> {
    let mut ids: Vec<VolunteerId> = people.collect();
    ids.sort_unstable();
    ids.dedup();
    Ok(volunteers::contacts(writer.conn, &ids)?.into_iter().map(|person| (person.id, person)).collect())
}

fn enter(writer: &mut Writer<'_>, about: About, kind: &'static str, mut entries: Vec<Entry>) -> Done<()> {
    if entries.is_empty() {
        return Ok(());
    }
    if !writer.sends_mail() {
        entries.iter_mut().for_each(|entry| entry.choice.automatic = false);
    }
    for id in store::insert_all(writer, about, kind, &entries)? {
        writer.note(Change::created(LIFE.resource, id).to(DeliveryStatus::Pending));
    }
    Ok(())
}

/// How many people were to be told of each of these things, and how many have been, by its id.
///
/// # Errors
/// Those of the database.
pub fn counts(conn: &mut diesel::PgConnection, subjects: &[uuid::Uuid]) -> Done<HashMap<uuid::Uuid, (i64, i64)>> {
    store::counts(conn, subjects)
}
