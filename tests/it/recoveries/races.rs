//! Recoveries and their credits, several at the same moment.

use serde_json::json;

use super::{agreed, key, parking, pay, payee, propose};
use crate::support::together::{ROUNDS, at_once, done};
use crate::support::{App, books, make};

#[test]
fn two_proposals_at_once_recover_no_more_than_was_paid() {
    let app = App::with_pool(8);
    let engaged = payee(&app);
    let claim = parking(&app, &engaged, 8, 650);
    pay(&app, "accounts_payable");
    for round in 0..ROUNDS {
        let answers = at_once(2, |n| propose(&app.lead_called(["lead.ann", "lead.zoe"][n]), &claim, 400, "repayment"));
        let made = answers.iter().find(|answer| answer.status == 201).expect("one").json.clone();
        assert_eq!(done(answers, (409, "recovered-above-paid")), 1, "{round}");
        let path = format!("/v1/recoveries/{}", make::id(&made));
        let (waive, why) = (format!("{path}/waive"), json!({ "reason": "Again." }));
        let both = at_once(2, |n| match (n + round) % 2 {
            0 => app.finance().ask(&format!("{path}/confirm")),
            _ => app.lead().post(&waive, why.clone()),
        });
        done(both, (409, "invalid-transition"));
        if app.lead().get(&path).expect(200)["status"] != "waived" {
            app.lead().post(&waive, why).expect(200);
        }
        books::runs_balance(&app);
    }
    books::balance(&app);
}

#[test]
fn two_repayments_at_once_come_to_no_more_than_is_open() {
    let app = App::with_pool(8);
    let engaged = payee(&app);
    let claim = parking(&app, &engaged, 8, 65_000);
    pay(&app, "accounts_payable");
    for round in 0..ROUNDS {
        let path = agreed(&app, &claim, 100, "repayment");
        let body = json!({ "on": "2026-06-15", "pence": 60, "ledger_reference": "R" });
        let answers = at_once(2, |_| app.finance().post(&format!("{path}/repaid"), body.clone()));
        assert_eq!(done(answers, (409, "repaid-above-open")), 1, "{round}");
        let body = json!({ "on": "2026-06-15", "pence": 40, "ledger_reference": "R" });
        let answers = at_once(2, |_| app.finance().post(&format!("{path}/repaid"), body.clone()));
        assert_eq!(done(answers, (409, "invalid-transition")), 1, "{round}");
    }
    books::balance(&app);
}

#[test]
fn a_credit_is_in_one_run_and_is_waived_or_taken() {
    let app = App::with_pool(8);
    let engaged = payee(&app);
    let claim = parking(&app, &engaged, 8, 65_000);
    pay(&app, "accounts_payable");
    parking(&app, &engaged, 9, 1_000);
    let route = json!({ "route": "accounts_payable" });
    for round in 0..ROUNDS {
        let path = agreed(&app, &claim, 100, "offset");
        let keys = [key(), key()];
        let answers = at_once(3, |n| match (n + round) % 3 {
            0 => app.lead().post(&format!("{path}/waive"), json!({ "reason": "Again." })),
            n => app.finance().post_once("/v1/payment-runs", &keys[n - 1], route.clone()),
        });
        let waived = answers[(3 - round % 3) % 3].status == 200;
        let recovery = app.lead().get(&path).expect(200);
        assert_eq!(recovery["status"] == "waived", waived, "{round}");
        books::balance(&app);
        let open = app.finance().get("/v1/payment-runs?status=open").expect(200);
        for run in open["items"].as_array().unwrap() {
            app.finance().ask(&format!("/v1/payment-runs/{}/cancel", make::id(run))).expect(200);
        }
        if !waived {
            app.lead().post(&format!("{path}/waive"), json!({ "reason": "Again." })).expect(200);
        }
    }
}

#[test]
fn two_runs_at_once_take_each_credit_once_and_nobody_below_nothing() {
    let app = App::with_pool(8);
    let engaged = payee(&app);
    let claim = parking(&app, &engaged, 8, 65_000);
    pay(&app, "accounts_payable");
    for pence in [700, 300, 201] {
        agreed(&app, &claim, pence, "offset");
    }
    parking(&app, &engaged, 9, 400);
    parking(&app, &engaged, 10, 150);
    let route = json!({ "route": "accounts_payable" });
    for round in 0..ROUNDS {
        let keys = [key(), key()];
        let answers = at_once(2, |n| app.finance().post_once("/v1/payment-runs", &keys[n], route.clone()));
        let made: Vec<_> = answers.iter().filter(|answer| answer.status == 201).map(|one| one.json.clone()).collect();
        done(answers, (409, "nothing-due"));
        // Together they take what one run takes: both payments, and 300 of the credits, which leaves 201 a place, too.
        let total: i64 = made.iter().map(|run| run["total_pence"].as_i64().unwrap()).sum();
        assert!(made.iter().all(|run| run["total_pence"].as_i64().unwrap() >= 0), "{round}: {made:?}");
        assert!(total == 49 || made.len() == 2, "{round}: {made:?}");
        books::runs_balance(&app);
        for run in made {
            app.finance().ask(&format!("/v1/payment-runs/{}/cancel", make::id(&run))).expect(200);
        }
    }
    books::balance(&app);
}
