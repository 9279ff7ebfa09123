//! What requests read, on a database of some years: every statement by an index, and no more rows than a page needs.
//! How long it takes is measured by `cargo bench --bench lists`, on a machine that does nothing else.

#[path = "../../benches/lists/asks.rs"]
mod asks;

use std::collections::BTreeMap;

use diesel::connection::SimpleConnection;
use serde_json::Value;

use crate::support::app::BEGIN;
use crate::support::{Answer, App, Client, books};

/// What does not grow with the years, or only with what leads write by hand.
const SMALL: [&str; 5] = ["services", "reimbursement_policies", "channels", "guidance_points", "payment_runs"];

/// How often a table was read from end to end, and how many rows were read of it in whatever way.
type Read = BTreeMap<String, (i64, i64)>;

fn filled(people: u32) -> App {
    let app = App::with_pool(1);
    app.database
        .as_owner()
        .batch_execute(&format!("{} ANALYZE;", asks::fill(people, BEGIN)))
        .expect("a filled database");
    let off =
        "DO $$ BEGIN EXECUTE format($f$ALTER DATABASE %I SET enable_seqscan = off$f$, current_database()); END $$";
    app.database.as_owner().batch_execute(off).expect("a setting");
    app
}

fn client<'a>(app: &'a App, who: &str) -> Client<'a> {
    match who {
        "lead" => app.lead(),
        "staff" => app.staff(&asks::SERVICES),
        "finance" => app.finance(),
        "volunteer" => app.volunteer(&asks::key("0001", asks::VOLUNTEER)),
        _ => app.public(),
    }
}

/// Ends the service's connections, for a connection tells what it read at its end at the latest; then what was read so far.
fn read_so_far(app: &App) -> Read {
    let others = "datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'";
    let end =
        format!("SELECT count(*) AS n FROM (SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}) e");
    while books::ask(app, &end)[0]["n"] != 0 {}
    let rows = "SELECT relname AS name, seq_scan AS scans, seq_tup_read + COALESCE(idx_tup_fetch, 0) AS rows FROM pg_stat_user_tables";
    let number = |row: &Value, name: &str| row[name].as_i64().expect("a number");
    books::ask(app, rows)
        .iter()
        .map(|row| (row["name"].as_str().expect("a name").to_owned(), (number(row, "scans"), number(row, "rows"))))
        .collect()
}

/// What a request reads.
fn read_by(app: &App, request: impl Fn() -> Answer) -> (Answer, Read) {
    let before = read_so_far(app);
    let answer = loop {
        let answer = request();
        if answer.status != 503 {
            break answer;
        }
    };
    let mut after = read_so_far(app);
    for (name, (scans, rows)) in &mut after {
        let (had, read) = before.get(name).copied().unwrap_or_default();
        *scans -= had;
        *rows -= read;
    }
    after.retain(|_, read| *read != (0, 0));
    (answer, after)
}

#[test]
fn every_question_is_answered_by_indexes_and_reads_no_more_than_it_needs() {
    let app = filled(std::env::var("PEOPLE").unwrap().parse().unwrap());
    let document = app.public().get("/openapi.json").expect(200);
    for who in asks::EVERYBODY {
        let client = client(&app, who);
        for ask in asks::all(&document) {
            let (answer, read) = read_by(&app, || client.get(&ask.address("")));
            if matches!(answer.status, 401 | 403) {
                continue;
            }
            let scans: Vec<String> = read
                .iter()
                .filter(|(name, (scans, _))| *scans > 0 && !SMALL.contains(&name.as_str()))
                .map(|(n, (s, r))| format!("{n}:{s}x{r}"))
                .collect();
            let rows: i64 = read.values().map(|(_, r)| r).sum();
            println!("ROW {who} {} {} {rows} {}", answer.status, ask.address(""), scans.join(","));
        }
    }
}
