//! Migrations, embedded in the binary and run by the owner of the tables under a lock.
//! A migration also grants the service's role to the service's login.

use std::path::Path;

use crate::db::address::with_limits;
use crate::db::made_by::{self, Made};
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
    /// The database was made by another build, whose migrations have the same numbers and another text.
    #[error(
        "this database was made by another build of the service, whose migration {version} differs from this one's; \
         start that build, or start this one with an empty database ({remedy})"
    )]
    Elsewhere {
        /// The first migration that differs.
        version: String,
        /// How to get an empty database.
        remedy: String,
    },
}

const NEW: &str = "create a new database";

impl MigrationError {
    /// Names the folder to remove, where the database that does not fit is an embedded one in that folder.
    #[must_use]
    pub fn in_folder(self, folder: &Path) -> Self {
        let remedy = format!("remove the folder {}", folder.display());
        match self {
            Self::Outdated { .. } => Self::Outdated { remedy },
            Self::Elsewhere { version, .. } => Self::Elsewhere { version, remedy },
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
    made_by::prepare(&mut conn).map_err(|error| failed(&error))?;
    refuse_other(&mut conn)?;
    let done = run_pending(&mut conn).map_err(|error| failed(&error));
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

/// Runs what is pending, each migration and its digest in one transaction.
fn run_pending(conn: &mut PgConnection) -> Result<Vec<String>, Box<dyn std::error::Error + Send + Sync>> {
    let mut done = Vec::new();
    for migration in conn.pending_migrations(MIGRATIONS)? {
        let version = conn.transaction(|conn| {
            let version = conn.run_migration(&migration)?.to_string();
            made_by::keep(conn, &version)?;
            Ok::<_, Box<dyn std::error::Error + Send + Sync>>(version)
        })?;
        done.push(version);
    }
    Ok(done)
}

/// Refuses a database that another text of the same migrations made.
fn refuse_other(conn: &mut PgConnection) -> Result<(), MigrationError> {
    match made_by::look(conn) {
        Ok(Made::Elsewhere(version)) => Err(MigrationError::Elsewhere { version, remedy: NEW.to_owned() }),
        Ok(Made::Here | Made::Earlier) => Ok(()),
        Err(error) => Err(MigrationError::Failed(error.to_string())),
    }
}

/// Refuses a database that does not fit this build, before the service serves from it; one that is away, or not migrated
/// yet, is no reason not to start.
///
/// # Errors
/// The database was made by another build.
pub fn refuse_elsewhere(url: &str) -> Result<(), MigrationError> {
    let Ok(mut conn) = PgConnection::establish(&with_limits(url)) else { return Ok(()) };
    match refuse_other(&mut conn) {
        Err(MigrationError::Failed(why)) => {
            log::debug!("which build made the database is not known: {why}");
            Ok(())
        }
        judged => judged,
    }
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
        return Err(MigrationError::Outdated { remedy: NEW.to_owned() });
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

/// Whether the database has every migration of this build, with this build's text. Reads only what the service's role may
/// read.
///
/// # Errors
/// The database is not available.
pub fn is_current(conn: &mut PgConnection) -> Result<bool, MigrationError> {
    made_by::look(conn).map(|made| made == Made::Here).map_err(|error| MigrationError::Failed(error.to_string()))
}
