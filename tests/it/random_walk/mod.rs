//! Five thousand random commands by every role. At the end, all invariants of money must hold.
//! `WALK_SEED` and `WALK_COMMANDS` set another seed or length. A walk that fails prints its seed.

mod commands;
mod draws;
mod lines;
mod money;
mod recoveries;
mod world;

use std::collections::BTreeMap;

use serde_json::json;

use crate::support::{App, books};
use world::{FIRST_MILES, Walk};

/// Prints the seed of a walk that failed.
struct Way(u64);

impl Drop for Way {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("the walk that failed: WALK_SEED={}", self.0);
        }
    }
}

fn set(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |value| value.parse().expect("a number"))
}

#[test]
fn a_random_walk_of_five_thousand_commands_leaves_every_book_in_order() {
    let way = Way(set("WALK_SEED", 20_260_615));
    let app = App::start();
    let mut walk = Walk::begin(&app, way.0);
    let commands = usize::try_from(set("WALK_COMMANDS", 5_000)).unwrap();
    while walk.sent < commands {
        walk.step();
    }
    for ((command, status, code), count) in &walk.told {
        println!("{command:>12} {status} {count:>5} {code}");
    }
    books::balance(&app);
    books::budgets_balance(&app);
    every_state_was_reached(&app);
    miles_stay_within_the_band(&app);
    sums_are_equal_from_line_to_file(&walk);
    for (path, figures) in &walk.frozen {
        assert_eq!(&commands::figures(&app.lead().get(path).expect(200)), figures, "an approved calculation changed");
    }
}

fn every_state_was_reached(app: &App) {
    let wanted = [
        ("claims", "claim", vec!["approved", "draft", "paid", "part_paid", "rejected", "submitted", "withdrawn"]),
        ("payments", "payment", vec!["due", "failed", "held", "in_run", "paid", "returned", "void"]),
        ("payment_runs", "payment_run", vec!["cancelled", "open", "released", "settled"]),
        ("recoveries", "recovery", vec!["agreed", "proposed", "recovered", "waived"]),
    ];
    for (table, resource, states) in wanted {
        let reached = books::states_reached(app, table, resource);
        assert_eq!(reached.iter().map(String::as_str).collect::<Vec<_>>(), states, "{table}");
    }
    let refused = "SELECT count(*) FROM claim_lines WHERE live AND approved_pence < LEAST(payable_pence, COALESCE(elected_pence, payable_pence))";
    assert!(books::number(app, refused) > 0, "some lines were lowered");
}

/// Checks that nobody has more miles at the first rate than the band allows, and that somebody used it up.
fn miles_stay_within_the_band(app: &App) {
    let used = books::ask(
        app,
        "SELECT volunteer_id, tax_year, sum(miles_first_rate) AS tenths FROM claim_lines WHERE live AND tax_year IS NOT NULL GROUP BY 1, 2",
    );
    let tenths: Vec<i64> = used.iter().map(|row| row["tenths"].as_i64().unwrap()).collect();
    assert!(tenths.iter().all(|tenths| *tenths <= FIRST_MILES * 10), "{used:?}");
    assert!(tenths.contains(&(FIRST_MILES * 10)), "somebody came to the edge: {used:?}");
}

/// Checks that lines, claims, payments, runs and files have the same totals.
fn sums_are_equal_from_line_to_file(walk: &Walk<'_>) {
    let decided = "status IN ('approved', 'part_paid', 'paid')";
    let sum = |sql: &str| books::number(walk.app, &format!("SELECT COALESCE(sum(n), 0)::bigint FROM ({sql}) sums (n)"));
    let lines = sum(&format!(
        "SELECT l.approved_pence FROM claim_lines l JOIN claims c ON c.id = l.claim_id WHERE c.{decided}"
    ));
    let claims = sum(&format!("SELECT total_pence FROM claims WHERE {decided}"));
    let live = sum(
        "SELECT amount_pence FROM payments WHERE recovery_id IS NULL AND status IN ('due', 'held', 'in_run', 'paid')",
    );
    assert_eq!((lines, claims), (claims, live));
    let (mut files, mut invoices) = (0, BTreeMap::new());
    for run in walk.runs.iter().filter(|run| matches!(run.status.as_str(), "released" | "settled")) {
        let json = walk.app.finance().get(&format!("{}/export?format=json", run.path)).expect(200);
        let csv = walk.app.finance().get(&format!("{}/export", run.path));
        let of_file = in_file(&csv.text, &mut invoices);
        let told = walk.app.finance().get(&run.path).expect(200);
        assert_eq!(json["control"], json!({ "count": told["payment_count"], "total_pence": told["total_pence"] }));
        assert_eq!(json!(of_file), told["total_pence"], "{}", run.path);
        files += of_file;
    }
    let left = "SELECT p.amount_pence FROM payments p JOIN payment_runs r ON r.id = p.payment_run_id WHERE r.status IN ('released', 'settled')";
    assert_eq!(files, sum(left), "what left by file is what payments of released runs are");
    assert!(invoices.values().all(|files| *files == 1), "an invoice stands in one file");
}

/// The total of a CSV in pence; counts the files in which each invoice appears.
fn in_file(text: &str, invoices: &mut BTreeMap<String, u32>) -> i64 {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let head = reader.headers().unwrap().clone();
    let column = |names: [&str; 2]| head.iter().position(|name| names.contains(&name)).expect("a column");
    let (amount, invoice) = (column(["LINE_AMOUNT", "AMOUNT"]), column(["INVOICE_NUM", "INVOICE_NUM"]));
    let mut here = std::collections::BTreeSet::new();
    let pence = reader
        .records()
        .map(|row| {
            let row = row.unwrap();
            here.insert(row[invoice].to_owned());
            row[amount].replace('.', "").parse::<i64>().expect("pounds with two decimals")
        })
        .sum();
    for invoice in here {
        *invoices.entry(invoice).or_default() += 1;
    }
    pence
}
