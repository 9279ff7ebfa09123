//! What is measured side by side: the service, a build of another commit, and pgbench with two kinds of script.

use std::path::{Path, PathBuf};
use std::time::Duration;

use involvement::embedded_postgres::Embedded;

use crate::capture::{self, Sent};
use crate::facts::{Facts, Size};
use crate::filled::{self, Filled};
use crate::house::cluster::LOGIN;
use crate::house::load::{self, Turn};
use crate::house::measure;
use crate::house::service::Service;
use crate::options::Options;
use crate::pgbench::Pgbench;
use crate::script::{self, Script};
use crate::table::{Figures, Table};
use crate::works::{Asks, Work};

/// How long a service that has just started is warmed up.
const WARM: Duration = Duration::from_millis(700);

/// A build of the service with a database of its own.
pub struct Build {
    pub name: &'static str,
    binary: PathBuf,
    filled: Filled,
    url: String,
    asks: Asks,
}

/// What each piece of work sends: of the service, and of a build of another commit.
pub type SentBy = Vec<(Work, &'static str, Vec<(Facts, Sent)>)>;

/// A script of pgbench, by what is measured and how it is called.
pub type Scripts = Vec<(Work, &'static str, Script)>;

impl Build {
    /// Fills the database where it is not, and learns what requests are made of; also what the service sets on its
    /// connections.
    pub fn prepare(cluster: &Embedded, name: &'static str, binary: &Path, size: Size) -> (Self, String) {
        let filled = filled::filled(cluster, name, binary, size);
        let url = cluster.url(&filled.name, LOGIN);
        let (service, settings) = capture::settings(cluster, || start(binary, &url));
        let asks = Asks::prepare(&service, size);
        drop(service);
        (Self { name, binary: binary.to_owned(), filled, url, asks }, settings)
    }
}

fn start(binary: &Path, url: &str) -> Service {
    let folder = filled::folder();
    Service::start_build(binary, url, &folder.join("receipts"), &folder.join("service.log"))
}

/// Everything that a run needs.
pub struct Bench<'r> {
    pub cluster: &'r Embedded,
    pub options: &'r Options,
    pub size: Size,
    pub build: Build,
    pub baseline: Option<Build>,
    pub pgbench: Option<Pgbench>,
}

impl Bench<'_> {
    fn builds(&self) -> impl Iterator<Item = &Build> {
        std::iter::once(&self.build).chain(&self.baseline)
    }

    /// What each build sends for each piece of work, and the scripts that pgbench sends instead.
    pub fn look(&self) -> (SentBy, Scripts) {
        let (mut sent, mut scripts) = (Vec::new(), Vec::new());
        for build in self.builds() {
            let service = start(&build.binary, &build.url);
            for work in &self.options.works {
                let seen = capture::capture(self.cluster, &service, &build.asks, *work, self.size);
                if build.name == self.build.name {
                    // Without statements there is nothing for pgbench to send.
                    if *work != Work::Floor {
                        scripts.push((*work, "pgbench, the same", script::same(*work, self.size, &seen)));
                    }
                    scripts.push((*work, "pgbench, the best", script::best(*work, self.size)));
                }
                sent.push((*work, build.name, seen));
            }
        }
        (sent, scripts)
    }

    /// A turn of each side at each number of connections.
    pub fn turns(&self, work: Work, round: usize, scripts: &Scripts, table: &mut Table) {
        for build in self.builds() {
            self.turns_of(build, work, round, table);
        }
        let Some(pgbench) = &self.pgbench else { return };
        for (_, name, script) in scripts.iter().filter(|(of, ..)| *of == work) {
            for connections in &self.options.connections {
                let figures = self.measured(&self.build, work, None, |warm| {
                    pgbench.run(&self.build.filled.name, script, (*connections, self.time(work)), warm)
                });
                match figures {
                    Ok(figures) => table.add(work, *connections, name, figures),
                    Err(why) => table.fail(work, name, why),
                }
            }
        }
    }

    fn turns_of(&self, build: &Build, work: Work, round: usize, table: &mut Table) {
        let service = start(&build.binary, &build.url);
        let idle = measure::memory(service.pid());
        let ask = |turn: u64| move |n: u64| build.asks.number(work, n, turn).map(|claim| build.asks.ask(work, claim));
        self.open(build, work);
        build.asks.greet(&service, work);
        load::drive(service.address(), 8, WARM, &ask(0));
        for (place, connections) in self.options.connections.iter().enumerate() {
            let turn = u64::try_from(round * 100 + place + 1).expect("few turns");
            let figures = self.measured(build, work, Some(&service), |_| {
                Ok(load::drive(service.address(), *connections, self.time(work), &ask(turn)))
            });
            table.add(work, *connections, build.name, figures.expect("a turn"));
        }
        table.remember(build.name, idle, measure::memory(service.pid()));
    }

    /// Before work that uses up claims: those that turns before have approved wait again.
    fn open(&self, build: &Build, work: Work) {
        if work.uses_up() {
            build.filled.reopen(self.cluster);
        }
    }

    /// Turns of what uses up claims are shorter where few wait: pgbench would not stop at the last.
    fn time(&self, work: Work) -> Duration {
        let enough = Duration::from_secs((u64::from(self.size.to_approve()) / 5_000).max(1));
        if work.uses_up() { self.options.time.min(enough) } else { self.options.time }
    }

    /// Measures a turn, and access_log in the database whether it did what it says.
    fn measured(
        &self,
        build: &Build,
        work: Work,
        service: Option<&Service>,
        turn: impl FnOnce(&mut dyn FnMut()) -> Result<Turn, String>,
    ) -> Result<Figures, String> {
        self.open(build, work);
        let postmaster = measure::postmaster(self.cluster.data_dir());
        let cpu =
            || (service.map(|it| measure::cpu(it.pid())).unwrap_or_default(), measure::cpu_of_cluster(postmaster));
        let (made, mut before) = (build.filled.made_and_approved(self.cluster).0, cpu());
        let turn = turn(&mut || before = cpu())?;
        let after = cpu();
        let done = i64::try_from(turn.done).expect("a count");
        let (now, approved) = build.filled.made_and_approved(self.cluster);
        match work {
            Work::Create => assert_eq!(now - made, done, "claims with three lines, by the database and by the count"),
            Work::Approve => assert_eq!(approved, done, "approved claims, by the database and by the count"),
            Work::Floor | Work::Read | Work::Page => assert_eq!(now, made, "reading changes nothing"),
        }
        Ok(Figures::of(&turn, after.0.saturating_sub(before.0), after.1.saturating_sub(before.1)))
    }
}
