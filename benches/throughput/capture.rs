//! What the service sends for a request, read from PostgreSQL's own log while single requests are made.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::PathBuf;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use involvement::embedded_postgres::Embedded;

use crate::facts::{Facts, Size};
use crate::house::cluster;
use crate::house::load::{self, Line};
use crate::house::service::Service;
use crate::works::{Asks, Work};

/// How many requests are looked at, and how many of them must be alike.
const LOOKED_AT: u64 = 16;
const ALIKE: usize = 3;
/// How long every connection of the pool is made to prepare its statements before.
const WARM: Duration = Duration::from_millis(700);

/// A statement with its values as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    pub sql: String,
    pub values: Vec<Option<String>>,
}

/// What one request sent.
#[derive(Clone, Debug, Default)]
pub struct Sent {
    pub statements: Vec<Statement>,
    /// Whether the values that come next in the log are those of the last statement: each bind logs them, too.
    executed: bool,
    /// Statements that PostgreSQL had to parse for this request.
    pub parsed: usize,
}

impl Sent {
    /// Waits for an answer of PostgreSQL: libpq parses and executes in two.
    pub fn round_trips(&self) -> usize {
        self.statements.len() + self.parsed
    }

    fn shape(&self) -> (Vec<&str>, usize) {
        (self.statements.iter().map(|statement| statement.sql.as_str()).collect(), self.parsed)
    }
}

/// The log of a cluster.
pub struct Log {
    path: PathBuf,
}

impl Log {
    /// Finds it.
    pub fn of(cluster: &Embedded) -> Self {
        Self { path: cluster.data_dir().join("postgres.log") }
    }

    fn end(&self) -> u64 {
        self.path.metadata().expect("PostgreSQL's log").len()
    }

    /// What was sent since the log was that long.
    fn since(&self, offset: u64) -> Sent {
        let mut file = File::open(&self.path).expect("PostgreSQL's log");
        file.seek(SeekFrom::Start(offset)).expect("its end");
        let mut text = Vec::new();
        file.read_to_end(&mut text).expect("what was logged");
        // An entry goes on in lines that begin with a tab.
        let text = String::from_utf8_lossy(&text).replace("\n\t", "\u{0}");
        let mut sent = Sent::default();
        for line in text.lines() {
            // The time, the process, the database: as the embedded PostgreSQL begins its entries.
            if let Some((_, entry)) = line.split_once("] ").and_then(|(_, entry)| entry.split_once(' ')) {
                sent.read(&entry.replace('\u{0}', "\n"));
            }
        }
        sent
    }
}

fn set(cluster: &Embedded, name: &str, value: &str) {
    let mut admin = cluster::connect(cluster, "postgres");
    admin.batch_execute(&format!("ALTER SYSTEM SET {name} = {value}")).expect("a setting");
    admin.batch_execute("SELECT pg_reload_conf()").expect("the settings read again");
    // PostgreSQL does not say when its processes have read them.
    std::thread::sleep(Duration::from_millis(300));
}

impl Sent {
    fn read(&mut self, entry: &str) {
        if let Some(values) = entry.strip_prefix("DETAIL:  ").and_then(|detail| detail.split_once("arameters: ")) {
            if let Some(last) = self.statements.last_mut().filter(|_| self.executed) {
                last.values = read_values(values.1);
            }
            return;
        }
        let Some((_, step)) = entry.split_once(" ms  ").filter(|_| entry.starts_with("LOG:  duration: ")) else {
            return;
        };
        let Some((what, sql)) = step.split_once(": ") else { return };
        self.executed = what.starts_with("execute") || what == "statement";
        if what.starts_with("parse") {
            self.parsed += 1;
        } else if self.executed {
            self.statements.push(Statement { sql: sql.trim().to_owned(), values: Vec::new() });
        }
    }
}

/// `$1 = 'it''s', $2 = NULL`.
fn read_values(text: &str) -> Vec<Option<String>> {
    let (mut values, mut rest) = (Vec::new(), text);
    while let Some((_, after)) = rest.split_once(" = ") {
        let Some(quoted) = after.strip_prefix('\'') else {
            values.push(None);
            rest = after;
            continue;
        };
        let mut value = String::new();
        let mut parts = quoted.split('\'');
        let mut taken = 0;
        while let Some(part) = parts.next() {
            value.push_str(part);
            taken += part.len() + 1;
            if !quoted[taken..].starts_with('\'') {
                break;
            }
            value.push('\'');
            taken += 1;
            parts.next();
        }
        values.push(Some(value));
        rest = &quoted[taken..];
    }
    values
}

/// Looks at single requests of a service; three that sent the same statements, each with what it was about.
pub fn capture(cluster: &Embedded, service: &Service, asks: &Asks, work: Work, size: Size) -> Vec<(Facts, Sent)> {
    let log = Log::of(cluster);
    let number = |n: u64| asks.number(work, n, 77).expect("enough claims");
    // What waits is used up from the other end than by turns.
    let number = |n: u64| if work.uses_up() { number(u64::from(size.to_approve()) - 1 - n) } else { number(n) };
    let few = size.to_approve() / 2;
    let warm = |n: u64| (n < few.into()).then(|| asks.ask(work, number(n + LOOKED_AT)));
    asks.greet(service, work);
    load::drive(service.address(), 8, WARM, &warm);
    set(cluster, "log_min_duration_statement", "0");
    let mut line = Line::open(service.address());
    let mut seen = Vec::new();
    for n in 0..LOOKED_AT {
        let (claim, offset) = (number(n), log.end());
        let (ask, facts) = (asks.ask(work, claim), Facts::of(size, claim));
        let status = line.send(&ask.bytes);
        line.must_be_right(&ask, status);
        seen.push((facts, log.since(offset)));
    }
    set(cluster, "log_min_duration_statement", "-1");
    alike(seen)
}

/// The most frequent shape: some requests fell together with a connection's first use of a statement, or with work in the
/// background.
fn alike(seen: Vec<(Facts, Sent)>) -> Vec<(Facts, Sent)> {
    let like = |one: &Sent| seen.iter().filter(|(_, other)| other.shape() == one.shape()).count();
    let most = seen.iter().max_by_key(|(_, sent)| like(sent)).map(|(_, sent)| sent.clone()).unwrap_or_default();
    let alike: Vec<_> = seen.into_iter().filter(|(_, sent)| sent.shape() == most.shape()).take(ALIKE).collect();
    assert_eq!(alike.len(), ALIKE, "requests that send the same statements; the last sent {most:#?}");
    alike
}

/// What a service sets on each of its connections, as options for libpq.
pub fn settings(cluster: &Embedded, start: impl FnOnce() -> Service) -> (Service, String) {
    let log = Log::of(cluster);
    set(cluster, "log_min_duration_statement", "0");
    let offset = log.end();
    let service = start();
    let sent = log.since(offset);
    set(cluster, "log_min_duration_statement", "-1");
    let mut options: Vec<String> = Vec::new();
    for statement in sent.statements {
        for part in statement.sql.split(';') {
            // What has another form is libpq's own: the time zone and the encoding.
            let Some(set) = part.trim().strip_prefix("SET ") else { continue };
            let pair = set.split_once(" = ").or_else(|| set.strip_prefix("ROLE ").map(|role| ("role", role)));
            let Some((name, value)) = pair else { continue };
            let option = format!("-c {name}={}", value.trim_matches('\''));
            // Each of its connections sets the same.
            if !options.contains(&option) {
                options.push(option);
            }
        }
    }
    (service, options.join(" "))
}
