//! Migrations, embedded in the binary and run by the owner of the tables under a lock.
//! A migration also grants the service's role to the service's login.

use std::path::Path;

use crate::db::prelude::*;
use diesel::connection::SimpleConnection;
use diesel::migration::MigrationSource;
use diesel::pg::Pg;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations");
/// The advisory lock of migrations. The number is arbitrary: "involve" on a telephone keypad.
const LOCK: &str = "SELECT pg_advisory_lock(4683683665)";
const UNLOCK: &str = "SELECT pg_advisory_unlock(4683683665)";

/// Why the database could not be migrated.
#[derive(Debug, thiserror::Error)]
pub enum MigrationError {
    /// The database is away, or a statement failed.
    #[error("the database could not be migrated: {0}")]
    Failed(String),
    /// The database was made by migrations that were replaced before the first release.
    #[error(
        "this database was made by an earlier development version whose migrations no longer exist; \
         start with an empty one ({remedy})"
    )]
    Outdated {
        /// How to get an empty database.
        remedy: String,
    },
}

impl MigrationError {
    /// Names the folder to remove, where the outdated database is an embedded one in that folder.
    #[must_use]
    pub fn in_folder(self, folder: &Path) -> Self {
        match self {
            Self::Outdated { .. } => Self::Outdated { remedy: format!("remove the folder {}", folder.display()) },
            other => other,
        }
    }
}

/// Migrates the database to this binary's schema, as the owner, and grants the service's role to `login`.
/// Returns the versions that were run.
///
/// # Errors
/// Where the database is away or refuses, or was made by an earlier development version.
pub fn run(owner_url: &str, login: Option<&str>) -> Result<Vec<String>, MigrationError> {
    let failed = |error: &dyn std::fmt::Display| MigrationError::Failed(error.to_string());
    let mut conn = PgConnection::establish(owner_url).map_err(|error| failed(&error))?;
    conn.batch_execute(LOCK).map_err(|error| failed(&error))?;
    refuse_outdated(&mut conn)?;
    let done = conn
        .run_pending_migrations(MIGRATIONS)
        .map(|versions| versions.iter().map(ToString::to_string).collect())
        .map_err(|error| failed(&error));
    if done.is_ok()
        && let Some(login) = login
    {
        let quoted = login.replace('"', "\"\"");
        conn.batch_execute(&format!("GRANT involvement_service TO \"{quoted}\"")).map_err(|error| failed(&error))?;
    }
    conn.batch_execute(UNLOCK).map_err(|error| failed(&error))?;
    done
}

/// Refuses a database with a migration older than all of this binary's.
///
/// A migration newer than this binary's is accepted: a later release made it, and copies of the older release go on
/// serving until they are replaced.
fn refuse_outdated(conn: &mut PgConnection) -> Result<(), MigrationError> {
    let failed = |error: &dyn std::fmt::Display| MigrationError::Failed(error.to_string());
    let known = MigrationSource::<Pg>::migrations(&MIGRATIONS).map_err(|error| failed(&error))?;
    let Some(first) = known.iter().map(|migration| migration.name().version().to_string()).min() else { return Ok(()) };
    let applied = conn.applied_migrations().map_err(|error| failed(&error))?;
    if applied.iter().any(|version| version.to_string() < first) {
        return Err(MigrationError::Outdated { remedy: "create a new database".to_owned() });
    }
    Ok(())
}

/// The login in a libpq URL, before the host or as `user=`.
#[must_use]
pub fn login_of(url: &str) -> Option<String> {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let (authority, query) = rest.split_once('?').unwrap_or((rest, ""));
    let named = authority.rsplit_once('@').map(|(user, _)| user.split(':').next().unwrap_or_default());
    let asked = query.split('&').find_map(|pair| pair.strip_prefix("user="));
    named.or(asked).filter(|login| !login.is_empty()).map(str::to_owned)
}

/// Creates a login in the embedded PostgreSQL, unless it exists.
///
/// # Errors
/// The database is not available, or the login can't be created.
pub fn login(owner_url: &str, login: &str) -> Result<(), MigrationError> {
    let failed = |error: &dyn std::fmt::Display| MigrationError::Failed(error.to_string());
    let mut conn = PgConnection::establish(owner_url).map_err(|error| failed(&error))?;
    let make = format!(
        "DO $$ BEGIN CREATE ROLE {login} LOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
    );
    conn.batch_execute(&make).map_err(|error| failed(&error))
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    n: i64,
}

/// Whether the server has a database of this name.
///
/// # Errors
/// The database is not available.
pub fn exists(admin_url: &str, name: &str) -> Result<bool, MigrationError> {
    let failed = |error: &dyn std::fmt::Display| MigrationError::Failed(error.to_string());
    let mut conn = PgConnection::establish(admin_url).map_err(|error| failed(&error))?;
    let found: Found = diesel::sql_query("SELECT count(*) AS n FROM pg_database WHERE datname = $1")
        .bind::<diesel::sql_types::Text, _>(name)
        .get_result(&mut conn)
        .map_err(|error| failed(&error))?;
    Ok(found.n > 0)
}

fn administer(admin_url: &str, statement: &str) -> Result<(), MigrationError> {
    let failed = |error: &dyn std::fmt::Display| MigrationError::Failed(error.to_string());
    let mut conn = PgConnection::establish(admin_url).map_err(|error| failed(&error))?;
    conn.batch_execute(statement).map_err(|error| failed(&error))
}

/// Drops a database of the embedded PostgreSQL, if it exists.
///
/// # Errors
/// The database can't be dropped.
pub fn drop_database(admin_url: &str, name: &str) -> Result<(), MigrationError> {
    administer(admin_url, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
}

/// Renames a database of the embedded PostgreSQL; open connections to it are ended first.
///
/// # Errors
/// The database can't be renamed.
pub fn rename_database(admin_url: &str, from: &str, to: &str) -> Result<(), MigrationError> {
    administer(admin_url, &format!("ALTER DATABASE {from} WITH ALLOW_CONNECTIONS false"))?;
    administer(
        admin_url,
        &format!("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{from}'"),
    )?;
    administer(admin_url, &format!("ALTER DATABASE {from} RENAME TO {to}"))?;
    administer(admin_url, &format!("ALTER DATABASE {to} WITH ALLOW_CONNECTIONS true"))
}

#[derive(QueryableByName)]
struct Applied {
    #[diesel(sql_type = diesel::sql_types::Text)]
    version: String,
}

/// Whether the database has every migration of this binary. Reads only what the service's role may read.
///
/// # Errors
/// The database is not available.
pub fn is_current(conn: &mut PgConnection) -> Result<bool, MigrationError> {
    let failed = |error: &dyn std::fmt::Display| MigrationError::Failed(error.to_string());
    let known = MigrationSource::<Pg>::migrations(&MIGRATIONS).map_err(|error| failed(&error))?;
    let applied: Vec<Applied> = diesel::sql_query("SELECT version FROM __diesel_schema_migrations")
        .load(conn)
        .map_err(|error| failed(&error))?;
    let has = |version: &str| applied.iter().any(|applied| applied.version == version);
    Ok(known.iter().all(|migration| has(&migration.name().version().to_string())))
}

#[cfg(test)]
mod tests {
    use super::login_of;

    #[test]
    fn a_login_is_read_from_every_form_of_a_url() {
        for (url, login) in [
            ("postgresql://involvement:secret@db:5432/involvement", Some("involvement")),
            ("postgresql://involvement@a:5432,b:5432/involvement?target_session_attrs=read-write", Some("involvement")),
            ("postgresql:///involvement?host=/run/postgresql&user=involvement", Some("involvement")),
            ("postgresql://db/involvement", None),
        ] {
            assert_eq!(login_of(url).as_deref(), login, "{url}");
        }
    }
}
