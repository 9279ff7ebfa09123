//! What can't be started says why.

use std::fs::{self, DirBuilder};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::time::{Duration, Instant};

use involvement::embedded_postgres::{Embedded, EmbeddedError, Options};

use super::{Place, is_root, options};

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
