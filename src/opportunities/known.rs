//! What other features ask of opportunities: facts, titles, those of a plan, and who takes part.

use std::collections::HashMap;

use crate::db::prelude::*;
use diesel::dsl::sql;
use diesel::sql_types::{Bool, Uuid as SqlUuid};

use crate::clock::Instant;
use crate::db::ids::{OpportunityId, PlanId, VolunteerId};
use crate::db::schema::opportunities;
use crate::opportunities::facts::OpportunityFacts;
use crate::opportunities::reach::reached;
use crate::opportunities::row::OpportunityRow;
use crate::refusal::Result;
use crate::work::Reader;

/// Facts about an opportunity, whoever the caller is.
///
/// # Errors
/// Database errors.
pub fn facts(conn: &mut PgConnection, id: OpportunityId, now: Instant) -> Result<Option<OpportunityFacts>> {
    let row = opportunities::table.find(id).select(OpportunityRow::as_select()).first(conn).optional()?;
    Ok(row.map(|row| row.facts(now)))
}

/// Facts about an opportunity that the grant allows the caller to see.
///
/// # Errors
/// Database errors.
pub fn visible(reader: &mut Reader<'_>, id: OpportunityId) -> Result<Option<OpportunityFacts>> {
    let (grant, now) = (reader.grant(), reader.now());
    let query = opportunities::table.select(OpportunityRow::as_select()).into_boxed();
    let row =
        reached!(query, grant, now).filter(opportunities::id.eq(id)).first::<OpportunityRow>(reader.conn).optional()?;
    Ok(row.map(|row| row.facts(now)))
}

/// Whether a person takes part: shortlisted, offered a place or accepted, or with an agreement that was issued.
pub(crate) fn engaged(conn: &mut PgConnection, volunteer: VolunteerId, id: OpportunityId) -> Result<bool> {
    let takes_part = sql::<Bool>("EXISTS (SELECT FROM participants WHERE opportunity_id = ")
        .bind::<SqlUuid, _>(id)
        .sql(" AND volunteer_id = ")
        .bind::<SqlUuid, _>(volunteer)
        .sql(")");
    Ok(diesel::select(takes_part).get_result(conn)?)
}

/// The opportunities of a plan.
///
/// # Errors
/// Database errors.
pub fn of_plan(conn: &mut PgConnection, plan: PlanId) -> Result<Vec<OpportunityId>> {
    Ok(opportunities::table.filter(opportunities::plan_id.eq(plan)).select(opportunities::id).load(conn)?)
}

/// The title of the opportunity of each record, by the record's id.
///
/// # Errors
/// Database errors.
pub fn titles_of(
    conn: &mut PgConnection,
    records: Vec<(uuid::Uuid, OpportunityId)>,
) -> Result<Vec<(uuid::Uuid, String)>> {
    let ids: Vec<uuid::Uuid> = records.iter().map(|(_, of)| (*of).into()).collect();
    let titles: HashMap<uuid::Uuid, String> = titles(conn, &ids)?.into_iter().collect();
    let title = |(id, of): (uuid::Uuid, OpportunityId)| Some((id, titles.get(&of.into())?.clone()));
    Ok(records.into_iter().filter_map(title).collect())
}

/// The titles of these opportunities.
///
/// # Errors
/// Database errors.
pub fn titles(conn: &mut PgConnection, ids: &[uuid::Uuid]) -> Result<Vec<(uuid::Uuid, String)>> {
    Ok(opportunities::table
        .filter(opportunities::id.eq_any(ids))
        .select((opportunities::id, opportunities::title))
        .load(conn)?)
}
