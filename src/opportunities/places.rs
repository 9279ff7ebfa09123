//! Places: taken when an offer is accepted, freed when an accepted expression of interest is withdrawn or the agreement
//! that followed it has ended.
//! A constraint of the database ensures that no more are taken than there are; `expressions` decides who takes one.

use crate::db::prelude::*;
use diesel::pg::Pg;
use diesel::sql_types::Bool;

use crate::db::exactly;
use crate::db::ids::{OpportunityId, PlanId};
use crate::db::schema::opportunities;
use crate::opportunities::row::OpportunityRow;
use crate::opportunities::{OpportunityFacts, OpportunityStatus};
use crate::refusal::{Failure, Kind, Refusal, Result};
use crate::vocabulary::opportunity::OpportunityKind;
use crate::work::Writer;

/// An opportunity that is locked until the transaction ends.
#[derive(Clone, Debug)]
pub struct Held {
    /// Facts about it.
    pub facts: OpportunityFacts,
    /// Kind of activity.
    pub kind: OpportunityKind,
    /// Places that are taken: offers that were accepted.
    pub taken: i32,
}

/// Locks an opportunity so that it can't be closed or cancelled until the transaction ends.
///
/// # Errors
/// Database errors.
pub fn hold(writer: &mut Writer<'_>, id: OpportunityId) -> Result<Held> {
    let row: OpportunityRow =
        opportunities::table.find(id).select(OpportunityRow::as_select()).for_share().first(writer.conn)?;
    Ok(held(row, writer))
}

/// Locks an opportunity that is published now and takes expressions of interest; `None` otherwise.
///
/// # Errors
/// Database errors.
pub fn hold_published(writer: &mut Writer<'_>, id: OpportunityId) -> Result<Option<OpportunityFacts>> {
    let row: Option<OpportunityRow> =
        opportunities::table.find(id).select(OpportunityRow::as_select()).for_share().first(writer.conn).optional()?;
    Ok(row.map(|row| held(row, writer).facts).filter(|facts| facts.status == OpportunityStatus::Published))
}

/// Locks an opportunity before one of its places is taken or freed; always before an expression of interest is locked.
///
/// # Errors
/// Database errors.
pub fn lock_places(writer: &mut Writer<'_>, id: OpportunityId) -> Result<Held> {
    let row: OpportunityRow =
        opportunities::table.find(id).select(OpportunityRow::as_select()).for_no_key_update().first(writer.conn)?;
    Ok(held(row, writer))
}

/// Which opportunity, as a condition on its table.
pub type Which = Box<dyn BoxableExpression<opportunities::table, Pg, SqlType = Bool>>;

/// The same for the opportunity of something that is locked afterwards, which the condition names: found and locked by one
/// statement. What it is for never changes.
///
/// # Errors
/// Not found; database errors.
pub fn lock_places_where(writer: &mut Writer<'_>, which: Which) -> Result<Held> {
    let found = opportunities::table.filter(which).select(OpportunityRow::as_select()).for_no_key_update();
    let row: Option<OpportunityRow> = found.first(writer.conn).optional()?;
    Ok(held(row.ok_or_else(Refusal::not_found)?, writer))
}

/// The same for several opportunities, in the order of their ids.
///
/// # Errors
/// Database errors.
pub fn lock_places_of(writer: &mut Writer<'_>, ids: &[OpportunityId]) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let these = opportunities::table.filter(opportunities::id.eq_any(ids)).order_by(opportunities::id);
    let locked: Vec<OpportunityId> = these.select(opportunities::id).for_no_key_update().load(writer.conn)?;
    exactly(ids.len(), locked.len())
}

/// Locks the opportunities of a plan before the plan itself is locked, as whoever offers or accepts one of their places does.
///
/// # Errors
/// Database errors.
pub fn lock_under(writer: &mut Writer<'_>, plan: PlanId) -> Result<Vec<OpportunityId>> {
    let under = opportunities::table.filter(opportunities::plan_id.eq(plan)).order_by(opportunities::id);
    Ok(under.select(opportunities::id).for_no_key_update().load(writer.conn)?)
}

fn held(row: OpportunityRow, writer: &Writer<'_>) -> Held {
    let (kind, taken) = (row.content.kind, row.accepted_count);
    Held { facts: row.facts(writer.now()), kind, taken }
}

/// Takes a place, which changes what its list shows. The opportunity must be locked.
///
/// # Errors
/// `no-places-left`.
pub fn take_place(writer: &mut Writer<'_>, id: OpportunityId) -> Result<()> {
    let now = writer.now();
    let free = opportunities::table.find(id).filter(opportunities::accepted_count.lt(opportunities::places));
    let taken = diesel::update(free)
        .set((opportunities::accepted_count.eq(opportunities::accepted_count + 1), opportunities::updated_at.eq(now)))
        .execute(writer.conn)?;
    if taken == 1 {
        return Ok(());
    }
    Err(Refusal::new(Kind::NoPlacesLeft, "All places of this opportunity are taken.").into())
}

/// Frees a place.
///
/// # Errors
/// Database errors.
pub fn free_place(writer: &mut Writer<'_>, id: OpportunityId) -> Result<()> {
    free_places(writer, &[id])
}

/// Frees a place in each of these opportunities, which are all different.
///
/// # Errors
/// Database errors.
pub fn free_places(writer: &mut Writer<'_>, ids: &[OpportunityId]) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let now = writer.now();
    let taken = opportunities::table.filter(opportunities::id.eq_any(ids)).filter(opportunities::accepted_count.gt(0));
    let freed = diesel::update(taken)
        .set((opportunities::accepted_count.eq(opportunities::accepted_count - 1), opportunities::updated_at.eq(now)))
        .execute(writer.conn)?;
    if freed == ids.len() { Ok(()) } else { Err(Failure::broken("a place was freed that nobody had taken")) }
}
