//! Payments: runs, release by another person, files and results from the ledger.

mod excess;
mod files;
mod found;
mod held;
mod races;
mod results;
mod runs;

use serde_json::{Value, json};

use crate::support::{App, Client};

/// An unused `Idempotency-Key`.
fn key() -> String {
    use std::sync::atomic::{AtomicU32, Ordering};
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    format!("a-key-of-a-test-{}", NUMBER.fetch_add(1, Ordering::Relaxed))
}

/// Creates a run of every payment that is due by accounts payable.
fn run(app: &App) -> Value {
    app.finance().post_once("/v1/payment-runs", &key(), json!({ "route": "accounts_payable" })).expect(201)
}

/// Creates such a run and has somebody else release it.
fn released(app: &App) -> Value {
    let run = run(app);
    app.finance_called("finance.dan").post_once(&at(&run, "release"), &key(), json!({})).expect(200)
}

/// The path of a verb on a run.
fn at(run: &Value, verb: &str) -> String {
    format!("/v1/payment-runs/{}/{verb}", run["id"].as_str().expect("an id"))
}

/// Every payment that matches these filters.
fn payments(who: &Client<'_>, filters: &str) -> Vec<Value> {
    let list = who.get(&format!("/v1/payments?limit=100&order=oldest&{filters}")).expect(200);
    list["items"].as_array().expect("items").clone()
}

/// One text member of each item.
fn each(items: &[Value], member: &str) -> Vec<String> {
    items.iter().map(|item| item[member].as_str().unwrap_or("null").to_owned()).collect()
}
