//! Migrations, embedded in the binary and run by the owner of the tables under a lock.
//! A migration also grants the service's role to the service's login.

use std::path::Path;

use crate::db::address::with_limits;
use crate::db::outage::{is_english, speaks};
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
    let mut conn = PgConnection::establish(&with_limits(owner_url)).map_err(|error| failed(&error))?;
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
        in_english(&mut conn, &quoted).map_err(|error| failed(&error))?;
    }
    conn.batch_execute(UNLOCK).map_err(|error| failed(&error))?;
    done
}

/// Has PostgreSQL speak English with a login, because its messages tell an outage from a fault. Only a superuser may set
/// this before version 15, and a login that was granted it from then on: without the right, the log says what to do.
fn in_english(conn: &mut PgConnection, quoted: &str) -> QueryResult<()> {
    let set = format!("ALTER ROLE \"{quoted}\" SET lc_messages = 'C'");
    let Err(error) = conn.batch_execute(&set) else { return Ok(()) };
    let now: Setting = diesel::sql_query(LANGUAGE).get_result(conn)?;
    if !is_english(&now.value) {
        log::warn!(
            "PostgreSQL speaks {}, and this can't be changed from here ({error}). As a superuser, run: {set};",
            now.value
        );
    }
    Ok(())
}

const LANGUAGE: &str = "SELECT current_setting('lc_messages') AS value";

#[derive(QueryableByName)]
struct Setting {
    #[diesel(sql_type = diesel::sql_types::Text)]
    value: String,
}

/// Asks a connection which language PostgreSQL speaks on it, so that errors are read rightly.
pub(super) fn learn_language(conn: &mut PgConnection) -> QueryResult<()> {
    let said: Setting = diesel::sql_query(LANGUAGE).get_result(conn)?;
    speaks(&said.value);
    Ok(())
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

/// Whether what is connected to takes writes: a standby does not, nor a server that was set to reading only.
///
/// # Errors
/// The database is not available.
pub fn can_write(conn: &mut PgConnection) -> QueryResult<bool> {
    let said: Setting =
        diesel::sql_query("SELECT current_setting('transaction_read_only') AS value").get_result(conn)?;
    Ok(said.value == "off")
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
