//! Expressions of interest: from received to accepted, never more than there are places, never declined in silence.
//! What follows an accepted one stands in `agreements`.

use diesel::PgConnection;

use crate::db::Writer;
use crate::db::ids::{OpportunityId, VolunteerId};
use crate::http::Routes;
use crate::refusal::Done;

/// Whether the person has an accepted expression of interest in the opportunity.
///
/// # Errors
/// Those of the database.
pub fn is_accepted(_conn: &mut PgConnection, _opportunity: OpportunityId, _volunteer: VolunteerId) -> Done<bool> {
    unimplemented!()
}

/// Lets offers lapse whose `respond_by` has passed, a hundred at most; answers how many.
///
/// # Errors
/// Those of the database.
pub fn lapse_due(_writer: &mut Writer<'_>) -> Done<usize> {
    unimplemented!()
}

/// Declares the operations.
pub fn routes(_: &mut Routes) {}
