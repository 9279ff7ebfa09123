//! Erasure of a person's data: runs a feature's statements over its own tables, and records every row that was changed.
//! Each feature supplies its own statements.

use crate::db::prelude::*;
use diesel::sql_types::{Array, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use uuid::Uuid;

use crate::db::ids::VolunteerId;
use crate::refusal::Result;
use crate::work::{Change, Writer};

/// A row that was changed or deleted.
#[derive(Debug, QueryableByName)]
pub struct Gone {
    /// Unique identifier of the row.
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    /// New version; for a deleted row, its last version plus 1.
    #[diesel(sql_type = Integer)]
    pub version: i32,
    /// Status before the change, if the statement returns it.
    #[diesel(sql_type = Nullable<Text>)]
    pub was: Option<String>,
}

/// Runs a statement in which `$1` is the person and `$2` the time, and which returns `id`, `version` and `was`.
///
/// # Errors
/// Database errors.
pub fn gone(writer: &mut Writer<'_>, statement: &str, of: VolunteerId) -> Result<Vec<Gone>> {
    let now = writer.now();
    Ok(diesel::sql_query(statement).bind::<SqlUuid, _>(of).bind::<Timestamptz, _>(now).load(writer.conn)?)
}

/// Runs such a statement and records each row as erased.
///
/// # Errors
/// Database errors.
pub fn erase(writer: &mut Writer<'_>, resource: &'static str, statement: &str, of: VolunteerId) -> Result<()> {
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

/// Runs a statement in which `$1` are the ids of rows whose retention period is over and `$2` the time, and which
/// returns `id` and `version`. Records each row as expired, and returns how many there were.
///
/// # Errors
/// Database errors.
pub fn expire(writer: &mut Writer<'_>, resource: &'static str, statement: &str, ids: &[Uuid]) -> Result<usize> {
    let now = writer.now();
    let query = diesel::sql_query(statement).bind::<Array<SqlUuid>, _>(ids).bind::<Timestamptz, _>(now);
    let emptied: Vec<Emptied> = query.load(writer.conn)?;
    for one in &emptied {
        writer.note(Change::new(resource, one.id, one.version, "expire", "expired"));
    }
    Ok(emptied.len())
}

/// Runs a statement with the same parameters as `gone` over rows that have no version, which are not recorded one by
/// one.
///
/// # Errors
/// Database errors.
pub fn clear(writer: &mut Writer<'_>, statement: &str, of: VolunteerId) -> Result<()> {
    let now = writer.now();
    diesel::sql_query(statement).bind::<SqlUuid, _>(of).bind::<Timestamptz, _>(now).execute(writer.conn)?;
    Ok(())
}
