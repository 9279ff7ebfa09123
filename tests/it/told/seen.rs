//! What was to be told to whom, as it stands in the database, and by which changes of the record it came about.

use std::collections::{BTreeMap, BTreeSet};

use involvement::deliveries::About;
use involvement::deliveries::told::{Superseded, TABLE, TIME, Told};
use serde_json::Value;

use crate::support::{App, books};

/// A message to somebody.
#[derive(Clone, Debug)]
pub struct Seen {
    pub id: String,
    pub to: String,
    pub about: String,
    pub status: String,
    /// Kind and id of the record that it is about.
    pub kind: String,
    pub of: String,
    pub route: Option<String>,
    pub message: String,
}

impl Seen {
    /// Whether it is about money, which whoever has left is told, too.
    pub fn is_about_money(&self) -> bool {
        ["claim_", "payment_", "recovery_", "payee_"].iter().any(|of_money| self.about.starts_with(of_money))
    }

    /// What it is, for a failure that people read.
    pub fn words(&self) -> String {
        let Self { id, to, about, kind, of, route, .. } = self;
        format!("{about} of {kind} {of} by {} to {to} ({id})", route.as_deref().unwrap_or("any route"))
    }
}

/// Messages by their ids.
pub type Messages = BTreeMap<String, Seen>;

/// Every message that there is.
pub fn all(app: &App) -> Messages {
    let sql = "SELECT id, volunteer_id, about, status, subject_type, subject_id, route, message FROM deliveries";
    let word = |row: &Value, name: &str| row[name].as_str().unwrap_or_default().to_owned();
    let seen = |row: &Value| Seen {
        id: word(row, "id"),
        to: word(row, "volunteer_id"),
        about: word(row, "about"),
        status: word(row, "status"),
        kind: word(row, "subject_type"),
        of: word(row, "subject_id"),
        route: row["route"].as_str().map(str::to_owned),
        message: word(row, "message"),
    };
    books::ask(app, sql).iter().map(|row| (word(row, "id"), seen(row))).collect()
}

/// Has somebody wait for a message about everything that there is, of one record, by every route: what a change makes out of
/// date is then seen exactly, whatever could be pending. Such a heap comes about in no other way.
pub fn plant(app: &App, to: &str, (kind, of): (&str, &str)) {
    let about: Vec<String> = About::ALL.iter().map(|about| format!("'{about}'")).collect();
    let (about, at) = (about.join(", "), app.clock.now());
    app.database.by_force(&format!(
        "INSERT INTO deliveries (id, volunteer_id, status, subject_type, subject_id, about, channel, route, created_at, created_by, updated_at)
        SELECT gen_random_uuid(), '{to}', 'pending', '{kind}', '{of}', told.about, 'phone', routes.route, '{at}', a.id, '{at}'
        FROM unnest(ARRAY[{about}]) AS told (about) CROSS JOIN (VALUES (NULL), ('accounts_payable'), ('payroll')) AS routes (route)
        CROSS JOIN (SELECT id FROM actors LIMIT 1) a"
    ));
}

/// The number of the last audit record.
pub fn mark(app: &App) -> i64 {
    books::number(app, "SELECT COALESCE(max(seq), 0) FROM audit_records")
}

/// The record that a row is about: of whose messages it says something.
pub fn record(row: &Told) -> &'static str {
    row.about.map_or(row.resource, |(_, record)| record)
}

fn texts(value: &Value) -> BTreeSet<String> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// What else changed in the requests that told somebody or took something back, since a mark.
pub fn causes(app: &App, since: i64) -> BTreeSet<String> {
    moved(app, since).iter().flat_map(|one| texts(&one["changes"])).collect()
}

/// What was told or taken back since a mark: which of the two, about what of which kind of record, and what else changed in
/// the same request; each once.
fn moved(app: &App, since: i64) -> Vec<Value> {
    let sql = format!(
        "SELECT DISTINCT a.action, d.about, d.subject_type, ARRAY(
            SELECT DISTINCT c.resource_type || ' ' || c.action FROM audit_records c
            WHERE c.request_id = a.request_id AND c.resource_type <> 'delivery' ORDER BY 1) AS changes
        FROM audit_records a JOIN deliveries d ON d.id = a.resource_id
        WHERE a.seq > {since} AND a.resource_type = 'delivery' AND a.action IN ('create', 'overtake')"
    );
    books::ask(app, &sql)
}

/// Whether a row is about something that happened in a request. Where nothing else changed, time has passed.
fn happened(row: &Told, changes: &BTreeSet<String>) -> bool {
    changes.contains(&format!("{} {}", row.resource, row.change)) || (row.change == TIME && changes.is_empty())
}

fn says(row: &Told, about: &str, kind: &str) -> bool {
    let anew = row.superseded == Superseded::News && kind == "session";
    // What a message says of other sessions is said anew.
    anew || row.about.is_some_and(|(of, record)| of.as_str() == about && record == kind)
}

fn takes_back(row: &Told, about: &str, kind: &str) -> bool {
    let of_it = record(row) == kind;
    match row.superseded {
        Superseded::None => false,
        Superseded::These(which) | Superseded::Heard(which) => of_it && which.iter().any(|one| one.as_str() == about),
        Superseded::All => of_it,
        Superseded::ButMoney | Superseded::Everything => true,
        Superseded::News => kind == "session",
    }
}

/// Checks that everything that was ever told or taken back here is what some row says of what changed with it; answers how
/// many kinds of it there were.
#[track_caller]
pub fn explained(app: &App) -> usize {
    let moved = moved(app, 0);
    for one in &moved {
        let word = |name: &str| one[name].as_str().unwrap_or_default();
        let (about, kind, changes) = (word("about"), word("subject_type"), texts(&one["changes"]));
        let is_told = word("action") == "create";
        let holds = |row: &&Told| if is_told { says(row, about, kind) } else { takes_back(row, about, kind) };
        assert!(TABLE.iter().filter(holds).any(|row| happened(row, &changes)), "no row for {one}");
    }
    moved.len()
}
