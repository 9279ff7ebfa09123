//! What resources are called in messages to people: a claim by its reference, everything else by a title.

use diesel::PgConnection;
use uuid::Uuid;

use crate::refusal::Result;

/// Reads the titles, or references, of these ids, in one statement.
pub type ReadTitles = fn(&mut PgConnection, &[Uuid]) -> Result<Vec<(Uuid, String)>>;

/// How the resources of one name are called, in one statement for many.
#[derive(Clone, Copy, Debug)]
pub struct Titles {
    /// The resource's name in the audit record.
    pub resource: &'static str,
    /// The titles, or references, of these ids.
    pub of: ReadTitles,
}
