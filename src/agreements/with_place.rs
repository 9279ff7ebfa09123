//! What becomes of agreements whose place goes before they are accepted: they are withdrawn with it.

use crate::db::prelude::*;
use diesel::pg::Pg;
use diesel::sql_types::Bool;

use crate::agreements::AgreementStatus;
use crate::agreements::status::{AgreementVerb, LIFE};
use crate::agreements::store::AgreementRow;
use crate::agreements::write;
use crate::db::ids::{OpportunityId, VolunteerId};
use crate::db::schema::agreements;
use crate::deliveries;
use crate::refusal::Result;
use crate::work::{Change, Writer};

/// Withdraws the agreements for an opportunity that are drafted or issued, of one volunteer or of everybody: nobody is told of
/// them any more, and an address that answers them has ended. The opportunity must be locked.
///
/// # Errors
/// Database errors.
pub fn withdraw_with_place(writer: &mut Writer<'_>, opportunity: OpportunityId, of: Option<VolunteerId>) -> Result<()> {
    let theirs: Box<dyn BoxableExpression<agreements::table, Pg, SqlType = Bool>> = match of {
        Some(volunteer) => Box::new(agreements::volunteer_id.eq(volunteer)),
        None => Box::new(diesel::dsl::sql::<Bool>("TRUE")),
    };
    let rows: Vec<AgreementRow> = agreements::table
        .filter(agreements::opportunity_id.eq(opportunity))
        .filter(agreements::status.eq_any(AgreementStatus::COMING))
        .filter(theirs)
        .order_by(agreements::id)
        .select(AgreementRow::as_select())
        .for_update()
        .load(writer.conn)?;
    if rows.is_empty() {
        return Ok(());
    }
    deliveries::supersede(writer, LIFE.resource, &rows.iter().map(|row| row.id.into()).collect::<Vec<_>>())?;
    write::withdraw_all(writer, &rows.iter().map(|row| row.id).collect::<Vec<_>>())?;
    for row in rows {
        let to = LIFE.step(row.status, AgreementVerb::Withdraw)?;
        writer.note(Change::step(&LIFE, row.id, row.version + 1, (row.status, AgreementVerb::Withdraw, to)));
    }
    Ok(())
}
