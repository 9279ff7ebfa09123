//! Expressions of interest from people without a log-in.
//! `public` checks the request and creates the volunteer.

use diesel::sql_types::{Array, BigInt, Bool, Nullable, Text, Uuid as SqlUuid};

use crate::access::Actor;
use crate::db::ids::{OpportunityId, ServiceId, VolunteerId};
use crate::db::prelude::*;
use crate::expressions::status::{ExpressionStatus, LIFE};
use crate::expressions::views::ExpressionContent;
use crate::expressions::write;
use crate::refusal::Result;
use crate::work::{Change, Writer};

/// Inserts the expression of interest of a volunteer who was just created. A lead asks about conflicts of interest
/// later.
///
/// # Errors
/// Database errors.
pub fn from_the_public(
    writer: &mut Writer<'_>,
    opportunity: (OpportunityId, ServiceId),
    volunteer: VolunteerId,
    said: ExpressionContent,
) -> Result<Change> {
    let made = write::insert(writer, opportunity, (volunteer, false), said)?;
    Ok(Change::created(LIFE.resource, made.row.id).to(ExpressionStatus::Received))
}

/// What already waits for an answer in an opportunity.
#[derive(Debug, QueryableByName)]
pub struct Waiting {
    /// Whether all of what is said does, by one of these people.
    #[diesel(sql_type = Bool)]
    pub theirs: bool,
    /// Whether so much from people without a log-in does that no more is taken.
    #[diesel(sql_type = Bool)]
    pub too_much: bool,
}

const WAITING: &str = "\
SELECT EXISTS (SELECT FROM expressions e WHERE e.opportunity_id = $1 AND e.volunteer_id = ANY($2) AND e.status = ANY($3)
        AND ($8 IS NULL OR e.statement = $8) AND ($9 IS NULL OR e.adjustments = $9) AND ($10 IS NULL OR e.heard_from = $10)) AS theirs,
    (SELECT count(*) FROM (SELECT FROM expressions e JOIN actors a ON a.id = e.created_by
        WHERE e.opportunity_id = $1 AND e.status = $4 AND a.issuer = $5 AND a.subject = $6 LIMIT $7) public) >= $7 AS too_much";

/// What waits for an answer in an opportunity: of these people that says as much as this, and from people without a log-in,
/// up to a number.
///
/// # Errors
/// Database errors.
pub fn waiting(
    conn: &mut PgConnection,
    of: OpportunityId,
    (people, said): (&[VolunteerId], &ExpressionContent),
    at_most: i64,
) -> Result<Waiting> {
    let public = Actor::public();
    Ok(diesel::sql_query(WAITING)
        .bind::<SqlUuid, _>(of)
        .bind::<Array<SqlUuid>, _>(people)
        .bind::<Array<Text>, _>(ExpressionStatus::TO_DECIDE)
        .bind::<Text, _>(ExpressionStatus::Received)
        .bind::<Text, _>(public.issuer)
        .bind::<Text, _>(public.subject)
        .bind::<BigInt, _>(at_most)
        .bind::<Nullable<Text>, _>(&said.statement)
        .bind::<Nullable<Text>, _>(&said.adjustments)
        .bind::<Nullable<Text>, _>(said.heard_from)
        .get_result(conn)?)
}
