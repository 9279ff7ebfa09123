//! SQL for support contacts, and only that, limited to what the caller may see.
//! Inductions are in `induction_store`; `agreements` stores on the agreement when the next contact is due.

use std::collections::HashMap;

use crate::db::prelude::*;
use diesel::pg::Pg;

use crate::agreements::{AgreementFacts, AgreementStatus};
use crate::clock::{Day, Instant};
use crate::db::Json;
use crate::db::among::among;
use crate::db::ids::{ActorId, AgreementId, ServiceId, SupportContactId, VolunteerId};
use crate::db::page::{Page, Rows};
use crate::db::schema::{actors, services, support_contact_texts, support_contacts};
use crate::db::search::has_email;
use crate::db::views::supported_agreements;
use crate::page_by;
use crate::refusal::{Refusal, Result};
use crate::support::rules;
use crate::support::views::{NewSupportContact, SupportContactContent, SupportFilter, SupportNotes};
use crate::text::Person;
use crate::work::names::EngagementNames;
use crate::work::{Reader, Writer};

/// Resource name of a contact in the audit record.
pub(super) const RESOURCE: &str = "support_contact";

/// A row of `support_contacts`.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = support_contacts, check_for_backend(Pg))]
pub(super) struct SupportContactRow {
    pub id: SupportContactId,
    pub version: i32,
    pub agreement_id: AgreementId,
    pub volunteer_id: VolunteerId,
    pub service_id: ServiceId,
    pub created_at: Instant,
    pub updated_at: Instant,
    #[diesel(embed)]
    pub content: SupportContactContent,
}

/// The columns of an agreement that support needs.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = supported_agreements, check_for_backend(Pg))]
pub(super) struct SupportedAgreement {
    pub id: AgreementId,
    pub volunteer_id: VolunteerId,
    pub service_id: ServiceId,
    pub status: AgreementStatus,
    pub link_person: Json<Person>,
    pub starts_on: Day,
    pub supported_on: Option<Day>,
    pub support_due_on: Option<Day>,
    pub induction_due_on: Option<Day>,
}

impl SupportedAgreement {
    /// The dates that decide about its support.
    pub fn support_dates(&self) -> rules::SupportDates {
        rules::SupportDates {
            status: self.status,
            starts_on: self.starts_on,
            supported_on: self.supported_on,
            next_due: self.support_due_on,
            induction_due_on: self.induction_due_on,
        }
    }
}

/// A contact with its notes, who recorded it, and the names beside its ids.
pub(super) type ContactAndCreator = (SupportContactRow, SupportNotes, Option<String>, EngagementNames);
/// The same with its agreement.
pub(super) type ContactAndAgreement =
    (SupportContactRow, SupportNotes, Option<String>, EngagementNames, SupportedAgreement);
/// An agreement with the names beside its ids.
pub(super) type NamedAgreement = (SupportedAgreement, EngagementNames);

macro_rules! contacts {
    () => {
        support_contacts::table.inner_join(support_contact_texts::table).inner_join(actors::table)
    };
}

macro_rules! contact {
    () => {
        (
            SupportContactRow::as_select(),
            SupportNotes::as_select(),
            actors::subject,
            EngagementNames::under_agreement("support_contacts"),
        )
    };
}

/// Limits a query to what the caller may see: everything, that of their services, or their own. `$table` has the
/// columns of volunteer and service.
macro_rules! within {
    ($query:expr, $grant:expr, $table:ident) => {{
        let (query, grant) = ($query, $grant);
        if grant.all() {
            query
        } else {
            let served = services::table.filter(services::code.eq_any(grant.services().to_vec())).select(services::id);
            match grant.own() {
                None => query.filter($table::service_id.eq_any(served)),
                Some(own) if grant.services().is_empty() => query.filter($table::volunteer_id.eq(own)),
                Some(own) => query.filter($table::service_id.eq_any(served).or($table::volunteer_id.eq(own))),
            }
        }
    }};
}

/// Applies the filter to a query.
macro_rules! asked {
    ($query:expr, $filter:expr, $table:ident) => {{
        let (mut query, filter): (_, &SupportFilter) = ($query, $filter);
        if let Some(ids) = &filter.volunteer_id {
            query = query.filter($table::volunteer_id.eq_any(ids));
        }
        if let Some(ids) = &filter.service_id {
            query = query.filter($table::service_id.eq_any(ids));
        }
        if let Some(email) = &filter.link_person_email {
            query = query.filter(has_email("supported_agreements.link_person_email", email.as_str()));
        }
        query
    }};
}

/// Contacts that match the filter.
pub(super) fn list(reader: &mut Reader<'_>, filter: &SupportFilter, page: &Page) -> Result<Rows<ContactAndAgreement>> {
    let query = contacts!()
        .inner_join(supported_agreements::table)
        .select((
            SupportContactRow::as_select(),
            SupportNotes::as_select(),
            actors::subject,
            EngagementNames::under_agreement("support_contacts"),
            SupportedAgreement::as_select(),
        ))
        .into_boxed();
    let query = asked!(within!(query, reader.grant(), support_contacts), filter, support_contacts);
    Ok(page.load(page_by!(query, page, support_contacts::id, support_contacts::updated_at), reader.conn)?)
}

/// The contacts of an agreement that the caller may see.
pub(super) fn of_agreement(reader: &mut Reader<'_>, id: AgreementId, page: &Page) -> Result<Rows<ContactAndCreator>> {
    let query = contacts!().filter(support_contacts::agreement_id.eq(id)).select(contact!()).into_boxed();
    Ok(page.load(page_by!(query, page, support_contacts::id, support_contacts::updated_at), reader.conn)?)
}

/// Agreements with overdue support or induction that match the filter; uses the index `agreements_support_due` or
/// `agreements_induction_due`.
pub(super) fn overdue(reader: &mut Reader<'_>, filter: &SupportFilter, page: &Page) -> Result<Rows<NamedAgreement>> {
    let today = reader.today();
    let query = supported_agreements::table
        .filter(among("supported_agreements.status", AgreementStatus::IN_FORCE.iter().map(|word| word.as_str())))
        .select((SupportedAgreement::as_select(), EngagementNames::of("supported_agreements")))
        .into_boxed();
    let mut query = asked!(within!(query, reader.grant(), supported_agreements), filter, supported_agreements);
    if filter.overdue == Some(true) {
        query = query.filter(supported_agreements::contact_due_on.lt(today));
    }
    if filter.induction_overdue == Some(true) {
        query = query.filter(supported_agreements::induction_due_on.lt(today));
    }
    Ok(page.load(page_by!(query, page, supported_agreements::id), reader.conn)?)
}

/// The newest contact of each of these agreements, in one statement.
pub(super) fn newest(conn: &mut PgConnection, ids: &[AgreementId]) -> Result<HashMap<AgreementId, ContactAndCreator>> {
    let rows: Vec<ContactAndCreator> = contacts!()
        .filter(support_contacts::agreement_id.eq_any(ids))
        .distinct_on(support_contacts::agreement_id)
        .order_by((support_contacts::agreement_id, support_contacts::on_day.desc(), support_contacts::id.desc()))
        .select(contact!())
        .load(conn)?;
    Ok(rows.into_iter().map(|contact| (contact.0.agreement_id, contact)).collect())
}

/// A contact that the caller may see.
pub(super) fn find(reader: &mut Reader<'_>, id: SupportContactId) -> Result<ContactAndAgreement> {
    let query = contacts!()
        .inner_join(supported_agreements::table)
        .select((
            SupportContactRow::as_select(),
            SupportNotes::as_select(),
            actors::subject,
            EngagementNames::under_agreement("support_contacts"),
            SupportedAgreement::as_select(),
        ))
        .into_boxed();
    let query = within!(query, reader.grant(), support_contacts).filter(support_contacts::id.eq(id));
    Ok(query.first(reader.conn).optional()?.ok_or_else(Refusal::not_found)?)
}

/// Inserts a contact with its notes.
pub(super) fn insert(
    writer: &mut Writer<'_>,
    under: &AgreementFacts,
    new: &NewSupportContact,
) -> Result<SupportContactId> {
    let (id, now, by): (SupportContactId, Instant, ActorId) = (writer.new_id(), writer.now(), writer.actor_id());
    diesel::insert_into(support_contacts::table)
        .values((
            support_contacts::id.eq(id),
            support_contacts::agreement_id.eq(under.id),
            support_contacts::volunteer_id.eq(under.volunteer_id),
            support_contacts::service_id.eq(under.service_id),
            &new.content,
            support_contacts::created_at.eq(now),
            support_contacts::created_by.eq(by),
            support_contacts::updated_at.eq(now),
        ))
        .execute(writer.conn)?;
    diesel::insert_into(support_contact_texts::table)
        .values((support_contact_texts::contact_id.eq(id), &new.notes))
        .execute(writer.conn)?;
    Ok(id)
}
