//! Races: several finance officers change payment runs at the same moment.

use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::{Value, json};

use super::recorded;
use crate::support::owed::{invoice, owed};
use crate::support::together::{ROUNDS, at_once, done};
use crate::support::{App, books, make};

const TOO_LATE: (u16, &str) = (409, "invalid-transition");

fn key() -> String {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    format!("a-key-of-a-race-{}", NUMBER.fetch_add(1, Ordering::Relaxed))
}

/// Creates a run of every payment that is due, and returns its path.
fn run(app: &App) -> String {
    let made = app.finance().post_once("/v1/payment-runs", &key(), json!({ "route": "accounts_payable" }));
    format!("/v1/payment-runs/{}", make::id(&made.expect(201)))
}

fn release(app: &App, run: &str, who: &str) -> crate::support::Answer {
    app.finance_called(who).post_once(&format!("{run}/release"), &key(), json!({}))
}

/// The same outcome for the claims with these numbers, at this attempt.
fn outcome(count: u32, attempt: usize, outcome: &str) -> Value {
    let number = |n| invoice(n).replace("-A1", &format!("-A{attempt}"));
    let results: Vec<Value> = (1..=count).map(|n| json!({ "invoice_number": number(n), "outcome": outcome })).collect();
    json!({ "results": results })
}

fn results(app: &App, run: &str, body: &Value) -> crate::support::Answer {
    app.finance().post_once(&format!("{run}/results"), &key(), body.clone())
}

fn with_status(app: &App, status: &str) -> i64 {
    books::number(app, &format!("SELECT count(*) FROM payments WHERE status = '{status}'"))
}

#[test]
fn twenty_runs_over_five_hundred_payments_take_each_once() {
    let app = App::with_pool(8);
    owed(&app, 500);
    let officers: Vec<_> = (0..20).map(|n| app.finance_called(&format!("finance.{n}"))).collect();
    for _ in 0..ROUNDS {
        let keys: Vec<String> = (0..20).map(|_| key()).collect();
        let body = json!({ "route": "accounts_payable" });
        let answers = at_once(20, |n| officers[n].post_once("/v1/payment-runs", &keys[n], body.clone()));
        let (made, late): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 201);
        let runs: Vec<Value> = made.into_iter().map(|answer| answer.expect(201)).collect();
        assert_eq!(done(late, (409, "nothing-due")), 0);
        let sum = |member: &str| runs.iter().map(|run| run[member].as_i64().unwrap()).sum::<i64>();
        assert_eq!((sum("payment_count"), sum("total_pence")), (500, 500 * 1000 + 500 * 501 / 2));
        books::runs_balance(&app);
        for run in &runs {
            app.finance().ask(&format!("/v1/payment-runs/{}/cancel", make::id(run))).expect(200);
        }
        assert_eq!(with_status(&app, "due"), 500);
    }
    books::paths_of_runs(&app);
}

#[test]
fn released_and_cancelled_at_once_is_one_of_them() {
    let app = App::with_pool(8);
    owed(&app, 5);
    let mut attempt = 1;
    for round in 0..ROUNDS {
        let run = run(&app);
        let answers = at_once(2, |n| match (n + round) % 2 {
            0 => release(&app, &run, "finance.dan"),
            _ => app.finance().ask(&format!("{run}/cancel")),
        });
        let released = answers[round % 2].status == 200;
        assert_eq!(done(answers, TOO_LATE), 1);
        let status = app.finance().get(&run).expect(200)["status"].clone();
        assert_eq!(status, if released { "released" } else { "cancelled" });
        books::runs_balance(&app);
        if released {
            results(&app, &run, &outcome(5, attempt, "failed")).expect(200);
            attempt += 1;
        }
        assert_eq!(with_status(&app, "due"), 5);
    }
    assert_eq!(recorded(&app, "release") + recorded(&app, "cancel"), ROUNDS as i64);
    books::paths_of_runs(&app);
}

#[test]
fn two_releases_at_once_are_one() {
    let app = App::with_pool(8);
    owed(&app, 5);
    for attempt in 1..=ROUNDS {
        let run = run(&app);
        let answers = at_once(2, |n| release(&app, &run, ["finance.dan", "finance.eve"][n]));
        let hash = answers.iter().find(|answer| answer.status == 200).expect("one").json["export_sha256"].clone();
        assert_eq!(done(answers, TOO_LATE), 1);
        assert_eq!(app.finance().get(&run).expect(200)["export_sha256"], hash);
        results(&app, &run, &outcome(5, attempt, "failed")).expect(200);
    }
    assert_eq!(recorded(&app, "release"), ROUNDS as i64);
    books::runs_balance(&app);
    books::paths_of_runs(&app);
}

#[test]
fn results_delivered_at_once_have_one_effect() {
    let app = App::with_pool(8);
    owed(&app, 10);
    for attempt in 1..=ROUNDS {
        let run = run(&app);
        release(&app, &run, "finance.dan").expect(200);
        let deliver = |what: &str| {
            let body = outcome(10, attempt, what);
            for answer in at_once(4, |_| results(&app, &run, &body)) {
                assert_eq!(answer.expect(200)["status"], "settled");
            }
        };
        if attempt % 2 == 0 {
            deliver("failed");
        } else {
            deliver("paid");
            assert_eq!((with_status(&app, "paid"), with_status(&app, "due")), (10, 0));
            deliver("returned");
        }
        assert_eq!((with_status(&app, "paid"), with_status(&app, "due")), (0, 10));
        assert_eq!(books::number(&app, "SELECT count(*) FROM payments"), 10 * (attempt as i64 + 1));
    }
    // A round of failures has one effect, and a round of payments and returns has two. Results that say nothing new
    // leave no record.
    assert_eq!(recorded(&app, "results"), (ROUNDS / 2 + ROUNDS) as i64);
    books::runs_balance(&app);
    books::paths_of_runs(&app);
}
