//! Rows that requests read in a database with years of data: every statement uses an index, and a list reads only what
//! its page needs. How long that takes is measured by `cargo bench --bench lists`.

#[path = "../../benches/lists/asks.rs"]
pub mod asks;

use std::collections::BTreeMap;

use diesel::RunQueryDsl;
use diesel::connection::SimpleConnection;
use involvement::db::pool::Db;
use serde_json::Value;

use crate::support::app::BEGIN;
use crate::support::database::Database;
use crate::support::{Answer, App, Client, books};

/// Number of people; there are ten times as many claims.
const PEOPLE: u32 = 1_500;
/// Maximum number of rows that a request may read, over all tables.
const ROWS: i64 = 4_000;
/// Tables that don't grow over the years.
// `remembered_log_ins` has a row for each log-in that a volunteer was linked to, and is read when a log-in is new.
const SMALL: [&str; 13] = [
    "channels",
    "given_services",
    "guidance_points",
    "induction_items",
    "log_in_changes",
    "refused_tokens",
    "reimbursement_policies",
    "remembered_log_ins",
    "retention_periods",
    "services",
    "staff_services",
    "trainings",
    "webhooks",
];
/// Operations that may read more as the data grows, and why.
const READS_MORE: [(&str, &str, &str); 13] = [
    ("", "/v1/audit/verification", "verifies 2,000 seals with what rests on them"),
    ("", "/v1/retention-due", "counts what would go"),
    ("", "/v1/reports/", "adds up what it is asked for"),
    ("", "/matches", "weighs everyone who fits"),
    ("", "/preview", "weighs every agreement and line that a policy touches"),
    ("", "/v1/me", "counts what waits"),
    ("", "/v1/sessions?", "is asked by the day and answered in the order of entry"),
    ("", "/v1/claims?submitted_", "is asked by the day and answered in the order of entry"),
    ("staff", "/v1/volunteers?interest=", "looks for the interest among everyone engaged with the services"),
    ("staff", "order=name", "puts everyone engaged with the services in order"),
    ("staff", "/v1/volunteers?q=", "looks for the words among everyone engaged with the services"),
    (
        "staff",
        "/v1/volunteers?updated_since=",
        "looks for everyone engaged with the services among those who changed since",
    ),
    ("finance", "/v1/audit?actor=", "looks for what of somebody's doings was about money"),
];

/// Questions of two filters that are asked every day, and of which the second would lead through the whole list.
const TOGETHER: [&str; 4] = [
    "/v1/payments?status=due&order=due_on",
    "/v1/payments?status=due,held&order=due_on",
    "/v1/opportunities?status=published&order=closes_at",
    "/v1/volunteers?status=active&order=name",
];

/// For a table: number of full scans, and number of rows read in any way.
type Read = BTreeMap<String, (i64, i64)>;

/// A server with a full database. Its planner prefers an index to a full scan, however small the table is.
pub fn filled() -> App {
    let app = App::with_pool(1);
    let mut owner = app.database.as_owner();
    owner.batch_execute(&asks::fill(PEOPLE, BEGIN)).expect("a filled database");
    let set = "EXECUTE format('ALTER DATABASE %I SET enable_seqscan = off', current_database())";
    owner.batch_execute(&format!("ANALYZE; DO $$ BEGIN {set}; END $$")).expect("statistics");
    app
}

pub fn client<'a>(app: &'a App, who: &str) -> Client<'a> {
    match who {
        "lead" => app.lead(),
        "staff" => app.staff(&asks::SERVICES),
        "finance" => app.finance(),
        "volunteer" => app.volunteer(&asks::key("0001", asks::VOLUNTEER)),
        _ => app.public(),
    }
}

/// The rows read so far. The service's connections are ended first, because a connection reports its statistics at its
/// end.
fn read_so_far(app: &App) -> Read {
    let others = "datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'";
    let end = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}");
    while !books::ask(app, &end).is_empty() {}
    let rows = "SELECT relname AS name, seq_scan AS scans, seq_tup_read + COALESCE(idx_tup_fetch, 0) AS rows FROM pg_stat_user_tables";
    let number = |row: &Value, name: &str| row[name].as_i64().expect("a number");
    let read =
        |row: &Value| (row["name"].as_str().expect("a name").to_owned(), (number(row, "scans"), number(row, "rows")));
    books::ask(app, rows).iter().map(read).collect()
}

/// The rows that requests read together. A request that meets an ended connection is sent again.
fn read_by(app: &App, before: &Read, requests: &[&dyn Fn() -> Answer]) -> (Vec<Answer>, Read, Read) {
    let asked = |request: &&dyn Fn() -> Answer| {
        let mut answer = request();
        while answer.status == 503 {
            answer = request();
        }
        answer
    };
    let answers = requests.iter().map(asked).collect();
    let after = read_so_far(app);
    let since = |(name, (scans, rows)): (&String, &(i64, i64))| {
        let (had, read) = before.get(name).copied().unwrap_or_default();
        (name.clone(), (scans - had, rows - read))
    };
    let read = after.iter().map(since).filter(|(_, read)| *read != (0, 0)).collect();
    (answers, read, after)
}

#[test]
fn the_work_list_and_every_screen_are_among_what_is_measured() {
    let document: Value = serde_json::from_str(include_str!("../../openapi/openapi.json")).expect("the document");
    let all = asks::all(&document);
    let kinds = all.iter().filter(|ask| ask.path == "/v1/me/work" && ask.is_measured()).count();
    assert!(kinds > 20, "the work list as a whole and by each kind: {kinds}");
    for screen in asks::SCREENS {
        let place = screen.split("{id}").collect::<Vec<_>>();
        let asked = |ask: &&asks::Ask| ask.path.starts_with(place[0]) && ask.path.ends_with(place[place.len() - 1]);
        assert!(all.iter().filter(asked).any(asks::Ask::is_measured), "{screen}");
    }
}

#[test]
fn every_question_goes_by_indexes_and_a_list_reads_what_its_page_needs() {
    let app = filled();
    let document = app.public().get("/openapi.json").expect(200);
    let mut wrong = Vec::new();
    let mut before = read_so_far(&app);
    for who in asks::EVERYBODY {
        let client = client(&app, who);
        // All other pairs of filters are measured by the benchmark.
        let one_filter =
            asks::all(&document).into_iter().filter(|ask| ask.filters.len() < 2).map(|ask| ask.address(""));
        let addresses: Vec<String> = one_filter.chain(TOGETHER.map(str::to_owned)).collect();
        // What several read together within the bound of one, each of them does. A new connection costs more than they do.
        for several in addresses.chunks(8) {
            let mut found = |addresses: &[String]| {
                let requests: Vec<_> = addresses.iter().map(|address| || client.get(address)).collect();
                let requests: Vec<&dyn Fn() -> Answer> = requests.iter().map(|it| it as &dyn Fn() -> Answer).collect();
                let (answers, read, after) = read_by(&app, &before, &requests);
                before = after;
                for (answer, address) in answers.iter().zip(addresses) {
                    assert!(matches!(answer.status, 200 | 401 | 403 | 404), "{who} {address}: {}", answer.text);
                }
                too_much(who, addresses, &read)
            };
            if !found(several).is_empty() {
                wrong.extend(several.iter().flat_map(|address| found(std::slice::from_ref(address))));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What is wrong with what was read for some addresses. One alone may be among those that read more.
fn too_much(who: &str, addresses: &[String], read: &Read) -> Vec<String> {
    let mut wrong = Vec::new();
    let address = addresses.join(", ");
    let scanned: Vec<&String> = read
        .iter()
        .filter(|(name, (scans, _))| *scans > 0 && !SMALL.contains(&name.as_str()))
        .map(|(name, _)| name)
        .collect();
    if !scanned.is_empty() {
        wrong.push(format!("{who} {address} reads {scanned:?} from end to end"));
    }
    let rows: i64 = read.values().map(|(_, rows)| rows).sum();
    let more = READS_MORE.iter().any(|(by, what, _)| who.starts_with(by) && address.contains(what));
    let may = more && addresses.len() == 1;
    if rows > ROWS && !may {
        wrong.push(format!("{who} {address} reads {rows} rows: {read:?}"));
    }
    wrong
}

/// PostgreSQL thinks that the rows which have a word are spread evenly over a list, and they are not: what waits is old, and
/// what came since is decided.
#[test]
fn what_waits_is_found_without_reading_all_that_was_decided_since() {
    let app = filled();
    let mut owner = app.database.as_owner();
    let tables = [
        (
            "claims",
            "submitted",
            ["draft", "rejected"],
            "calculation = 'frozen', submitted_at = created_at, submitted_by = created_by",
        ),
        (
            "payments",
            "due",
            ["void", "held"],
            "payment_run_id = NULL, paid_on = NULL, by_hand_how = NULL, by_hand_by = NULL",
        ),
        (
            "deliveries",
            "pending",
            ["overtaken", "done"],
            "done_at = CASE WHEN n.place >= 0.2 AND n.number % 2 = 1 THEN updated_at END",
        ),
    ];
    owner.batch_execute("SET session_replication_role = replica").expect("no triggers");
    for (table, waits, [even, odd], so) in tables {
        // A fifth waits, so PostgreSQL expects to find a page of them among any hundred; all that is newer is decided, one
        // way or another.
        let oldest = format!(
            "SELECT id, percent_rank() OVER (ORDER BY id) AS place, row_number() OVER (ORDER BY id) AS number FROM {table}"
        );
        let decided = format!("CASE WHEN n.number % 2 = 1 THEN '{odd}' ELSE '{even}' END");
        let status = format!("CASE WHEN n.place < 0.2 THEN '{waits}' ELSE {decided} END");
        let sql = format!("UPDATE {table} SET status = {status}, {so} FROM ({oldest}) n WHERE n.id = {table}.id");
        owner.batch_execute(&sql).expect("decided");
    }
    // As in a table that is far larger than memory: rows that lie together are cheap, wherever they lead.
    let small = "EXECUTE format('ALTER DATABASE %I SET effective_cache_size = %L', current_database(), '1MB')";
    owner.batch_execute(&format!("ANALYZE; DO $$ BEGIN {small}; END $$")).expect("statistics");
    let mut before = read_so_far(&app);
    for (who, address) in [
        ("lead", "/v1/claims?status=submitted&limit=20"),
        ("finance", "/v1/payments?status=due&limit=20"),
        ("lead", "/v1/deliveries?status=pending&limit=20"),
    ] {
        let client = client(&app, who);
        for order in ["newest", "oldest"] {
            let mut more = String::new();
            for _ in 0..3 {
                let page = format!("{address}&order={order}{more}");
                let (mut answers, read, after) = read_by(&app, &before, &[&|| client.get(&page)]);
                before = after;
                let page = answers.remove(0).expect(200);
                assert!(page["items"].as_array().is_some_and(|items| !items.is_empty()), "{address} {order}: {page}");
                let rows: i64 = read.values().map(|(_, rows)| rows).sum();
                assert!(rows <= ROWS, "{address} {order} reads {rows} rows: {read:?}");
                let Some(cursor) = page["next_cursor"].as_str() else { break };
                more = format!("&cursor={cursor}");
            }
        }
    }
}

#[derive(diesel::QueryableByName)]
struct Setting {
    #[diesel(sql_type = diesel::sql_types::Text)]
    setting: String,
}

/// PostgreSQL compiles a statement that it expects to be costly, which takes it many seconds for the longest of ours.
#[test]
fn no_statement_is_compiled() {
    let database = Database::new();
    let set = "EXECUTE format('ALTER DATABASE %I SET jit = on', current_database())";
    database.as_owner().batch_execute(&format!("DO $$ BEGIN {set}; END $$")).expect("a setting");
    let asked = "SELECT setting FROM pg_settings WHERE name = 'jit'";
    let found = Db::new(&database.url(), 1).with(|conn| Ok(diesel::sql_query(asked).get_result::<Setting>(conn)?));
    assert_eq!(found.expect("a connection").setting, "off");
}
