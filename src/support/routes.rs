//! The operations on support contacts: the link person records them, and overdue support is listed.
//! The operations on inductions are in `induction`.

use std::collections::HashMap;

use serde_json::json;

use crate::access::{Action, Viewer};
use crate::agreements;
use crate::db::ids::{AgreementId, SupportContactId, VolunteerId};
use crate::db::page::{Page, Rows};
use crate::http::page::{IDS, SINCE};
use crate::http::query::refuse;
use crate::http::{Fields, Routes};
use crate::people::volunteers;
use crate::refusal::{Fault, Kind, Refusal, Result};
use crate::services;
use crate::support::rules::{self, is_link_person};
use crate::support::store::{self, ContactAndCreator, NamedAgreement};
use crate::support::views::{
    AgreementSupportFilter, NewSupportContact, SupportContactItem, SupportContactView, SupportFilter, SupportItem,
};
use crate::text::Person;
use crate::work::{Change, Changed, Reader, Writer};

/// Declares the operations.
pub(super) fn routes(routes: &mut Routes) {
    routes.tag("Support", "Support for volunteers: contacts with their link person, and their induction.");
    routes
        .list("/v1/agreements/{id}/support-contacts", Some(Action::ReadSupport), list_agreement_support_contacts)
        .describe(
            "List the support contacts under an agreement",
            "Newest first. The link person, involvement leads and the volunteer see the shared notes. Other staff of \
             the service see only the day and the kind of each contact and when the next one is due.",
        );
    routes
        .create("/v1/agreements/{id}/support-contacts", Action::WriteSupport, record_support_contact)
        .describe(
            "Record a support contact",
            "Only the agreement's link person can record support: the subject of their token must be \
             `link_person.subject`. Where the agreement names no subject, the link person's e-mail address counts as \
             one, and anybody who works for the service can record. Possible while the agreement is active or paused, \
             and after it ended. The contact with the latest `on` decides when the next one is due.",
        )
        .refuses(&["forbidden", "not-editable", "segregation-of-duties"])
        .example("a talk over coffee", json!({
            "on": "2026-11-20", "kind": "emotional", "shared_note": "The evenings are long. We will try a taxi home.",
            "private_note": "Ask again about sleep.", "next_due": "2026-12-18",
        }));
    routes.list("/v1/support-contacts", Some(Action::ReadSupport), list_support_contacts).describe(
        "List support contacts",
        "Newest first. With `overdue=true` or `induction_overdue=true`, lists active and paused agreements whose \
         support or induction is overdue instead, each once with its newest contact, if there is one. Support is \
         overdue from the day after `next_due` of the newest contact; without a contact, from 29 days after the start \
         of the agreement. An induction is due 28 days after it began. Neither can be given with `id` or \
         `updated_since`.",
    );
    routes.get("/v1/support-contacts/{id}", Action::ReadSupport, read_support_contact).describe(
        "Get a support contact",
        "Only the link person and involvement leads see `private_note`. The ETag depends on how much the caller sees.",
    );
}

fn list_agreement_support_contacts(
    reader: &mut Reader<'_>,
    id: AgreementId,
    _: &AgreementSupportFilter,
    page: &Page,
) -> Result<Rows<SupportContactItem>> {
    let agreement = agreements::visible(reader, id)?.ok_or_else(Refusal::not_found)?;
    let rows = store::of_agreement(reader, id, page)?;
    let viewer = viewer(reader, &agreement.link_person, agreement.volunteer_id)?;
    Ok(rows.map(|contact| item(contact, viewer).item))
}

fn list_support_contacts(
    reader: &mut Reader<'_>,
    (): (),
    filter: &SupportFilter,
    page: &Page,
) -> Result<Rows<SupportItem>> {
    let found: Rows<(Option<ContactAndCreator>, NamedAgreement)> = if filter.asks_for_agreements() {
        let mut faults = Vec::new();
        if page.changed.is_some() {
            let detail = "can't be given with overdue or induction_overdue: support becomes overdue without a change";
            faults.push(Fault::parameter(SINCE, "not-with-overdue", detail));
        }
        if page.ids.is_some() {
            let detail = "can't be given with overdue or induction_overdue, which list agreements and not contacts";
            faults.push(Fault::parameter(IDS, "not-with-overdue", detail));
        }
        if !faults.is_empty() {
            return Err(refuse(faults).into());
        }
        let rows = store::overdue(reader, filter, page)?;
        let ids: Vec<AgreementId> = rows.rows.iter().map(|(under, _)| under.id).collect();
        let mut newest = store::newest(reader.conn, &ids)?;
        rows.map(|named| (newest.remove(&named.0.id), named))
    } else {
        store::list(reader, filter, page)?
            .map(|(row, texts, by, names, under)| (Some((row, texts, by, names.clone())), (under, names)))
    };
    let ids: Vec<VolunteerId> = found.rows.iter().map(|(_, (under, _))| under.volunteer_id).collect();
    let people = volunteers::facts_of(reader.conn, &ids)?.into_iter().map(|person| (person.id, person)).collect();
    let by_agreement = filter.asks_for_agreements();
    let Rows { rows, more } = found;
    let rows = rows.into_iter().map(|(contact, under)| overview(reader, contact, under, &people, by_agreement));
    let rows: Vec<SupportItem> = rows.collect::<Result<_>>()?;
    Ok(Rows { rows, more })
}

fn read_support_contact(reader: &mut Reader<'_>, id: SupportContactId) -> Result<SupportContactView> {
    let (row, texts, by, names, under) = store::find(reader, id)?;
    let mut viewer = viewer(reader, &under.link_person.0, under.volunteer_id)?;
    // What is written about somebody is not for them, as whoever they have signed in.
    let hidden = texts.private_note.is_some() && viewer.sees(SupportContactView::PRIVATE_NOTE);
    if hidden && volunteers::is_the_reader(reader, under.volunteer_id)? {
        viewer = Viewer::Own;
    }
    // The person who recorded a contact knows what they wrote.
    if by.as_ref() == Some(&reader.actor()?.subject) && !viewer.sees(SupportContactItem::SHARED_NOTE) {
        viewer = Viewer::LinkPerson;
    }
    Ok(item((row, texts, by, names), viewer))
}

fn record_support_contact(
    writer: &mut Writer<'_>,
    id: AgreementId,
    new: NewSupportContact,
) -> Result<Changed<SupportContactView>> {
    let agreement = agreements::visible(writer, id)?.ok_or_else(Refusal::not_found)?;
    let code = services::facts(writer.conn, agreement.service_id)?.map(|service| service.code);
    let works_there = code.is_some_and(|code| writer.grant().services().iter().any(|known| *known == code.as_str()));
    if !rules::may_record(&agreement.link_person, &writer.actor()?.subject, works_there) {
        let detail =
            "Only the agreement's link person can record support. Use `POST …/hand-over` to name another link person.";
        return Err(Refusal::new(Kind::Forbidden, detail).into());
    }
    rules::recordable(agreement.status)?;
    volunteers::not_about_oneself(writer, agreement.volunteer_id)?;
    let began_on = agreements::first_day(writer.conn, &agreement)?;
    rules::possible(began_on, writer.today()).check("/on", Some(new.content.on))?;
    let contact = store::insert(writer, &agreement, &new)?;
    agreements::supported(writer, id, new.content.on, new.content.next_due)?;
    let view = read_support_contact(writer, contact)?;
    Ok(writer.changed(Change::created(store::RESOURCE, contact), view))
}

/// Whom the caller is to contacts between these two.
fn viewer(reader: &Reader<'_>, link_person: &Person, volunteer: VolunteerId) -> Result<Viewer> {
    let is_link_person = is_link_person(link_person, &reader.actor()?.subject);
    Ok(rules::viewer(reader.grant().viewer_of(volunteer), is_link_person))
}

fn item((row, texts, created_by, names): ContactAndCreator, viewer: Viewer) -> SupportContactView {
    SupportContactView {
        private_note: viewer.shown(SupportContactView::PRIVATE_NOTE, || texts.private_note),
        item: SupportContactItem {
            id: row.id,
            version: row.version,
            agreement_id: row.agreement_id,
            volunteer_id: row.volunteer_id,
            service_id: row.service_id,
            names,
            content: Fields(row.content),
            shared_note: viewer.shown(SupportContactItem::SHARED_NOTE, || texts.shared_note),
            created_at: row.created_at,
            created_by,
            updated_at: row.updated_at,
        },
    }
}

fn overview(
    reader: &Reader<'_>,
    contact: Option<ContactAndCreator>,
    (under, names): NamedAgreement,
    people: &HashMap<VolunteerId, volunteers::VolunteerFacts>,
    by_agreement: bool,
) -> Result<SupportItem> {
    let viewer = viewer(reader, &under.link_person.0, under.volunteer_id)?;
    let (dates, today) = (under.support_dates(), reader.today());
    let contact = contact.map(|contact| item(contact, viewer).item);
    let person = people.get(&under.volunteer_id);
    let said = contact.as_ref();
    Ok(SupportItem {
        key: said.filter(|_| !by_agreement).map_or(under.id.into(), |contact| contact.id.into()),
        id: said.map(|contact| contact.id),
        version: said.map(|contact| contact.version),
        agreement_id: under.id,
        volunteer_id: under.volunteer_id,
        names,
        communication_alerts: person.map(|person| person.communication_alerts.clone()).unwrap_or_default(),
        service_id: under.service_id,
        link_person: under.link_person.0,
        on: said.map(|contact| contact.content.on),
        kind: said.map(|contact| contact.content.kind),
        shared_note: viewer
            .shown(SupportItem::SHARED_NOTE, || said.and_then(|contact| contact.shared_note.clone()).flatten()),
        next_due: said.and_then(|contact| contact.content.next_due),
        due_on: dates.due_on(),
        overdue: dates.is_overdue(today),
        induction_due_on: dates.induction_due_on,
        induction_overdue: dates.is_induction_overdue(today),
        created_at: said.map(|contact| contact.created_at),
        created_by: said.and_then(|contact| contact.created_by.clone()),
        updated_at: said.map(|contact| contact.updated_at),
    })
}
