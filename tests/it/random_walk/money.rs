//! The commands of finance staff on the walk.

use serde_json::{Value, json};

use super::world::{Run, Walk};
use crate::support::{Answer, make};

pub fn create(walk: &mut Walk<'_>) {
    let mut body = json!({ "route": walk.draws.pick(&["accounts_payable", "payroll"]) });
    if walk.draws.percent(15) {
        body["cut_off"] = json!(walk.draws.pick(&["2026-06-14", "2026-06-15"]));
    }
    if walk.draws.percent(15) {
        body["cost_centre"] = json!(walk.draws.pick(&["C20417", "C30999"]));
    }
    let answer = walk.officer().post_once("/v1/payment-runs", &walk.key(), body);
    walk.noted("run", &answer);
    if answer.status == 201 {
        walk.runs.push(Run { path: format!("/v1/payment-runs/{}", make::id(&answer.json)), status: "open".to_owned() });
    }
}

pub fn release(walk: &mut Walk<'_>) {
    let Some(run) = walk.run(&["open"]) else { return };
    let answer = walk.officer().post_once(&format!("{}/release", walk.runs[run].path), &walk.key(), json!({}));
    walk.noted("release", &answer);
    remember(walk, run, &answer);
}

pub fn cancel(walk: &mut Walk<'_>) {
    let Some(run) = walk.run(&["open"]) else { return };
    let answer = walk.officer().ask(&format!("{}/cancel", walk.runs[run].path));
    walk.noted("cancel", &answer);
    remember(walk, run, &answer);
}

/// Sends results for some payments of a run, as JSON or as the ledger's CSV.
pub fn results(walk: &mut Walk<'_>) {
    let Some(run) = walk.run(&["released", "released", "settled"]) else { return };
    let path = walk.runs[run].path.clone();
    let id = path.rsplit('/').next().unwrap();
    let held = walk.app.finance().get(&format!("/v1/payments?limit=100&payment_run_id={id}")).expect(200);
    let mut entries: Vec<(String, &str)> = Vec::new();
    // The bank sends back transfers, not invoices: now and then all of a run's.
    let all_back = walk.draws.percent(4);
    for payment in held["items"].as_array().unwrap() {
        let invoice = payment["invoice_number"].as_str().unwrap().to_owned();
        match payment["status"].as_str().unwrap() {
            "in_run" if walk.draws.percent(70) => {
                let outcome = walk.draws.pick(&["paid", "paid", "paid", "failed"]);
                entries.push((invoice, outcome));
            }
            "paid" if all_back || walk.draws.percent(12) => entries.push((invoice, "returned")),
            // Repeats a result that was sent before, as ledgers do.
            known @ ("paid" | "failed" | "returned") if walk.draws.percent(10) => {
                entries.push((
                    invoice,
                    if known == "paid" {
                        "paid"
                    } else if known == "failed" {
                        "failed"
                    } else {
                        "returned"
                    },
                ));
            }
            _ => {}
        }
    }
    if walk.draws.percent(4) {
        entries.push(("CLM-2026-999999-A1".to_owned(), "paid"));
    }
    if entries.is_empty() {
        return;
    }
    let answer = if walk.draws.percent(50) { in_json(walk, &path, &entries) } else { in_csv(walk, &path, &entries) };
    walk.noted("results", &answer);
    remember(walk, run, &answer);
}

fn in_json(walk: &mut Walk<'_>, path: &str, entries: &[(String, &str)]) -> Answer {
    let entry = |(invoice, outcome): &(String, &str)| json!({ "invoice_number": invoice, "outcome": outcome });
    let results: Vec<Value> = entries.iter().map(entry).collect();
    walk.officer().post_once(&format!("{path}/results"), &walk.key(), json!({ "results": results }))
}

fn in_csv(walk: &mut Walk<'_>, path: &str, entries: &[(String, &str)]) -> Answer {
    let rows: String = entries.iter().map(|(invoice, outcome)| format!("{invoice},{outcome}\r\n")).collect();
    let csv = format!("\u{feff}invoice_number,outcome\r\n{rows}");
    let key = walk.key();
    let headers = [("idempotency-key", key.as_str()), ("content-type", "text/csv")];
    walk.officer().send_bytes("POST", &format!("{path}/results"), &headers, csv.into_bytes())
}

/// Proposes other finance numbers of a volunteer, or none.
pub fn payee(walk: &mut Walk<'_>) {
    let person = walk.draws.below(walk.people.len());
    let path = format!("/v1/volunteers/{}/payee", walk.people[person].id);
    let number = |given: bool, number: &str| if given { json!(number) } else { Value::Null };
    let (supplier, payroll) = (walk.draws.percent(80), walk.draws.percent(80));
    let body = json!({ "supplier_number": number(supplier, "S10023"), "supplier_site": "HOME", "payroll_number": number(payroll, "P4471") });
    let answer = walk.officer().change(&path, body);
    walk.noted("payee", &answer);
}

/// Confirms or discards what is proposed for a volunteer.
pub fn decide_payee(walk: &mut Walk<'_>, verb: &'static str) {
    let person = walk.draws.below(walk.people.len());
    let path = format!("/v1/volunteers/{}/payee/{verb}", walk.people[person].id);
    let answer = walk.officer().ask(&path);
    walk.noted(if verb == "confirm" { "confirm-payee" } else { "discard-payee" }, &answer);
}

/// A payment in this status; now and then any payment.
fn payment(walk: &mut Walk<'_>, status: &str) -> Option<String> {
    let any = walk.draws.percent(10);
    let filter = if any { String::new() } else { format!("&status={status}") };
    let list = walk.app.finance().get(&format!("/v1/payments?limit=100{filter}")).expect(200);
    let items = list["items"].as_array().unwrap();
    (!items.is_empty()).then(|| format!("/v1/payments/{}", make::id(&items[walk.draws.below(items.len())])))
}

/// Holds a payment back, or lets it go on.
pub fn hold(walk: &mut Walk<'_>, verb: &'static str) {
    let Some(path) = payment(walk, if verb == "hold" { "due" } else { "held" }) else { return };
    let body = if verb == "hold" { json!({ "reason": "To be checked." }) } else { json!({}) };
    let answer = walk.officer().post(&format!("{path}/{verb}"), body);
    walk.noted(verb, &answer);
}

/// Pays in cash, and notes what its claim has become.
pub fn by_hand(walk: &mut Walk<'_>) {
    let Some(path) = payment(walk, "due") else { return };
    let body = json!({ "how": "petty_cash", "on": "2026-06-15", "reference": "PC 1", "received_by": "The person" });
    let answer = walk.officer().post(&format!("{path}/pay-by-hand"), body);
    walk.noted("by-hand", &answer);
}

pub fn export(walk: &mut Walk<'_>) {
    let Some(run) = walk.run(&["released", "settled"]) else { return };
    let format = walk.draws.pick(&["ap-csv", "payroll-csv", "json"]);
    let answer = walk.officer().get(&format!("{}/export?format={format}", walk.runs[run].path));
    walk.noted("export", &answer);
}

fn remember(walk: &mut Walk<'_>, run: usize, answer: &Answer) {
    if answer.status == 200 {
        walk.runs[run].status = answer.json["status"].as_str().unwrap().to_owned();
    }
}
