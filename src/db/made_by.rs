//! Which build's migrations a database was made by: beside each migration that was run stands the digest of its text.
//! Until the first release, migrations are edited in place, and afterwards somebody may do so by mistake; a database that
//! another text made looks like this build's, and is not.

use std::collections::BTreeMap;

use diesel::connection::SimpleConnection;
use diesel::sql_types::{Nullable, Text};

use crate::db::prelude::*;
use crate::digest::sha256_hex;

/// Every migration of this build: its version and its text.
const MIGRATIONS: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/migrations.rs"));

#[derive(QueryableByName)]
struct Applied {
    #[diesel(sql_type = Text)]
    version: String,
    #[diesel(sql_type = Nullable<Text>)]
    digest: Option<String>,
}

/// How a database stands to this build.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Made {
    /// Every migration of this build was run, with the same text.
    Here,
    /// A migration of this build was not run yet; those that were have the same text.
    Earlier,
    /// This migration was run with another text.
    Elsewhere(String),
}

fn digest_of(text: &str) -> String {
    sha256_hex(text.as_bytes())
}

/// Compares what was run with what this build has. Later migrations, which it does not know, are not looked at.
///
/// # Errors
/// The database is not available, or has never been migrated by a build that keeps digests.
pub(super) fn look(conn: &mut PgConnection) -> QueryResult<Made> {
    let applied: Vec<Applied> =
        diesel::sql_query("SELECT version::text AS version, digest FROM __diesel_schema_migrations").load(conn)?;
    let applied: BTreeMap<String, Option<String>> =
        applied.into_iter().map(|applied| (applied.version, applied.digest)).collect();
    let mut made = Made::Here;
    for (version, text) in MIGRATIONS {
        match applied.get(*version) {
            Some(digest) if digest.as_deref() != Some(digest_of(text).as_str()) => {
                return Ok(Made::Elsewhere((*version).to_owned()));
            }
            Some(_) => {}
            None => made = Made::Earlier,
        }
    }
    Ok(made)
}

/// Makes room for the digests; as the owner, once the list of migrations exists.
pub(super) fn prepare(conn: &mut PgConnection) -> QueryResult<()> {
    conn.batch_execute("ALTER TABLE __diesel_schema_migrations ADD COLUMN IF NOT EXISTS digest text")
}

/// Keeps the digest of a migration that was just run, in the same transaction.
pub(super) fn keep(conn: &mut PgConnection, version: &str) -> QueryResult<()> {
    let text = MIGRATIONS.iter().find(|(known, _)| *known == version).map_or("", |(_, text)| *text);
    diesel::sql_query("UPDATE __diesel_schema_migrations SET digest = $1 WHERE version = $2")
        .bind::<Text, _>(digest_of(text))
        .bind::<Text, _>(version)
        .execute(conn)
        .map(|_| ())
}
