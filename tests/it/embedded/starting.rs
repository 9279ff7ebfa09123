//! Starting: a new cluster, one that runs already, several starters at once, and places of every kind.

use std::env;
use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::time::Instant;

use involvement::embedded_postgres::{Embedded, EmbeddedError, Options, SUPERUSER, default_data_dir};

use super::{App, Place, connects, is_root, options, postmaster, say};

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
