//! One throw-away PostgreSQL for the whole run, one migrated template database, and a database for each test.
//! Works under `cargo test` (threads) and nextest (processes), because the cluster is found by its folder.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::PathBuf;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use involvement::db::migrate;
use involvement::embedded_postgres::{self as embedded, Embedded, SUPERUSER};

/// The service's login in tests.
pub const LOGIN: &str = "involvement";

pub struct Cluster {
    embedded: Embedded,
    template: String,
}

static CLUSTER: LazyLock<Cluster> = LazyLock::new(|| {
    let mut key = DefaultHasher::new();
    env!("CARGO_MANIFEST_DIR").hash(&mut key);
    std::env::var("USER").ok().hash(&mut key);
    let dir = place().join(format!("involvement-tests-{:x}", key.finish() & 0xffff_ffff));
    let mut options = embedded::Options::new(dir);
    options.durable = false;
    options.fetch = true;
    options.path = std::env::var_os("PATH");
    options.bindir = std::env::var_os("PG_BINDIR").map(Into::into);
    let embedded = embedded::throwaway(&options).expect("a PostgreSQL for the tests");
    let template = template(&embedded);
    Cluster { embedded, template }
});

/// Room that the databases of all tests need, in bytes, with plenty to spare.
#[cfg(target_os = "linux")]
const ROOM: u64 = 3 << 30;

/// Where the cluster is: in memory, where there is room, because most of what a short test costs is the copy of the 800 files
/// of its database. Where `TMPDIR` names a folder, in that.
fn place() -> PathBuf {
    #[cfg(target_os = "linux")]
    if std::env::var_os("TMPDIR").is_none() {
        use nix::sys::statvfs::{FsFlags, statvfs};
        let memory = PathBuf::from("/dev/shm");
        // PostgreSQL's programs may be fetched into it, and run there.
        let fits = |at: nix::sys::statvfs::Statvfs| {
            !at.flags().contains(FsFlags::ST_NOEXEC) && at.blocks_available() * at.fragment_size() >= ROOM
        };
        if statvfs(&memory).is_ok_and(fits) {
            return memory;
        }
    }
    std::env::temp_dir()
}

/// Creates a template database with every migration. Its name is derived from the migrations, so that a cluster can
/// outlive a change of them.
fn template(embedded: &Embedded) -> String {
    let mut key = DefaultHasher::new();
    for entry in migrations() {
        entry.hash(&mut key);
    }
    let name = format!("template_{:x}", key.finish());
    let mut conn = PgConnection::establish(&embedded.url("postgres", SUPERUSER)).expect("the cluster answers");
    conn.batch_execute("SELECT pg_advisory_lock(20261122)").expect("a lock");
    let known: i64 = diesel::sql_query("SELECT count(*) AS n FROM pg_database WHERE datname = $1")
        .bind::<diesel::sql_types::Text, _>(&name)
        .get_result::<Count>(&mut conn)
        .expect("a count")
        .n;
    if known == 0 {
        let half = format!("{name}_half");
        conn.batch_execute(&format!("DROP DATABASE IF EXISTS \"{half}\"")).expect("no half-made template");
        conn.batch_execute(&format!("CREATE DATABASE \"{half}\"")).expect("a template");
        let url = embedded.url(&half, SUPERUSER);
        migrate::login(&url, LOGIN).expect("a login");
        migrate::run(&url, Some(LOGIN)).expect("migrations");
        conn.batch_execute(&format!("ALTER DATABASE \"{half}\" RENAME TO \"{name}\"")).expect("a whole template");
    }
    conn.batch_execute("SELECT pg_advisory_unlock(20261122)").expect("an unlock");
    name
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    n: i64,
}

fn migrations() -> Vec<String> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let mut files: Vec<_> = std::fs::read_dir(root)
        .expect("migrations")
        .map(|entry| entry.expect("an entry").path().join("up.sql"))
        .collect();
    files.sort();
    files.iter().filter_map(|file| std::fs::read_to_string(file).ok()).collect()
}

/// The database of one test; dropped with this value.
pub struct Database {
    name: String,
    /// A cluster of its own; otherwise it is in the one of all tests.
    alone: Option<Embedded>,
}

impl Database {
    pub fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let name = format!("t_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        let mut conn =
            PgConnection::establish(&CLUSTER.embedded.url("postgres", SUPERUSER)).expect("the cluster answers");
        let create = format!("CREATE DATABASE \"{name}\" TEMPLATE \"{}\" STRATEGY file_copy", CLUSTER.template);
        conn.batch_execute(&create).expect("a database of one's own");
        Self { name, alone: None }
    }

    /// A database in a cluster of its own, for what concerns a whole server.
    pub fn alone_in(cluster: Embedded) -> Self {
        let name = "involvement".to_owned();
        cluster.ensure_database(&name).expect("a database");
        let url = cluster.url(&name, SUPERUSER);
        migrate::login(&url, LOGIN).expect("a login");
        migrate::run(&url, Some(LOGIN)).expect("migrations");
        Self { name, alone: Some(cluster) }
    }

    fn cluster(&self) -> &Embedded {
        self.alone.as_ref().unwrap_or(&CLUSTER.embedded)
    }

    /// Address of the database, with the service's login.
    pub fn url(&self) -> String {
        self.cluster().url(&self.name, LOGIN)
    }

    /// The address for the owner of the tables.
    pub fn owner_url(&self) -> String {
        self.cluster().url(&self.name, SUPERUSER)
    }

    /// Has PostgreSQL log every statement, of connections to come; those that stand are ended.
    pub fn log_statements(&self) {
        let mut owner = self.as_owner();
        // The values of statements are details.
        for setting in ["log_statement = 'all'", "log_error_verbosity = 'default'"] {
            owner.batch_execute(&format!("ALTER DATABASE \"{}\" SET {setting}", self.name)).expect("a setting");
        }
        let others = "datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'";
        owner
            .batch_execute(&format!("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE {others}"))
            .expect("no other connections");
    }

    /// What PostgreSQL logged of this database so far, entry by entry.
    pub fn logged(&self) -> Vec<String> {
        let log = std::fs::read(CLUSTER.embedded.log()).expect("PostgreSQL's log");
        let log = String::from_utf8_lossy(&log).into_owned();
        let mine = format!("] {} ", self.name);
        let mut entries: Vec<String> = Vec::new();
        let mut ours = false;
        for line in log.lines() {
            // Statements of several lines go on with a tab.
            if let Some(more) = line.strip_prefix('\t') {
                if let Some(last) = entries.last_mut().filter(|_| ours) {
                    last.push(' ');
                    last.push_str(more);
                }
                continue;
            }
            let entry = line.split_once(&mine).map(|(_, entry)| entry.to_owned());
            ours = entry.is_some();
            entries.extend(entry);
        }
        entries
    }

    /// A connection as the owner of the tables: what an attacker with full rights could do.
    pub fn as_owner(&self) -> PgConnection {
        PgConnection::establish(&self.owner_url()).expect("a connection")
    }

    /// Runs SQL as the owner, by force: with every trigger and key switched off.
    #[track_caller]
    pub fn by_force(&self, sql: &str) {
        self.as_owner().batch_execute(&format!("SET session_replication_role = replica; {sql}")).expect(sql);
    }

    /// A connection with the service's role: what a faulty service could do.
    pub fn as_service(&self) -> PgConnection {
        let mut conn = PgConnection::establish(&self.url()).expect("a connection");
        conn.batch_execute("SET ROLE involvement_service").expect("the service's role");
        conn
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if self.alone.is_none()
            && let Ok(mut conn) = PgConnection::establish(&CLUSTER.embedded.url("postgres", SUPERUSER))
        {
            conn.batch_execute(&format!("DROP DATABASE IF EXISTS \"{}\" WITH (FORCE)", self.name)).ok();
        }
    }
}
