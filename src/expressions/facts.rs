//! What others, and the steps, ask about expressions of interest. None of it checks rights.

use std::collections::HashMap;

use crate::db::prelude::*;

use crate::clock::Instant;
use crate::db::ids::{ExpressionId, OpportunityId, PlanId, ServiceId, VolunteerId};
use crate::db::schema::{self, expressions};
use crate::expressions::status::{ExpressionStatus, UNDECIDED};
use crate::expressions::store::ExpressionRow;
use crate::opportunities::{self, Held};
use crate::refusal::{Kind, Refusal, Result};
use crate::text::LongText;
use crate::work::{Revision, Writer};

/// How many under a plan wait for an answer by the service or the person; lapsed offers do not count.
pub(super) fn undecided_on_plan(conn: &mut PgConnection, plan: PlanId, now: Instant) -> Result<i64> {
    let standing = expressions::status
        .ne(ExpressionStatus::Offered)
        .or(expressions::respond_by.is_null())
        .or(expressions::respond_by.gt(now).assume_not_null());
    Ok(expressions::table
        .filter(expressions::opportunity_id.eq_any(opportunities::of_plan(conn, plan)?))
        .filter(expressions::status.eq_any(UNDECIDED))
        .filter(standing)
        .count()
        .get_result(conn)?)
}

/// For each of these volunteers who are considered for a place or have one, the service of their newest expression of
/// interest.
///
/// # Errors
/// Database errors.
pub fn services_engaged(conn: &mut PgConnection, people: &[VolunteerId]) -> Result<HashMap<VolunteerId, ServiceId>> {
    let newest: Vec<(VolunteerId, ServiceId)> = expressions::table
        .filter(expressions::volunteer_id.eq_any(people))
        .filter(expressions::status.eq_any(ExpressionStatus::ENGAGED))
        .distinct_on(expressions::volunteer_id)
        .order_by((expressions::volunteer_id, expressions::id.desc()))
        .select((expressions::volunteer_id, expressions::service_id))
        .load(conn)?;
    Ok(newest.into_iter().collect())
}

/// The state of each of a person's expressions of interest at a moment, with its revision.
///
/// # Errors
/// Database errors.
pub fn places_of(
    conn: &mut PgConnection,
    of: VolunteerId,
    now: Instant,
) -> Result<Vec<(OpportunityId, ExpressionStatus, Revision)>> {
    let rows: Vec<ExpressionRow> =
        expressions::table.filter(expressions::volunteer_id.eq(of)).select(ExpressionRow::as_select()).load(conn)?;
    let place = |row: ExpressionRow| (row.opportunity_id, row.status_at(now), (row.version, row.updated_at));
    Ok(rows.into_iter().map(place).collect())
}

/// The place that a person accepted in an opportunity, which an agreement rests on: the adjustments that they asked for with
/// it. Whoever gives or accepts an agreement locks the opportunity before, so that the place can't go meanwhile.
///
/// # Errors
/// `no-accepted-expression`; database errors.
pub fn place_of(
    conn: &mut PgConnection,
    opportunity: OpportunityId,
    volunteer: VolunteerId,
) -> Result<Option<LongText>> {
    let accepted = expressions::table
        .filter(expressions::opportunity_id.eq(opportunity))
        .filter(expressions::volunteer_id.eq(volunteer))
        .filter(expressions::status.eq(ExpressionStatus::Accepted));
    let asked: Option<Option<LongText>> = accepted.select(expressions::adjustments).first(conn).optional()?;
    let detail = "The volunteer has not accepted a place in the opportunity. Offer them a place first.";
    Ok(asked.ok_or_else(|| Refusal::new(Kind::NoAcceptedExpression, detail))?)
}

/// Locks the opportunity of an expression of interest, without a check of rights: before the expression itself.
///
/// # Errors
/// Not found; database errors.
pub(crate) fn lock_places(writer: &mut Writer<'_>, id: ExpressionId) -> Result<Held> {
    let of = expressions::table.filter(expressions::id.eq(id)).select(expressions::opportunity_id);
    opportunities::lock_places_where(writer, Box::new(schema::opportunities::id.eq_any(of)))
}

/// The titles of the opportunities of these expressions of interest.
///
/// # Errors
/// Database errors.
pub fn titles(conn: &mut PgConnection, ids: &[uuid::Uuid]) -> Result<Vec<(uuid::Uuid, String)>> {
    let of = expressions::table.filter(expressions::id.eq_any(ids));
    let of = of.select((expressions::id, expressions::opportunity_id)).load(conn)?;
    opportunities::titles_of(conn, of)
}
