//! Invariants of money that must hold at any time, checked by SQL and not through the service.
//! Each query returns what is wrong, so every result must be empty.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text};
use involvement::audit::verify;
use involvement::events::EVENT_TYPES;
use serde_json::Value;

use super::App;

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Nullable<Text>)]
    found: Option<String>,
}

/// The rows of a query, as JSON objects.
pub fn ask(app: &App, sql: &str) -> Vec<Value> {
    let sql = format!("SELECT json_agg(row)::text AS found FROM ({sql}) row");
    let Found { found } = diesel::sql_query(&sql).get_result(&mut app.database.as_owner()).expect(&sql);
    found.map(|rows| serde_json::from_str(&rows).expect("rows")).unwrap_or_default()
}

/// The single number that a query returns.
pub fn number(app: &App, sql: &str) -> i64 {
    ask(app, &format!("SELECT ({sql}) AS n"))[0]["n"].as_i64().expect("a number")
}

/// Every status that a row of a table has or had, in alphabetical order.
pub fn states_reached(app: &App, table: &str, resource: &str) -> Vec<String> {
    let was = format!("SELECT to_state FROM histories WHERE resource_type = '{resource}' AND to_state IS NOT NULL");
    let rows = ask(app, &format!("SELECT status FROM {table} UNION {was} ORDER BY 1"));
    rows.iter().map(|row| row["status"].as_str().expect("a state").to_owned()).collect()
}

/// Queries for what is wrong with claims and their lines.
const CLAIMS: [(&str, &str); 8] = [
    (
        "a decided claim is the sum of its approved lines",
        "SELECT c.id FROM claims c WHERE c.status IN ('approved', 'part_paid', 'paid')
            AND c.total_pence IS DISTINCT FROM (SELECT COALESCE(sum(l.approved_pence), 0) FROM claim_lines l WHERE l.claim_id = c.id)",
    ),
    (
        "a submitted claim is the sum of what its lines come to, at most what was elected",
        "SELECT c.id FROM claims c WHERE c.status = 'submitted' AND c.total_pence IS DISTINCT FROM
            (SELECT sum(LEAST(l.payable_pence, COALESCE(l.elected_pence, l.payable_pence))) FROM claim_lines l WHERE l.claim_id = c.id)",
    ),
    (
        "lists show of a claim what its lines say",
        "SELECT c.id, c.lines_count, c.warnings_count, c.cost_pence, l.* FROM claims c CROSS JOIN LATERAL (
            SELECT count(*) AS lines, COALESCE(sum(jsonb_array_length(l.warnings)), 0) AS warnings, COALESCE(sum(l.trust_cost_pence
                + CASE WHEN l.payable_pence IS NULL THEN 0 ELSE LEAST(l.payable_pence, l.elected_pence) END), 0) AS cost
            FROM claim_lines l WHERE l.claim_id = c.id) l
            WHERE (c.lines_count, c.warnings_count, c.cost_pence) IS DISTINCT FROM (l.lines, l.warnings, l.cost)",
    ),
    (
        "lines count while their claim does",
        "SELECT l.id FROM claim_lines l JOIN claims c ON c.id = l.claim_id
            WHERE l.live <> (c.status IN ('submitted', 'approved', 'part_paid', 'paid')) OR l.volunteer_id <> c.volunteer_id",
    ),
    (
        "the time of a session is live once",
        "SELECT l.volunteer_id, l.session_id FROM claim_lines l JOIN claims c ON c.id = l.claim_id
            WHERE l.kind = 'time' AND l.session_id IS NOT NULL AND l.supplements_line_id IS NULL AND c.status IN ('submitted', 'approved', 'part_paid', 'paid')
            GROUP BY 1, 2 HAVING count(*) > 1",
    ),
    (
        "work without a session is live once a day and agreement",
        "SELECT c.agreement_id, l.on_day FROM claim_lines l JOIN claims c ON c.id = l.claim_id
            WHERE l.kind = 'time' AND l.session_id IS NULL AND l.supplements_line_id IS NULL AND c.status IN ('submitted', 'approved', 'part_paid', 'paid')
            GROUP BY 1, 2 HAVING count(*) > 1",
    ),
    (
        "nobody approves what they submitted, typed or are paid",
        "SELECT c.id FROM claims c WHERE c.approved_by IS NOT NULL AND (same_person(c.approved_by, c.submitted_by)
            OR same_person(c.approved_by, c.created_by) OR is_volunteer(c.approved_by, c.volunteer_id))
            -- A merge can show it afterwards; then others took back what was paid, or decided that it stays.
            AND (c.status <> 'paid' OR EXISTS (SELECT FROM claim_lines l WHERE l.claim_id = c.id AND l.approved_pence > COALESCE(
                (SELECT sum(w.pence) FROM recovery_lines w JOIN recoveries r ON r.id = w.recovery_id
                WHERE w.line_id = l.id AND r.status IN ('recovered', 'waived')), 0)))",
    ),
    (
        "no time of somebody who was not there",
        "SELECT l.id FROM claim_lines l LEFT JOIN attendances a ON a.session_id = l.session_id AND a.volunteer_id = l.volunteer_id
            WHERE l.live AND l.session_id IS NOT NULL AND (a.outcome IS NULL OR a.outcome = 'no_show')",
    ),
];

/// Queries for what is wrong with payments of claims.
const OWED: [(&str, &str); 3] = [
    (
        "by each route, the one live payment is the sum of the approved lines",
        "SELECT l.claim_id, l.route FROM claim_lines l JOIN claims c ON c.id = l.claim_id WHERE c.status IN ('approved', 'part_paid', 'paid')
            GROUP BY 1, 2 HAVING sum(l.approved_pence) IS DISTINCT FROM COALESCE((SELECT sum(p.amount_pence) FROM payments p
                WHERE p.claim_id = l.claim_id AND p.route = l.route AND p.recovery_id IS NULL AND p.status IN ('due', 'held', 'in_run', 'paid')), 0)",
    ),
    (
        "only decided claims are paid",
        "SELECT p.id FROM payments p JOIN claims c ON c.id = p.claim_id WHERE p.status IN ('due', 'held', 'in_run', 'paid') AND c.status NOT IN ('approved', 'part_paid', 'paid')",
    ),
    (
        "a claim is paid, part paid or approved as its live payments are",
        "SELECT c.id FROM claims c JOIN payments p ON p.claim_id = c.id AND p.recovery_id IS NULL AND p.status IN ('due', 'held', 'in_run', 'paid') GROUP BY c.id, c.status
            HAVING c.status <> CASE WHEN bool_and(p.status = 'paid') THEN 'paid' WHEN bool_or(p.status = 'paid') THEN 'part_paid' ELSE 'approved' END",
    ),
];

/// Queries for what is wrong with payments and payment runs.
const RUNS: [(&str, &str); 8] = [
    (
        "one live payment a claim and route",
        "SELECT claim_id, route, recovery_id FROM payments WHERE status IN ('due', 'held', 'in_run', 'paid') GROUP BY 1, 2, 3 HAVING count(*) > 1",
    ),
    (
        "whatever failed or came back is owed again, once",
        "SELECT p.id FROM payments p WHERE (p.status IN ('failed', 'returned'))
            <> (1 = (SELECT count(*) FROM payments r WHERE r.retry_of_id = p.id AND r.amount_pence = p.amount_pence AND (r.attempt = p.attempt + 1 OR r.recovery_id IS NOT NULL)))",
    ),
    (
        "a run is the sum of its payments; a cancelled one holds none",
        "SELECT r.id FROM payment_runs r LEFT JOIN payments p ON p.payment_run_id = r.id GROUP BY r.id
            HAVING CASE WHEN r.status = 'cancelled' THEN count(p.id) <> 0
                ELSE (count(p.id), sum(p.amount_pence)) IS DISTINCT FROM (r.payment_count::bigint, r.total_pence::numeric) END",
    ),
    (
        "payments stand as their run does",
        "SELECT p.id FROM payments p JOIN payment_runs r ON r.id = p.payment_run_id WHERE p.route <> r.route
            OR CASE r.status WHEN 'open' THEN p.status <> 'in_run' WHEN 'settled' THEN p.status = 'in_run' ELSE false END",
    ),
    (
        "nobody releases what they made or approved",
        "SELECT r.id FROM payment_runs r WHERE r.released_by IS NOT NULL AND (same_person(r.released_by, r.created_by) OR EXISTS (
            SELECT FROM payments p JOIN claims c ON c.id = p.claim_id WHERE p.payment_run_id = r.id AND same_person(c.approved_by, r.released_by)))",
    ),
    (
        "what was held, void or paid by hand is in no run",
        "SELECT p.id FROM payments p WHERE p.payment_run_id IS NOT NULL AND (p.status IN ('held', 'void') OR p.by_hand_how IS NOT NULL)",
    ),
    (
        "nobody pays by hand what they approved, or themselves",
        "SELECT p.id FROM payments p JOIN claims c ON c.id = p.claim_id WHERE p.by_hand_by IS NOT NULL
            AND (same_person(c.approved_by, p.by_hand_by) OR is_volunteer(p.by_hand_by, p.volunteer_id))",
    ),
    ("invoice numbers are used once", "SELECT invoice_number FROM payments GROUP BY 1 HAVING count(*) > 1"),
];

/// Queries for what is wrong with recoveries.
const RECOVERIES: [(&str, &str); 7] = [
    (
        "a recovery is the sum of its lines",
        "SELECT r.id FROM recoveries r WHERE r.total_pence IS DISTINCT FROM
            (SELECT sum(l.pence) FROM recovery_lines l WHERE l.recovery_id = r.id)",
    ),
    (
        "no more is recovered of a line than was approved",
        "SELECT b.line_id FROM recovery_lines b JOIN recoveries r ON r.id = b.recovery_id AND r.status <> 'waived'
            JOIN claim_lines l ON l.id = b.line_id GROUP BY b.line_id, l.approved_pence HAVING sum(b.pence) > l.approved_pence",
    ),
    (
        "what came back is at most the recovery, and all of it once recovered",
        "SELECT r.id FROM recoveries r CROSS JOIN LATERAL (SELECT
                (SELECT COALESCE(sum(b.pence), 0) FROM repayments b WHERE b.recovery_id = r.id)
                + (SELECT COALESCE(-sum(p.amount_pence), 0) FROM payments p WHERE p.recovery_id = r.id AND p.status = 'paid') AS pence) back
            WHERE back.pence > r.total_pence OR (back.pence = r.total_pence) <> (r.status = 'recovered')
                OR (back.pence > 0 AND r.status NOT IN ('agreed', 'recovered'))",
    ),
    (
        "credits that stand are what an agreed recovery offsets",
        "SELECT r.id FROM recoveries r WHERE COALESCE((SELECT -sum(p.amount_pence) FROM payments p
                WHERE p.recovery_id = r.id AND p.status IN ('due', 'held', 'in_run', 'paid')), 0)
            <> CASE WHEN r.method = 'offset' AND r.status IN ('agreed', 'recovered') THEN r.total_pence ELSE 0 END",
    ),
    (
        "nobody is paid less than nothing by a run",
        "SELECT payment_run_id, volunteer_id FROM payments WHERE payment_run_id IS NOT NULL GROUP BY 1, 2 HAVING sum(amount_pence) < 0",
    ),
    (
        "nothing is taken off what was not paid, and nothing less than nothing comes back",
        "SELECT payment_run_id, volunteer_id FROM payments WHERE payment_run_id IS NOT NULL AND status IN ('paid', 'returned')
            GROUP BY 1, 2, status HAVING sum(amount_pence) < 0",
    ),
    (
        "nobody confirms what they proposed, or what they would pay back",
        "SELECT r.id FROM recoveries r WHERE r.confirmed_by IS NOT NULL
            AND (same_person(r.confirmed_by, r.created_by) OR is_volunteer(r.confirmed_by, r.volunteer_id))",
    ),
];

/// Queries for what is wrong with what an approval is compared with.
const BUDGETS: [(&str, &str); 1] = [(
    "what counts against a budget is what was approved, less what was recovered",
    "SELECT p.id FROM plans p LEFT JOIN plan_spending s ON s.plan_id = p.id WHERE COALESCE(s.approved_pence, 0)
        <> COALESCE((SELECT sum(l.approved_pence + l.trust_cost_pence) FROM claims c JOIN claim_lines l ON l.claim_id = c.id
            WHERE c.plan_id = p.id AND c.status IN ('approved', 'part_paid', 'paid')), 0)
        - COALESCE((SELECT sum(r.total_pence) FROM claims c JOIN recoveries r ON r.claim_id = c.id
            WHERE c.plan_id = p.id AND r.status = 'recovered'), 0)",
)];

#[track_caller]
fn none(app: &App, wrongs: &[(&str, &str)]) {
    for (rule, query) in wrongs {
        let found = ask(app, &format!("SELECT * FROM ({query}) wrong LIMIT 5"));
        assert!(found.is_empty(), "{rule}: {found:?}");
    }
}

/// Checks payments and payment runs, but not their claims.
#[track_caller]
pub fn runs_balance(app: &App) {
    none(app, &RUNS);
}

/// Checks what counts against budgets, where claims were approved through the service.
#[track_caller]
pub fn budgets_balance(app: &App) {
    none(app, &BUDGETS);
}

/// Checks claims, lines, payments, payment runs, histories and the audit record.
#[track_caller]
pub fn balance(app: &App) {
    none(app, &CLAIMS);
    none(app, &OWED);
    none(app, &RUNS);
    none(app, &RECOVERIES);
    paths(app);
    events_are_documented(app);
    let report =
        verify::run(&mut app.database.as_service(), &involvement::features::resources(), None).expect("a report");
    assert!(report.is_whole(), "{report}");
}

fn events_are_documented(app: &App) {
    let known: BTreeSet<String> =
        EVENT_TYPES.iter().map(|(resource, event)| format!("involvement.{resource}.{event}.v1")).collect();
    let recorded = ask(app, "SELECT DISTINCT type AS kind FROM events");
    let recorded: BTreeSet<String> =
        recorded.iter().map(|row| row["kind"].as_str().expect("a type").to_owned()).collect();
    assert!(recorded.is_subset(&known), "not in the list of events: {:?}", recorded.difference(&known));
}

/// The life cycles written out once more, so that a change of the code's own tables is noticed here.
const EDGES: [(&str, Edges); 3] = [
    (
        "claim",
        &[
            ("draft", "submit", "submitted"),
            ("submitted", "approve", "approved"),
            ("submitted", "return", "draft"),
            ("submitted", "reject", "rejected"),
            ("draft", "withdraw", "withdrawn"),
            ("approved", "reopen", "submitted"),
            ("submitted", "withdraw", "withdrawn"),
            ("approved", "pay", "paid"),
            ("approved", "part-pay", "part_paid"),
            ("part_paid", "pay", "paid"),
            ("part_paid", "owe-again", "approved"),
            ("paid", "part-pay", "part_paid"),
            ("paid", "owe-again", "approved"),
        ],
    ),
    (
        "payment_run",
        &[("open", "release", "released"), ("open", "cancel", "cancelled"), ("released", "results", "settled")],
    ),
    (
        "recovery",
        &[
            ("proposed", "confirm", "agreed"),
            ("proposed", "waive", "waived"),
            ("agreed", "repaid", "recovered"),
            ("agreed", "waive", "waived"),
            ("agreed", "recover", "recovered"),
            ("recovered", "owe-again", "agreed"),
        ],
    ),
];

/// Checks that every claim and payment run reached its status by allowed transitions, each with the next version, one
/// audit record and one event.
#[track_caller]
pub fn paths(app: &App) {
    EDGES.iter().for_each(|of| paths_of(app, *of));
}

/// Checks payment runs only, for tests that insert claims by SQL.
#[track_caller]
pub fn paths_of_runs(app: &App) {
    paths_of(app, EDGES[1]);
}

type Edges = &'static [(&'static str, &'static str, &'static str)];

#[track_caller]
fn paths_of(app: &App, (resource, edges): (&str, Edges)) {
    let table = match resource {
        "claim" => "claims",
        "recovery" => "recoveries",
        _ => "payment_runs",
    };
    let steps = ask(
            app,
            &format!(
                "SELECT t.id, t.status, t.version AS last, h.version, h.action, h.from_state, h.to_state,
                    (SELECT count(*) FROM audit_records a WHERE a.resource_id = h.resource_id AND a.version = h.version AND a.resource_type = '{resource}') AS records,
                    (SELECT count(*) FROM events e WHERE e.resource_id = h.resource_id AND e.version = h.version AND e.resource_type = '{resource}') AS events
                FROM {table} t LEFT JOIN histories h ON h.resource_id = t.id AND h.resource_type = '{resource}' ORDER BY t.id, h.version"
            ),
        );
    let mut of_each: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
    for step in &steps {
        of_each.entry(step["id"].as_str().unwrap()).or_default().push(step);
    }
    for path in of_each.values() {
        walked(path, edges);
    }
}

#[track_caller]
fn walked(path: &[&Value], edges: &[(&str, &str, &str)]) {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut at = String::new();
    for (number, step) in (1_i64..).zip(path) {
        assert_eq!(step["version"], number, "versions are consecutive: {path:?}");
        assert_eq!((&step["records"], &step["events"]), (&Value::from(1), &Value::from(1)), "one record an effect");
        let (from, by, to) = (text(&step["from_state"]), text(&step["action"]), text(&step["to_state"]));
        if from.is_empty() {
            assert!((number == 1) == (by == "create"), "{path:?}");
            at = if to.is_empty() { at } else { to };
        } else {
            assert_eq!(from, at, "{path:?}");
            assert!(edges.contains(&(&from, &by, &to)), "{from} {by} {to}: {path:?}");
            at = to;
        }
    }
    let last = path.last().expect("a step");
    assert_eq!((text(&last["status"]), &last["version"]), (at, &last["last"]), "{path:?}");
}
