//! Talking to a cluster: is it up, and does it have this database.
//! It is not the service's pool: these are single connections as the superuser, soon closed.

use std::fmt::Write;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use diesel::pg::PgConnection;
use diesel::sql_types::Text;
use diesel::{Connection, RunQueryDsl, sql_query};

use super::SUPERUSER;
use super::error::EmbeddedError;

/// PostgreSQL's limit for a name, in bytes.
const LONGEST_NAME: usize = 63;

/// What an attempt to connect gave.
#[derive(Debug)]
pub(super) enum Probe {
    /// It takes connections.
    Up,
    /// A server is there, starting up, recovering or shutting down.
    Busy(String),
    /// Nobody answers.
    Down(String),
}

/// The libpq URL of a database. The port is named since libpq would else take it from `PGPORT`.
pub(super) fn url(socket: &Path, database: &str, role: &str) -> String {
    let (database, role) = (escape(database.as_bytes()), escape(role.as_bytes()));
    let host = escape(socket.as_os_str().as_bytes());
    format!("postgresql:///{database}?host={host}&port=5432&user={role}")
}

/// Whether the server takes connections. Not by `pg_ctl status`: that counts a killed, not yet reaped one as running.
pub(super) fn probe(socket: &Path) -> Probe {
    let reason = match PgConnection::establish(&format!("{}&connect_timeout=5", url(socket, "postgres", SUPERUSER))) {
        Ok(_) => return Probe::Up,
        Err(error) => error.to_string(),
    };
    // The cluster was made with the C locale's messages, so these are not translated.
    if reason.contains("too many clients") || reason.contains("connection slots are reserved") {
        Probe::Up
    } else if reason.contains("the database system is") {
        Probe::Busy(reason)
    } else {
        Probe::Down(reason)
    }
}

/// Creates a database when it is absent.
///
/// Errors: `BadName`, `Database`.
pub(super) fn ensure_database(socket: &Path, name: &str) -> Result<(), EmbeddedError> {
    if name.is_empty() || name.len() > LONGEST_NAME || name.contains('\0') {
        return Err(EmbeddedError::BadName { name: name.to_owned() });
    }
    let failed = |doing| move |reason: String| EmbeddedError::Database { doing, reason };
    let mut connection = PgConnection::establish(&url(socket, "postgres", SUPERUSER))
        .map_err(|error| failed("connect to the service's own PostgreSQL")(error.to_string()))?;
    if exists(&mut connection, name)? {
        return Ok(());
    }
    // template0: nobody can be connected to it, so no other session stands in the way.
    let create = format!("CREATE DATABASE \"{}\" TEMPLATE template0", name.replace('"', "\"\""));
    match sql_query(create).execute(&mut connection) {
        Ok(_) => Ok(()),
        // Another process may have been quicker: duplicate_database, or a unique violation in the catalogue.
        Err(_) if exists(&mut connection, name)? => Ok(()),
        Err(error) => Err(failed("create the database")(error.to_string())),
    }
}

fn exists(connection: &mut PgConnection, name: &str) -> Result<bool, EmbeddedError> {
    let rows = sql_query("SELECT 1 FROM pg_database WHERE datname = $1").bind::<Text, _>(name).execute(connection);
    let failed = |error: diesel::result::Error| EmbeddedError::Database {
        doing: "look for the database",
        reason: error.to_string(),
    };
    Ok(rows.map_err(failed)? > 0)
}

/// Percent-encodes what a URL's path segment or query value may not have; a slash may stay.
fn escape(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    for byte in bytes {
        if byte.is_ascii_alphanumeric() || b"/._-~".contains(byte) {
            out.push(char::from(*byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_escaped() {
        assert_eq!(
            url(Path::new("/srv/my data"), "a&b", "röle"),
            "postgresql:///a%26b?host=/srv/my%20data&port=5432&user=r%C3%B6le"
        );
    }
}
