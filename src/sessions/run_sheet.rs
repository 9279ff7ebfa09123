//! The run sheet of a session, as JSON and as a page for the door: who comes, how to reach them, what they need, what is
//! booked, and whose checks are not in date. Its layout is in `documents`.

use std::collections::HashMap;

use crate::access::Action;
use crate::db::ids::{SessionId, VolunteerId};
use crate::documents::{self, Contact, HTML, Layout, Page, Typed, words};
use crate::http::{Content, Readable, Represent, Routes};
use crate::opportunities::AdvertSource;
use crate::people::clearances;
use crate::people::volunteers::{self, ActsBy, ContactWay};
use crate::refusal::{Failure, Result};
use crate::sessions::arrangement_views::{ArrangementItem, ArrangementStatus, with_asked};
use crate::sessions::expected_store::{self, Arranged, Expected};
use crate::sessions::reply_views::Reply;
use crate::sessions::run_sheet_views::{ReachedBy, RunSheetFilter, RunSheetFormat, RunSheetPerson, RunSheetView};
use crate::sessions::store::{self, SessionRow};
use crate::sessions::{SessionStatus, run_sheet_views};
use crate::text::Person;
use crate::vocabulary::opportunity::Mode;
use crate::work::Reader;
use crate::work::access_log::Category;
use crate::{opportunities, plans};

/// Days after the session on which contact details are still shown: for what was left behind, a journey home that went wrong or
/// a report of an accident. Later they serve nobody at the door, and would be those of today under a day of long ago; whoever
/// needs to write to somebody finds them in the profile, where each look is recorded as what it is.
const CONTACT_DAYS: i64 = 7;

/// Declares the operation.
pub(super) fn routes(routes: &mut Routes) {
    routes
        .get("/v1/sessions/{id}/run-sheet", Action::ReadRunSheets, read_run_sheet)
        .describe(
            "Get the run sheet of a session",
            "Lists everybody who is expected: their reply, contact details, emergency contact, needs, what is booked, and \
             required checks that are not in date. It also gives the place and the link person. Contact details of people are \
             shown until a week after the session. As JSON, or with `format=html` as a page that prints on A4, also in large print. Each person's access log says who read it.",
        )
        .formats(&[("json", "application/json"), ("html", HTML)]);
}

fn read_run_sheet(reader: &mut Reader<'_>, id: SessionId, asked: &RunSheetFilter) -> Result<Readable<RunSheetView>> {
    let (sheet, contact) = reader.snapshot(|reader| sheet(reader, id))?;
    if asked.format != Some(RunSheetFormat::Html) {
        return Ok(Readable::Resource(sheet));
    }
    let layout = match asked.layout {
        None | Some(Layout::Standard) => Layout::Standard,
        Some(Layout::LargePrint | Layout::EasyRead) => Layout::LargePrint,
    };
    let title = format!("Run sheet: {}", sheet.opportunity_title);
    let page = Page::new(reader.trust(), layout, &title, &sheet.service_name, reader.today());
    let shown: Vec<VolunteerId> = sheet.items.iter().map(|one| one.volunteer_id).collect();
    let tag = sheet.etag().map(|tag| ("etag", format!("\"{tag}-{layout}\"")));
    let mut printed = documents::html(&printed(sheet, page.asking(contact.as_ref())))?;
    printed.headers.extend(tag);
    let looks = |page: Content, volunteer| page.showing(volunteer, Category::RunSheet, Some(id.into()));
    Ok(Readable::Page(shown.into_iter().fold(printed, looks)))
}

fn sheet(reader: &mut Reader<'_>, id: SessionId) -> Result<(RunSheetView, Option<Person>)> {
    let (row, ..) = store::find(reader, id)?;
    let source = AdvertSource::load(reader, row.opportunity_id)?;
    let now = reader.now();
    let opportunity = opportunities::facts(reader.conn, row.opportunity_id, now)?
        .ok_or_else(|| Failure::broken("a session without its opportunity"))?;
    let plan = plans::facts(reader.conn, opportunity.plan_id)?;
    let link_person = plan.and_then(|plan| plan.link_person).or_else(|| opportunity.contact.clone());
    let contacts_until = row.day().plus_days(CONTACT_DAYS);
    let mut people = people(reader, &row, &opportunity)?;
    if reader.today() > contacts_until {
        people.iter_mut().for_each(RunSheetPerson::leave_out_contacts);
    }
    let expected: Vec<&RunSheetPerson> = people.iter().filter(|one| !stays_away(one)).collect();
    let to_book =
        |one: &&RunSheetPerson| one.arrangements.iter().filter(|item| item.status == ArrangementStatus::ToBook).count();
    let text = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
    let new = &source.new;
    let (details, join_details) = (row.content.details, row.content.join_details);
    let contact = link_person.clone();
    // Where people meet online only, nobody is sent to the opportunity's room.
    let room = new.venue.as_ref().filter(|_| details.mode.or(new.mode) != Some(Mode::Online));
    let view = RunSheetView {
        session_id: row.id,
        version: row.version,
        status: row.status,
        title: details.title.map(String::from),
        opportunity_id: row.opportunity_id,
        opportunity_title: new.title.to_string(),
        service_id: row.service_id,
        service_name: source.service_name().to_owned(),
        starts_at: details.starts_at,
        ends_at: details.ends_at,
        venue: text(details.venue.or_else(|| room.cloned()).map(String::from)),
        access_notes: text(new.access_notes.clone().map(String::from)),
        mode: details.mode.or(new.mode),
        join_details: text(join_details.map(String::from)),
        link_person,
        expected_count: expected.len(),
        coming_count: expected.iter().filter(|one| one.reply == Some(Reply::Coming) && !one.moved_since).count(),
        to_book_count: expected.iter().map(to_book).sum(),
        contacts_until,
        contacts_left_out: reader.today() > contacts_until,
        items: people,
    };
    Ok((view, contact))
}

/// Whether somebody said that they can't come, to the date that the session has now.
fn stays_away(one: &RunSheetPerson) -> bool {
    one.reply == Some(Reply::NotComing) && !one.moved_since
}

/// Everybody who is expected, by name; those who can't come are last.
fn people(
    reader: &mut Reader<'_>,
    row: &SessionRow,
    opportunity: &opportunities::OpportunityFacts,
) -> Result<Vec<RunSheetPerson>> {
    let mut expected: HashMap<VolunteerId, Expected> =
        expected_store::of(reader.conn, row)?.into_iter().map(|one| (one.volunteer_id, one)).collect();
    let mut arranged: HashMap<VolunteerId, Arranged> =
        expected_store::arranged(reader.conn, row.id)?.into_iter().map(|one| (one.volunteer_id, one)).collect();
    let ids: Vec<VolunteerId> = expected.keys().copied().collect();
    let known = volunteers::on_the_day(reader.conn, &ids)?;
    let ids: Vec<VolunteerId> = known.iter().map(|person| person.id).collect();
    let (required, training) = (&opportunity.clearances_required, &opportunity.training_required);
    let missing = clearances::missing_of(reader.conn, &ids, required, training, row.day())?;
    let mut people = Vec::new();
    for (person, clearance_flags) in known.into_iter().zip(missing) {
        let (Some(one), arranged) = (expected.remove(&person.id), arranged.remove(&person.id)) else { continue };
        let (items, asked, link_person) =
            arranged.map(|one| (one.items, one.asked, one.link_person)).unwrap_or_default();
        people.push(RunSheetPerson {
            volunteer_id: person.id,
            volunteer_name: person.called,
            legal_name: person.legal_name,
            pronouns: person.pronouns,
            reply: one.reply,
            reply_note: one.reply_note,
            moved_since: one.moved_since,
            contact: person.contact.map(|(way, to)| ReachedBy { way, to }),
            communication_alerts: person.communication_alerts,
            adjustments: one.adjustments,
            arrangements: with_asked(&items, &asked),
            clearance_flags,
            emergency_contact: person.emergency_contact,
            acts_with: person.acts_with,
            guardian: person.guardian,
            link_person,
        });
    }
    people.sort_by_key(stays_away);
    Ok(people)
}

/// The sheet as it is printed.
fn printed(sheet: RunSheetView, page: Page) -> documents::RunSheet {
    let (apart, coming): (Vec<RunSheetPerson>, Vec<RunSheetPerson>) = sheet.items.into_iter().partition(stays_away);
    let head = sheet.link_person.as_ref();
    documents::RunSheet {
        page,
        title: Typed::new(&sheet.opportunity_title),
        session: Typed::maybe(sheet.title.as_deref()),
        cancelled: sheet.status == SessionStatus::Cancelled,
        when: words::span(sheet.starts_at, sheet.ends_at),
        venue: Typed::maybe(sheet.venue.as_deref()),
        access_notes: Typed::maybe(sheet.access_notes.as_deref()),
        mode: sheet.mode.map(words::mode),
        join_details: Typed::maybe(sheet.join_details.as_deref()),
        link_person: sheet.link_person.as_ref().map(Contact::from),
        coming: sheet.coming_count,
        to_book: sheet.to_book_count,
        contacts_until: sheet.contacts_left_out.then(|| sheet.contacts_until.words()),
        people: coming.into_iter().map(|one| on_paper(one, head)).collect(),
        apart: apart.into_iter().map(|one| on_paper(one, head)).collect(),
    }
}

/// The people beside somebody, as they are printed.
fn beside(one: &RunSheetPerson) -> Vec<documents::Beside> {
    let mut beside = Vec::new();
    if let Some(person) = &one.emergency_contact {
        let relation = person.relation.as_ref().map(|relation| format!(", {relation}")).unwrap_or_default();
        let tel = Some(documents::tel(&person.phone.to_string()));
        let who = Typed::new(&format!("{}{relation}", person.name));
        beside.push(documents::Beside {
            role: "In an emergency",
            who,
            contact: Typed::new(&person.phone.to_string()),
            tel,
        });
    }
    if let Some(person) = &one.acts_with {
        let right = match person.authority {
            ActsBy::None => "",
            ActsBy::Consent => ", with their consent",
            ActsBy::PowerOfAttorney => ", by a power of attorney",
            ActsBy::Deputy => ", as deputy of the Court of Protection",
        };
        let who = Typed::new(&format!("{}, {}{right}", person.name, person.relation));
        beside.push(documents::Beside { role: "Acts with them", who, contact: Typed::new(&person.contact), tel: None });
    }
    if let Some(person) = &one.guardian {
        let (who, contact) = (Typed::new(&person.name), Typed::new(&person.contact));
        beside.push(documents::Beside { role: "Under 18. Guardian", who, contact, tel: None });
    }
    beside
}

/// Somebody on paper, beneath this link person at the head of the sheet.
fn on_paper(one: RunSheetPerson, head: Option<&Person>) -> documents::Expected {
    let beside = beside(&one);
    let (contact, dialled) = match one.contact {
        None => (String::new(), false),
        Some(reached) => (reached.to, matches!(reached.way, ContactWay::Phone | ContactWay::Sms)),
    };
    documents::Expected {
        name: Typed::new(&one.volunteer_name),
        legal_name: Typed::maybe(Some(&one.legal_name).filter(|name| **name != one.volunteer_name)),
        pronouns: Typed::maybe(one.pronouns.as_deref()),
        reply: run_sheet_views::in_words(one.reply),
        note: Typed::maybe(one.reply_note.as_deref()),
        moved_since: one.moved_since,
        contact: Typed::new(&contact),
        tel: dialled.then(|| documents::tel(&contact)),
        needs: one.communication_alerts.iter().map(|need| Typed::new(need)).collect(),
        arrangements: one.arrangements.iter().map(arranged).collect(),
        beside,
        missing: one.clearance_flags.iter().map(run_sheet_views::missing_in_words).collect(),
        link_person: one.link_person.as_ref().filter(|person| head != Some(*person)).map(Contact::from),
    }
}

fn arranged(item: &ArrangementItem) -> documents::Arranged {
    let status = match item.status {
        ArrangementStatus::ToBook => "To book",
        ArrangementStatus::Booked => "Booked",
        ArrangementStatus::NotNeeded => "Not needed",
    };
    documents::Arranged {
        what: Typed::new(&item.what),
        status,
        open: item.status == ArrangementStatus::ToBook,
        detail: Typed::maybe(item.detail.as_deref()),
    }
}
