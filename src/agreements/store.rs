//! Reading and locking agreements; writing them is in `write`.
//! What other features may know of an agreement is in `facts`.

use crate::db::prelude::*;
use diesel::pg::Pg;
use diesel::sql_types::Bool;
use serde::Deserialize;

use crate::access::Grant;
use crate::agreements::AgreementStatus;
use crate::agreements::bodies::AcceptedHow;
use crate::agreements::content::{AgreementContent, Pause};
use crate::agreements::views::AgreementFilter;
use crate::clock::{Day, Instant};
use crate::db::Json;
use crate::db::among::among;
use crate::db::clauses::about_caller;
use crate::db::ids::{AgreementId, OpportunityId, PlanId, ServiceId, VolunteerId};
use crate::db::page::{Page, Rows};
use crate::db::schema::{self, actors, agreement_pauses, agreement_texts, agreements, services};
use crate::db::search::has_email;
use crate::opportunities::{self, Held};
use crate::policies::Promised;
use crate::refusal::{Refusal, Result};
use crate::work::names::AgreementNames;
use crate::work::{Reader, Writer, narrow};
use crate::{one_of, one_of_each, page_by};

/// A row of `agreements`.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = agreements, check_for_backend(Pg))]
pub(crate) struct AgreementRow {
    pub id: AgreementId,
    pub version: i32,
    pub plan_id: PlanId,
    pub service_id: ServiceId,
    pub status: AgreementStatus,
    pub short_form: bool,
    pub promised: Option<Json<Promised>>,
    pub body_sha256: Option<String>,
    pub issued_at: Option<Instant>,
    pub accepted_at: Option<Instant>,
    pub accepted_how: Option<AcceptedHow>,
    pub ended_on: Option<Day>,
    pub created_at: Instant,
    pub updated_at: Instant,
    #[diesel(embed)]
    pub content: AgreementContent,
}

/// The texts that erasure clears.
#[derive(Clone, Debug, Default, Deserialize, Selectable, Queryable, AsChangeset)]
#[diesel(table_name = agreement_texts, check_for_backend(Pg))]
pub(crate) struct AgreementTexts {
    pub body: Option<String>,
    pub reason: Option<String>,
    pub witness: Option<String>,
}

impl AgreementTexts {
    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        self.body.is_none() && self.reason.is_none() && self.witness.is_none()
    }
}

/// What a step of the life cycle writes; a field that is none stays as it is.
#[derive(Clone, Debug, Default, AsChangeset)]
#[diesel(table_name = agreements)]
pub(crate) struct AgreementStep {
    pub promised: Option<Json<Promised>>,
    pub body_sha256: Option<String>,
    pub issued_at: Option<Instant>,
    pub accepted_at: Option<Instant>,
    pub accepted_how: Option<AcceptedHow>,
    pub ended_on: Option<Day>,
    pub ended_by_volunteer: Option<bool>,
}

/// The condition that the caller may see an agreement: volunteers see their own once issued.
pub(super) fn reached(grant: &Grant) -> Box<dyn BoxableExpression<agreements::table, Pg, SqlType = Bool>> {
    if grant.all() {
        return Box::new(diesel::dsl::sql::<Bool>("TRUE"));
    }
    let codes = grant.services().to_vec();
    let of_services =
        agreements::service_id.eq_any(services::table.filter(services::code.eq_any(codes)).select(services::id));
    match grant.own() {
        None => Box::new(of_services),
        Some(own) => {
            let unseen = [AgreementStatus::Draft, AgreementStatus::Withdrawn];
            let own = agreements::volunteer_id.eq(own).and(agreements::status.ne_all(unseen));
            if grant.services().is_empty() { Box::new(own) } else { Box::new(of_services.or(own)) }
        }
    }
}

/// A row, the subject of whoever created it, and the names beside its ids.
pub(crate) type Named = (AgreementRow, Option<String>, AgreementNames);

/// An agreement with what other tables say about it.
#[derive(Clone, Debug, Queryable)]
pub(crate) struct FoundAgreement {
    pub row: AgreementRow,
    /// The subject of whoever created it.
    pub created_by: Option<String>,
    pub(super) said: Option<Json<AgreementTexts>>,
    pub(super) pauses: Json<Vec<Pause>>,
    names: AgreementNames,
}

impl FoundAgreement {
    /// Its row with creator and names, its texts, and its pauses, earliest first.
    pub fn into_parts(self) -> (Named, AgreementTexts, Vec<Pause>) {
        let said = self.said.map(|Json(said)| said).unwrap_or_default();
        ((self.row, self.created_by, self.names), said, self.pauses.0)
    }
}

pub(super) const TEXTS: &str = "\
(SELECT jsonb_build_object('body', t.body, 'reason', t.reason, 'witness', t.witness)
FROM agreement_texts t WHERE t.agreement_id = agreements.id)";

/// The pauses of an agreement, earliest first, as a column of a statement that reads `agreements`.
pub(super) const PAUSES: &str = "\
(SELECT COALESCE(jsonb_agg(jsonb_build_array(p.from_day, p.to_day) ORDER BY p.from_day), '[]')
FROM agreement_pauses p WHERE p.agreement_id = agreements.id)";

/// What a [`FoundAgreement`] is read from; also of a row as it was just written, where what it says of texts and pauses is as
/// it was before the statement.
macro_rules! whole {
    () => {
        (
            $crate::agreements::store::AgreementRow::as_select(),
            actors::table.filter(actors::id.eq(agreements::created_by)).select(actors::subject).single_value(),
            diesel::dsl::sql::<diesel::sql_types::Nullable<diesel::sql_types::Jsonb>>($crate::agreements::store::TEXTS),
            diesel::dsl::sql::<diesel::sql_types::Jsonb>($crate::agreements::store::PAUSES),
            $crate::work::names::AgreementNames::of("agreements"),
        )
    };
}

pub(super) use whole;

pub(super) fn find(reader: &mut Reader<'_>, id: AgreementId) -> Result<FoundAgreement> {
    let row = agreements::table
        .filter(agreements::id.eq(id))
        .filter(reached(reader.grant()))
        .select(whole!())
        .first(reader.conn)
        .optional()?;
    Ok(row.ok_or_else(Refusal::not_found)?)
}

pub(super) fn list(reader: &mut Reader<'_>, filter: &AgreementFilter, page: &Page) -> Result<Rows<FoundAgreement>> {
    let mut query = agreements::table.filter(reached(reader.grant())).select(whole!()).into_boxed();
    query = one_of_each!(query, agreements, filter: volunteer_id, opportunity_id);
    if let Some(ids) = &filter.service_id {
        let ids = narrow::among_reached(ids, reader)?;
        query = one_of!(query, agreements::service_id, ids);
    }
    if let Some(email) = &filter.link_person_email {
        query = query.filter(has_email("agreements.link_person_email", email.as_str()));
    }
    if let Some(states) = &filter.status {
        query = query.filter(among("agreements.status", states.iter().map(|word| word.as_str())));
    }
    Ok(page.load(page_by!(query, page, agreements::id, agreements::updated_at), reader.conn)?)
}

/// Locks an agreement that the caller may see.
pub(crate) fn lock(writer: &mut Writer<'_>, id: AgreementId) -> Result<AgreementRow> {
    let row = agreements::table
        .filter(agreements::id.eq(id))
        .filter(reached(writer.grant()))
        .select(AgreementRow::as_select())
        .for_update()
        .first(writer.conn)
        .optional()?;
    Ok(row.ok_or_else(Refusal::not_found)?)
}

/// The same, with whether it is about the caller.
pub(super) fn lock_and_ask(writer: &mut Writer<'_>, id: AgreementId) -> Result<(AgreementRow, bool)> {
    let who = writer.actor_id();
    let locked = agreements::table
        .filter(agreements::id.eq(id))
        .filter(reached(writer.grant()))
        .select(AgreementRow::as_select())
        .for_update();
    let found = about_caller(locked, who, "volunteer_id").get_result(writer.conn).optional()?;
    Ok(found.ok_or_else(Refusal::not_found)?)
}

/// Locks the agreements of a volunteer that are in force.
pub(super) fn lock_in_force(writer: &mut Writer<'_>, of: VolunteerId) -> Result<Vec<AgreementRow>> {
    Ok(agreements::table
        .filter(agreements::volunteer_id.eq(of))
        .filter(agreements::status.eq_any(AgreementStatus::IN_FORCE))
        .order_by(agreements::id)
        .select(AgreementRow::as_select())
        .for_update()
        .load(writer.conn)?)
}

/// Locks the agreements for an opportunity that are in these states.
pub(super) fn lock_of_opportunity(
    writer: &mut Writer<'_>,
    opportunity: OpportunityId,
    states: &[AgreementStatus],
) -> Result<Vec<AgreementRow>> {
    Ok(agreements::table
        .filter(agreements::opportunity_id.eq(opportunity))
        .filter(agreements::status.eq_any(states))
        .order_by(agreements::id)
        .select(AgreementRow::as_select())
        .for_update()
        .load(writer.conn)?)
}

/// An agreement, whoever asks.
pub(super) fn row(conn: &mut PgConnection, id: AgreementId) -> Result<Option<AgreementRow>> {
    Ok(agreements::table.find(id).select(AgreementRow::as_select()).first(conn).optional()?)
}

/// Locks an agreement, whoever asks.
pub(super) fn lock_any(writer: &mut Writer<'_>, id: AgreementId) -> Result<Option<AgreementRow>> {
    Ok(agreements::table.find(id).select(AgreementRow::as_select()).for_update().first(writer.conn).optional()?)
}

/// The agreement in force of a volunteer for an opportunity.
pub(crate) fn in_force(
    conn: &mut PgConnection,
    volunteer: VolunteerId,
    opportunity: OpportunityId,
) -> Result<Option<AgreementId>> {
    let found = agreements::table
        .filter(agreements::volunteer_id.eq(volunteer))
        .filter(agreements::opportunity_id.eq(opportunity))
        .filter(agreements::status.eq_any(AgreementStatus::IN_FORCE))
        .select(agreements::id)
        .first(conn)
        .optional()?;
    Ok(found)
}

/// Whether an agreement of a volunteer for an opportunity is drafted or issued.
pub(super) fn is_coming(conn: &mut PgConnection, volunteer: VolunteerId, opportunity: OpportunityId) -> Result<bool> {
    let coming = agreements::table
        .filter(agreements::volunteer_id.eq(volunteer))
        .filter(agreements::opportunity_id.eq(opportunity))
        .filter(agreements::status.eq_any(AgreementStatus::COMING));
    Ok(diesel::select(diesel::dsl::exists(coming)).get_result(conn)?)
}

/// Locks the opportunity of an agreement that the caller may see: before the agreement itself, as with everything that its
/// places depend on.
///
/// # Errors
/// Not found; database errors.
pub(crate) fn lock_places(writer: &mut Writer<'_>, id: AgreementId) -> Result<Held> {
    let of = agreements::table
        .filter(agreements::id.eq(id))
        .filter(reached(writer.grant()))
        .select(agreements::opportunity_id)
        .into_boxed::<Pg>();
    opportunities::lock_places_where(writer, Box::new(schema::opportunities::id.eq_any(of)))
}

/// The pauses of these agreements, earliest first, in one statement.
pub(super) fn pauses(conn: &mut PgConnection, ids: &[AgreementId]) -> Result<Vec<(AgreementId, Day, Option<Day>)>> {
    let rows = agreement_pauses::table
        .filter(agreement_pauses::agreement_id.eq_any(ids))
        .order_by((agreement_pauses::agreement_id, agreement_pauses::from_day))
        .select((agreement_pauses::agreement_id, agreement_pauses::from_day, agreement_pauses::to_day))
        .load(conn)?;
    Ok(rows)
}
