//! How long a run of very many payments takes, from what is due to the file in the ledger's hands, and the memory for it:
//! `cargo bench --bench payment_run [-- COUNT]`. It fails where an answer is wrong, never because a machine is slow.

#![allow(
    clippy::unwrap_used,
    clippy::as_conversions,
    clippy::float_arithmetic,
    reason = "a benchmark that can't go on stops; its figures are for reading"
)]

mod copy;
#[allow(dead_code, reason = "what only other benchmarks ask for")]
#[path = "../house/mod.rs"]
mod house;

use std::collections::BTreeSet;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use house::cluster::{self, LOGIN};
use house::service::{Fetched, Service};
use involvement::embedded_postgres::{Embedded, SUPERUSER};
use serde_json::{Value, json};

const DATABASE: &str = "payment_run";
/// The rows that the files are made of, as a yardstick.
const ROWS: &str = "SELECT p.id, p.claim_id, c.reference, v.legal_name, n.supplier_number, n.supplier_site, n.payroll_number, \
    p.cost_centre, p.amount_pence, p.expense_pence, p.time_pence, p.subjective_expense, p.subjective_payment, \
    p.invoice_number, p.work_from, p.work_to, p.due_on \
    FROM payments p JOIN claims c ON c.id = p.claim_id LEFT JOIN payees n ON n.volunteer_id = p.volunteer_id \
    LEFT JOIN volunteer_profiles v ON v.volunteer_id = p.volunteer_id ORDER BY p.invoice_number COLLATE \"C\"";
/// What is asked for: everything that is due.
const NEW: &str = r#"{"route":"accounts_payable"}"#;
/// Results in one file: it must stay below 256 KiB.
const RESULTS: usize = 4_000;
/// Yardstick and export are taken in turn, so often; the best of each counts.
const ROUNDS: usize = 5;

fn main() {
    let count: i64 = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(100_000);
    assert!((1..=999_999).contains(&count), "COUNT is 1 to 999999");
    cluster::for_a_while(|cluster| measure(cluster, count));
}

fn measure(cluster: &Embedded, count: i64) {
    let total = fill(cluster, count);
    let service = Service::start(&cluster.url(DATABASE, LOGIN), &cluster.data_dir().join("receipts"));
    let idle = service.memory("VmRSS");
    println!("{count} payments");

    let ask = |who: &str, path: &str, body: &str| service.post(who, path, "application/json", body);
    let (run, took) = ask("finance.cara", "/v1/payment-runs", NEW);
    said("create", took);
    let (cancelled, took) = ask("finance.cara", &at(&run, "cancel"), "{}");
    said("cancel", took);
    assert_eq!(cancelled["status"], "cancelled");
    let (run, took) = ask("finance.cara", "/v1/payment-runs", NEW);
    said("create again", took);
    let (run, took) = ask("finance.dan", &at(&run, "release"), "{}");
    said("release", took);
    assert_eq!((&run["payment_count"], &run["total_pence"]), (&json!(count), &json!(total)));
    let made = service.memory("VmHWM");

    let (csv, json) = exports(cluster, &service, &run);
    right(&run, &csv, count, total);
    assert_eq!(csv.sha256, run["export_sha256"], "the hash of the file");
    right(&run, &json, count, total);
    sums(&csv, &json, total);
    let fetched = service.memory("VmHWM");
    settle(&service, &run, &csv);
    let settled = service.memory("VmHWM");
    let mib = |figure: Option<u64>| figure.map_or_else(|| "?".to_owned(), |kb| format!("{:.1}", kb as f64 / 1024.0));
    println!(
        "memory of the service, MiB: {} idle; at most {} until released, {} until fetched, {} until settled",
        mib(idle),
        mib(made),
        mib(fetched),
        mib(settled)
    );
}

/// Says of every invoice that it was paid, in as many files as a ledger would send.
fn settle(service: &Service, run: &Value, file: &Fetched) {
    let lines: Vec<csv::StringRecord> =
        csv::Reader::from_reader(&*file.bytes).into_records().map(|line| line.expect("a line")).collect();
    let invoices: BTreeSet<&str> = lines.iter().map(|line| &line[0]).collect();
    let invoices: Vec<&str> = invoices.into_iter().collect();
    let (mut whole, mut status) = (Duration::ZERO, Value::Null);
    for part in invoices.chunks(RESULTS) {
        let rows: String = part.iter().map(|invoice| format!("{invoice},paid,AP-500101\r\n")).collect();
        let body = format!("invoice_number,outcome,ledger_reference\r\n{rows}");
        let (said, took) = service.post("finance.cara", &at(run, "results"), "text/csv", &body);
        status = said["status"].clone();
        whole += took;
    }
    said("results", whole);
    assert_eq!(status, "settled");
}

/// A migrated database with so many payments that are due; answers what they come to.
fn fill(cluster: &Embedded, count: i64) -> i64 {
    cluster::migrated(cluster, DATABASE);
    let mut conn = cluster::connect(cluster, DATABASE);
    let fill = include_str!("fill.sql").replace("{count}", &count.to_string());
    conn.batch_execute(&fill).expect("payments that are due");
    (1..=count).map(|n| 1000 + n % 9000 + if n % 4 == 0 { 7500 } else { 0 }).sum()
}

fn at(run: &Value, verb: &str) -> String {
    format!("/v1/payment-runs/{}/{verb}", run["id"].as_str().expect("an id"))
}

fn said(what: &str, took: Duration) {
    println!("{what:>14} {:8.2} s", took.as_secs_f64());
}

fn rate(what: &str, bytes: u64, took: Duration) {
    println!(
        "{what:>14} {:8.3} s {:8.1} MB {:8.1} MB/s",
        took.as_secs_f64(),
        bytes as f64 / 1e6,
        bytes as f64 / 1e6 / took.as_secs_f64()
    );
}

/// Fetches both files as often as COPY is asked for the rows, and prints the best of each.
fn exports(cluster: &Embedded, service: &Service, run: &Value) -> (Fetched, Fetched) {
    let socket = cluster::socket(cluster);
    let best = |one: Fetched, other: Fetched| if other.took < one.took { other } else { one };
    let (mut copied, mut files) = (None, None);
    for _ in 0..ROUNDS {
        let copy = copy::copy(&socket, SUPERUSER, DATABASE, ROWS).expect("a COPY");
        copied = Some(copied.map_or(copy, |known: (u64, Duration)| if copy.1 < known.1 { copy } else { known }));
        let (csv, json) = (service.fetch(&at(run, "export")), service.fetch(&at(run, "export?format=json")));
        files = Some(match files {
            None => (csv, json),
            Some((a, b)) => (best(a, csv), best(b, json)),
        });
    }
    let ((bytes, took), (csv, json)) = (copied.expect("a COPY"), files.expect("files"));
    rate("COPY", bytes, took);
    rate("export, CSV", csv.bytes.len() as u64, csv.took);
    rate("export, JSON", json.bytes.len() as u64, json.took);
    let ratio = |file: &Fetched| file.took.as_secs_f64() / took.as_secs_f64();
    println!("export over COPY of the same rows: CSV {:.2}, JSON {:.2}", ratio(&csv), ratio(&json));
    (csv, json)
}

/// What the headers say is what arrived.
fn right(run: &Value, file: &Fetched, count: i64, total: i64) {
    let header = |name: &str| file.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    assert_eq!(header("content-length"), file.bytes.len().to_string(), "{run}");
    assert_eq!(header("etag"), format!("\"{}\"", file.sha256));
    assert_eq!((header("control-count"), header("control-total-pence")), (&*count.to_string(), &*total.to_string()));
}

/// What is in the files comes to the total, line by line.
fn sums(csv: &Fetched, json: &Fetched, total: i64) {
    let mut lines = csv::Reader::from_reader(&*csv.bytes);
    let pence = |line: csv::StringRecord| line[10].replace('.', "").parse::<i64>().expect("an amount");
    assert_eq!(lines.records().map(|line| pence(line.expect("a line"))).sum::<i64>(), total, "the lines of the CSV");
    let whole: Value = serde_json::from_slice(&json.bytes).expect("JSON");
    let payments = whole["payments"].as_array().expect("payments");
    assert_eq!(payments.iter().filter_map(|payment| payment["amount_pence"].as_i64()).sum::<i64>(), total, "the JSON");
    assert_eq!(whole["control"], json!({ "count": payments.len(), "total_pence": total }));
}
