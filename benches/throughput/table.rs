//! The figures of all turns, and how they are printed: in Markdown, as docs/performance.md has them.

use std::time::Duration;

use crate::capture::Sent;
use crate::facts::{Facts, Size};
use crate::house::load::Turn;
use crate::house::measure::{self, Memory};
use crate::options::Options;
use crate::sides::{Scripts, SentBy};
use crate::works::Work;

/// What a turn came to.
#[derive(Clone, Copy, Debug)]
pub struct Figures {
    rate: f64,
    /// Milliseconds.
    p50: f64,
    p99: f64,
    /// Milliseconds of CPU a request.
    service: f64,
    postgres: f64,
}

impl Figures {
    /// Of a turn, with the CPU that both used.
    pub fn of(turn: &Turn, service: Duration, postgres: Duration) -> Self {
        let requests = turn.took.len() as f64;
        let at = |hundredth| f64::from(measure::at(&turn.took, hundredth)) / 1e3;
        let each = |cpu: Duration| cpu.as_secs_f64() * 1e3 / requests;
        let rate = requests / turn.elapsed.as_secs_f64();
        Self { rate, p50: at(50), p99: at(99), service: each(service), postgres: each(postgres) }
    }
}

/// All figures.
#[derive(Default)]
pub struct Table {
    turns: Vec<(Work, usize, String, Figures)>,
    failed: Vec<(Work, String, String)>,
    /// By build, idle and after load.
    memory: Vec<(&'static str, Memory, Memory)>,
}

impl Table {
    /// Adds a turn.
    pub fn add(&mut self, work: Work, connections: usize, side: &str, figures: Figures) {
        self.turns.push((work, connections, side.to_owned(), figures));
    }

    /// Remembers why a script could not be measured.
    pub fn fail(&mut self, work: Work, side: &str, why: String) {
        if self.failed.iter().all(|(known, of, _)| (*known, of.as_str()) != (work, side)) {
            self.failed.push((work, side.to_owned(), why));
        }
    }

    /// Remembers the memory of a build before and after its turns.
    pub fn remember(&mut self, build: &'static str, idle: Memory, loaded: Memory) {
        self.memory.push((build, idle, loaded));
    }

    /// The medians of a side.
    fn median(&self, work: Work, connections: usize, side: &str) -> Option<Figures> {
        let of =
            |turn: &&(Work, usize, String, Figures)| (turn.0, turn.1, turn.2.as_str()) == (work, connections, side);
        let turns: Vec<Figures> = self.turns.iter().filter(of).map(|turn| turn.3).collect();
        let median = |pick: fn(&Figures) -> f64| measure::median(turns.iter().map(pick).collect());
        (!turns.is_empty()).then(|| Figures {
            rate: median(|one| one.rate),
            p50: median(|one| one.p50),
            p99: median(|one| one.p99),
            service: median(|one| one.service),
            postgres: median(|one| one.postgres),
        })
    }

    /// Prints everything.
    pub fn print(&self, options: &Options, size: Size, sent: &SentBy) {
        println!(
            "{} claims of {} people; turns of {} s, the medians of {}\n",
            size.claims,
            size.people,
            options.time.as_secs(),
            options.rounds
        );
        for work in &options.works {
            self.print_work(*work, options);
        }
        println!(
            "| work | build | statements | of them parsed each time | round trips |\n| --- | --- | --: | --: | --: |"
        );
        for (work, build, requests) in sent {
            let Sent { statements, parsed, .. } = &requests[0].1;
            let trips = requests[0].1.round_trips();
            println!("| {} | {build} | {} | {parsed} | {trips} |", work.name(), statements.len());
        }
        self.print_memory();
        for (work, side, why) in &self.failed {
            println!("\n{} as {side} could not be measured:\n{why}", work.name());
        }
    }

    fn print_work(&self, work: Work, options: &Options) {
        println!("**{}** {}\n", work.name(), work.what());
        println!(
            "| connections | side | requests/s | p50 ms | p99 ms | CPU ms: service | CPU ms: PostgreSQL | of the same | of the best |"
        );
        println!("| --: | --- | --: | --: | --: | --: | --: | --: | --: |");
        for connections in &options.connections {
            let rate = |side: &str| self.median(work, *connections, side).map(|figures| figures.rate);
            for side in ["service", "baseline", "pgbench, the same", "pgbench, the best"] {
                let Some(figures) = self.median(work, *connections, side) else { continue };
                let Figures { rate: mine, p50, p99, service, postgres } = figures;
                let of = |side| rate(side).map_or_else(|| "–".to_owned(), |rate| format!("{:.2}", mine / rate));
                let (same, best) = (of("pgbench, the same"), of("pgbench, the best"));
                let service = if side.starts_with("pgbench") { "–".to_owned() } else { format!("{service:.3}") };
                println!(
                    "| {connections} | {side} | {mine:.0} | {p50:.2} | {p99:.2} | {service} | {postgres:.3} | {same} | {best} |"
                );
            }
        }
        println!();
    }

    fn print_memory(&self) {
        println!(
            "\n| memory, MiB | idle: private | idle: resident | loaded: private | loaded: resident |\n| --- | --: | --: | --: | --: |"
        );
        for build in ["service", "baseline"] {
            let of = |pick: fn(&(&'static str, Memory, Memory)) -> u64| {
                let figures = self.memory.iter().filter(|one| one.0 == build).map(pick);
                measure::median(figures.map(|kilobytes| kilobytes as f64 / 1024.0).collect())
            };
            if self.memory.iter().any(|one| one.0 == build) {
                let (private, resident) = (of(|one| one.1.private), of(|one| one.1.resident));
                let (loaded, all) = (of(|one| one.2.private), of(|one| one.2.resident));
                println!("| {build} | {private:.1} | {resident:.1} | {loaded:.1} | {all:.1} |");
            }
        }
    }
}

/// Prints the statements of one request of each piece of work, with their values, and the scripts made of them.
pub fn statements(sent: &SentBy, scripts: &Scripts) {
    for (work, build, requests) in sent {
        let (Facts { claim, .. }, request) = &requests[0];
        println!("-- {} {build}: {}, claim {claim}, parsed {}", work.name(), work.what(), request.parsed);
        for statement in &request.statements {
            println!("{};", statement.sql);
            for (n, value) in statement.values.iter().enumerate() {
                println!("--   ${} = {}", n + 1, value.as_deref().unwrap_or("NULL"));
            }
        }
        println!();
    }
    for (work, side, script) in scripts {
        println!("-- {}, {side}\n{}", work.name(), script.text);
        for (name, text) in &script.variables {
            println!("--   :{name} = {text}");
        }
    }
}
