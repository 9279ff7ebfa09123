//! Places: taken when an offer is accepted, given back when an accepted expression of interest is withdrawn.
//! The database keeps that no more are taken than there are; who takes one is decided in `expressions`.

use diesel::prelude::*;

use crate::db::ids::OpportunityId;
use crate::db::schema::opportunities;
use crate::opportunities::store::OpportunityRow;
use crate::opportunities::{Facts, OpportunityStatus};
use crate::refusal::{Done, Failure, Kind, Refusal};
use crate::vocabulary::opportunity::OpportunityKind;
use crate::work::Writer;

/// An opportunity that stays as it is until the transaction ends.
#[derive(Clone, Debug)]
pub struct Held {
    /// What is known of it.
    pub facts: Facts,
    /// What kind of activity it is.
    pub kind: OpportunityKind,
}

/// Holds an opportunity so that it can't be closed or cancelled until the transaction ends.
///
/// # Errors
/// Those of the database.
pub fn hold(writer: &mut Writer<'_>, id: OpportunityId) -> Done<Held> {
    let row: OpportunityRow =
        opportunities::table.find(id).select(OpportunityRow::as_select()).for_share().first(writer.conn)?;
    Ok(held(row, writer))
}

/// Holds an opportunity that anybody can see now, that is, one that is published and takes interest; none otherwise.
///
/// # Errors
/// Those of the database.
pub fn hold_published(writer: &mut Writer<'_>, id: OpportunityId) -> Done<Option<Facts>> {
    let row: Option<OpportunityRow> =
        opportunities::table.find(id).select(OpportunityRow::as_select()).for_share().first(writer.conn).optional()?;
    Ok(row.map(|row| held(row, writer).facts).filter(|facts| facts.status == OpportunityStatus::Published))
}

/// Locks an opportunity before a place of it is taken or given back; always before an expression of interest is locked.
///
/// # Errors
/// Those of the database.
pub fn lock_places(writer: &mut Writer<'_>, id: OpportunityId) -> Done<Held> {
    let row: OpportunityRow =
        opportunities::table.find(id).select(OpportunityRow::as_select()).for_no_key_update().first(writer.conn)?;
    Ok(held(row, writer))
}

fn held(row: OpportunityRow, writer: &Writer<'_>) -> Held {
    let kind = row.content.kind;
    Held { facts: row.facts(writer.now()), kind }
}

/// Takes one of the places, under the opportunity's lock.
///
/// # Errors
/// `no-places-left`.
pub fn take_place(writer: &mut Writer<'_>, id: OpportunityId) -> Done<()> {
    let free = opportunities::table.find(id).filter(opportunities::accepted_count.lt(opportunities::places));
    let taken = diesel::update(free)
        .set(opportunities::accepted_count.eq(opportunities::accepted_count + 1))
        .execute(writer.conn)?;
    if taken == 1 {
        return Ok(());
    }
    Err(Refusal::new(Kind::NoPlacesLeft, "As many people have accepted as there are places.").into())
}

/// Gives a place back.
///
/// # Errors
/// Those of the database.
pub fn free_place(writer: &mut Writer<'_>, id: OpportunityId) -> Done<()> {
    let taken = opportunities::table.find(id).filter(opportunities::accepted_count.gt(0));
    let freed = diesel::update(taken)
        .set(opportunities::accepted_count.eq(opportunities::accepted_count - 1))
        .execute(writer.conn)?;
    if freed == 1 { Ok(()) } else { Err(Failure::broken("a place was given back that nobody had taken")) }
}
