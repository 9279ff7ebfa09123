//! The database of a build: filled once, kept for the next run, and brought back to what it was in between.

#[path = "../house/trust.rs"]
mod trust;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use diesel::connection::SimpleConnection;
use diesel::sql_types::{BigInt, Nullable, Text};
use diesel::{PgConnection, RunQueryDsl};
use involvement::embedded_postgres::Embedded;
use sha2::{Digest, Sha256};

use crate::facts::{Facts, Size};
use crate::house::cluster::{self, LOGIN};

/// As of when databases are filled.
const NOW: &str = "2026-11-23T10:00:00Z";

/// Finds a column that the schema of b7cd5b9 had not got.
const OF_TODAY: &str =
    "SELECT count(*) FROM information_schema.columns WHERE table_name = 'plans' AND column_name = 'approved_title'";

/// A filled database.
pub struct Filled {
    /// Its name.
    pub name: String,
    /// How much is in it.
    pub size: Size,
    /// Whether it has the schema of this source, or that of an earlier build.
    of_today: bool,
}

#[derive(diesel::QueryableByName)]
struct Said {
    #[diesel(sql_type = Nullable<Text>)]
    text: Option<String>,
}

#[derive(diesel::QueryableByName)]
struct Counted {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// A text that a query answers as `text`.
fn said(conn: &mut PgConnection, query: &str) -> Option<String> {
    let said: Vec<Said> = diesel::sql_query(query).load(conn).expect(query);
    said.into_iter().next()?.text
}

/// A number that a query answers as `count`.
pub fn count(conn: &mut PgConnection, query: &str) -> i64 {
    diesel::sql_query(query).get_result::<Counted>(conn).expect(query).count
}

/// Migrates with the build itself, as an operator would.
fn migrate(cluster: &Embedded, binary: &Path, database: &str) {
    let owner = cluster::empty(cluster, database);
    let mut command = Command::new(binary);
    command.arg("migrate").env_clear();
    command.env("DATABASE_URL", cluster.url(database, LOGIN)).env("DATABASE_OWNER_URL", owner);
    let done = command.output().expect("the build");
    assert!(done.status.success(), "migrate: {}", String::from_utf8_lossy(&done.stderr));
}

fn drop_all(cluster: &Embedded, beginning: &str) {
    let mut admin = cluster::connect(cluster, "postgres");
    let names = format!("SELECT string_agg(datname, ',') AS text FROM pg_database WHERE datname LIKE '{beginning}%'");
    for name in said(&mut admin, &names).unwrap_or_default().split(',').filter(|name| !name.is_empty()) {
        admin.batch_execute(&format!("DROP DATABASE \"{name}\" WITH (FORCE)")).expect("a database removed");
    }
}

/// The database of a build, by the role that it has in this run. One of the same size and schema is used again; one of
/// another is removed, because of the disk.
pub fn filled(cluster: &Embedded, role: &str, binary: &Path, size: Size) -> Filled {
    let probe = format!("probe_{role}");
    drop_all(cluster, &probe);
    migrate(cluster, binary, &probe);
    let mut conn = cluster::connect(cluster, &probe);
    let schema = said(&mut conn, include_str!("schema.sql")).expect("a schema");
    let of_today = count(&mut conn, OF_TODAY) > 0;
    drop_all(cluster, &probe);
    let fill = trust::fill(size.people, NOW, &size.filled_in(include_str!("claims.sql")), of_today);
    let digest = Sha256::digest(format!("{schema}{fill}"));
    let key: String = digest.iter().take(5).map(|byte| format!("{byte:02x}")).collect();
    let filled = Filled { name: format!("{role}_{}_{key}", size.claims), size, of_today };
    if !filled.stands(cluster) {
        drop_all(cluster, &format!("{role}_"));
        migrate(cluster, binary, &filled.name);
        filled.fill(cluster, &fill);
    }
    filled.tidy(cluster);
    filled
}

impl Filled {
    fn stands(&self, cluster: &Embedded) -> bool {
        let mark = format!(
            "SELECT shobj_description(oid, 'pg_database') AS text FROM pg_database WHERE datname = '{}'",
            self.name
        );
        said(&mut cluster::connect(cluster, "postgres"), &mark).as_deref() == Some("filled")
    }

    fn fill(&self, cluster: &Embedded, fill: &str) {
        let began = Instant::now();
        let mut conn = self.connect(cluster);
        conn.batch_execute(fill).expect("a filled database");
        conn.batch_execute("VACUUM (FREEZE, ANALYZE)").expect("statistics");
        conn.batch_execute(&format!("COMMENT ON DATABASE \"{}\" IS 'filled'; CHECKPOINT", self.name)).expect("a mark");
        let bytes = count(&mut conn, "SELECT pg_database_size(current_database()) AS count");
        let seconds = began.elapsed().as_secs();
        eprintln!("filled {} with {} claims in {seconds} s: {} MB", self.name, self.size.claims, bytes / 1_000_000);
    }

    /// Takes back what earlier runs did.
    fn tidy(&self, cluster: &Embedded) {
        let mut conn = self.connect(cluster);
        let tidy = trust::for_schema(include_str!("tidy.sql"), self.of_today).replace("{now}", NOW);
        conn.batch_execute(&tidy).expect("a tidy database");
        self.reopen(cluster);
        conn.batch_execute("VACUUM ANALYZE").expect("statistics");
    }

    /// Makes the claims that were approved wait again.
    pub fn reopen(&self, cluster: &Embedded) {
        let (first, last) = (self.size.first_waiting(), self.size.claims);
        let sql = trust::for_schema(include_str!("reopen.sql"), self.of_today)
            .replace("{first}", &Facts::of(self.size, first).claim)
            .replace("{last}", &Facts::of(self.size, last).claim);
        self.connect(cluster).batch_execute(&sql).expect("claims that wait");
    }

    /// A connection to it as the superuser.
    pub fn connect(&self, cluster: &Embedded) -> PgConnection {
        cluster::connect(cluster, &self.name)
    }

    /// How many claims were made, and how many of those that waited are approved.
    pub fn made_and_approved(&self, cluster: &Embedded) -> (i64, i64) {
        let conn = &mut self.connect(cluster);
        let first = Facts::of(self.size, self.size.first_waiting()).claim;
        let made = "SELECT count(*) AS count FROM claims c WHERE id > '01980000-0000-0000-0000-000000000000' \
            AND 3 = (SELECT count(*) FROM claim_lines l WHERE l.claim_id = c.id)";
        let approved = format!(
            "SELECT count(*) AS count FROM claims c WHERE id BETWEEN '{first}' AND '01980000-0000-0000-0000-000000000000' \
            AND status = 'approved' AND total_pence = (SELECT sum(amount_pence) FROM payments p WHERE p.claim_id = c.id)"
        );
        (count(conn, made), count(conn, &approved))
    }
}

/// The folder in which databases are kept.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("the target folder").join("bench")
}
