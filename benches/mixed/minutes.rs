//! The figures of each minute, and how they are printed: a line a minute, and the first beside the last in Markdown.

use std::time::Duration;

use crate::house::measure;
use crate::pace::Done;
use crate::watch::{Connections, Levels, Seen, Table};

/// How many tables are shown.
const BUSIEST: usize = 6;

/// A minute.
pub struct Minute {
    elapsed: Duration,
    done: Done,
    connections: Vec<Connections>,
    /// CPU of both in the minute.
    cpu: [Duration; 2],
    seen: Seen,
}

impl Minute {
    /// Of what was done and seen since `before`.
    pub fn new(elapsed: Duration, mut done: Done, connections: Vec<Connections>, before: &Seen, seen: Seen) -> Self {
        done.took.sort_unstable();
        let cpu = [0, 1].map(|side| seen.cpu[side].saturating_sub(before.cpu[side]));
        Self { elapsed, done, connections, cpu, seen }
    }

    /// The names of its figures, and the figures.
    fn figures(&self) -> Vec<(&'static str, String)> {
        let requests = self.done.took.len() as f64;
        let took = |hundredth| format!("{:.2}", f64::from(measure::at(&self.done.took, hundredth)) / 1e3);
        let cpu = |side: usize| format!("{:.3}", self.cpu[side].as_secs_f64() * 1e3 / requests);
        let moments = self.connections.len() as f64;
        let mean = |pick: fn(&Connections) -> i64| {
            format!("{:.1}", self.connections.iter().map(pick).sum::<i64>() as f64 / moments)
        };
        let oldest = self.connections.iter().map(|moment| moment.oldest).fold(0.0, f64::max);
        vec![
            ("requests/s", format!("{:.0}", requests / self.elapsed.as_secs_f64())),
            ("p50 ms", took(50)),
            ("p99 ms", took(99)),
            ("refused", self.done.refused.to_string()),
            ("failed", self.done.failed.to_string()),
            ("CPU ms a request: service", cpu(0)),
            ("CPU ms a request: PostgreSQL", cpu(1)),
            ("private memory of the service, MiB", format!("{:.1}", self.seen.private as f64 / 1024.0)),
            ("its threads", self.seen.threads.to_string()),
            ("its open files", self.seen.files.to_string()),
            ("its connections at PostgreSQL: active", mean(|moment| moment.active)),
            ("idle", mean(|moment| moment.idle)),
            ("idle in a transaction", mean(|moment| moment.between)),
            ("oldest transaction seen, s", format!("{oldest:.2}")),
            ("log of the service", levels(&self.seen.logs[0])),
            ("log of PostgreSQL", levels(&self.seen.logs[1])),
        ]
    }

    /// What was answered wrong in it, and what the logs said that is a warning or worse.
    pub fn told(&self) -> impl Iterator<Item = &String> {
        self.done.wrong.iter().chain(&self.seen.shown)
    }

    /// How many answers were wrong.
    pub fn failed(&self) -> usize {
        self.done.failed
    }

    fn table(&self, name: &str) -> Option<&Table> {
        self.seen.tables.iter().find(|table| table.name == name)
    }

    /// The tables that were written most since `start`.
    fn busiest(&self, start: &Seen) -> Vec<&Table> {
        let before = |name: &str| start.tables.iter().find(|table| table.name == name).map_or(0, |table| table.written);
        let mut tables: Vec<&Table> = self.seen.tables.iter().collect();
        tables.sort_by_key(|table| before(&table.name) - table.written);
        tables.truncate(BUSIEST);
        tables
    }
}

fn levels(levels: &Levels) -> String {
    let each: Vec<_> = levels.iter().map(|(level, entries)| format!("{level} {entries}")).collect();
    if each.is_empty() { "nothing".to_owned() } else { each.join(", ") }
}

/// All minutes so far.
pub struct Minutes {
    start: Seen,
    all: Vec<Minute>,
}

impl Minutes {
    /// None yet.
    pub fn new(start: Seen) -> Self {
        Self { start, all: Vec::new() }
    }

    /// What was seen last.
    pub fn last(&self) -> &Seen {
        self.all.last().map_or(&self.start, |minute| &minute.seen)
    }

    /// Adds a minute and says how it was.
    pub fn add(&mut self, minute: Minute) {
        if self.all.is_empty() {
            println!("minute: {}", names(&minute));
        }
        let figures: Vec<_> = minute.figures().into_iter().map(|(_, figure)| figure).collect();
        let tables = minute
            .busiest(&self.start)
            .into_iter()
            .map(|table| format!("{} {} dead of {:.0} MB", table.name, table.dead, table.bytes as f64 / 1e6));
        println!("{}: {}; {}", self.all.len() + 1, figures.join(" | "), tables.collect::<Vec<_>>().join(", "));
        self.all.push(minute);
    }

    /// Prints the first minute beside the last; answers how many answers were wrong.
    pub fn print(&self) -> usize {
        let (Some(first), Some(last)) = (self.all.first(), self.all.last()) else { return 0 };
        println!("\n| | first minute | last minute |\n| --- | --: | --: |");
        for ((name, before), (_, after)) in first.figures().into_iter().zip(last.figures()) {
            println!("| {name} | {before} | {after} |");
        }
        println!("\n| table | dead rows: first minute | last | MB: first | last | rows written in all | vacuumed |");
        println!("| --- | --: | --: | --: | --: | --: | --: |");
        for table in last.busiest(&self.start) {
            let at = |name: &str| self.start.tables.iter().find(|table| table.name == name);
            let (written, vacuumed) = at(&table.name).map_or((0, 0), |start| (start.written, start.vacuumed));
            let Some(before) = first.table(&table.name) else { continue };
            let megabytes = |table: &Table| table.bytes as f64 / 1e6;
            println!(
                "| {} | {} | {} | {:.0} | {:.0} | {} | {} |",
                table.name,
                before.dead,
                table.dead,
                megabytes(before),
                megabytes(table),
                table.written - written,
                table.vacuumed - vacuumed
            );
        }
        self.all.iter().map(Minute::failed).sum()
    }
}

fn names(minute: &Minute) -> String {
    let names: Vec<_> = minute.figures().into_iter().map(|(name, _)| name).collect();
    format!("{}; the busiest tables", names.join(" | "))
}
