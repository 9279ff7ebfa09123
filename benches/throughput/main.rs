//! How many requests a second, what they cost, and how near that comes to the database's own speed:
//! `cargo bench --bench throughput [-- CLAIMS …]`; docs/performance.md says all about it. It fails where an answer is
//! wrong, never because a machine is slow.

#![allow(
    clippy::unwrap_used,
    clippy::as_conversions,
    clippy::float_arithmetic,
    reason = "a benchmark that can't go on stops; its figures are for reading"
)]

mod capture;
mod facts;
mod filled;
#[allow(dead_code, reason = "what only other benchmarks ask for")]
#[path = "../house/mod.rs"]
mod house;
mod options;
mod pgbench;
mod script;
mod sides;
mod table;
mod works;

use std::path::Path;

use facts::Size;
use house::cluster;
use involvement::embedded_postgres::Embedded;
use options::Options;
use pgbench::Pgbench;
use sides::{Bench, Build};
use table::Table;

fn main() {
    let options = Options::read();
    std::fs::create_dir_all(filled::folder()).expect("a folder");
    cluster::kept(&filled::folder().join("postgres"), |cluster| measure(cluster, &options));
}

fn measure(cluster: &Embedded, options: &Options) {
    let size = Size::of(options.claims);
    let (build, settings) = Build::prepare(cluster, "service", env!("CARGO_BIN_EXE_involvement").as_ref(), size);
    let pgbench = Pgbench::beside(cluster, settings);
    if pgbench.is_none() {
        eprintln!("there is no pgbench beside this PostgreSQL: the service is measured alone");
    }
    let baseline = options.baseline.as_deref().map(|binary: &Path| Build::prepare(cluster, "baseline", binary, size).0);
    let bench = Bench { cluster, options, size, build, baseline, pgbench };
    let (sent, scripts) = bench.look();
    if options.statements {
        return table::statements(&sent, &scripts);
    }
    let mut table = Table::default();
    for round in 0..options.rounds {
        for work in &options.works {
            bench.turns(*work, round, &scripts, &mut table);
            eprintln!("round {} of {}: {} done", round + 1, options.rounds, work.name());
        }
    }
    table.print(options, size, &sent);
}
