//! Expressions of interest from people without a log-in.
//! `public` checks the request and creates the volunteer.

use crate::db::ids::{OpportunityId, ServiceId, VolunteerId};
use crate::db::prelude::*;
use crate::db::schema::expressions;
use crate::expressions::status::{ExpressionStatus, LIFE};
use crate::expressions::store;
use crate::expressions::views::ExpressionContent;
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
    let id = store::insert(writer, opportunity, (volunteer, false), said)?;
    Ok(Change::created(LIFE.resource, id).to(ExpressionStatus::Received))
}

/// Whether an expression of interest of one of these people in the opportunity waits for an answer.
///
/// # Errors
/// Database errors.
pub fn waits_for_one_of(conn: &mut PgConnection, of: OpportunityId, people: &[VolunteerId]) -> Result<bool> {
    if people.is_empty() {
        return Ok(false);
    }
    let waiting = expressions::table
        .filter(expressions::opportunity_id.eq(of).and(expressions::volunteer_id.eq_any(people)))
        .filter(expressions::status.eq_any(ExpressionStatus::TO_DECIDE));
    Ok(diesel::select(diesel::dsl::exists(waiting)).get_result(conn)?)
}
