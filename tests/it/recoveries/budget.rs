//! What was recovered can be spent again: the budget, the warning and the refusal say the same, to the penny.

use serde_json::{Value, json};

use super::{agreed, pay, released, results};
use crate::support::together::{ROUNDS, at_once, done};
use crate::support::{Answer, App, books, make};

/// Somebody who can be paid, from a plan with this budget.
fn on_budget(app: &App, budget_pence: i64) -> make::Engaged {
    make::policies(app);
    let service = make::service(app, "crisis-cafe");
    let plan = make::approved_plan_with(app, &service, json!({ "budget_pence": budget_pence }));
    let opportunity = make::published(app, &plan, json!({}));
    let volunteer = make::volunteer(app, "Vera Volunteer");
    let agreement = make::agreement(app, &opportunity, &volunteer, json!({}));
    make::payee(app, &volunteer);
    make::Engaged { service, plan, opportunity, volunteer, agreement }
}

fn submitted(app: &App, it: &make::Engaged, pence: i64) -> Value {
    let session = make::attended(app, &it.opportunity, &it.volunteer, "2026-06-10T09:00:00Z", 60);
    let lines =
        json!([{ "kind": "parking", "session_id": session, "spent_pence": pence, "evidence_exception": "Lost." }]);
    make::submitted(app, it, lines)
}

fn approve(app: &App, claim: &Value) -> Answer {
    app.lead().post(&format!("/v1/claims/{}/approve", make::id(claim)), json!({ "no_close_relationship": true }))
}

/// Whether the lead is warned before approving.
fn warned(app: &App, claim: &Value) -> bool {
    let shown = app.lead().get(&format!("/v1/claims/{}", make::id(claim))).expect(200);
    shown["lines"][0]["warnings"].as_array().unwrap().iter().any(|warning| warning["code"] == "over-budget")
}

fn remaining(app: &App, it: &make::Engaged) -> i64 {
    app.lead().get(&format!("/v1/plans/{}/budget", it.plan)).expect(200)["remaining_pence"].as_i64().unwrap()
}

fn repay(app: &App, recovery: &str, pence: i64) -> Value {
    let body = json!({ "on": "2026-06-15", "pence": pence, "ledger_reference": "R" });
    app.finance().post(&format!("{recovery}/repaid"), body).expect(200)
}

#[test]
fn what_was_recovered_can_be_spent_again_once_all_of_it_came_back() {
    let app = App::start();
    let it = on_budget(&app, 1_000);
    let first = make::id(&approve(&app, &submitted(&app, &it, 900)).expect(200));
    pay(&app, "accounts_payable");
    let first = app.lead().get(&format!("/v1/claims/{first}")).expect(200);
    let (fits, exceeds) = (submitted(&app, &it, 400), submitted(&app, &it, 401));
    // Proposed, agreed and repaid in part, it is spent still.
    let recovery = agreed(&app, &first, 300, "repayment");
    repay(&app, &recovery, 299);
    assert!(warned(&app, &fits) && warned(&app, &exceeds));
    approve(&app, &fits).refused(409, "over-budget");
    assert_eq!(remaining(&app, &it), 1_000 - 900 - 400 - 401);
    repay(&app, &recovery, 1);
    assert_eq!(remaining(&app, &it), 1_000 - 600 - 400 - 401);
    assert_eq!((warned(&app, &fits), warned(&app, &exceeds)), (false, true));
    let refused = approve(&app, &exceeds).refused(409, "over-budget");
    let said = "The budget of the plan is £10.00, of which £6.00 is approved already. This claim adds £4.01.";
    assert!(refused["detail"].as_str().unwrap().starts_with(said), "{refused}");
    approve(&app, &fits).expect(200);
    app.lead().post(&format!("/v1/claims/{}/reject", make::id(&exceeds)), json!({ "reason": "No money." })).expect(200);
    assert_eq!(remaining(&app, &it), 0);
    books::balance(&app);
    books::budgets_balance(&app);
}

#[test]
fn an_offset_gives_money_back_when_its_credit_is_paid_and_a_waived_recovery_none() {
    let app = App::start();
    let it = on_budget(&app, 1_000);
    let first = approve(&app, &submitted(&app, &it, 600)).expect(200);
    pay(&app, "accounts_payable");
    let waived = agreed(&app, &first, 100, "repayment");
    app.lead().post(&format!("{waived}/waive"), json!({ "reason": "Small." })).expect(200);
    agreed(&app, &first, 300, "offset");
    approve(&app, &submitted(&app, &it, 400)).expect(200);
    let next = submitted(&app, &it, 300);
    let run = released(&app, "accounts_payable");
    assert_eq!(run["total_pence"], 100);
    approve(&app, &next).refused(409, "over-budget");
    results(&app, &run, "paid");
    assert_eq!(books::number(&app, "SELECT approved_pence FROM plan_spending"), 700);
    approve(&app, &next).expect(200);
    assert_eq!(remaining(&app, &it), 0);
    books::balance(&app);
    books::budgets_balance(&app);
}

#[test]
fn a_claim_is_approved_or_not_while_money_comes_back_but_never_beyond_the_budget() {
    let app = App::with_pool(8);
    let it = on_budget(&app, 1_000);
    let first = approve(&app, &submitted(&app, &it, 1_000)).expect(200);
    pay(&app, "accounts_payable");
    let mut left = 0;
    for round in 0..ROUNDS.min(20) {
        let recovery = agreed(&app, &first, 10, "repayment");
        let claims = [submitted(&app, &it, 10), submitted(&app, &it, 10)];
        let body = json!({ "on": "2026-06-15", "pence": 10, "ledger_reference": "R" });
        let answers = at_once(3, |n| match n {
            0 => app.finance().post(&format!("{recovery}/repaid"), body.clone()),
            n => approve(&app, &claims[n - 1]),
        });
        let approved = done(answers, (409, "over-budget")) - 1;
        left += 10 - 10 * i64::try_from(approved).unwrap();
        assert!(left >= 0, "{round}: beyond the budget");
        let spent = books::number(&app, "SELECT approved_pence FROM plan_spending");
        assert_eq!(spent, 1_000 - left, "{round}");
        for claim in &claims {
            let path = format!("/v1/claims/{}", make::id(claim));
            let status = app.lead().get(&path).expect(200)["status"].clone();
            if status == "submitted" {
                app.lead().post(&format!("{path}/reject"), json!({ "reason": "No money." })).expect(200);
            }
        }
        assert_eq!(remaining(&app, &it), left, "{round}");
    }
    books::balance(&app);
    books::budgets_balance(&app);
}
