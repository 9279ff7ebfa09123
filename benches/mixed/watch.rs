//! What a minute looks like from outside: processes, PostgreSQL's own statistics, and both logs.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Seek, SeekFrom};
use std::path::PathBuf;
use std::time::Duration;

use diesel::sql_types::{BigInt, Double, Text};
use diesel::{PgConnection, RunQueryDsl};

use crate::house::measure;

/// A table as PostgreSQL counts it.
#[derive(Clone, Debug, diesel::QueryableByName)]
pub struct Table {
    /// Its name.
    #[diesel(sql_type = Text)]
    pub name: String,
    /// Rows written since PostgreSQL counts.
    #[diesel(sql_type = BigInt)]
    pub written: i64,
    /// Rows that are seen no more and not yet taken away.
    #[diesel(sql_type = BigInt)]
    pub dead: i64,
    /// Bytes with indexes.
    #[diesel(sql_type = BigInt)]
    pub bytes: i64,
    /// How often it was vacuumed by itself.
    #[diesel(sql_type = BigInt)]
    pub vacuumed: i64,
}

const TABLES: &str = "SELECT relname::text AS name, n_tup_ins + n_tup_upd + n_tup_del AS written, n_dead_tup AS dead, \
    pg_total_relation_size(relid) AS bytes, autovacuum_count AS vacuumed FROM pg_stat_user_tables ORDER BY relname";

/// The connections of the service at a moment; of several moments, the mean.
#[derive(Clone, Copy, Debug, Default, diesel::QueryableByName)]
pub struct Connections {
    /// At work.
    #[diesel(sql_type = BigInt)]
    pub active: i64,
    /// With nothing to do.
    #[diesel(sql_type = BigInt)]
    pub idle: i64,
    /// In a transaction, while the service does something else.
    #[diesel(sql_type = BigInt)]
    pub between: i64,
    /// Seconds since the oldest transaction began.
    #[diesel(sql_type = Double)]
    pub oldest: f64,
}

const CONNECTIONS: &str = "SELECT count(*) FILTER (WHERE state = 'active') AS active, \
    count(*) FILTER (WHERE state = 'idle') AS idle, count(*) FILTER (WHERE state LIKE 'idle in%') AS between, \
    coalesce(max(extract(epoch FROM clock_timestamp() - xact_start)), 0)::float8 AS oldest \
    FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'";

/// How many entries of each level a log got.
pub type Levels = BTreeMap<String, usize>;

/// A log that grows, read from where it was read last.
pub struct Log {
    path: PathBuf,
    offset: u64,
    level: fn(&str) -> Option<&str>,
}

impl Log {
    /// From its end on.
    pub fn new(path: PathBuf, level: fn(&str) -> Option<&str>) -> Self {
        let offset = path.metadata().map_or(0, |file| file.len());
        Self { path, offset, level }
    }

    /// What it got since then, and some of the entries that are warnings or worse.
    fn read(&mut self, shown: &mut Vec<String>) -> Levels {
        let mut file = File::open(&self.path).expect("a log");
        file.seek(SeekFrom::Start(self.offset)).expect("its end");
        let (mut levels, mut lines) = (Levels::new(), BufReader::new(file));
        let mut line = Vec::new();
        while lines.read_until(b'\n', &mut line).expect("what was logged") > 0 && line.ends_with(b"\n") {
            self.offset += u64::try_from(line.len()).expect("a length");
            let text = String::from_utf8_lossy(&line);
            if let Some(level) = (self.level)(&text) {
                *levels.entry(level.to_owned()).or_default() += 1;
                if !["info", "debug", "LOG"].contains(&level) {
                    shown.push(text.trim_end().to_owned());
                }
            }
            line.clear();
        }
        levels
    }
}

/// The level of an entry in the service's log: JSON.
pub fn of_service(entry: &str) -> Option<&str> {
    entry.split_once("\"level\":\"")?.1.split('"').next()
}

/// The level of an entry in PostgreSQL's log: after the time, the process and the database.
pub fn of_postgres(entry: &str) -> Option<&str> {
    let level = entry.split_once("] ")?.1.split_once(":  ")?.0.rsplit(' ').next()?;
    ["LOG", "WARNING", "ERROR", "FATAL", "PANIC"].into_iter().find(|known| *known == level)
}

/// What is looked at.
pub struct Watch {
    /// The process of the service.
    pub service: u32,
    /// PostgreSQL's first process.
    pub postmaster: u32,
    /// A connection to the database, as its superuser.
    pub conn: PgConnection,
    /// The service's log, and PostgreSQL's.
    pub logs: [Log; 2],
}

/// What was seen at the end of a minute.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// CPU that the service and PostgreSQL have used so far.
    pub cpu: [Duration; 2],
    /// Kilobytes of the service that are shared with no other process.
    pub private: u64,
    /// Threads and open files of the service.
    pub threads: usize,
    pub files: usize,
    /// Every table.
    pub tables: Vec<Table>,
    /// What both logs got in the minute.
    pub logs: [Levels; 2],
    /// Entries that are warnings or worse.
    pub shown: Vec<String>,
}

impl Watch {
    /// The service's connections now.
    pub fn connections(&mut self) -> Connections {
        diesel::sql_query(CONNECTIONS).get_result(&mut self.conn).expect("PostgreSQL's connections")
    }

    /// Everything else.
    pub fn look(&mut self) -> Seen {
        let cpu = [measure::cpu(self.service), measure::cpu_of_cluster(self.postmaster)];
        let mut shown = Vec::new();
        let logs = self.logs.each_mut().map(|log| log.read(&mut shown));
        Seen {
            cpu,
            private: measure::memory(self.service).private,
            threads: measure::entries(self.service, "task"),
            files: measure::entries(self.service, "fd"),
            tables: diesel::sql_query(TABLES).load(&mut self.conn).expect("PostgreSQL's tables"),
            logs,
            shown,
        }
    }
}
