//! What support notes on an agreement, so that what is overdue is found by an index: no part of its text or version.
//! What it means stands in `support`.

use diesel::prelude::*;

use crate::clock::Day;
use crate::db::ids::AgreementId;
use crate::db::schema::agreements;
use crate::refusal::Done;
use crate::work::Writer;

/// Notes that there was a contact on a day and when the next is due, unless there was a later one.
///
/// # Errors
/// Those of the database.
pub fn supported(writer: &mut Writer<'_>, id: AgreementId, on: Day, next_due: Option<Day>) -> Done<()> {
    diesel::update(agreements::table.find(id))
        .filter(agreements::supported_on.is_null().or(agreements::supported_on.le(on)))
        .set((agreements::supported_on.eq(on), agreements::support_due_on.eq(next_due)))
        .execute(writer.conn)?;
    Ok(())
}

/// Notes when the induction is due; none once it is done.
///
/// # Errors
/// Those of the database.
pub fn induction_due(writer: &mut Writer<'_>, id: AgreementId, due_on: Option<Day>) -> Done<()> {
    diesel::update(agreements::table.find(id)).set(agreements::induction_due_on.eq(due_on)).execute(writer.conn)?;
    Ok(())
}
