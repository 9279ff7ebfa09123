//! A primary of its own and a real streaming standby of it, made with PostgreSQL's own `pg_basebackup`.

use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;
use involvement::embedded_postgres::{Embedded, Options, SUPERUSER};

use crate::support::database::{Database, LOGIN};
use crate::support::process::signal;

/// A primary with a database of the service, and a standby of it.
pub struct Pair {
    pub primary: Arc<Database>,
    pub standby: Server,
    folder: Folder,
}

/// The server of the standby.
pub struct Server {
    programs: PathBuf,
    data: PathBuf,
    running: Option<Child>,
}

/// A folder that is removed at the end.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}

impl Pair {
    pub fn start() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let name = format!("inv-pair-{}-{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        let folder = Folder(std::env::temp_dir().join(name));
        std::fs::create_dir(&folder.0).expect("a folder");
        std::fs::set_permissions(&folder.0, std::fs::Permissions::from_mode(0o755)).expect("a folder open to all");
        let mut options = Options::new(folder.0.join("primary"));
        options.durable = false;
        options.fetch = true;
        options.path = std::env::var_os("PATH");
        options.bindir = std::env::var_os("PG_BINDIR").map(Into::into);
        let cluster = Embedded::start(&options).expect("a primary");
        let (socket, data) = (cluster.data_dir().to_owned(), cluster.data_dir().join("data"));
        let primary = Arc::new(Database::alone_in(cluster));
        let programs = programs(&primary);
        let standby = folder.0.join("standby");
        std::fs::create_dir(&standby).expect("a folder");
        std::fs::set_permissions(&standby, std::fs::Permissions::from_mode(0o700)).expect("a closed folder");
        let owner = std::fs::metadata(data).expect("the primary's data");
        chown(&standby, Some(owner.uid()), Some(owner.gid())).expect("its owner");
        let mut copy = as_owner_of(&standby, &programs.join("pg_basebackup"));
        copy.arg("-h")
            .arg(&socket)
            .args(["-p", "5432", "-U", SUPERUSER, "-c", "fast", "-X", "stream", "-R", "-N", "-D"]);
        let made = copy.arg(&standby).output().expect("pg_basebackup");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let mut standby = Server { programs, data: standby, running: None };
        standby.start();
        Self { primary, standby, folder }
    }

    pub fn folder(&self) -> &Path {
        &self.folder.0
    }
}

impl Server {
    /// Starts it; again where what was killed before has not quite gone yet.
    pub fn start(&mut self) {
        until("the standby to answer", || {
            if !self.running.as_mut().is_some_and(|running| matches!(running.try_wait(), Ok(None))) {
                self.running = Some(self.spawn());
            }
            PgConnection::establish(&self.address(SUPERUSER)).is_ok()
        });
    }

    fn spawn(&self) -> Child {
        let mut server = as_owner_of(&self.data, &self.programs.join("postgres"));
        server.arg("-D").arg(&self.data).args(["-c", "listen_addresses=", "-c", "port=5432", "-c", "fsync=off"]);
        // As the primary: with fewer connections, a standby does not start.
        server.args(["-c", "max_connections=300", "-c", "hot_standby=on"]);
        server.arg("-c").arg(format!("unix_socket_directories={}", self.data.display()));
        server.args(["-c", "unix_socket_permissions=0700"]);
        server.spawn().expect("a standby")
    }

    /// Kills the server as a crash would.
    pub fn kill(&mut self) {
        if let Some(mut running) = self.running.take() {
            running.kill().expect("a running standby");
            running.wait().expect("its end");
        }
    }

    /// The address of the database for the service.
    pub fn url(&self) -> String {
        self.address(LOGIN)
    }

    /// Has it receive what the primary does, but not show it.
    pub fn pause(&self) {
        self.run("SELECT pg_wal_replay_pause()");
        until("the replay to pause", || self.text("SELECT pg_get_wal_replay_pause_state() AS text") == "paused");
    }

    pub fn resume(&self) {
        self.run("SELECT pg_wal_replay_resume()");
    }

    fn address(&self, role: &str) -> String {
        format!("postgresql:///involvement?host={}&port=5432&user={role}", self.data.display())
    }

    fn connect(&self) -> PgConnection {
        PgConnection::establish(&self.address(SUPERUSER)).expect("a connection to the standby")
    }

    fn run(&self, statement: &str) {
        self.connect().batch_execute(statement).expect("an answer of the standby");
    }

    fn text(&self, query: &str) -> String {
        text(&mut self.connect(), query)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(mut running) = self.running.take() {
            // SIGQUIT: it stops at once, and leaves nothing behind in shared memory.
            signal("QUIT", running.id().into());
            running.wait().ok();
        }
    }
}

#[derive(QueryableByName)]
struct Said {
    #[diesel(sql_type = Text)]
    text: String,
}

fn text(conn: &mut PgConnection, query: &str) -> String {
    diesel::sql_query(query).get_result::<Said>(conn).expect("a text").text
}

/// Where the programs of the running server are.
fn programs(of: &Database) -> PathBuf {
    text(&mut of.as_owner(), "SELECT setting AS text FROM pg_config WHERE name = 'BINDIR'").into()
}

/// A program, run as whom this folder belongs to: PostgreSQL refuses root.
fn as_owner_of(folder: &Path, program: &Path) -> Command {
    let owner = std::fs::metadata(folder).expect("a folder");
    let mut command = Command::new(program);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).current_dir("/");
    command.env_clear().env("LC_ALL", "C").env("PATH", "/usr/bin:/bin").process_group(0);
    if std::fs::metadata("/proc/self").is_ok_and(|me| me.uid() == 0) {
        command.uid(owner.uid()).gid(owner.gid());
    }
    command
}

/// Asks again until it is so.
#[track_caller]
pub fn until(what: &str, mut done: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while !done() {
        assert!(Instant::now() < deadline, "waited in vain for {what}");
        sleep(Duration::from_millis(10));
    }
}
