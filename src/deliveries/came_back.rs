//! Messages that came back: they go to the work list again, as long as what they say is still so.

use crate::db::Json;
use crate::db::ids::DeliveryId;
use crate::deliveries::About;
use crate::deliveries::back_store::{self, Again};
use crate::deliveries::choice;
use crate::deliveries::show::{self, view};
use crate::deliveries::status::{DeliveryVerb, LIFE};
use crate::deliveries::store::{self, DeliveryRow};
use crate::deliveries::titles::titles;
use crate::deliveries::told;
use crate::deliveries::views::{BouncedDelivery, DeliveryView};
use crate::people::clearances;
use crate::people::volunteers::{self, VolunteerStatus};
use crate::refusal::{Kind, Refusal, Result};
use crate::secret_addresses;
use crate::work::history::happened_since;
use crate::work::{Change, Changed, Writer};

/// What people are told of a session: each says the whole of it.
const OF_SESSIONS: [About; 5] = [
    About::SessionPlanned,
    About::SessionChanged,
    About::SessionMovedAway,
    About::SessionReminder,
    About::SessionCancelled,
];

fn both_news(one: About, other: About) -> bool {
    OF_SESSIONS.contains(&one) && OF_SESSIONS.contains(&other)
}

/// Whether a message that was made still says what is so, where nothing newer tells: an offer may have lapsed or been withdrawn,
/// a session begun, a clearance been renewed.
fn still_holds(writer: &mut Writer<'_>, row: &DeliveryRow) -> Result<bool> {
    if row.about == About::ClearanceExpiring {
        let over = clearances::reminders::over(writer.conn, row.volunteer_id)?;
        return Ok(over.iter().all(|id| uuid::Uuid::from(*id) != row.subject_id));
    }
    if row.about.only_asks() && !secret_addresses::is_open(writer, row.id)? {
        return Ok(false);
    }
    let silently = told::taken_back_by(&row.subject_type, row.about);
    let record = (row.subject_type.as_str(), row.subject_id);
    Ok(!happened_since(writer.conn, record, &silently, row.created_at)?)
}

/// A message that came back, while what it is about is held.
#[derive(Clone, Copy, Debug)]
pub struct Returned {
    id: DeliveryId,
    /// What it tells.
    pub about: About,
    /// The record that it is about.
    pub subject_id: uuid::Uuid,
}

/// Finds a message that came back and holds what it is about, so that this can't change before it is on the work list again.
///
/// # Errors
/// `not-found`.
pub fn hold_returned(writer: &mut Writer<'_>, id: DeliveryId) -> Result<Returned> {
    let (known, ..) = store::find(writer, id)?;
    back_store::hold_subject(writer, &known)?;
    Ok(Returned { id, about: known.about, subject_id: known.subject_id })
}

/// Puts a message that came back on the work list again, with another text where that is given.
///
/// # Errors
/// `invalid-transition`, `precondition-failed`, `not-editable`, `volunteer-not-active`.
pub fn return_to_work_list(
    writer: &mut Writer<'_>,
    returned: Returned,
    bounced: BouncedDelivery,
    text: Option<String>,
) -> Result<Changed<DeliveryView>> {
    let id = returned.id;
    let row = store::lock(writer, id)?;
    let to = writer.step(&LIFE, row.version, row.status, DeliveryVerb::Bounced)?;
    // Whoever leaves at this moment comes before or after: nothing waits for somebody who has left.
    volunteers::hold_presence(writer, row.volunteer_id)?;
    let contact = volunteers::contacts(writer.conn, &[row.volunteer_id])?.pop();
    let contact = contact.filter(|person| person.status != VolunteerStatus::Erased).ok_or_else(Refusal::not_found)?;
    let present = VolunteerStatus::PRESENT.contains(&contact.status);
    if contact.deceased || !(present || row.about.is_about_money()) {
        let detail = "The volunteer has left or died, and is not told this again.";
        return Err(Refusal::new(Kind::VolunteerNotActive, detail).into());
    }
    // Nobody is told what is no longer so.
    let newer: Vec<About> = About::ALL
        .iter()
        .copied()
        .filter(|about| about.supersedes().contains(&row.about) || *about == row.about || both_news(*about, row.about))
        .collect();
    if back_store::is_told_since(writer, &row, &newer)? {
        let detail = "The volunteer was written to about this, or part of it, since. This message is not sent again: tell them what \
            still holds yourself.";
        return Err(Refusal::new(Kind::NotEditable, detail).into());
    }
    if !still_holds(writer, &row)? {
        let detail = "What this message says is no longer so: what it is about was answered, withdrawn or has ended since. It \
            is not sent again.";
        return Err(Refusal::new(Kind::NotEditable, detail).into());
    }
    secret_addresses::close_of_message(writer, id)?;
    let again = choice::another(&contact, row.channel);
    let anew = text.filter(|text| row.message.as_ref() != Some(text));
    let mut fields = vec!["done_at", "channel", "formats", "bounced_at", "bounced_channel", "bounce_reason"];
    fields.extend(anew.is_some().then_some("message"));
    let again = Again {
        message: anew.or_else(|| row.message.clone()),
        channel: again.way,
        formats: Json(again.formats),
        bounced_channel: row.channel,
        bounce_reason: bounced.reason,
    };
    back_store::again(writer, &row, again)?;
    let named = store::find(writer, id)?;
    let people = show::people(writer, &[row.volunteer_id])?;
    let names = titles(writer, &[&named.0])?;
    let caller = writer.grant().viewer();
    let change = Change::step(&LIFE, id, row.version + 1, (row.status, DeliveryVerb::Bounced, to));
    Ok(writer.changed(change.fields(fields), view(named, caller, &people, &names)))
}
