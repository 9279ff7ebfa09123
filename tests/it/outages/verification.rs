//! `verify-audit` as a nightly job runs it: its status tells a record that is not whole from one that could not be read, the
//! anchor is kept only where nothing is wrong, and right after a restore it takes no longer than on any other day.

use std::path::Path;
use std::sync::Arc;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;

use super::owner;
use crate::commands::involvement;
use crate::support::books::number;
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

/// A function of the database: the plan of a question.
const PLAN_OF: &str = "\
CREATE FUNCTION plan_of(question text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    line text;
    plan text := '';
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || question LOOP
        plan := plan || line || chr(10);
    END LOOP;
    RETURN plan;
END $$";

/// The plan of a question, and the limits on time under which it runs.
const PLANNED: &str = "\
SELECT plan_of($1) AS plan, concat_ws(' ', current_setting('statement_timeout'), current_setting('lock_timeout'),
    current_setting('idle_in_transaction_session_timeout')) AS limits";

#[derive(QueryableByName)]
struct Planned {
    #[diesel(sql_type = Text)]
    plan: String,
    #[diesel(sql_type = Text)]
    limits: String,
}

/// The statement of an entry of PostgreSQL's log.
fn sent(entry: &str) -> Option<&str> {
    let executed = || Some(entry.strip_prefix("LOG:  execute ")?.split_once(": ")?.1);
    entry.strip_prefix("LOG:  statement: ").or_else(executed)
}

/// PostgreSQL gathers statistics some time after a restore. Without them it expects to find what is asked for in the first rows,
/// and so looks up each row of the record by itself, which takes longer the longer the record is.
#[test]
fn without_statistics_no_row_is_looked_up_by_itself_and_no_limit_cuts_it_off() {
    let app = App::start();
    make::service(&app, "first");
    make::service(&app, "second");
    assert_eq!(number(&app, "SELECT count(*) FROM pg_stats WHERE schemaname = 'public'"), 0, "as after a restore");
    owner(&app, PLAN_OF);
    let database = Arc::clone(&app.database);
    // So that nobody else sends anything.
    drop(app);
    database.log_statements();
    let url = database.url();
    let output = involvement(&["verify-audit"], &[("DATABASE_URL", &url)]);
    assert!(output.status.success(), "{output:?}");
    // All that it set on its connection is set again, and each of its questions is planned where it was asked.
    let mut conn = PgConnection::establish(&url).expect("a connection");
    let mut planned = 0;
    let logged = database.logged();
    for statement in logged.iter().filter_map(|entry| sent(entry)) {
        let is_set = ["SET ", "BEGIN", "COMMIT"].iter().any(|word| statement.starts_with(word));
        let is_asked = ["audit_records", "histories", "events"].iter().any(|table| statement.contains(table));
        if is_set {
            conn.batch_execute(statement).expect(statement);
        } else if is_asked && !statement.contains("$1") {
            // What has parameters asks for a bounded number of rows, by their keys.
            let question = diesel::sql_query(PLANNED).bind::<Text, _>(statement);
            let Planned { plan, limits } = question.get_result(&mut conn).expect(statement);
            assert!(!plan.contains("Nested Loop"), "{statement}\n{plan}");
            assert_eq!(limits, "0 0 0", "{statement}");
            planned += 1;
        }
    }
    assert!(planned >= 9, "{planned} questions of {logged:#?}");
}
