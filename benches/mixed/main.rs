//! How the service holds out: `cargo bench --bench mixed [-- MINUTES --claims N --rate R]`; docs/performance.md says all
//! about it. People read, list, create, submit and approve at a steady rate, and once a minute a line says how the
//! service and PostgreSQL are. It fails where an answer is wrong, never because a machine is slow.

#![allow(
    clippy::unwrap_used,
    clippy::as_conversions,
    clippy::float_arithmetic,
    reason = "a benchmark that can't go on stops; its figures are for reading"
)]

#[allow(dead_code, reason = "what only the benchmark of throughput asks for")]
#[path = "../throughput/facts.rs"]
mod facts;
#[allow(dead_code, reason = "what only the benchmark of throughput asks for")]
#[path = "../throughput/filled.rs"]
mod filled;
#[allow(dead_code, reason = "what only other benchmarks ask for")]
#[path = "../house/mod.rs"]
mod house;
mod minutes;
mod options;
mod pace;
mod steps;
mod watch;
#[allow(dead_code, reason = "what only the benchmark of throughput asks for")]
#[path = "../throughput/works.rs"]
mod works;

use std::path::Path;
use std::time::{Duration, Instant};

use facts::Size;
use filled::Filled;
use house::cluster::{self, LOGIN};
use house::measure;
use house::service::Service;
use involvement::embedded_postgres::Embedded;
use minutes::{Minute, Minutes};
use options::Options;
use pace::Load;
use steps::Mixture;
use watch::{Log, Watch};
use works::Asks;

/// How long what is possible is looked for.
const AS_FAST_AS_CAN_BE: Duration = Duration::from_secs(30);
/// How long the first requests, which plan and grow, are not counted.
const WARM: Duration = Duration::from_secs(3);
/// Connections are looked at so often.
const MOMENT: Duration = Duration::from_secs(5);

fn main() {
    let options = Options::read();
    std::fs::create_dir_all(filled::folder()).expect("a folder");
    cluster::kept(&filled::folder().join("postgres"), |cluster| measure(cluster, options));
}

fn measure(cluster: &Embedded, options: Options) {
    let (binary, size): (&Path, _) = (env!("CARGO_BIN_EXE_involvement").as_ref(), Size::of(options.claims));
    let filled = filled::filled(cluster, "service", binary, size);
    let (folder, log) = (filled::folder(), filled::folder().join("service.log"));
    let service = Service::start_build(binary, &cluster.url(&filled.name, LOGIN), &folder.join("receipts"), &log);
    let idle = measure::memory(service.pid());
    let mixture = Mixture::new(Asks::prepare(&service, size), size);
    let load = Load::new(service.address(), &mixture);
    load.run(None, || std::thread::sleep(WARM));
    let warm = load.take();
    let rate = options.rate.unwrap_or_else(|| half(&load));
    println!("{} claims, {rate} requests a second, process {} of the service", size.claims, service.pid());
    println!("{:.1} MiB of private memory before the first request", idle.private as f64 / 1024.0);
    let postgres = Log::new(cluster.data_dir().join("postgres.log"), watch::of_postgres);
    let mut watch = Watch {
        service: service.pid(),
        postmaster: measure::postmaster(cluster.data_dir()),
        conn: filled.connect(cluster),
        logs: [Log::new(log, watch::of_service), postgres],
    };
    let mut minutes = Minutes::new(watch.look());
    load.run(Some(rate), || {
        for _ in 0..options.minutes {
            let minute = minute(&load, &mut watch, &minutes);
            minute.told().for_each(|told| println!("  {told}"));
            minutes.add(minute);
        }
    });
    let failed = minutes.print() + warm.failed + load.take().failed;
    right(cluster, &filled, &mixture);
    assert_eq!(failed, 0, "wrong answers: the first are shown above; {:?}", warm.wrong);
}

/// Half of what is possible, by the half minute that it takes to find out.
fn half(load: &Load<'_>) -> u32 {
    load.run(None, || std::thread::sleep(AS_FAST_AS_CAN_BE));
    let done = load.take();
    assert_eq!(done.failed, 0, "wrong answers: {:?}", done.wrong);
    let possible = done.took.len() as f64 / AS_FAST_AS_CAN_BE.as_secs_f64();
    println!("without pace: {possible:.0} requests a second over {} connections", pace::CONNECTIONS);
    u32::try_from(done.took.len() as u64 / AS_FAST_AS_CAN_BE.as_secs() / 2).expect("a rate").max(1)
}

/// Waits for a minute while the load runs, and looks.
fn minute(load: &Load<'_>, watch: &mut Watch, minutes: &Minutes) -> Minute {
    let (began, mut connections) = (Instant::now(), Vec::new());
    while began.elapsed() < Duration::from_secs(60) {
        std::thread::sleep(MOMENT);
        connections.push(watch.connections());
    }
    let seen = watch.look();
    Minute::new(began.elapsed(), load.take(), connections, minutes.last(), seen)
}

/// Stops where the database has other claims than was answered.
fn right(cluster: &Embedded, filled: &Filled, mixture: &Mixture) {
    let conn = &mut filled.connect(cluster);
    let found = ["draft", "submitted", "approved"].map(|status| {
        let sql = format!(
            "SELECT count(*) AS count FROM claims c WHERE id > '01980000-0000-0000-0000-000000000000' AND status = '{status}' \
            AND 3 = (SELECT count(*) FROM claim_lines l WHERE l.claim_id = c.id) AND (status = 'approved') = \
            EXISTS (SELECT FROM payments p WHERE p.claim_id = c.id AND amount_pence = 1870)"
        );
        filled::count(conn, &sql)
    });
    println!("\nclaims of this run that are drafts, submitted, approved with their payment: {found:?}");
    assert_eq!(found, mixture.counts(), "claims by the database and by the answers");
}
