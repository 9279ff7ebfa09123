//! The taxable excess of mileage follows what comes back: the year's statement is true after a recovery.

use serde_json::{Value, json};

use super::{agreed, pay, payee};
use crate::support::make::{self, Engaged};
use crate::support::{App, books};

/// A trust that pays 60p a mile, 5p above the HMRC approved amount.
fn generous(app: &App) -> Engaged {
    let it = payee(app);
    let mut body: Value =
        serde_json::from_str(include_str!("../../../src/policies/examples/2026-27.json")).expect("an example");
    body["name"] = json!("A generous policy");
    body["effective_from"] = json!("2026-05-01");
    body["mileage"]["car"]["first_pence_per_mile"] = json!(60);
    body["mileage_ceiling"]["car"]["first_pence_per_mile"] = json!(55);
    let policy = make::id(&app.lead().post("/v1/reimbursement-policies", body).expect(201));
    app.lead().ask(&format!("/v1/reimbursement-policies/{policy}/publish")).expect(200);
    it
}

/// An approved claim for 100 miles, 6000 of which 500 are taxable, beside parking of 300.
fn driven(app: &App, it: &Engaged) -> Value {
    let session = make::attended(app, &it.opportunity, &it.volunteer, "2026-06-08T09:00:00Z", 60);
    make::approved(
        app,
        it,
        json!([
            { "kind": "mileage", "session_id": session, "vehicle": "car", "miles": 100, "from": "A", "to": "B" },
            { "kind": "parking", "session_id": session, "spent_pence": 300, "evidence_exception": "Lost." },
        ]),
    )
}

/// What a year's statement says of expenses, their taxable part, and of each payment's, the least first.
fn statement(app: &App, it: &Engaged, year: &str) -> (i64, i64, Vec<i64>) {
    let told = app.volunteer(&it.volunteer).get(&format!("/v1/me/statement?tax_year={year}")).expect(200);
    let pence = |value: &Value, name: &str| value[name].as_i64().unwrap();
    let mut each: Vec<i64> =
        told["payments"].as_array().unwrap().iter().map(|one| pence(one, "taxable_excess_pence")).collect();
    each.sort_unstable();
    (pence(&told, "expense_pence"), pence(&told, "taxable_excess_pence"), each)
}

fn repaid(app: &App, recovery: &str, on: &str, pence: i64) {
    let body = json!({ "on": on, "pence": pence, "ledger_reference": "R" });
    app.finance().post(&format!("{recovery}/repaid"), body).expect(200);
}

#[test]
fn what_comes_back_of_mileage_was_the_part_above_the_approved_amount_first() {
    let app = App::start();
    let it = generous(&app);
    let claim = driven(&app, &it);
    pay(&app, "accounts_payable");
    assert_eq!(statement(&app, &it, "2026/27"), (6_300, 500, vec![500]));
    // In parts: 300 of the taxable part, then the rest of it and 200 that were never taxable.
    let recovery = agreed(&app, &claim, 700, "repayment");
    assert_eq!(statement(&app, &it, "2026/27"), (6_300, 500, vec![500]), "nothing has come back yet");
    repaid(&app, &recovery, "2026-06-15", 300);
    assert_eq!(statement(&app, &it, "2026/27"), (6_000, 200, vec![-300, 500]));
    repaid(&app, &recovery, "2026-06-15", 400);
    assert_eq!(statement(&app, &it, "2026/27"), (5_600, 0, vec![-300, -200, 500]));
    // Nothing taxable is left for another recovery of the line to take.
    let second = agreed(&app, &claim, 100, "repayment");
    repaid(&app, &second, "2026-06-15", 100);
    assert_eq!(statement(&app, &it, "2026/27"), (5_500, 0, vec![-300, -200, 0, 500]));
    books::balance(&app);
}

#[test]
fn a_credit_takes_the_excess_off_and_other_lines_leave_it() {
    let app = App::start();
    let it = generous(&app);
    let claim = driven(&app, &it);
    pay(&app, "accounts_payable");
    let at = format!("/v1/claims/{}/recoveries", make::id(&claim));
    let mut body = json!({ "reason": "Twice.", "method": "offset", "lines": [{ "id": claim["lines"][1]["id"], "pence": 300 }],
        "agreed_with_person": { "on": "2026-06-15", "how": "By telephone" } });
    for (line, pence, taxable) in [(1, 300, 0), (0, 200, -200)] {
        body["lines"] = json!([{ "id": claim["lines"][line]["id"], "pence": pence }]);
        let made = app.lead().post(&at, body.clone()).expect(201);
        app.finance().ask(&format!("/v1/recoveries/{}/confirm", make::id(&made))).expect(200);
        let session = make::attended(&app, &it.opportunity, &it.volunteer, "2026-06-09T09:00:00Z", 60);
        let lines =
            json!([{ "kind": "parking", "session_id": session, "spent_pence": 500, "evidence_exception": "Lost." }]);
        make::approved(&app, &it, lines);
        pay(&app, "accounts_payable");
        let (_, all, each) = statement(&app, &it, "2026/27");
        assert_eq!((all, each.contains(&taxable)), (500 + taxable, true), "{each:?}");
    }
    books::balance(&app);
}

#[test]
fn what_comes_back_in_a_later_year_counts_in_that_year() {
    let app = App::start();
    let it = generous(&app);
    let claim = driven(&app, &it);
    pay(&app, "accounts_payable");
    app.now_is("2027-04-06T10:00:00Z");
    let recovery = agreed(&app, &claim, 6_000, "repayment");
    repaid(&app, &recovery, "2027-04-06", 6_000);
    assert_eq!(statement(&app, &it, "2026/27"), (6_300, 500, vec![500]));
    assert_eq!(statement(&app, &it, "2027/28"), (-6_000, -500, vec![-500]));
    let told = app.volunteer(&it.volunteer).get("/v1/me/statement?tax_year=2027/28").expect(200);
    let said =
        "£5.00 above HMRC's approved amounts for mileage, which counted as taxable in an earlier year, came back.";
    assert!(told["explanation"].as_array().unwrap().contains(&json!(said)), "{told}");
}
