//! The embedded PostgreSQL: every way in which it is started, shared, killed and stopped.
//! Nothing that uses the database is tested here.

mod fetched;
mod killed;
mod refused;
mod starting;
mod throwaway;

use std::env;
use std::fs::{self, Permissions};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use involvement::embedded_postgres::{self as embedded, Embedded, Options, SUPERUSER};
use signal_hook::consts::SIGINT;

use crate::support::process::{alive, signal};

/// Set for a copy of this test binary that acts as an application (see [`App`]).
const ROLE: &str = "INVOLVEMENT_TEST_ROLE";

const DIR: &str = "INVOLVEMENT_TEST_DIR";

/// A directory like /tmp, open to all. Dropping it removes it, and the server that a test may have left in it.
struct Place(PathBuf);

impl Place {
    fn new() -> Place {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("inv-pg-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = env::temp_dir().join(name);
        fs::create_dir(&path).expect("a temporary directory");
        fs::set_permissions(&path, Permissions::from_mode(0o1777)).expect("chmod");
        Place(path)
    }

    fn data_dir(&self) -> PathBuf {
        self.0.join("db")
    }

    /// `fsync` is off, so that the tests are fast; nothing else differs.
    fn options(&self) -> Options {
        options(self.data_dir())
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(pid) = postmaster(&self.data_dir()) {
            signal("QUIT", pid.into());
        }
        until("the place to be removed", || fs::remove_dir_all(&self.0).is_ok() || !self.0.exists());
    }
}

fn options(data_dir: PathBuf) -> Options {
    Options { durable: false, path: env::var_os("PATH"), ..Options::new(data_dir) }
}

fn until(what: &str, mut done: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while !done() {
        assert!(Instant::now() < deadline, "waited in vain for {what}");
        sleep(Duration::from_millis(5));
    }
}

/// Process id of the server, if it runs.
fn postmaster(data_dir: &Path) -> Option<u32> {
    let text = fs::read_to_string(data_dir.join("data/postmaster.pid")).ok()?;
    let pid = text.lines().next()?.parse().ok()?;
    alive(pid).then_some(pid)
}

fn connects(url: &str) -> bool {
    use diesel::Connection;
    diesel::PgConnection::establish(url).is_ok()
}

fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|found| found.uid() == 0)
}

fn say(what: &str, since: Instant) {
    println!("{what}: {:.2} s", since.elapsed().as_secs_f64());
}

/// Another process that uses a cluster: this test binary again, running only [`application`].
struct App {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl App {
    fn command(program: &Path, role: &str, data_dir: &Path) -> Command {
        // The test's name depends on whether this file is a binary or a module of one.
        let module = module_path!().split_once("::").map_or(String::new(), |(_, rest)| format!("{rest}::"));
        let mut command = Command::new(program);
        command.args(["--exact", &format!("{module}application"), "--nocapture"]);
        command.env(ROLE, role).env(DIR, data_dir).process_group(0);
        command
    }

    fn spawn(mut command: Command) -> App {
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = loop {
            match command.spawn() {
                // Another test began a process while this program was being copied, and that still holds the copy open.
                Err(error) if error.kind() == std::io::ErrorKind::ExecutableFileBusy => std::thread::yield_now(),
                spawned => break spawned.expect("the application"),
            }
        };
        let output = BufReader::new(child.stdout.take().expect("its output"));
        App { input: child.stdin.take(), output, child }
    }

    fn begin(role: &str, data_dir: &Path) -> App {
        App::spawn(App::command(&env::current_exe().expect("this binary"), role, data_dir))
    }

    /// Waits until the process has a cluster, and returns its URL.
    fn url(&mut self) -> String {
        let mut line = String::new();
        while self.output.read_line(&mut line).expect("its output") > 0 {
            // The test harness may have written the beginning of the line.
            if let Some((_, url)) = line.trim().split_once("UP ") {
                return url.to_owned();
            }
            line.clear();
        }
        panic!("the application ended without a cluster");
    }

    /// Lets the process end normally.
    fn finish(mut self) {
        drop(self.input.take());
        assert!(self.child.wait().expect("its end").success());
    }

    fn kill(mut self) {
        self.child.kill().expect("kill");
        self.child.wait().expect("its end");
    }
}

/// Not a test: what [`App`] runs. In an ordinary run it does nothing.
#[test]
fn application() {
    let (Ok(role), Some(dir)) = (env::var(ROLE), env::var_os(DIR)) else { return };
    // A shell starts what runs in the background with SIGINT ignored, and a process hands that on to its children.
    signal_hook::flag::register_conditional_shutdown(SIGINT, 130, Arc::new(AtomicBool::new(true))).expect("a handler");
    let mut options = options(PathBuf::from(dir));
    let started = match role.as_str() {
        "throwaway" => {
            options.linger = Some(Duration::from_secs(1));
            embedded::throwaway(&options)
        }
        "fetch" => Embedded::start(&Options { fetch: true, ..options }),
        _ => Embedded::start(&options),
    };
    let cluster = match started {
        Ok(cluster) => cluster,
        Err(error) => panic!("{error}"),
    };
    println!("UP {}", cluster.url("postgres", SUPERUSER));
    std::io::stdout().flush().expect("output");
    let _ = std::io::stdin().lines().count();
}
