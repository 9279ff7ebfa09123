//! How a feature forgets a person: a statement over its own tables, and a note of every thing that it changed.
//! Which statements those are is each feature's business; the list of features stands in `privacy`.

use diesel::prelude::*;
use diesel::sql_types::{Array, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use uuid::Uuid;

use crate::db::ids::VolunteerId;
use crate::db::{Change, Writer};
use crate::refusal::Done;

/// A thing that was changed or removed.
#[derive(Debug, QueryableByName)]
pub struct Gone {
    /// Its id.
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    /// Its version from now on, or the one after its last.
    #[diesel(sql_type = Integer)]
    pub version: i32,
    /// Its state before, where the statement says so.
    #[diesel(sql_type = Nullable<Text>)]
    pub was: Option<String>,
}

/// Runs a statement whose `$1` is the person and `$2` the moment, and which returns `id`, `version` and `was`.
///
/// # Errors
/// Those of the database.
pub fn gone(writer: &mut Writer<'_>, statement: &str, of: VolunteerId) -> Done<Vec<Gone>> {
    let now = writer.now();
    Ok(diesel::sql_query(statement).bind::<SqlUuid, _>(of).bind::<Timestamptz, _>(now).load(writer.conn)?)
}

/// The same, with a note of each thing as erased.
///
/// # Errors
/// Those of the database.
pub fn erase(writer: &mut Writer<'_>, resource: &'static str, statement: &str, of: VolunteerId) -> Done<()> {
    for Gone { id, version, .. } in gone(writer, statement, of)? {
        writer.note(Change::new(resource, id, version, "erase", "erased"));
    }
    Ok(())
}

#[derive(Debug, QueryableByName)]
struct Emptied {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Integer)]
    version: i32,
}

/// Runs a statement whose `$1` are things whose period is over and `$2` the moment, and which returns `id` and `version`;
/// notes each. Answers how many.
///
/// # Errors
/// Those of the database.
pub fn expire(writer: &mut Writer<'_>, resource: &'static str, statement: &str, ids: &[Uuid]) -> Done<usize> {
    let now = writer.now();
    let query = diesel::sql_query(statement).bind::<Array<SqlUuid>, _>(ids).bind::<Timestamptz, _>(now);
    let emptied: Vec<Emptied> = query.load(writer.conn)?;
    for one in &emptied {
        writer.note(Change::new(resource, one.id, one.version, "expire", "expired"));
    }
    Ok(emptied.len())
}

/// Runs a statement over what has no version of its own; its parameters are the same.
///
/// # Errors
/// Those of the database.
pub fn clear(writer: &mut Writer<'_>, statement: &str, of: VolunteerId) -> Done<()> {
    let now = writer.now();
    diesel::sql_query(statement).bind::<SqlUuid, _>(of).bind::<Timestamptz, _>(now).execute(writer.conn)?;
    Ok(())
}
