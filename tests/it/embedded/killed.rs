//! Whatever is killed, and whenever, the next start goes on.

use std::fs;
use std::time::Instant;

use involvement::embedded_postgres::{Embedded, SUPERUSER};

use super::{App, Place, connects, postmaster, say, signal, until};

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
    signal("INT", -i64::from(app.child.id()));
    until("its end", || app.child.try_wait().expect("its state").is_some());
    assert!(connects(&url), "PostgreSQL is out of the terminal's reach");
}

#[test]
fn a_server_killed_together_with_the_application_recovers() {
    let place = Place::new();
    let mut app = App::begin("start", &place.data_dir());
    app.url();
    let pid = postmaster(&place.data_dir()).expect("a server");
    signal("KILL", pid.into());
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
