//! Connections to a cluster as the superuser: is it running, and does it have a database.
//! The service's own connections come from the pool.

use std::fmt::Write;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use diesel::pg::PgConnection;
use diesel::sql_types::Text;
use diesel::{Connection, RunQueryDsl, sql_query};

use super::error::EmbeddedError;

/// The cluster's superuser, who owns every database created here.
pub const SUPERUSER: &str = "involvement_owner";

/// PostgreSQL's limit for a name, in bytes.
const LONGEST_NAME: usize = 63;

/// The result of an attempt to connect.
#[derive(Debug)]
pub(super) enum Probe {
    /// The server accepts connections.
    Up,
    /// The server is starting up, recovering or shutting down.
    Busy(String),
    /// No server answers.
    Down(String),
}

/// The libpq URL of a database. It names the port, because libpq would otherwise take it from `PGPORT`.
pub(super) fn url(socket: &Path, database: &str, role: &str) -> String {
    let (database, role) = (escape(database.as_bytes()), escape(role.as_bytes()));
    let host = escape(socket.as_os_str().as_bytes());
    format!("postgresql:///{database}?host={host}&port=5432&user={role}")
}

/// Whether the server accepts connections. `pg_ctl status` is not used, because it reports a killed server that was not
/// reaped yet as running.
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

/// Creates a database unless it exists.
///
/// Errors: `BadName`, `Database`.
pub(super) fn ensure_database(socket: &Path, name: &str) -> Result<(), EmbeddedError> {
    if name.is_empty() || name.len() > LONGEST_NAME || name.contains('\0') {
        return Err(EmbeddedError::BadName { name: name.to_owned() });
    }
    let failed = |doing| move |reason: String| EmbeddedError::Database { doing, reason };
    let mut connection = PgConnection::establish(&url(socket, "postgres", SUPERUSER))
        .map_err(|error| failed("connect to the embedded PostgreSQL")(error.to_string()))?;
    if exists(&mut connection, name)? {
        return Ok(());
    }
    // `template0` accepts no connections, so no other session can block the copy.
    let create = format!("CREATE DATABASE \"{}\" TEMPLATE template0", name.replace('"', "\"\""));
    match sql_query(create).execute(&mut connection) {
        Ok(_) => Ok(()),
        // Another process may have created it first: `duplicate_database`, or a unique violation in the catalogue.
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

/// Percent-encodes the characters that a URL's path segment or query value can't hold; slashes are kept.
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
