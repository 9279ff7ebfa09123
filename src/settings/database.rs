//! Where the database is, and the folder of an embedded one.

use std::path::{Path, PathBuf};
use std::time::Duration;

use percent_encoding::percent_decode_str;

use crate::machine::is_own_host;
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
        (Some(url), _) if !is_readable(&url) => Err(wrong("DATABASE_READ_URL", NOT_READABLE)),
        (Some(url), _) => Ok(Some(ReadFrom { url, max_age: Duration::from_secs(seconds) })),
    }
}

const NOT_READABLE: &str = "is not of the form postgresql://login:password@host:port/database?name=value: write %, /, ? and @ in \
    a password as %25, %2F, %3F and %40";

pub(super) fn database(get: Lookup<'_>, default_data_dir: Option<&Path>) -> Result<Database, Wrong> {
    let url = secret(get, "DATABASE_URL", "DATABASE_URL_FILE")?;
    let owner_url = secret(get, "DATABASE_OWNER_URL", "DATABASE_OWNER_URL_FILE")?;
    if owner_url.as_deref().is_some_and(|url| !postgres(url)) {
        return Err(wrong("DATABASE_OWNER_URL", "must begin with postgresql://"));
    }
    for (name, url) in [("DATABASE_URL", &url), ("DATABASE_OWNER_URL", &owner_url)] {
        if url.as_deref().is_some_and(|url| postgres(url) && !is_readable(url)) {
            return Err(wrong(name, NOT_READABLE));
        }
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

/// Where the address of a database leads, as libpq reads it: hosts and parameters, without a connection.
#[derive(Debug)]
pub(super) struct Place {
    hosts: Vec<String>,
    parameters: Vec<(String, String)>,
    password: Option<String>,
}

impl Place {
    /// Of an address such as `postgresql://login:password@host:5432,other/database?sslmode=require`.
    pub(super) fn of(url: &str) -> Self {
        let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let authority = rest.split_once('/').map_or(rest, |(authority, _)| authority);
        let (login, hosts) = authority.rsplit_once('@').unwrap_or(("", authority));
        let parameters: Vec<(String, String)> = query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .map(|(name, value)| (decoded(name), decoded(value)))
            .collect();
        let named = parameters.iter().filter(|(name, _)| ["host", "hostaddr"].contains(&name.as_str()));
        let named = named.flat_map(|(_, hosts)| hosts.split(',').map(str::to_owned));
        let hosts = hosts
            .split(',')
            .map(|host| decoded(without_port(host)))
            .chain(named)
            .filter(|host| !host.is_empty())
            .collect();
        let password = login.split_once(':').map(|(_, password)| decoded(password));
        Self { hosts, password, parameters }
    }

    /// Whether it leads to another machine; a socket and a loopback address do not.
    pub(super) fn is_remote(&self) -> bool {
        self.hosts.iter().any(|host| !host.starts_with(['/', '@']) && !is_own_host(host))
    }

    /// Whether a connection without TLS is refused.
    pub(super) fn requires_tls(&self) -> bool {
        let mode = self.parameters.iter().rev().find(|(name, _)| name == "sslmode").map(|(_, mode)| mode.as_str());
        matches!(mode, Some("require" | "verify-ca" | "verify-full"))
    }

    /// The passwords in it.
    pub(super) fn passwords(&self) -> Vec<String> {
        let named = self.parameters.iter().filter(|(name, _)| name == "password").map(|(_, value)| value.clone());
        self.password.clone().into_iter().chain(named).collect()
    }
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) && !name.ends_with(':') => name,
        _ => host,
    }
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// Whether libpq can read an address: it repeats what it can't read in its message, and that may be a part of the
/// password. A `%` must begin the code of a byte, and each of the signs that part an address must stand in its place.
fn is_readable(url: &str) -> bool {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, database) = place.split_once('/').unwrap_or((place, ""));
    let hosts = authority.split_once('@').map_or(authority, |(_, hosts)| hosts);
    let ports = hosts.split(',').map(|host| match (host.rsplit_once(':'), host.rsplit_once(']')) {
        (_, Some((_, after))) => after.strip_prefix(':').unwrap_or(after),
        (Some((_, port)), None) => port,
        (None, None) => "",
    });
    is_encoded(url)
        && !database.contains(['@', '/'])
        && !hosts.contains('@')
        && ports.into_iter().all(|port| port.bytes().all(|byte| byte.is_ascii_digit()))
        && query.split('&').filter(|pair| !pair.is_empty()).all(|pair| {
            pair.split_once('=')
                .is_some_and(|(name, _)| name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'))
        })
}

fn is_encoded(url: &str) -> bool {
    url.split('%').skip(1).all(|after| {
        after.as_bytes().get(..2).is_some_and(|code| code.iter().all(u8::is_ascii_hexdigit) && code != b"00")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_leads_to_this_machine_or_over_the_network() {
        for (url, remote, tls) in [
            ("postgresql:///x", false, false),
            ("postgresql:///x?host=/var/run/postgresql&user=a", false, false),
            ("postgresql://a:b@127.0.0.1:5432/x", false, false),
            ("postgresql://a:b@[::1]:5432/x", false, false),
            ("postgresql://a:b@db.example/x", true, false),
            ("postgresql://a:b@db.example/x?sslmode=prefer", true, false),
            ("postgresql://a:b@db.example/x?sslmode=require", true, true),
            ("postgresql://a:b@localhost,db.example:5433/x?sslmode=verify-full", true, true),
            ("postgresql:///x?host=db.example", true, false),
            ("postgres://a:b%40c@10.0.0.7", true, false),
        ] {
            let place = Place::of(url);
            assert_eq!((place.is_remote(), place.requires_tls()), (remote, tls), "{url}");
        }
        assert_eq!(Place::of("postgresql://a:b%40c@h/x?password=d").passwords(), ["b@c", "d"]);
    }

    /// What libpq would repeat of a password in its message, or take for something else.
    #[test]
    fn an_address_that_would_show_its_password_is_not_readable() {
        for (password, good) in [
            ("p%25q", true),
            ("p%q", false),
            ("p%2", false),
            ("%00", false),
            ("pq", true),
            ("%e2%82%ac", true),
            ("p/q", false),
            ("p@q", false),
            ("p#q", true),
            ("p?q", false),
            ("1?2", false),
            ("p/q@r", false),
            ("12/34", false),
            ("p:q", true),
        ] {
            let url = format!("postgresql://login:{password}@db.example:5432/involvement?sslmode=require");
            assert_eq!(is_readable(&url), good, "{url}");
        }
        for good in [
            "postgresql:///x?host=/var/run/postgresql&user=a@b",
            "postgresql://a:b@[::1]:5432/x",
            "postgresql://[::1]/x",
            "postgresql://a:b@one:5432,two:5433/x?target_session_attrs=read-write",
            "postgresql://a@%2Fvar%2Frun/x",
            "postgresql://a:b@one",
            "postgresql://",
        ] {
            assert!(is_readable(good), "{good}");
        }
        assert!(!is_readable("postgresql://login:word/db"), "a login without an @ is taken for a host and its port");
    }
}
