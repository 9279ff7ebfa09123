//! Throwaway clusters: shared for a while, and removed by themselves.

use std::env;
use std::fs;
use std::time::{Duration, Instant};

use involvement::embedded_postgres::{self as embedded, Options, SUPERUSER};

use super::{App, Place, alive, connects, postmaster, say, signal, until};

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
    signal("KILL", postmaster(&place.data_dir()).expect("a server").into());
    drop(cluster);
    let next = embedded::throwaway(&options).expect("a cluster");
    assert!(connects(&next.url("postgres", SUPERUSER)));
    assert!(!connects(&next.url("old", SUPERUSER)), "nothing old is left");
    drop(next);
    until("it to be removed", || !place.data_dir().exists());
}
