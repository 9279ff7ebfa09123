//! Deliveries: messages that a volunteer must get, by a contact method and in a format that meets their needs. Every
//! decision that a volunteer waits for creates one. The service sends e-mails itself; the others are a worklist whose
//! entries staff mark as done. The texts of e-mails are in `words`.

mod choice;
mod feature;
mod forget;
mod formats;
mod held;
mod postman;
mod routes;
mod rules;
mod status;
mod store;
mod titles;
pub mod views;
mod words;

use std::collections::{BTreeSet, HashMap};

use crate::clock::Day;
use crate::db::ids::{ServiceId, VolunteerId};
use crate::deliveries::choice::Choice;
use crate::people::volunteers::{self, Contact, VolunteerStatus};
use crate::refusal::{Done, Failure};
use crate::text::Said;
use crate::vocabulary::contact::FeedbackMethod;
use crate::work::{Change, Writer};

pub use feature::FEATURE;
pub use forget::{clear_messages, forget};
pub use formats::Format;
pub use held::held;
pub use postman::post_due;
pub use routes::routes;
pub use status::{DeliveryStatus, LIFE};

crate::text_enum! {
    /// What a delivery is about.
    pub enum About {
        /// The volunteer is offered a place.
        Offer = "offer",
        /// The volunteer's expression of interest was declined.
        Decline = "decline",
        /// An agreement was issued for the volunteer to accept.
        AgreementIssued = "agreement_issued",
        /// The volunteer has another link person.
        LinkPersonChanged = "link_person_changed",
        /// A clearance of the volunteer will soon expire.
        ClearanceExpiring = "clearance_expiring",
        /// A plan of which the volunteer is a member was approved.
        PlanApproved = "plan_approved",
        /// A plan of which the volunteer is a member was returned to be changed.
        PlanReturned = "plan_returned",
        /// A claim was returned, with the reason.
        ClaimReturned = "claim_returned",
        /// A claim was rejected, with the reason.
        ClaimRejected = "claim_rejected",
        /// A claim was paid.
        ClaimPaid = "claim_paid",
        /// There is a decision on the volunteer's feedback.
        FeedbackDecided = "feedback_decided",
        /// There is an update on a plan.
        Update = "update",
        /// A session was cancelled.
        SessionCancelled = "session_cancelled",
        /// The trust ended an agreement.
        AgreementEnded = "agreement_ended",
    }
}

impl About {
    /// What else may wait about the same record and no longer holds, or is said anew, once this is to be told.
    const fn supersedes(self) -> &'static [Self] {
        match self {
            Self::Offer | Self::Decline => &[Self::Offer],
            Self::LinkPersonChanged => &[Self::LinkPersonChanged],
            Self::AgreementEnded => &[Self::AgreementIssued, Self::LinkPersonChanged],
            Self::PlanApproved | Self::PlanReturned => &[Self::PlanApproved, Self::PlanReturned],
            Self::ClaimReturned | Self::ClaimRejected | Self::ClaimPaid => {
                &[Self::ClaimReturned, Self::ClaimRejected, Self::ClaimPaid]
            }
            Self::FeedbackDecided => &[Self::FeedbackDecided],
            // An earlier reminder is as true as a later one.
            Self::AgreementIssued | Self::ClearanceExpiring | Self::SessionCancelled | Self::Update => &[],
        }
    }
}

/// Somebody who is to be told of something of theirs.
#[derive(Clone, Copy, Debug)]
pub struct Told {
    /// The volunteer.
    pub volunteer: VolunteerId,
    /// The service that tells them.
    pub service: ServiceId,
    /// Id of the record; its kind is the same for all volunteers of a call.
    pub subject: uuid::Uuid,
}

/// A delivery to be inserted.
struct Entry {
    told: Told,
    choice: Choice,
    message: Option<String>,
    override_reason: Option<Said>,
    send_from: Option<Day>,
}

/// Creates a delivery to a volunteer, in the transaction of the decision. Whatever is pending about the same record and
/// no longer holds is superseded, whoever it is for: several people are told of one record in one call, by
/// `tell_everyone`.
///
/// # Errors
/// Database errors.
pub fn tell(
    writer: &mut Writer<'_>,
    volunteer: VolunteerId,
    service: ServiceId,
    about: About,
    subject: (&'static str, uuid::Uuid),
    message: Option<&str>,
) -> Done<()> {
    tell_everyone(writer, about, subject.0, &[Told { volunteer, service, subject: subject.1 }], message)
}

/// Creates deliveries with the same message to several volunteers, each about their own record of this kind, or all about
/// one.
///
/// # Errors
/// Database errors; `internal` where a volunteer does not exist.
pub fn tell_everyone(
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
        // An erased person can't be reached any more.
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

/// Supersedes all pending deliveries about these records: for a decision that nobody is told of. Where somebody is told,
/// this follows from what they are told.
///
/// # Errors
/// Database errors.
pub fn supersede(writer: &mut Writer<'_>, kind: &'static str, things: &[uuid::Uuid]) -> Done<()> {
    supersede_of(writer, About::ALL, kind, things)
}

fn supersede_of(writer: &mut Writer<'_>, about: &[About], kind: &'static str, things: &[uuid::Uuid]) -> Done<()> {
    if about.is_empty() || things.is_empty() {
        return Ok(());
    }
    for (id, version) in store::supersede(writer, about, kind, things)? {
        writer.note(Change::step(&LIFE, id, version, status::OVERTAKEN));
    }
    Ok(())
}

/// An update for everyone who takes part in something.
#[derive(Clone, Copy, Debug)]
pub struct News<'n> {
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
    pub override_reason: Option<&'n Said>,
}

/// Creates one delivery of an update for each person, by their preferences and no more often than they asked for.
/// Returns the number of people who get it.
///
/// # Errors
/// `contradicts-need` where the contact method for everyone contradicts what somebody needs, and no reason is given.
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
    let subjects: Vec<uuid::Uuid> = entries.iter().map(|entry| entry.told.subject).collect();
    supersede_of(writer, about.supersedes(), kind, &subjects)?;
    if entries.is_empty() {
        return Ok(());
    }
    if !writer.sends_mail() {
        entries.iter_mut().for_each(|entry| entry.choice.automatic = false);
    }
    for id in store::insert_all(writer, about, kind, &entries)? {
        writer.note(Change::new(LIFE.resource, id, 1, "create").to(DeliveryStatus::Pending));
    }
    Ok(())
}

/// For each of these records, by its id: the number of its deliveries, and how many of them are done.
///
/// # Errors
/// Database errors.
pub fn counts(conn: &mut diesel::PgConnection, subjects: &[uuid::Uuid]) -> Done<HashMap<uuid::Uuid, (i64, i64)>> {
    store::counts(conn, subjects)
}
