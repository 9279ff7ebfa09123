//! Personal data must not leak: markers are looked for in every operation as every role, in the log, and after an
//! erasure in the whole database and the object store.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{LazyLock, Mutex};

use involvement::app::routes;
use involvement::http::operation::Operation;
use serde_json::{Value, json};

use crate::support::books::ask;
use crate::support::marked::{MARKERS, Marked, OF_THE_DEPARTED, SECRET_IN_A_PATH, marked, own, word};
use crate::support::{Answer, App, Client};

const LEAD: &str = "lead";
const STAFF: &str = "staff of the service";
const ELSEWHERE: &str = "staff of another service";
const FINANCE: &str = "finance";
const OWN: &str = "the person";
const OTHER: &str = "another volunteer";
const PUBLIC: &str = "the public";

/// Who may see a marker, field by field: the table of rights (openapi/access.txt) knows whole operations only.
fn may_see(marker: &str) -> Vec<&'static str> {
    match marker {
        // Finance sees the payee's legal name, and logins in the audit record of money.
        "legal name" | "log-in" => vec![LEAD, STAFF, OWN, FINANCE],
        "staff log-in" => vec![LEAD],
        "supplier number" | "supplier site" | "payroll number" | "proposed site" => vec![FINANCE],
        "experience" | "clearance reason" | "receipt content" => vec![LEAD, OWN],
        // What is noted of a departure is for leads; finance pays the estate.
        "leave note" | "estate's contact" => vec![LEAD],
        "estate" => vec![LEAD, FINANCE],
        // For link person, leads and volunteer (docs/rules.md, point 2); colleagues of the service see that there was a contact.
        "shared note" | "private note" => vec![LEAD, OWN],
        "failure reason" | "hold reason" | "received by" => vec![LEAD, FINANCE, OWN],
        // An advert names its service. The public pages are open to finance, too, and say nothing about any person.
        "service's name" => vec![LEAD, STAFF, ELSEWHERE, OWN, OTHER, PUBLIC],
        _ => vec![LEAD, STAFF, OWN],
    }
}

fn everyone<'a>(app: &'a App, it: &Marked) -> [(&'static str, Client<'a>); 7] {
    [
        (LEAD, app.lead_called("lead.zoe")),
        (STAFF, app.staff(&["crisis-cafe"])),
        (ELSEWHERE, app.staff(&["elsewhere"])),
        (FINANCE, app.finance_called("finance.eve")),
        (OWN, own(app, &it.volunteer)),
        (OTHER, app.volunteer(&it.other)),
        (PUBLIC, app.public()),
    ]
}

/// The markers in an answer: in its bytes, and in its headers.
fn found(answer: &Answer) -> Vec<&'static str> {
    let headers: String = answer.headers.iter().map(|(name, value)| format!("{name}: {value}\n")).collect();
    let whole = headers + &answer.text;
    MARKERS.iter().filter(|(_, word)| whole.contains(word)).map(|(name, _)| *name).collect()
}

/// Every path of an operation that reads.
fn addresses(operation: &Operation, it: &Marked) -> Vec<String> {
    let mut all = Vec::new();
    for path in it.paths(operation.path) {
        let mut queries: Vec<String> = operation.formats.iter().map(|(word, _)| format!("format={word}")).collect();
        if operation.id == "read_statement" {
            queries.push("tax_year=2026/27".to_owned());
        }
        if operation.id == "export_payment_run" {
            queries.push("format=json".to_owned());
        }
        if operation.id == "report_evidence" {
            queries = queries.into_iter().map(|query| format!("service_id={}&{query}", it.service)).collect();
        }
        if operation.paged() {
            queries.push("limit=100".to_owned());
        }
        if operation.id == "list_letters" {
            queries = queries.into_iter().map(|query| format!("channel=letter&{query}")).collect();
        }
        queries.push(String::new());
        all.extend(queries.into_iter().map(|query| format!("{path}?{query}").trim_end_matches('?').to_owned()));
    }
    all
}

/// Every marker that was seen, with who saw it and where.
struct Seen {
    leaks: BTreeSet<String>,
    by: BTreeMap<&'static str, BTreeSet<&'static str>>,
}

fn look_everywhere(app: &App, it: &Marked, allowed: &dyn Fn(&str) -> Vec<&'static str>) -> Seen {
    let mut seen = Seen { leaks: BTreeSet::new(), by: BTreeMap::new() };
    let routes = routes();
    let note = |seen: &mut Seen, who: &'static str, what: &str, answer: &Answer| {
        assert!(!answer.text.contains(SECRET_IN_A_PATH), "{what}: {}", answer.text);
        for marker in found(answer) {
            seen.by.entry(marker).or_default().insert(who);
            let advert = marker == "service's name" && what.starts_with("GET /v1/public/");
            if !advert && !allowed(marker).contains(&who) {
                seen.leaks.insert(format!("{marker} to {who} by {what}: {}", answer.status));
            }
        }
    };
    // First every reading operation; then every changing one, with no body, an incomplete body and a wrong body.
    for operation in routes.operations.iter().filter(|operation| operation.method.as_str() == "GET") {
        for address in addresses(operation, it) {
            for (who, client) in everyone(app, it) {
                note(&mut seen, who, &format!("GET {address}"), &client.get(&address));
            }
        }
    }
    for operation in routes.operations.iter().filter(|operation| operation.method.as_str() != "GET") {
        for path in it.paths(operation.path) {
            for body in [None, Some("{}"), Some("{\"nonsense\": 1}"), Some("[")] {
                for (who, client) in everyone(app, it) {
                    let method = operation.method.as_str();
                    let keyed = [("if-match", "*"), ("idempotency-key", "a-key-that-is-long-enough")];
                    let headers: &[(&str, &str)] = if operation.requires_key { &keyed } else { &keyed[..1] };
                    let answer = client.send(method, &path, headers, body.map(str::to_owned));
                    note(&mut seen, who, &format!("{method} {path}"), &answer);
                }
            }
        }
    }
    seen
}

/// The rows of every table as text, with bytes decoded.
fn whole_database(app: &App) -> Vec<(String, String)> {
    let tables = ask(
        app,
        "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY 1",
    );
    assert!(tables.len() > 40, "{}", tables.len());
    let mut all = Vec::new();
    for table in tables {
        let table = table["name"].as_str().unwrap().to_owned();
        let rows = ask(app, &format!("SELECT row_to_json(t) AS whole FROM {table} t"));
        let text: String = rows.iter().map(|row| row["whole"].to_string()).collect();
        all.push((table, text));
    }
    for (table, column) in [("payment_run_export_parts", "body"), ("idempotency_keys", "body")] {
        let rows = ask(app, &format!("SELECT encode({column}, 'escape') AS text FROM {table}"));
        all.push((format!("{table}.{column}"), rows.iter().map(Value::to_string).collect()));
    }
    all
}

/// The log of the process.
static SAID: Mutex<String> = Mutex::new(String::new());

struct Listener;

impl log::Log for Listener {
    fn enabled(&self, about: &log::Metadata<'_>) -> bool {
        // The tests' own client is not part of the service.
        !about.target().starts_with("ureq")
    }

    fn log(&self, record: &log::Record<'_>) {
        if self.enabled(record.metadata()) {
            let line = format!("{} {}\n", record.target(), record.args());
            if MARKERS.iter().any(|(_, word)| line.contains(word)) || line.contains(SECRET_IN_A_PATH) {
                SAID.lock().unwrap().push_str(&line);
            }
            if line.contains("marker-of-the-log-itself") {
                SAID.lock().unwrap().push_str("it listens\n");
            }
        }
    }

    fn flush(&self) {}
}

static LISTENS: LazyLock<bool> = LazyLock::new(|| {
    let listens = log::set_boxed_logger(Box::new(Listener)).is_ok();
    log::set_max_level(log::LevelFilter::Trace);
    listens
});

#[test]
fn every_marker_is_seen_by_those_who_may_and_by_nobody_else() {
    assert!(*LISTENS, "nobody else listens to the log");
    log::trace!("marker-of-the-log-itself");
    let app = App::start();
    let it = marked(&app);
    // The volunteer's export has everything but finance's numbers and what only leads may know.
    let export =
        own(&app, &it.volunteer).get(&format!("/v1/volunteers/{}/export", it.volunteer)).expect(200).to_string();
    for (marker, word) in MARKERS {
        let held_back = [
            "staff log-in",
            "supplier number",
            "supplier site",
            "payroll number",
            "proposed site",
            "receipt content",
            // Until a lead releases them.
            "private note",
            "attendance note",
        ]
        .contains(&marker);
        let wanted = !held_back && !OF_THE_DEPARTED.contains(&marker);
        assert_eq!(export.contains(word), wanted, "{marker} in the person's export");
    }
    let departed = app.lead().get(&format!("/v1/volunteers/{}/export", it.departed)).expect(200).to_string();
    assert!(OF_THE_DEPARTED.iter().all(|marker| departed.contains(word(marker))), "{departed}");
    assert!(export.contains("7654321"), "the weekly alert is the person's own");
    let export = app.lead().get(&format!("/v1/volunteers/{}/export", it.volunteer)).expect(200).to_string();
    assert!(!export.contains("7654321"), "and nobody else's");
    let seen = look_everywhere(&app, &it, &may_see);
    assert_eq!(seen.leaks, BTreeSet::new());
    for (marker, _) in MARKERS {
        let by = seen.by.get(marker).cloned().unwrap_or_default();
        assert!(!by.is_empty(), "the marker in {marker} was found nowhere: the test looks past it");
    }
    involvement::app::tick(&app.running().service).expect("a tick");
    // What never holds personal values holds none (docs/rules.md, rule 10), and neither does the log.
    for (table, text) in whole_database(&app) {
        if ["audit_records", "audit_seals", "histories", "events", "access_log"].contains(&table.as_str()) {
            assert!(!text.is_empty(), "{table} is empty");
            for (marker, word) in MARKERS {
                assert!(!text.contains(word), "{marker} in {table}");
            }
        }
    }
    assert_eq!(SAID.lock().unwrap().as_str(), "it listens\n");
}

#[test]
fn after_an_erasure_markers_are_nowhere_but_in_moneys_own_columns() {
    let app = App::start();
    let it = marked(&app);
    let before = whole_database(&app);
    let money = ask(&app, "SELECT id, total_pence, status FROM claims ORDER BY id");
    let erased = it.erase(&app);
    assert_eq!(erased["status"], "erased");
    // Feedback, how a session is joined and the names of the trust's services stay, because they name nobody.
    let stays = |marker: &str| match marker {
        "supplier number" | "supplier site" | "payroll number" => vec!["payees"],
        "feedback" => vec!["feedback"],
        "join details" => vec!["sessions"],
        "service's name" => vec!["services"],
        _ => vec![],
    };
    let erased = whole_database(&app);
    for (marker, word) in MARKERS {
        assert!(
            marker == "receipt content" || before.iter().any(|(_, text)| text.contains(word)),
            "{marker} stood nowhere before"
        );
        for (table, text) in &erased {
            let kept = stays(marker).contains(&table.as_str());
            assert!(kept || !text.contains(word), "{marker} is left in {table}");
        }
    }
    assert_eq!(ask(&app, "SELECT id, total_pence, status FROM claims ORDER BY id"), money, "money stays as it was");
    // The object store no longer has the files that were deleted.
    app.now_is("2026-06-15T10:15:01Z");
    involvement::app::tick(&app.running().service).expect("a tick");
    for entry in std::fs::read_dir(&app.files).expect("a folder") {
        let text = String::from_utf8_lossy(&std::fs::read(entry.unwrap().path()).unwrap()).into_owned();
        assert!(!text.contains(word("receipt content")));
    }
    let allowed = |marker: &str| match marker {
        "supplier number" | "supplier site" | "payroll number" => vec![FINANCE],
        "feedback" | "join details" => vec![LEAD, STAFF],
        "service's name" => vec![LEAD, STAFF, ELSEWHERE, OTHER, PUBLIC],
        _ => vec![],
    };
    let seen = look_everywhere(&app, &it, &allowed);
    assert_eq!(seen.leaks, BTreeSet::new());
    // No later request brought anything back.
    let later = whole_database(&app);
    for (marker, word) in MARKERS {
        for (table, text) in &later {
            let kept = stays(marker).contains(&table.as_str());
            assert!(kept || !text.contains(word), "{marker} came back into {table}");
        }
    }
    assert_eq!(json!(crate::support::books::number(&app, "SELECT count(*) FROM actors WHERE subject = 'zqlogin'")), 0);
}
