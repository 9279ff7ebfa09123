//! Races: no payment is in two runs and no claim is paid twice, whatever is retried.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{at, key, payments, released, run};
use crate::support::App;
use crate::support::owed::{invoice, owed};
use crate::support::together::at_once;

fn all_payments(app: &App) -> Vec<Value> {
    let mut found = Vec::new();
    let mut path = "/v1/payments?limit=100".to_owned();
    loop {
        let page = app.finance().get(&path).expect(200);
        found.extend(page["items"].as_array().expect("items").clone());
        match page["next_cursor"].as_str() {
            Some(cursor) => path = format!("/v1/payments?limit=100&cursor={cursor}"),
            None => return found,
        }
    }
}

#[test]
fn twenty_runs_at_once_put_each_of_five_hundred_payments_in_exactly_one() {
    let app = App::with_pool(8);
    owed(&app, 500);
    let keys: Vec<String> = (0..20).map(|_| key()).collect();
    let answers = at_once(20, |n| {
        app.finance_called(&format!("finance.{n}")).post_once(
            "/v1/payment-runs",
            &keys[n],
            json!({ "route": "accounts_payable" }),
        )
    });
    let mut runs = BTreeMap::new();
    for answer in answers {
        match answer.status {
            201 => {
                let id = answer.json["id"].as_str().expect("an id").to_owned();
                runs.insert(id, (answer.json["payment_count"].as_i64(), answer.json["total_pence"].as_i64()));
            }
            _ => drop(answer.refused(409, "nothing-due")),
        }
    }
    let mut held: BTreeMap<String, (Option<i64>, Option<i64>)> = BTreeMap::new();
    for payment in all_payments(&app) {
        assert_eq!(payment["status"], "in_run");
        let sums =
            held.entry(payment["payment_run_id"].as_str().expect("a run").to_owned()).or_insert((Some(0), Some(0)));
        sums.0 = sums.0.map(|count| count + 1);
        sums.1 = sums.1.zip(payment["amount_pence"].as_i64()).map(|(a, b)| a + b);
    }
    assert_eq!(runs, held);
    assert_eq!(held.values().filter_map(|(count, _)| *count).sum::<i64>(), 500);
}

#[test]
fn a_retry_with_its_key_makes_no_second_run() {
    let app = App::with_pool(8);
    owed(&app, 20);
    let key = key();
    let answers =
        at_once(8, |_| app.finance().post_once("/v1/payment-runs", &key, json!({ "route": "accounts_payable" })));
    let mut ids = Vec::new();
    for answer in answers {
        if answer.status == 409 {
            answer.refused(409, "idempotency-in-progress");
        } else {
            ids.push(answer.expect(201)["id"].clone());
        }
    }
    ids.dedup();
    assert_eq!(ids.len(), 1);
    let again = app.finance().post_once("/v1/payment-runs", &key, json!({ "route": "accounts_payable" }));
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(again.expect(201)["id"], ids[0]);
    let other = app.finance().post_once("/v1/payment-runs", &key, json!({ "route": "payroll" }));
    other.refused(422, "idempotency-key-reused");
    assert_eq!(app.finance().get("/v1/payment-runs").expect(200)["items"].as_array().map(Vec::len), Some(1));
}

#[test]
fn two_officers_release_once() {
    let app = App::with_pool(8);
    owed(&app, 50);
    let run = run(&app);
    let keys: Vec<String> = (0..6).map(|_| key()).collect();
    let answers = at_once(6, |n| {
        app.finance_called(&format!("finance.{n}")).post_once(&at(&run, "release"), &keys[n], json!({}))
    });
    let (done, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 200);
    assert_eq!(done.len(), 1);
    for answer in refused {
        answer.refused(409, "invalid-transition");
    }
}

#[test]
fn a_run_is_cancelled_or_released_never_both() {
    let app = App::with_pool(8);
    owed(&app, 30);
    let run = run(&app);
    let keys: Vec<String> = (0..2).map(|_| key()).collect();
    let answers = at_once(2, |n| match n {
        0 => app.finance().ask(&at(&run, "cancel")),
        _ => app.finance_called("finance.dan").post_once(&at(&run, "release"), &keys[n], json!({})),
    });
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    let status = if answers[0].status == 200 { "due" } else { "in_run" };
    assert!(all_payments(&app).iter().all(|payment| payment["status"] == status));
}

#[test]
fn results_delivered_several_times_at_once_pay_and_retry_once() {
    let app = App::with_pool(8);
    owed(&app, 40);
    let run = released(&app);
    let results: Vec<Value> = (1..=40)
        .map(|n| match n % 2 {
            0 => json!({ "invoice_number": invoice(n), "outcome": "paid", "paid_on": "2026-06-15" }),
            _ => json!({ "invoice_number": invoice(n), "outcome": "failed", "reason": "account closed" }),
        })
        .collect();
    let keys: Vec<String> = (0..4).map(|_| key()).collect();
    let answers =
        at_once(4, |n| app.finance().post_once(&at(&run, "results"), &keys[n], json!({ "results": results })));
    for answer in answers {
        assert_eq!(answer.expect(200)["status"], "settled");
    }
    let all = all_payments(&app);
    let count = |status: &str| all.iter().filter(|payment| payment["status"] == status).count();
    assert_eq!((count("paid"), count("failed"), count("due"), all.len()), (20, 20, 20, 60));
    assert_eq!(payments(&app.finance(), "status=due").len(), 20);
}
