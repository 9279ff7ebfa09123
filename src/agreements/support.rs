//! Dates that `support` keeps on an agreement, so that overdue support is found by an index; they are not part of the
//! text or the version. `support` says what they mean.

use crate::db::prelude::*;

use crate::clock::Day;
use crate::db::exactly_one;
use crate::db::ids::AgreementId;
use crate::db::schema::agreements;
use crate::refusal::Result;
use crate::work::Writer;

/// Stores the day of a support contact and when the next is due, unless a later contact is recorded.
///
/// # Errors
/// Database errors.
pub fn supported(writer: &mut Writer<'_>, id: AgreementId, on: Day, next_due: Option<Day>) -> Result<()> {
    diesel::update(agreements::table.find(id))
        .filter(agreements::supported_on.is_null().or(agreements::supported_on.le(on)))
        .set((agreements::supported_on.eq(on), agreements::support_due_on.eq(next_due)))
        .execute(writer.conn)?;
    Ok(())
}

/// Stores when the induction is due; none once it is complete.
///
/// # Errors
/// Database errors.
pub fn induction_due(writer: &mut Writer<'_>, id: AgreementId, due_on: Option<Day>) -> Result<()> {
    let rows =
        diesel::update(agreements::table.find(id)).set(agreements::induction_due_on.eq(due_on)).execute(writer.conn)?;
    exactly_one(rows)
}
