//! How many statements each operation sends to PostgreSQL: round trips are what most requests cost.
//! Writes are those of the demonstration, told apart by what they record; reads are every question that the document has.

mod growth;
mod table;
mod written;

use std::collections::BTreeMap;

use diesel::connection::SimpleConnection;
use serde_json::Value;

use table::{CHANGES, QUESTIONS};

use crate::prepared::play_demonstration;
use crate::statements::{asks, client, filled};
use crate::support::App;
use crate::support::database::Database;

/// Statements by operation.
type Sent = BTreeMap<String, usize>;

fn budget(table: &[(&str, usize)]) -> Sent {
    table.iter().map(|(operation, most)| ((*operation).to_owned(), *most)).collect()
}

/// The most statements of each kind of change, `BEGIN` and `COMMIT` included, by what it recorded last.
fn sent_by_change(logged: &[String]) -> Sent {
    let mut most: BTreeMap<String, Vec<&String>> = BTreeMap::new();
    let (mut statements, mut change) = (Vec::new(), None);
    for entry in logged {
        if entry.starts_with("LOG:  statement: BEGIN") {
            (statements, change) = (Vec::new(), None);
        }
        if counts(entry) {
            statements.push(entry);
        }
        if let Some(recorded) = recorded(entry) {
            change = Some(recorded);
        }
        if entry.starts_with("LOG:  statement: COMMIT")
            && let Some(change) = change.take()
        {
            // Top-ups are recorded as claims that were created and submitted at once.
            let topped_up =
                statements.iter().any(|statement| statement.contains("next_claim_reference($1) AS reference"));
            let change = if topped_up { "top-up claim".to_owned() } else { change };
            let most = most.entry(change).or_default();
            if most.len() < statements.len() {
                most.clone_from(&statements);
            }
        }
    }
    let budget = budget(&CHANGES);
    for (change, statements) in &most {
        if budget.get(change) != Some(&statements.len()) {
            // Printed where the test fails.
            println!("{change}: {statements:#?}");
        }
    }
    most.into_iter().map(|(change, statements)| (change, statements.len())).collect()
}

/// What a connection begins with, and what keeps it fit for use on a machine that is busy: whether it still works is asked
/// where it rested, and it waits less for locks where the request has waited already.
const OF_CONNECTIONS: [&str; 8] = [
    ": SET TIME ZONE ",
    ": SET CLIENT_ENCODING ",
    ": SET idle_in_transaction_session_timeout = ",
    "; SET statement_timeout = ",
    ": SET ROLE ",
    "current_setting('lc_messages')",
    ": SET default_transaction_read_only = ",
    ": SET lock_timeout = ",
];

/// Whether an entry is a statement that counts. The published policies are remembered by the process, which has the databases of
/// other tests, too: whether they are read again says nothing about an operation. Nor does what a new connection begins
/// with: one that keeps many statements is closed, and all filters of all questions are many. And every list of changes asks
/// first up to where it goes.
fn counts(entry: &str) -> bool {
    let sent = entry.starts_with("LOG:  statement: ") || entry.starts_with("LOG:  execute ");
    let of_connection = entry.ends_with("statement: SELECT 1") || OF_CONNECTIONS.iter().any(|one| entry.contains(one));
    sent && !of_connection && !entry.contains(" AS stamp, ") && !entry.contains("longest_open_transaction()")
}

/// The last change that a statement recorded, as `approve claim`.
fn recorded(entry: &str) -> Option<String> {
    let values = entry.strip_prefix("DETAIL:  parameters: ").filter(|values| values.contains("involvement."))?;
    let last = |number: &str| {
        let (_, value) = values.split_once(&format!("{number} = '{{"))?;
        value.split_once("}'")?.0.split(',').next_back().map(ToOwned::to_owned)
    };
    Some(format!("{} {}", last("$4")?, last("$5")?))
}

#[test]
fn no_change_sends_more_statements_than_its_budget() {
    let database = Database::new();
    database.log_statements();
    play_demonstration(&database);
    let sent = sent_by_change(&database.logged());
    assert_eq!(sent, budget(&CHANGES), "a budget is what a change sends; lower it where it sends less");
}

/// The most statements of each question, by operation, over all who may ask and all filters alone.
fn sent_by_question(app: &App) -> Sent {
    let document: Value = app.public().get("/openapi.json").expect(200);
    // Whoever is refused for the first time gets a key, for the log; that is no part of a question.
    for who in asks::EVERYBODY {
        for forbidden in ["/v1/retention-due", "/v1/payment-runs"] {
            client(app, who).get(forbidden);
        }
    }
    app.database.log_statements();
    // What is asked of a database once is asked before.
    app.public().get("/health/ready").expect(200);
    // Who is refused is asked for all callers together, every two seconds by a clock that stands still here.
    app.lead().get("/v1/me").expect(200);
    let mut owner = app.database.as_owner();
    for who in asks::EVERYBODY {
        let client = client(app, who);
        for ask in asks::all(&document).iter().filter(|ask| ask.filters.len() < 2) {
            owner.batch_execute(&format!("SELECT 'asked {}'", ask.path)).expect("a mark in the log");
            client.get(&ask.address(""));
        }
    }
    let mut most = Sent::new();
    let (mut statements, mut asked) = (Vec::new(), String::new());
    let logged = app.database.logged();
    // What came before the first question is not asked.
    for entry in logged.iter().skip_while(|entry| !entry.contains("SELECT 'asked ")) {
        if let Some(path) = entry.strip_prefix("LOG:  statement: SELECT 'asked ") {
            (statements, asked) = (Vec::new(), template(path.trim_end_matches('\'')));
        } else if counts(entry) {
            statements.push(entry);
            let most = most.entry(asked.clone()).or_default();
            *most = statements.len().max(*most);
            if budget(&QUESTIONS).get(&asked).is_some_and(|budget| *budget < statements.len()) {
                // Printed where the test fails.
                println!("{asked}: {statements:#?}");
            }
        }
    }
    most
}

/// An address as the document has it.
fn template(path: &str) -> String {
    let part = |part: &str| match part {
        id if uuid::Uuid::parse_str(id).is_ok() => "{id}".to_owned(),
        number if number.parse::<u32>().is_ok() => "{number}".to_owned(),
        word => word.to_owned(),
    };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}

#[test]
fn no_question_sends_more_statements_than_its_budget() {
    let sent = sent_by_question(&filled());
    assert_eq!(sent, budget(&QUESTIONS), "a budget is what a question sends; lower it where it sends less");
}
