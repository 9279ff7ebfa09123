//! The embedded PostgreSQL of a benchmark, durable as in production: one that is thrown away, or one that is kept.

use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};
use involvement::db::migrate;
use involvement::embedded_postgres::{Embedded, Options, SUPERUSER};

/// The service's login.
pub const LOGIN: &str = "involvement";

fn start(folder: PathBuf) -> Embedded {
    let mut options = Options::new(folder);
    options.fetch = true;
    options.path = std::env::var_os("PATH");
    options.bindir = std::env::var_os("PG_BINDIR").map(Into::into);
    let cluster = Embedded::start(&options).expect("a PostgreSQL");
    // Benchmarks read the values of statements from its log, which otherwise leaves them out.
    let detailed = "ALTER ROLE ALL SET log_error_verbosity = 'default'";
    connect(&cluster, "postgres").batch_execute(detailed).expect("a setting");
    cluster
}

/// Measures on a PostgreSQL that is removed afterwards; where something is wrong, ends the process with 1.
pub fn for_a_while(measure: impl FnOnce(&Embedded)) {
    let folder = std::env::temp_dir().join(format!("involvement-benchmark-{}", std::process::id()));
    let cluster = start(folder.clone());
    let outcome = catch_unwind(AssertUnwindSafe(|| measure(&cluster)));
    drop(cluster);
    std::fs::remove_dir_all(&folder).ok();
    if outcome.is_err() {
        std::process::exit(1);
    }
}

/// Measures on a PostgreSQL that is stopped afterwards, and kept for the next time.
pub fn kept(folder: &Path, measure: impl FnOnce(&Embedded)) {
    // Statements are read from its log, which would grow with each run. Emptied, not removed: after a run that was
    // killed, PostgreSQL is still there and writes to it.
    let log = File::options().write(true).open(folder.join("postgres.log"));
    log.and_then(|log| log.set_len(0)).ok();
    let cluster = start(folder.to_owned());
    let outcome = catch_unwind(AssertUnwindSafe(|| measure(&cluster)));
    drop(cluster);
    if outcome.is_err() {
        std::process::exit(1);
    }
}

/// A database with the schema of this source, and its address as its owner.
pub fn migrated(cluster: &Embedded, database: &str) -> String {
    let owner = empty(cluster, database);
    migrate::run(&owner, Some(LOGIN)).expect("migrations");
    owner
}

/// A database without tables, and its address as its owner.
pub fn empty(cluster: &Embedded, database: &str) -> String {
    cluster.ensure_database(database).expect("a database");
    let owner = cluster.url(database, SUPERUSER);
    migrate::login(&owner, LOGIN).expect("a login");
    owner
}

/// A connection as the superuser.
pub fn connect(cluster: &Embedded, database: &str) -> PgConnection {
    PgConnection::establish(&cluster.url(database, SUPERUSER)).expect("a connection")
}

/// The folder of the cluster's socket, which libpq calls its host.
pub fn socket(cluster: &Embedded) -> String {
    let url = url::Url::parse(&cluster.url("postgres", SUPERUSER)).expect("an address");
    url.query_pairs().find(|(name, _)| name == "host").expect("a socket").1.into_owned()
}
