//! Creates, starts and stops a cluster with `initdb` and `pg_ctl`.
//! The callers hold the starting lock, so that only one process does so at a time.

use std::fs::{self, DirBuilder, File};
use std::os::unix::fs::DirBuilderExt;
use std::path::PathBuf;
use std::process::{Command, Stdio, id};
use std::thread::sleep;
use std::time::{Duration, Instant, SystemTime};

use super::binaries::Binaries;
use super::connect::{Probe, SUPERUSER, probe};
use super::error::EmbeddedError;
use super::layout::Layout;
use super::owner::Owner;
use super::server_log;

/// The longest wait until the server accepts connections, including recovery after a crash.
const DEADLINE: Duration = Duration::from_secs(90);
const PAUSE: Duration = Duration::from_millis(25);
/// Number of failed starts after which the start is given up.
const FAILURES: u32 = 3;

/// A cluster and what is needed to run it.
#[derive(Debug)]
pub(super) struct Cluster {
    pub(super) layout: Layout,
    pub(super) owner: Owner,
    pub(super) binaries: Binaries,
    /// Whether commits must survive a crash of the machine.
    pub(super) durable: bool,
    /// Whether the data is deleted when nobody uses the cluster.
    pub(super) throwaway: bool,
    /// Whether nobody else used the cluster when this process attached to it.
    pub(super) alone: bool,
}

impl Cluster {
    /// Attaches to the running server, or creates the cluster and starts it.
    ///
    /// Errors: `Program`, `NotUp`, `Io`, `SocketDir`.
    pub(super) fn bring_up(&self) -> Result<(), EmbeddedError> {
        let deadline = Instant::now() + DEADLINE;
        let (mut prepared, mut failures) = (false, 0);
        loop {
            let reason = match probe(&self.layout.socket) {
                Probe::Up => return Ok(()),
                Probe::Busy(reason) => reason,
                Probe::Down(reason) => {
                    if !prepared {
                        self.prepare()?;
                        prepared = true;
                    }
                    if let Err(error) = self.try_start(deadline) {
                        failures += 1;
                        if failures == FAILURES {
                            return Err(error);
                        }
                    }
                    reason
                }
            };
            if Instant::now() > deadline {
                let (dir, log) = (self.layout.root.clone(), server_log::tail(&self.layout.log));
                return Err(EmbeddedError::NotUp { dir, seconds: DEADLINE.as_secs(), reason, log });
            }
            sleep(PAUSE);
        }
    }

    /// Stops the server: closes its sessions, shuts down cleanly, and waits.
    ///
    /// Errors: `Program`, `Io`.
    pub(super) fn stop(&self) -> Result<(), EmbeddedError> {
        let mut pg_ctl = self.pg_ctl();
        self.run("pg_ctl stop", pg_ctl.args(["stop", "-s", "-w", "-m", "fast", "-t", "60"]))?;
        self.layout.remove_socket_dir();
        Ok(())
    }

    /// Prepares a start: removes leftovers, and creates the data, the log and the socket directory.
    fn prepare(&self) -> Result<(), EmbeddedError> {
        self.sweep();
        if self.throwaway && self.alone && self.layout.data.exists() {
            if self.layout.has_pid_file() {
                // A server without its socket may be running. Its data is about to be deleted.
                let _ = self.pg_ctl().args(["stop", "-s", "-w", "-m", "immediate", "-t", "10"]).status();
            }
            fs::remove_dir_all(&self.layout.data).map_err(EmbeddedError::io("remove", &self.layout.data))?;
        }
        self.layout.make_socket_dir(&self.owner)?;
        if self.layout.version().is_none() {
            self.make_data()?;
        }
        server_log::set_aside(&self.layout.log)
    }

    /// Creates the data under another name and renames it, so that a killed process leaves nothing incomplete.
    fn make_data(&self) -> Result<(), EmbeddedError> {
        let began = Instant::now();
        let new = self.new_directory()?;
        let mut initdb = self.owner.command(self.binaries.program("initdb"));
        initdb.args(["--no-instructions", "-A", "trust", "-E", "UTF8", "-U", SUPERUSER, "-D"]).arg(&new);
        // The builtin provider sorts and compares alike on every system. Before version 17 there is only the system's.
        if self.binaries.major >= 17 {
            initdb.args(["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]);
        } else {
            initdb.arg("--locale=C.UTF-8");
        }
        if !self.durable {
            initdb.arg("--no-sync");
        }
        self.run("initdb", &mut initdb)?;
        fs::rename(&new, &self.layout.data).map_err(EmbeddedError::io("move into place", &new))?;
        let root = &self.layout.root;
        File::open(root).and_then(|dir| dir.sync_all()).map_err(EmbeddedError::io("write out", root))?;
        log::info!(
            "created a PostgreSQL {} cluster in {} in {:.1?}",
            self.binaries.major,
            root.display(),
            began.elapsed()
        );
        Ok(())
    }

    /// A directory with a unique name, because the `initdb` of a killed process may still be writing into an older one.
    fn new_directory(&self) -> Result<PathBuf, EmbeddedError> {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let new = self.layout.root.join(format!("data.new-{}-{}", id(), now.as_nanos()));
        DirBuilder::new().mode(0o700).create(&new).map_err(EmbeddedError::io("make", &new))?;
        self.owner.give(&new)?;
        Ok(new)
    }

    /// Removes what killed starts left behind. What can't be removed now, because an `initdb` is still writing there,
    /// is removed at the next start.
    fn sweep(&self) {
        for entry in fs::read_dir(&self.layout.root).into_iter().flatten().flatten() {
            let name = entry.file_name();
            if name.as_encoded_bytes().starts_with(b"data.new") {
                let gone = fs::remove_dir_all(entry.path());
                if let Err(error) = gone {
                    log::debug!("{} can't be removed yet: {error}", entry.path().display());
                }
            }
        }
    }

    /// Tries to start the server once. It is not a failure if another server (or one just killed) still has the data
    /// open.
    fn try_start(&self, deadline: Instant) -> Result<(), EmbeddedError> {
        let left = deadline.saturating_duration_since(Instant::now()).as_secs().max(1);
        let mut pg_ctl = self.pg_ctl();
        pg_ctl.args(["start", "-s", "-w", "-t", &left.to_string(), "-l"]).arg(&self.layout.log);
        // No pipe here: the server keeps these streams open as long as it runs.
        let status = pg_ctl.arg("-o").arg(self.server_options()).status();
        let status = status.map_err(EmbeddedError::io("run", &self.binaries.program("pg_ctl")))?;
        if status.success() || self.layout.has_pid_file() {
            return Ok(());
        }
        Err(EmbeddedError::Program { program: "pg_ctl start", output: server_log::tail(&self.layout.log) })
    }

    /// The server's settings, in the form that `pg_ctl` passes to a shell.
    fn server_options(&self) -> String {
        let mut settings = vec![
            "listen_addresses=".to_owned(),
            "port=5432".to_owned(),
            "unix_socket_permissions=0700".to_owned(),
            "logging_collector=off".to_owned(),
            "log_destination=stderr".to_owned(),
            // The database beside the time and the process: several use one cluster.
            "log_line_prefix=%m [%p] %d ".to_owned(),
            // Without details, which show the values of rows, such as those that are there already.
            "log_error_verbosity=terse".to_owned(),
            // `Layout` makes sure that the path has no characters that need quoting.
            format!("unix_socket_directories={}", self.layout.socket.display()),
        ];
        if !self.durable {
            let fast = [
                "fsync=off",
                "full_page_writes=off",
                "synchronous_commit=off",
                "autovacuum=off",
                // Tests ask much of few rows, where compiling a statement takes longer than running it.
                "jit=off",
                "max_connections=300",
            ];
            settings.extend(fast.map(str::to_owned));
        }
        settings.iter().map(|one| format!("-c '{one}'")).collect::<Vec<_>>().join(" ")
    }

    fn pg_ctl(&self) -> Command {
        let mut command = self.owner.command(self.binaries.program("pg_ctl"));
        command.arg("-D").arg(&self.layout.data);
        command
    }

    /// Runs a program and waits for it. Only for programs that leave no process behind, which would keep the pipe open.
    fn run(&self, program: &'static str, command: &mut Command) -> Result<(), EmbeddedError> {
        let out = command.stderr(Stdio::piped()).output();
        let out = out.map_err(EmbeddedError::io("run", &self.binaries.dir))?;
        if out.status.success() {
            return Ok(());
        }
        let said = String::from_utf8_lossy(&out.stderr).trim().to_owned();
        Err(EmbeddedError::Program { program, output: format!("{} ({said})", out.status) })
    }
}
