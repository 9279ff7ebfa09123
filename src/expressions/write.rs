//! Writing expressions of interest, under the lock that `store` takes.

use crate::db::prelude::*;

use crate::clock::Instant;
use crate::db::ids::{ActorId, ExpressionId, OpportunityId, ServiceId, VolunteerId};
use crate::db::json::Json;
use crate::db::schema::{actors, expressions};
use crate::db::{exactly, the_one};
use crate::expressions::status::ExpressionStatus;
use crate::expressions::store::{ExpressionRow, FoundExpression, whole};
use crate::expressions::views::{DeclineReason, ExpressionContent};
use crate::refusal::Result;
use crate::vocabulary::clearance::ClearanceKind;
use crate::work::Writer;

/// Inserts an expression of interest; answers it as a read finds it.
pub(super) fn insert(
    writer: &mut Writer<'_>,
    (opportunity, service): (OpportunityId, ServiceId),
    (volunteer, on_behalf): (VolunteerId, bool),
    said: ExpressionContent,
) -> Result<FoundExpression> {
    let (id, now, by): (ExpressionId, Instant, ActorId) = (writer.new_id(), writer.now(), writer.actor_id());
    let made = diesel::insert_into(expressions::table)
        .values((
            expressions::id.eq(id),
            expressions::opportunity_id.eq(opportunity),
            expressions::service_id.eq(service),
            expressions::volunteer_id.eq(volunteer),
            expressions::status.eq(ExpressionStatus::Received),
            expressions::on_behalf.eq(on_behalf),
            said,
            expressions::created_at.eq(now),
            expressions::created_by.eq(by),
            expressions::updated_at.eq(now),
        ))
        .returning(whole!())
        .get_result(writer.conn)?;
    Ok(made)
}

/// What a step writes besides the status.
#[derive(Debug, Default, AsChangeset)]
#[diesel(table_name = expressions)]
pub(crate) struct ExpressionStep {
    pub respond_by: Option<Instant>,
    pub conditional_on: Option<Json<Vec<ClearanceKind>>>,
    pub decline_reason_code: Option<DeclineReason>,
    pub decline_message: Option<String>,
    pub reserved_at: Option<Instant>,
}

impl ExpressionStep {
    /// The names of the fields that it writes.
    pub fn fields(&self) -> Vec<&'static str> {
        let mut fields = Vec::new();
        fields.extend(self.respond_by.map(|_| "respond_by"));
        fields.extend(self.conditional_on.as_ref().map(|_| "conditional_on"));
        fields.extend(self.decline_reason_code.map(|_| "decline_reason_code"));
        fields.extend(self.decline_message.as_ref().map(|_| "decline_message"));
        fields.extend(self.reserved_at.map(|_| "reserved_at"));
        fields
    }
}

/// Writes a step of one or more locked rows; each version goes up by one.
pub(super) fn step(
    writer: &mut Writer<'_>,
    ids: &[ExpressionId],
    to: ExpressionStatus,
    step: &ExpressionStep,
) -> Result<()> {
    let now = writer.now();
    let rows = diesel::update(expressions::table.filter(expressions::id.eq_any(ids)))
        .set((
            step,
            expressions::status.eq(to),
            expressions::version.eq(expressions::version + 1),
            expressions::updated_at.eq(now),
        ))
        .execute(writer.conn)?;
    exactly(ids.len(), rows)
}

/// The same of one locked row; answers it as a read finds it.
pub(super) fn step_one(
    writer: &mut Writer<'_>,
    row: &ExpressionRow,
    to: ExpressionStatus,
    step: &ExpressionStep,
) -> Result<FoundExpression> {
    let now = writer.now();
    let stepped = diesel::update(expressions::table.find(row.id).filter(expressions::version.eq(row.version)))
        .set((
            step,
            expressions::status.eq(to),
            expressions::version.eq(row.version + 1),
            expressions::updated_at.eq(now),
        ))
        .returning(whole!())
        .load(writer.conn)?;
    the_one(stepped)
}

/// Writes that a lead has cleared a conflict of interest; answers the expression as a read finds it.
pub(super) fn clear_conflict(writer: &mut Writer<'_>, row: &ExpressionRow) -> Result<FoundExpression> {
    let now = writer.now();
    let cleared = diesel::update(expressions::table.find(row.id).filter(expressions::version.eq(row.version)))
        .set((
            expressions::conflict_cleared_at.eq(now),
            expressions::version.eq(row.version + 1),
            expressions::updated_at.eq(now),
        ))
        .returning(whole!())
        .load(writer.conn)?;
    the_one(cleared)
}
