//! SQL of the table `opportunities`: rows, lists and facts for other features.
//! `places` takes and frees places.

use std::collections::HashMap;

use diesel::dsl::{AsExprOf, sql};
use diesel::expression::{SqlLiteral, UncheckedBind};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text, Timestamptz, Uuid as SqlUuid};

use crate::access::Grant;
use crate::clock::Instant;
use crate::db::among::among;
use crate::db::exactly_one;
use crate::db::ids::{ActorId, OpportunityId, PlanId, ServiceId, VolunteerId};
use crate::db::page::{Page, Rows};
use crate::db::schema::{actors, opportunities, services};
use crate::opportunities::facts::OpportunityFacts;
use crate::opportunities::status::{self, OpportunityStatus};
use crate::opportunities::views::{OpportunityContent, OpportunityFilter};
use crate::page_by;
use crate::refusal::{Done, Refusal};
use crate::work::{Reader, Writer, narrow};

#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = opportunities, check_for_backend(Pg))]
pub(crate) struct OpportunityRow {
    pub id: OpportunityId,
    pub version: i32,
    pub service_id: ServiceId,
    pub status: OpportunityStatus,
    pub accepted_count: i32,
    pub published_at: Option<Instant>,
    pub cancel_reason: Option<String>,
    pub created_at: Instant,
    pub updated_at: Instant,
    #[diesel(embed)]
    pub content: OpportunityContent,
}

impl OpportunityRow {
    /// The status at a moment.
    pub fn status_at(&self, now: Instant) -> OpportunityStatus {
        status::at(self.status, self.content.closes_at, now)
    }

    /// What other features need to know about it.
    pub fn facts(self, now: Instant) -> OpportunityFacts {
        let status = self.status_at(now);
        let content = self.content;
        OpportunityFacts {
            id: self.id,
            plan_id: content.plan_id,
            service_id: self.service_id,
            status,
            title: content.title,
            kind: content.kind,
            audience: content.audience,
            experience_wanted: content.experience_wanted.0,
            skills: content.skills,
            places: content.places,
            basis: content.basis,
            offer: content.offer.map(|offer| offer.0),
            clearances_required: content.clearances_required.0,
            training_required: content.training_required.0,
            starts_on: content.starts_on,
            ends_on: content.ends_on,
            panel: content.panel.map(|panel| panel.0),
            contact: content.contact.map(|contact| contact.0),
        }
    }
}

/// Limits a query to what the grant allows: all, those of the caller's services, or those published or in which they
/// take part.
macro_rules! reached {
    ($query:expr, $grant:expr, $now:expr) => {{
        let (query, grant, now): (_, &Grant, Instant) = ($query, $grant, $now);
        if grant.all() {
            query
        } else {
            let own = services::table.filter(services::code.eq_any(grant.services().to_vec())).select(services::id);
            let query = query.filter(opportunities::service_id.eq_any(own));
            match grant.own() {
                None => query,
                Some(volunteer) => query
                    .or_filter(
                        opportunities::status.eq(OpportunityStatus::Published).and(opportunities::closes_at.gt(now)),
                    )
                    .or_filter(answered(volunteer)),
            }
        }
    }};
}

/// Facts about an opportunity, whoever the caller is.
///
/// # Errors
/// Database errors.
pub fn facts(conn: &mut PgConnection, id: OpportunityId, now: Instant) -> Done<Option<OpportunityFacts>> {
    let row = opportunities::table.find(id).select(OpportunityRow::as_select()).first(conn).optional()?;
    Ok(row.map(|row| row.facts(now)))
}

/// Facts about an opportunity that the grant allows the caller to see.
///
/// # Errors
/// Database errors.
pub fn visible(reader: &mut Reader<'_>, id: OpportunityId) -> Done<Option<OpportunityFacts>> {
    let (grant, now) = (reader.grant(), reader.now());
    let query = opportunities::table.select(OpportunityRow::as_select()).into_boxed();
    let row =
        reached!(query, grant, now).filter(opportunities::id.eq(id)).first::<OpportunityRow>(reader.conn).optional()?;
    Ok(row.map(|row| row.facts(now)))
}

pub(super) type OpportunityAndCreator = (OpportunityRow, Option<String>);

pub(super) fn find(reader: &mut Reader<'_>, id: OpportunityId) -> Done<OpportunityAndCreator> {
    let (grant, now) = (reader.grant(), reader.now());
    let query = opportunities::table
        .inner_join(actors::table)
        .select((OpportunityRow::as_select(), actors::subject))
        .into_boxed();
    let row = reached!(query, grant, now).filter(opportunities::id.eq(id)).first(reader.conn).optional()?;
    Ok(row.ok_or_else(Refusal::not_found)?)
}

type Own = AsExprOf<VolunteerId, SqlUuid>;
type Answered = SqlLiteral<Bool, UncheckedBind<SqlLiteral<Bool>, Own>>;

/// Condition that a person had an answer or an agreement there. The view is made beside the tables of expressions and
/// agreements, which stand above this feature.
fn answered(own: VolunteerId) -> Answered {
    sql::<Bool>("opportunities.id IN (SELECT opportunity_id FROM answered_volunteers WHERE volunteer_id = ")
        .bind::<SqlUuid, _>(own)
        .sql(")")
}

pub(super) fn list(
    reader: &mut Reader<'_>,
    filter: &OpportunityFilter,
    page: &Page,
) -> Done<Rows<OpportunityAndCreator>> {
    let (grant, now) = (reader.grant(), reader.now());
    let query = opportunities::table
        .inner_join(actors::table)
        .select((OpportunityRow::as_select(), actors::subject))
        .into_boxed();
    // Of opportunities that are not open, volunteers see only those in which they take part. This condition stands alone,
    // because next to another one PostgreSQL would check every row.
    let shut = filter.status.as_ref().is_some_and(|wanted| !wanted.contains(&OpportunityStatus::Published));
    let mut query = match grant.own().filter(|_| shut && grant.only_own()) {
        Some(own) => query.filter(answered(own)),
        None => reached!(query, grant, now),
    };
    if let Some(wanted) = &filter.status {
        // Stored statuses first, for the index; then those whose `closes_at` has passed and that are not stored as
        // closed yet.
        let (closed, published) =
            (wanted.contains(&OpportunityStatus::Closed), wanted.contains(&OpportunityStatus::Published));
        let mut stored = wanted.clone();
        stored.extend((closed && !published).then_some(OpportunityStatus::Published));
        query = query.filter(among("opportunities.status", stored.iter().map(|word| word.as_str())));
        if closed != published {
            let side = if closed { "<=" } else { ">" };
            let published = OpportunityStatus::Published;
            let at = format!("(opportunities.status <> '{published}' OR opportunities.closes_at {side} ");
            query = query.filter(sql::<Bool>(&at).bind::<Timestamptz, _>(now).sql(")"));
        }
    }
    if let Some(plan) = filter.plan_id {
        query = query.filter(opportunities::plan_id.eq(plan));
    }
    if let Some(service) = filter.service_id {
        query = query.filter(opportunities::service_id.eq(service));
    }
    if let Some(kinds) = &filter.kind {
        query = query.filter(among("opportunities.kind", kinds.iter().map(|word| word.as_str())));
    }
    if let Some(q) = &filter.q {
        let found = query.filter(about(q));
        return Ok(page.load(page_by!(found, page, sql::<SqlUuid>(FOUND_ID)), reader.conn)?);
    }
    Ok(page.load(page_by!(query, page, opportunities::id), reader.conn)?)
}

/// The id by which search results are ordered, in a form that no index has. Otherwise PostgreSQL, which can't tell that
/// a word is rare, would walk the index of ids and read every text on the way.
pub(crate) const FOUND_ID: &str = "COALESCE(opportunities.id, opportunities.id)";

/// Condition that the title or summary has words that begin with each of these. It uses the index
/// `opportunities_by_words` if the page is ordered by `FOUND_ID`.
pub(crate) fn about(q: &str) -> SqlLiteral<Bool, UncheckedBind<SqlLiteral<Bool>, AsExprOf<String, Text>>> {
    let words: Vec<String> = q
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .take(10)
        .map(|word| format!("'{word}':*"))
        .collect();
    sql::<Bool>("to_tsvector('simple'::regconfig, opportunities.title || ' ' || coalesce(opportunities.summary, '')) @@ to_tsquery('simple'::regconfig, ")
        .bind::<Text, _>(words.join(" & "))
        .sql(")")
}

/// Whether a person takes part: shortlisted, offered a place or accepted, or with an agreement that was issued.
pub(crate) fn engaged(conn: &mut PgConnection, volunteer: VolunteerId, id: OpportunityId) -> Done<bool> {
    let takes_part = sql::<Bool>("EXISTS (SELECT FROM participants WHERE opportunity_id = ")
        .bind::<SqlUuid, _>(id)
        .sql(" AND volunteer_id = ")
        .bind::<SqlUuid, _>(volunteer)
        .sql(")");
    Ok(diesel::select(takes_part).get_result(conn)?)
}

/// Locks a row that the grant allows the caller to write; `not-found` if there is none.
pub(crate) fn lock(writer: &mut Writer<'_>, id: OpportunityId) -> Done<OpportunityRow> {
    let row = opportunities::table
        .filter(opportunities::id.eq(id))
        .filter(narrow::service("opportunities.service_id", writer.grant()))
        .select(OpportunityRow::as_select())
        .for_update()
        .first(writer.conn)
        .optional()?;
    Ok(row.ok_or_else(Refusal::not_found)?)
}

/// Those of these services that exist.
pub(super) fn known_services(writer: &mut Writer<'_>, ids: &[ServiceId]) -> Done<Vec<ServiceId>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(services::table.filter(services::id.eq_any(ids)).select(services::id).load(writer.conn)?)
}

pub(super) fn insert(writer: &mut Writer<'_>, service: ServiceId, new: OpportunityContent) -> Done<OpportunityId> {
    let (id, now, by): (OpportunityId, Instant, ActorId) = (writer.new_id(), writer.now(), writer.actor_id());
    diesel::insert_into(opportunities::table)
        .values((
            opportunities::id.eq(id),
            opportunities::service_id.eq(service),
            opportunities::status.eq(OpportunityStatus::Draft),
            opportunities::created_at.eq(now),
            opportunities::created_by.eq(by),
            opportunities::updated_at.eq(now),
            new,
        ))
        .execute(writer.conn)?;
    Ok(id)
}

/// Writes a change; the version goes up by one.
pub(super) fn save(
    writer: &mut Writer<'_>,
    row: &OpportunityRow,
    service: ServiceId,
    new: OpportunityContent,
) -> Done<()> {
    let now = writer.now();
    let rows = diesel::update(opportunities::table.find(row.id).filter(opportunities::version.eq(row.version)))
        .set((
            new,
            opportunities::service_id.eq(service),
            opportunities::version.eq(row.version + 1),
            opportunities::updated_at.eq(now),
        ))
        .execute(writer.conn)?;
    exactly_one(rows)
}

/// What a step writes besides the status.
#[derive(Debug, Default, AsChangeset)]
#[diesel(table_name = opportunities)]
pub(crate) struct OpportunityStep {
    pub published_at: Option<Instant>,
    pub closes_at: Option<Instant>,
    pub cancel_reason: Option<String>,
}

/// Writes a step; the version goes up by one.
pub(super) fn step(
    writer: &mut Writer<'_>,
    row: &OpportunityRow,
    to: OpportunityStatus,
    step: &OpportunityStep,
) -> Done<()> {
    let now = writer.now();
    let rows = diesel::update(opportunities::table.find(row.id).filter(opportunities::version.eq(row.version)))
        .set((
            step,
            opportunities::status.eq(to),
            opportunities::version.eq(row.version + 1),
            opportunities::updated_at.eq(now),
        ))
        .execute(writer.conn)?;
    exactly_one(rows)
}

/// The published opportunities of a plan, locked.
pub(super) fn published_under(writer: &mut Writer<'_>, plan: PlanId) -> Done<Vec<OpportunityRow>> {
    Ok(opportunities::table
        .filter(opportunities::plan_id.eq(plan))
        .filter(opportunities::status.eq(OpportunityStatus::Published))
        .order_by(opportunities::id)
        .select(OpportunityRow::as_select())
        .for_update()
        .load(writer.conn)?)
}

/// Opportunities whose `closes_at` has passed, locked; rows that are already locked are left for the next time.
pub(super) fn due(writer: &mut Writer<'_>, most: i64) -> Done<Vec<OpportunityRow>> {
    let now = writer.now();
    Ok(opportunities::table
        .filter(opportunities::status.eq(OpportunityStatus::Published))
        .filter(opportunities::closes_at.le(now))
        .order_by(opportunities::closes_at)
        .limit(most)
        .select(OpportunityRow::as_select())
        .for_update()
        .skip_locked()
        .load(writer.conn)?)
}

/// The opportunities of a plan.
///
/// # Errors
/// Database errors.
pub fn of_plan(conn: &mut PgConnection, plan: PlanId) -> Done<Vec<OpportunityId>> {
    Ok(opportunities::table.filter(opportunities::plan_id.eq(plan)).select(opportunities::id).load(conn)?)
}

/// The title of the opportunity of each record, by the record's id.
///
/// # Errors
/// Database errors.
pub fn titles_of(
    conn: &mut PgConnection,
    records: Vec<(uuid::Uuid, OpportunityId)>,
) -> Done<Vec<(uuid::Uuid, String)>> {
    let ids: Vec<uuid::Uuid> = records.iter().map(|(_, of)| (*of).into()).collect();
    let titles: HashMap<uuid::Uuid, String> = titles(conn, &ids)?.into_iter().collect();
    let title = |(id, of): (uuid::Uuid, OpportunityId)| Some((id, titles.get(&of.into())?.clone()));
    Ok(records.into_iter().filter_map(title).collect())
}

/// The titles of these opportunities.
///
/// # Errors
/// Database errors.
pub fn titles(conn: &mut PgConnection, ids: &[uuid::Uuid]) -> Done<Vec<(uuid::Uuid, String)>> {
    Ok(opportunities::table
        .filter(opportunities::id.eq_any(ids))
        .select((opportunities::id, opportunities::title))
        .load(conn)?)
}
