//! Where the database is, and the folder of an embedded one.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::settings::environment::environment;
use crate::settings::variable::{Lookup, Wrong, parsed, secret, wrong};

/// The PostgreSQL database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Database {
    /// A server that the trust runs.
    Server {
        /// Address with the service's login (`DATABASE_URL`).
        url: String,
        /// Address with the login that owns the tables, for migrations (`DATABASE_OWNER_URL`); `url` when not set.
        owner_url: Option<String>,
    },
    /// An embedded PostgreSQL whose data is in this folder (`DATA_DIR`).
    Embedded(PathBuf),
}

/// A standby of the database, for reads that may be a few seconds old.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadFrom {
    /// Its address (`DATABASE_READ_URL`).
    pub url: String,
    /// How old what is read there may be (`DATABASE_READ_MAX_AGE`).
    pub max_age: Duration,
}

/// The folder for the database of `demo` when `DATA_DIR` is not set.
#[must_use]
pub fn default_data_dir() -> PathBuf {
    let home = environment("HOME").map(PathBuf::from);
    let data = environment("XDG_DATA_HOME").map(PathBuf::from);
    crate::embedded_postgres::default_data_dir(is_root(), data.as_deref(), home.as_deref())
}

/// Whether the process runs as root, by the owner of its entry in `/proc`; `false` on systems without `/proc`.
fn is_root() -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        std::fs::metadata("/proc/self").is_ok_and(|me| me.uid() == 0)
    }
    #[cfg(not(unix))]
    false
}

fn postgres(url: &str) -> bool {
    url.starts_with("postgres://") || url.starts_with("postgresql://")
}

pub(super) fn read_from(get: Lookup<'_>, database: &Database) -> Result<Option<ReadFrom>, Wrong> {
    let seconds: u64 = parsed(get, "DATABASE_READ_MAX_AGE", 5, "a whole number of seconds from 1 to 3600")?;
    if !(1..=3600).contains(&seconds) {
        return Err(wrong("DATABASE_READ_MAX_AGE", "must be a whole number of seconds from 1 to 3600"));
    }
    match (secret(get, "DATABASE_READ_URL", "DATABASE_READ_URL_FILE")?, database) {
        (None, _) => Ok(None),
        (Some(_), Database::Embedded(_)) => {
            Err(wrong("DATABASE_READ_URL", "needs DATABASE_URL: an embedded database has no standby"))
        }
        (Some(url), _) if !postgres(&url) => Err(wrong("DATABASE_READ_URL", "must begin with postgresql://")),
        (Some(url), _) => Ok(Some(ReadFrom { url, max_age: Duration::from_secs(seconds) })),
    }
}

pub(super) fn database(get: Lookup<'_>, default_data_dir: Option<&Path>) -> Result<Database, Wrong> {
    let url = secret(get, "DATABASE_URL", "DATABASE_URL_FILE")?;
    let owner_url = secret(get, "DATABASE_OWNER_URL", "DATABASE_OWNER_URL_FILE")?;
    if owner_url.as_deref().is_some_and(|url| !postgres(url)) {
        return Err(wrong("DATABASE_OWNER_URL", "must begin with postgresql://"));
    }
    match (url, get("DATA_DIR").map(PathBuf::from)) {
        (Some(_), Some(_)) => Err(wrong("DATA_DIR", "and DATABASE_URL are both set: set only one of them")),
        (Some(url), None) if !postgres(&url) => Err(wrong("DATABASE_URL", "must begin with postgresql://")),
        (Some(url), None) => Ok(Database::Server { url, owner_url }),
        (None, Some(dir)) => Ok(Database::Embedded(dir)),
        (None, None) => default_data_dir.map(|dir| Database::Embedded(dir.to_owned())).ok_or_else(|| {
            wrong(
                "DATABASE_URL",
                "is not set: set it to a PostgreSQL server, or set DATA_DIR to a folder for an embedded one",
            )
        }),
    }
}
