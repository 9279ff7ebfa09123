//! `verify-audit` as a nightly job runs it: its status tells a record that is not whole from one that could not be read, and
//! the anchor is kept only where nothing is wrong.

use std::path::Path;

use diesel::connection::SimpleConnection;

use super::owner;
use crate::commands::involvement;
use crate::support::{App, make};

/// The status of a verification, and what it printed.
fn verified(url: &str, file: &Path) -> (Option<i32>, String) {
    let file = file.to_str().expect("a name");
    let output = involvement(&["verify-audit", "--anchor-file", file], &[("DATABASE_URL", url)]);
    (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
fn the_status_says_whether_the_record_is_whole_and_the_anchor_is_kept_where_it_is() {
    let app = App::start();
    make::service(&app, "first");
    let (url, folder) = (app.database.url(), app.files.clone());
    let file = folder.join("anchor");
    let kept = || std::fs::read_to_string(&file).ok();
    assert_eq!(verified(&url, &file).0, Some(0), "none was kept before the first");
    let first = kept().expect("an anchor");
    assert!(first.starts_with("1:") && first.lines().count() == 1, "{first}");

    make::service(&app, "second");
    assert_eq!(verified(&url, &file).0, Some(0));
    let second = kept().expect("an anchor");
    assert_ne!(first, second);

    // The chain is written anew from end to end, so that only the anchor tells.
    let rewritten = "SET session_replication_role = replica; TRUNCATE audit_seals; DELETE FROM audit_records;
        DELETE FROM histories; DELETE FROM events; DELETE FROM services; TRUNCATE idempotency_keys";
    owner(&app, rewritten);
    let (status, said) = verified(&url, &file);
    assert_eq!(status, Some(1), "{said}");
    assert_eq!(kept().expect("an anchor"), second, "it is not replaced");

    let mut away = app.database.as_owner();
    away.batch_execute("ALTER TABLE audit_records RENAME TO elsewhere").expect("a table that is away");
    assert_eq!(verified(&url, &file).0, Some(2), "it could not be verified");
    assert_eq!(verified("postgresql://nobody@127.0.0.1:9/none", &file).0, Some(2));
    std::fs::write(&file, "no anchor").expect("a file");
    assert_eq!(verified(&url, &file).0, Some(2));
}
