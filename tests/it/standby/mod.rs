//! Reads at a standby: with a real one that streams, stops to replay, falls behind, and is killed.

mod killed;
mod pair;

use std::sync::Arc;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::{Connection, RunQueryDsl};
use involvement::app::{AT_STANDBY, routes};
use involvement::db::standby::{Standby, State};
use serde_json::{Value, json};

use crate::support::{App, Client, owed, paid};
use pair::{Pair, until};

const GUIDANCE: &str = "/v1/public/guidance";
const POINT: &str = "/v1/guidance/6";

/// A copy of the service that reads at the standby while it is at most this far behind.
fn reading(pair: &Pair, most: Duration) -> App {
    App::beside(&pair.primary, |service| service.standby = Some(Standby::new(&pair.standby.url(), 4, most)))
}

fn look(app: &App) -> State {
    app.running().service.look_at_standby();
    app.running().service.standby.as_ref().expect("a standby").state()
}

/// How many reads were answered by one of them, for this reason.
fn answered(app: &App, by: &str, why: &str) -> u64 {
    let text = app.public().get("/metrics").text;
    let line = format!("involvement_standby_reads_total{{answered_by=\"{by}\",why=\"{why}\"}} ");
    text.lines().find_map(|found| found.strip_prefix(&line)).map_or(0, |count| count.parse().expect("a count"))
}

/// Changes whom to ask about a point of the guidance.
fn advise(who: &Client<'_>, name: &str) {
    who.change(POINT, json!({ "contact": { "name": name, "email": "involvement@trust.example" } }));
}

/// Whom everybody is told to ask.
fn shown(who: &Client<'_>) -> Value {
    who.get(GUIDANCE).expect(200)["items"][5]["contact"]["name"].clone()
}

#[test]
fn a_standby_answers_what_may_be_old_and_nobody_misses_what_they_did() {
    let pair = Pair::start();
    let (one, other) = (reading(&pair, Duration::from_secs(600)), reading(&pair, Duration::from_secs(600)));
    advise(&one.lead(), "before");
    until("both copies to see it", || {
        let fresh = [&one, &other].map(look) == [State::Fresh; 2];
        fresh && [&one, &other].iter().all(|app| shown(&app.public()) == "before")
    });

    pair.standby.pause();
    let there = answered(&one, "standby", "fresh");
    advise(&one.lead(), "after");
    look(&one);
    look(&other);
    assert_eq!(shown(&one.public()), "before", "the standby answers, and is some seconds old");
    assert_eq!(shown(&one.lead_called("lead.eve")), "before", "others, too");
    assert_eq!(answered(&one, "standby", "fresh"), there + 2);
    assert_eq!(shown(&one.lead()), "after", "who wrote sees it at once");
    assert_eq!(shown(&other.lead()), "after", "whichever copy of the service they ask");
    assert_eq!((answered(&one, "primary", "own_change"), answered(&other, "primary", "own_change")), (1, 1));
    let point = one.lead_called("lead.eve").get(POINT).expect(200);
    assert_eq!(point["contact"]["name"], "after", "a single record is read at the primary");

    pair.standby.resume();
    let before = answered(&one, "standby", "fresh");
    until("the standby to show it to who wrote it", || {
        assert_eq!(shown(&one.lead()), "after");
        answered(&one, "standby", "fresh") > before
    });
}

#[test]
fn one_that_is_too_far_behind_is_not_asked_until_it_has_caught_up() {
    let pair = Pair::start();
    let app = reading(&pair, Duration::from_secs(1));
    until("the standby to be seen", || look(&app) == State::Fresh);
    pair.standby.pause();
    advise(&app.lead(), "new");
    until("the standby to be too old", || look(&app) == State::Behind);
    assert_eq!(shown(&app.public()), "new", "the primary answers");
    assert!(answered(&app, "primary", "behind") > 0);
    assert!(app.public().get("/metrics").text.contains("involvement_standby_state{state=\"behind\"} 1"));
    // What happens on an idle primary is no lag.
    pair.standby.resume();
    until("the standby to catch up", || look(&app) == State::Fresh);
    let before = answered(&app, "standby", "fresh");
    until("the standby to answer", || {
        look(&app);
        assert_eq!(shown(&app.public()), "new");
        answered(&app, "standby", "fresh") > before
    });
    assert!(app.public().get("/metrics").text.contains("involvement_standby_age_seconds 0."));
}

#[test]
fn one_whose_connections_are_all_in_use_is_busy_and_not_away() {
    let pair = Pair::start();
    let app = reading(&pair, Duration::from_secs(600));
    until("the standby to be seen", || look(&app) == State::Fresh);
    let slow = "SELECT pg_sleep(3) /* slow */";
    let standby = || &app.running().service.standby.as_ref().expect("a standby").db;
    std::thread::scope(|scope| {
        for _ in 0..standby().size() {
            scope.spawn(|| standby().with(|conn| Ok(conn.batch_execute(slow)?)).expect("an answer"));
        }
        until("every connection to be in use", || {
            let mut conn = diesel::PgConnection::establish(&pair.standby.url()).expect("a connection");
            let asked = "SELECT count(*) AS n FROM pg_stat_activity WHERE wait_event = 'PgSleep'";
            let busy: Number = diesel::sql_query(asked).get_result(&mut conn).expect("a number");
            busy.n == i64::from(standby().size())
        });
        assert_eq!(look(&app), State::Fresh);
    });
}

#[derive(diesel::QueryableByName)]
struct Number {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    n: i64,
}

#[test]
fn a_file_of_a_run_comes_from_the_standby_as_it_would_from_the_primary() {
    let pair = Pair::start();
    let app = reading(&pair, Duration::from_secs(600));
    owed::owed(&app, 500);
    let run = paid::run(&app, "accounts_payable");
    let path = format!("/v1/payment-runs/{}/export?format=json", run["id"].as_str().unwrap());
    let plain = App::beside(&pair.primary, |_| {}).finance().get(&path).bytes;
    until("the file to come from the standby", || {
        look(&app);
        assert_eq!(app.finance().get(&path).bytes, plain);
        answered(&app, "standby", "fresh") > 0
    });
    app.finance().get("/v1/reports/spend?from=2026-04-01&to=2026-06-30").expect(200);
    app.lead().get("/v1/audit").expect(200);
    app.lead().get("/v1/retention-due").expect(200);
    app.public().get("/v1/public/opportunities/01890000-0000-7000-8000-000000000000").refused(404, "not-found");
    assert_eq!(answered(&app, "primary", "refused"), 1, "only the primary says that something is not there");
    assert_eq!(answered(&app, "primary", "failed"), 0);
}

#[test]
fn a_server_that_is_no_standby_of_this_database_is_not_asked() {
    let database = Arc::new(crate::support::database::Database::new());
    let standby = Standby::new(&database.url(), 2, Duration::from_secs(5));
    let app = App::beside(&database, |service| service.standby = Some(standby));
    assert_eq!(look(&app), State::NotAStandby);
    app.public().get(GUIDANCE).expect(200);
    assert_eq!(answered(&app, "primary", "not_a_standby"), 1);
}

#[test]
fn what_a_standby_may_answer_is_only_read_and_listed_for_operators() {
    let routes = routes();
    let marked: Vec<_> = routes.operations.iter().filter(|operation| operation.at_standby).collect();
    assert_eq!(marked.len(), AT_STANDBY.len(), "every id is one of an operation");
    let page = include_str!("../../../docs/operations.md");
    let part = page.split("### A standby for reads").nth(1).expect("the part on the standby");
    let part = part.split("\n## ").next().unwrap_or_default();
    for operation in &marked {
        assert_eq!(operation.method.as_str(), "GET", "{operation:?}");
        assert!(part.contains(&format!("`{}`", operation.path)), "{operation:?} is not listed");
    }
    assert_eq!(part.matches("`/v1/").count(), marked.len(), "nothing else is listed");
}
