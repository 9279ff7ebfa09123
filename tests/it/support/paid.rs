//! Payment runs in one call: a run of one route is created, released by another person, and given its results.

use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::{Value, json};

use super::App;

/// An unused `Idempotency-Key`.
pub fn key() -> String {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    format!("a-key-of-the-ledger-{}", NUMBER.fetch_add(1, Ordering::Relaxed))
}

/// Creates and releases a payment run of every payment that is due by a route.
pub fn run(app: &App, route: &str) -> Value {
    let run = app.finance().post_once("/v1/payment-runs", &key(), json!({ "route": route })).expect(201);
    let release = format!("/v1/payment-runs/{}/release", run["id"].as_str().unwrap());
    app.finance_called("finance.dan").post_once(&release, &key(), json!({})).expect(200)
}

/// The same, on a day: created and released by its morning's clock, which is then put back.
pub fn run_on(app: &App, route: &str, day: &str) -> Value {
    let now = app.clock.now().to_string();
    app.now_is(&format!("{day}T09:00:00Z"));
    let run = run(app, route);
    app.now_is(&now);
    run
}

/// Records results of a run's payments: the invoice number with the date of payment, or with `failed` or `returned`.
pub fn results(app: &App, run: &Value, results: &[(&str, &str)]) {
    let results: Vec<Value> = results
        .iter()
        .map(|(invoice, what)| match *what {
            "failed" | "returned" => json!({ "invoice_number": invoice, "outcome": what, "reason": "no such account" }),
            paid_on => json!({ "invoice_number": invoice, "outcome": "paid", "paid_on": paid_on }),
        })
        .collect();
    let path = format!("/v1/payment-runs/{}/results", run["id"].as_str().unwrap());
    // What is said to be paid on a later day is told on that day.
    let now = app.clock.now();
    let paid = results.iter().filter_map(|result| result["paid_on"].as_str());
    let last = paid.max().filter(|last| **last > *now.london_day().to_string());
    last.into_iter().for_each(|last| app.now_is(&format!("{last}T10:00:00Z")));
    app.finance().post_once(&path, &key(), json!({ "results": results })).expect(200);
    app.now_is(&now.to_string());
}

/// Pays everything that is due by a route, on this date, on which the run is released.
pub fn everything(app: &App, route: &str, paid_on: &str) {
    let run = run_on(app, route, paid_on);
    let id = run["id"].as_str().unwrap();
    let payments = app.finance().get(&format!("/v1/payments?limit=100&payment_run_id={id}")).expect(200);
    let invoices: Vec<String> = payments["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|payment| payment["invoice_number"].as_str().unwrap().to_owned())
        .collect();
    let all: Vec<(&str, &str)> = invoices.iter().map(|invoice| (invoice.as_str(), paid_on)).collect();
    results(app, &run, &all);
}
