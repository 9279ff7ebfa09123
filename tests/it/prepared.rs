//! Every statement is prepared once for each connection: PostgreSQL's own log names the prepared statement of each, and
//! has no `<unnamed>`, which PostgreSQL parses and plans anew at every call.

use std::collections::{BTreeMap, BTreeSet};

use involvement::access::token::Verifier;
use involvement::app::demo::{PEOPLE, SCRIPTS, play};
use involvement::app::routes;
use involvement::clock::Clock;
use involvement::db::ids::IdSource;
use involvement::db::pool::Db;
use involvement::db::statement::MOST_KEPT;
use involvement::files::Files;
use involvement::service::Service;

use crate::statements::{asks, client, filled};
use crate::support::app::{AUDIENCE, ISSUER, SECRET, instant};
use crate::support::database::Database;

/// What was executed, by the name of its prepared statement.
fn executed(logged: &[String]) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut executed: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for entry in logged {
        if let Some((name, text)) = entry.strip_prefix("LOG:  execute ").and_then(|entry| entry.split_once(": ")) {
            executed.entry(name).or_default().insert(text);
        }
    }
    executed
}

fn no_unnamed(logged: &[String], at_least: usize) {
    let executed = executed(logged);
    // A cursor is opened once, and diesel's settings of a new connection are sent once.
    let once = |text: &&&str| !text.starts_with("DECLARE ") && !text.starts_with("SET ");
    let unnamed: Vec<&&str> = executed.get("<unnamed>").into_iter().flatten().filter(once).collect();
    assert!(unnamed.is_empty(), "{} are not prepared:\n{unnamed:#?}", unnamed.len());
    assert!(executed.len() > at_least, "only {} statements", executed.len());
    // What is sent as plain text has no values and is cheap to parse: transactions, settings, the use of a cursor.
    let plain = ["BEGIN", "COMMIT", "ROLLBACK", "SET ", "MOVE ", "CLOSE ", "SELECT 1"];
    let text = |entry: &&String| {
        let text = entry.strip_prefix("LOG:  statement: ").unwrap_or("BEGIN");
        !plain.iter().any(|plain| text.starts_with(plain))
    };
    assert_eq!(logged.iter().filter(text).collect::<Vec<_>>(), Vec::<&String>::new());
}

#[test]
fn every_statement_of_every_question_is_prepared() {
    let app = filled();
    app.database.log_statements();
    let document = app.public().get("/openapi.json").expect(200);
    for who in asks::EVERYBODY {
        let client = client(&app, who);
        for ask in asks::all(&document).iter().filter(|ask| ask.filters.len() < 2) {
            // A request that meets an ended connection is sent again.
            let mut answers = (0..3).map(|_| client.get(&ask.address("")));
            let refused: Vec<String> = answers.by_ref().take_while(|it| it.status == 503).map(|it| it.text).collect();
            assert!(refused.len() < 3, "{who} {}: {refused:?}", ask.address(""));
        }
    }
    no_unnamed(&app.database.logged(), 150);
}

/// Plays the demonstration on a database, with a single connection.
pub fn play_demonstration(database: &Database) {
    let service = Service::new(
        routes(),
        Db::new(&database.url(), 1),
        Clock::fixed(instant("2026-11-23T10:00:00Z")),
        IdSource::default(),
        Verifier::with_secret(ISSUER, AUDIENCE, SECRET).expect("a verifier"),
        Files::in_folder(std::env::temp_dir().join(format!("involvement-files-{}", uuid::Uuid::now_v7())))
            .expect("a folder"),
        "http://involvement.test".to_owned(),
    );
    play(&service, PEOPLE, &SCRIPTS).expect("every step");
}

#[test]
fn every_statement_of_the_demonstration_is_prepared() {
    let database = Database::new();
    database.log_statements();
    play_demonstration(&database);
    let logged = database.logged();
    no_unnamed(&logged, 150);
    let names = executed(&logged).len();
    assert!(names * 2 < MOST_KEPT, "{names} statements stand beside a bound of {MOST_KEPT}");
}
