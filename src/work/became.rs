//! What became of the record of a volunteer whose log-in asks: whether it was merged into another record of theirs, or erased.

use crate::db::prelude::*;
use diesel::sql_types::{Bool, Nullable, Uuid as SqlUuid};

use crate::db::ids::VolunteerId;
use crate::refusal::Result;

/// What became of a volunteer's record.
#[derive(Clone, Copy, Debug, Default, QueryableByName)]
pub struct Became {
    /// The record of the same person that it was merged into, if it was.
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub merged_into: Option<VolunteerId>,
    /// Whether the person was erased, under whichever record.
    #[diesel(sql_type = Bool)]
    pub erased: bool,
}

/// What became of a volunteer's record.
///
/// # Errors
/// Database errors.
pub fn became_of(conn: &mut PgConnection, of: VolunteerId) -> Result<Became> {
    let asked = diesel::sql_query("SELECT merged_into, erased FROM became_of($1)");
    Ok(asked.bind::<SqlUuid, _>(of).get_result(conn)?)
}
