//! Where the database is, and the folder of an embedded one.

use std::path::{Path, PathBuf};
use std::time::Duration;

use percent_encoding::percent_decode_str;

use crate::db::address;
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
        (Some(url), _) => match address::check(&url) {
            Ok(()) => Ok(Some(ReadFrom { url, max_age: Duration::from_secs(seconds) })),
            Err(why) => Err(wrong("DATABASE_READ_URL", why)),
        },
    }
}

pub(super) fn database(get: Lookup<'_>, default_data_dir: Option<&Path>) -> Result<Database, Wrong> {
    let url = secret(get, "DATABASE_URL", "DATABASE_URL_FILE")?;
    let owner_url = secret(get, "DATABASE_OWNER_URL", "DATABASE_OWNER_URL_FILE")?;
    if let Some(owner_url) = &owner_url {
        address::check(owner_url).map_err(|why| wrong("DATABASE_OWNER_URL", why))?;
    }
    if let Some(url) = &url {
        address::check(url).map_err(|why| wrong("DATABASE_URL", why))?;
    }
    match (url, get("DATA_DIR").map(PathBuf::from)) {
        (Some(_), Some(_)) => Err(wrong("DATA_DIR", "and DATABASE_URL are both set: set only one of them")),
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
        // A file that nobody has looked into may name any host.
        self.parameters.iter().any(|(name, _)| name == "service")
            || self.hosts.iter().any(|host| !host.starts_with(['/', '@']) && !is_own_host(host))
    }

    /// The same, where an address that names no host leads to these.
    pub(super) fn or_at(mut self, hosts: Option<&str>) -> Self {
        if self.hosts.is_empty() {
            self.hosts = hosts.into_iter().flat_map(|hosts| hosts.split(',')).map(str::to_owned).collect();
        }
        self
    }

    /// What it says of TLS last; `ssl=true` is another word for `sslmode=require`.
    fn tls(&self) -> Option<&str> {
        self.parameters.iter().rev().find_map(|(name, mode)| match name.as_str() {
            "sslmode" => Some(mode.as_str()),
            "ssl" if mode == "true" => Some("require"),
            _ => None,
        })
    }

    /// Whether a connection without TLS is refused.
    pub(super) fn requires_tls(&self) -> bool {
        matches!(self.tls(), Some("require" | "verify-ca" | "verify-full"))
    }

    /// Whether it says that there is no TLS.
    pub(super) fn forgoes_tls(&self) -> bool {
        self.tls() == Some("disable")
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
}
