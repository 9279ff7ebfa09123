//! pgbench as it comes with PostgreSQL, with one script, for one turn.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use involvement::embedded_postgres::Embedded;

use crate::house::cluster::{self, LOGIN};
use crate::house::load::Turn;
use crate::house::measure;
use crate::script::Script;

/// How long pgbench runs before it is measured: its connections are new, and plan each statement some times first.
const WARM: Duration = Duration::from_secs(2);

/// pgbench for a database.
pub struct Pgbench {
    program: PathBuf,
    socket: String,
    folder: PathBuf,
    /// What libpq sets on each connection, as the service does on its own.
    settings: String,
}

impl Pgbench {
    /// The pgbench beside the PostgreSQL that runs; none where there is none.
    pub fn beside(cluster: &Embedded, settings: String) -> Option<Self> {
        let postmaster = measure::postmaster(cluster.data_dir());
        let program = std::fs::read_link(format!("/proc/{postmaster}/exe")).ok()?.with_file_name("pgbench");
        let folder = std::env::temp_dir().join(format!("involvement-pgbench-{}", std::process::id()));
        let socket = cluster::socket(cluster);
        program.exists().then_some(Self { program, socket, folder, settings })
    }

    /// Runs a script over so many connections for some seconds after a warming up; says when that is over.
    ///
    /// # Errors
    /// What pgbench says where a transaction failed.
    pub fn run(
        &self,
        database: &str,
        script: &Script,
        (connections, time): (usize, Duration),
        warm: &mut dyn FnMut(),
    ) -> Result<Turn, String> {
        std::fs::create_dir_all(&self.folder).expect("a folder");
        let (file, log) = (self.folder.join("script.sql"), self.folder.join("log"));
        std::fs::write(&file, &script.text).expect("a script");
        let since = now().as_secs() - 1_790_000_000;
        let mut command = Command::new(&self.program);
        command.env_clear().env("PGHOST", &self.socket).env("PGPORT", "5432").env("PGUSER", LOGIN);
        command.env("PGOPTIONS", &self.settings).arg("--protocol=prepared").arg("--no-vacuum").arg("--log");
        command.arg(format!("--log-prefix={}", log.display())).arg(format!("--file={}", file.display()));
        command.arg(format!("--client={connections}")).arg(format!("--jobs={}", connections.min(2)));
        command.arg(format!("--time={}", (WARM + time).as_secs()));
        command.arg("--define=i=0").arg(format!("--define=clients={connections}"));
        command.arg(format!("--define=base={}", since * 100_000));
        command.args(script.variables.iter().map(|(name, text)| format!("--define={name}={text}"))).arg(database);
        let child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("pgbench");
        std::thread::sleep(WARM);
        warm();
        let since = now();
        let done = child.wait_with_output().expect("pgbench");
        let turn = read(&self.folder, since);
        std::fs::remove_dir_all(&self.folder).ok();
        if done.status.success() && !turn.took.is_empty() {
            return Ok(turn);
        }
        Err(String::from_utf8_lossy(&done.stderr).lines().take(6).collect::<Vec<_>>().join("\n"))
    }
}

fn now() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

/// The time of each transaction that was over after a moment, from the logs; how many there were in all.
fn read(folder: &Path, since: Duration) -> Turn {
    let (mut turn, mut last) = (Turn::default(), since);
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
    for file in files.filter(|file| file.file_name() != "script.sql") {
        for line in std::fs::read_to_string(file.path()).expect("a log of pgbench").lines() {
            let mut fields = line.split(' ').skip(2).map(|field| field.parse::<u64>().unwrap_or_default());
            let [took, _, seconds, micros] = [(); 4].map(|()| fields.next().unwrap_or_default());
            let at = Duration::from_secs(seconds) + Duration::from_micros(micros);
            turn.done += 1;
            if at > since {
                turn.took.push(u32::try_from(took).unwrap_or(u32::MAX));
                last = last.max(at);
            }
        }
    }
    turn.took.sort_unstable();
    turn.elapsed = last - since;
    turn
}
