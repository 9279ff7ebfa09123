//! Recoveries and their credits, several at the same moment.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
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

#[derive(QueryableByName)]
struct Free {
    #[diesel(sql_type = diesel::sql_types::Bool)]
    is_credit: bool,
}

/// The due payments that nobody locked, once a run waits.
const FREE: &str = "SELECT recovery_id IS NOT NULL AS is_credit FROM payments WHERE status = 'due' AND EXISTS (
    SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock') FOR UPDATE SKIP LOCKED";

/// Somebody else's run that is being made holds a person's payment: their credit is not kept from that run.
#[test]
fn a_run_locks_the_credits_of_those_alone_whom_it_pays() {
    let app = App::with_pool(4);
    let vera = payee(&app);
    let claim = parking(&app, &vera, 8, 65_000);
    pay(&app, "accounts_payable");
    agreed(&app, &claim, 300, "offset");
    parking(&app, &vera, 9, 400);
    let volunteer = make::volunteer(&app, "Wim Volunteer");
    let agreement = make::agreement(&app, &vera.opportunity, &volunteer, json!({}));
    let [service, plan, opportunity] = [&vera.service, &vera.plan, &vera.opportunity].map(String::clone);
    let wim = make::Engaged { service, plan, opportunity, volunteer, agreement };
    make::payee(&app, &wim.volunteer);
    parking(&app, &wim, 10, 150);
    let route = json!({ "route": "accounts_payable" });
    let mut other_run = app.database.as_owner();
    let held = format!(
        "BEGIN; SELECT FROM payments WHERE volunteer_id = '{}' AND recovery_id IS NULL FOR UPDATE",
        vera.volunteer
    );
    other_run.batch_execute(&held).expect("a lock");
    // The run waits with all its locks, for a row with its own reference.
    let mut in_its_way = app.database.as_owner();
    let same_reference = "SET session_replication_role = replica; BEGIN;
        INSERT INTO payment_runs SELECT (jsonb_populate_record(r, jsonb_build_object('id', gen_random_uuid(),
            'reference', 'RUN-2026-' || lpad((n.last_value + 1)::text, 6, '0')))).* FROM payment_runs r, payment_run_reference_numbers n LIMIT 1";
    in_its_way.batch_execute(same_reference).expect("a row");
    let mut look = app.database.as_owner();
    let run = std::thread::scope(|scope| {
        // A 503 is sent again, as clients do.
        let making = scope.spawn(|| {
            at_once(1, |_| app.finance().post_once("/v1/payment-runs", "a-key-of-a-run-in-the-way", route.clone()))
        });
        // Which due payments are free is asked in the statement that finds the run waiting.
        let free = loop {
            assert!(!making.is_finished(), "the run was made");
            let found: Vec<Free> = diesel::sql_query(FREE).load(&mut look).expect("an answer");
            if !found.is_empty() {
                break found.into_iter().map(|one| one.is_credit).collect::<Vec<_>>();
            }
        };
        assert_eq!(free, [true], "the credit is free, and both payments are locked");
        in_its_way.batch_execute("ROLLBACK").expect("the way is free");
        making.join().expect("an answer").remove(0).expect(201)
    });
    assert_eq!(
        (&run["payment_count"], &run["total_pence"], &run["left_out_count"]),
        (&json!(1), &json!(150), &json!(1))
    );
    other_run.batch_execute("ROLLBACK").expect("no lock");
    let next = app.finance().post_once("/v1/payment-runs", &key(), route).expect(201);
    assert_eq!(
        (&next["payment_count"], &next["total_pence"], &next["left_out_count"]),
        (&json!(2), &json!(100), &json!(0))
    );
    books::balance(&app);
}
