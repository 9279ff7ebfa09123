//! What is taken off later payments, by credits.

use serde_json::{Value, json};

use super::{agreed, key, parking, pay, payee, released, results, told};
use crate::bad_figures::changes_nothing;
use crate::support::{App, books, make};

fn run(app: &App) -> crate::support::Answer {
    app.finance().post_once("/v1/payment-runs", &key(), json!({ "route": "accounts_payable" }))
}

/// Invoice numbers, amounts and statuses of the credits of a recovery.
fn credits(app: &App, recovery: &str) -> Vec<(String, i64, String)> {
    let id = recovery.rsplit('/').next().unwrap();
    let list = app.finance().get("/v1/payments?limit=100&order=oldest").expect(200);
    let own = list["items"].as_array().unwrap().iter().filter(|one| one["recovery_id"] == id);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    own.map(|one| (text(&one["invoice_number"]), one["amount_pence"].as_i64().unwrap(), text(&one["status"]))).collect()
}

#[test]
fn a_credit_is_taken_off_the_same_persons_payments_and_shows_in_the_file() {
    let app = App::start();
    let engaged = payee(&app);
    let claim = parking(&app, &engaged, 8, 650);
    pay(&app, "accounts_payable");
    let recovery = agreed(&app, &claim, 500, "offset");
    let number = format!("{}-AC1", claim["reference"].as_str().unwrap());
    assert_eq!(credits(&app, &recovery), [(number.clone(), -500, "due".to_owned())]);
    let shown = app.lead().get(&format!("/v1/claims/{}", make::id(&claim))).expect(200);
    assert_eq!((&shown["status"], shown["payments"].as_array().unwrap().len()), (&json!("paid"), 1));
    // Alone, a credit is no run, and beside too small a payment it is left out.
    changes_nothing(&app, || run(&app).refused(409, "nothing-due"));
    parking(&app, &engaged, 9, 499);
    let first = run(&app).expect(201);
    assert_eq!(
        (&first["payment_count"], &first["total_pence"], &first["left_out_count"]),
        (&json!(1), &json!(499), &json!(1))
    );
    app.finance().ask(&format!("/v1/payment-runs/{}/cancel", make::id(&first))).expect(200);
    parking(&app, &engaged, 10, 301);
    let by_hand = format!("/v1/payments/{}/pay-by-hand", credit_id(&app, &number));
    let card = json!({ "how": "card", "on": "2026-06-15", "reference": "C", "received_by": "V" });
    changes_nothing(&app, || app.finance().post(&by_hand, card).refused(409, "wrong-route"));

    let released = released(&app, "accounts_payable");
    assert_eq!((&released["payment_count"], &released["total_pence"]), (&json!(3), &json!(300)));
    let path = format!("/v1/payment-runs/{}/export", make::id(&released));
    let file = app.finance().get(&path);
    assert!(file.text.contains(&format!("{number},")) && file.text.contains(",-5.00,GBP,"), "{}", file.text);
    let json = app.finance().get(&format!("{path}?format=json")).expect(200);
    assert_eq!(json["control"], json!({ "count": 3, "total_pence": 300 }));
    let waive = || app.lead().post(&format!("{recovery}/waive"), json!({ "reason": "Small." }));
    changes_nothing(&app, || waive().refused(409, "payments-under-way"));
    results(&app, &released, "paid");
    let settled = app.lead().get(&recovery).expect(200);
    assert_eq!((&settled["status"], &settled["recovered_pence"]), (&json!("recovered"), &json!(500)));
    let said = told(&app, &engaged, "recovery_settled").expect("told");
    assert!(said.contains("taken off your payments"), "{said}");
    let year = app.volunteer(&engaged.volunteer).get("/v1/me/statement?tax_year=2026/27").expect(200);
    assert_eq!(year["total_pence"], 650 + 499 + 301 - 500);
    let returned = json!({ "results": [{ "invoice_number": number, "outcome": "returned" }] });
    let at = format!("/v1/payment-runs/{}/results", make::id(&released));
    changes_nothing(&app, || app.finance().post_once(&at, &key(), returned).refused(409, "results-refused"));
    books::balance(&app);
}

fn credit_id(app: &App, number: &str) -> String {
    let list = app.finance().get("/v1/payments?limit=100").expect(200);
    make::id(list["items"].as_array().unwrap().iter().find(|one| one["invoice_number"] == number).unwrap())
}

#[test]
fn a_credit_that_fails_is_due_again_and_a_waived_recovery_has_none() {
    let app = App::start();
    let engaged = payee(&app);
    let claim = parking(&app, &engaged, 8, 650);
    pay(&app, "accounts_payable");
    let recovery = agreed(&app, &claim, 300, "offset");
    let second = agreed(&app, &claim, 350, "offset");
    parking(&app, &engaged, 9, 650);
    let both = released(&app, "accounts_payable");
    assert_eq!(both["total_pence"], 0, "credits may be as much as the payments");
    results(&app, &both, "failed");
    let statuses = |path: &str| credits(&app, path).into_iter().map(|(_, _, status)| status).collect::<Vec<_>>();
    assert_eq!(
        (statuses(&recovery), statuses(&second)),
        (vec!["failed".to_owned(), "due".to_owned()], vec!["failed".to_owned(), "due".to_owned()])
    );
    let penny = json!({ "on": "2026-06-15", "pence": 1, "ledger_reference": "R" });
    let repaid = format!("{recovery}/repaid");
    changes_nothing(&app, || app.finance().post(&repaid, penny).refused(409, "not-a-repayment"));
    app.lead().post(&format!("{recovery}/waive"), json!({ "reason": "Our mistake." })).expect(200);
    assert_eq!(statuses(&recovery), ["failed", "void"]);
    pay(&app, "accounts_payable");
    assert_eq!(app.lead().get(&second).expect(200)["status"], "recovered");
    books::balance(&app);
}

#[test]
fn credits_go_by_the_route_of_their_lines_and_never_to_somebody_else() {
    let app = App::start();
    let engaged = payee(&app);
    let session = make::attended(&app, &engaged.opportunity, &engaged.volunteer, "2026-06-08T09:00:00Z", 240);
    let lines = json!([
        { "kind": "time", "session_id": session },
        { "kind": "parking", "session_id": session, "spent_pence": 300, "evidence_exception": "Lost." },
    ]);
    let claim = make::approved(&app, &engaged, lines);
    pay(&app, "accounts_payable");
    let at = format!("/v1/claims/{}/recoveries", make::id(&claim));
    let [time, parked] = [0, 1].map(|line| claim["lines"][line]["id"].clone());
    let mut body = json!({ "reason": "Both were wrong.", "method": "offset", "lines": [{ "id": time, "pence": 100 }, { "id": parked, "pence": 200 }],
        "agreed_with_person": { "on": "2026-06-15", "how": "By telephone" } });
    // The payroll has not paid yet.
    changes_nothing(&app, || app.lead().post(&at, body.clone()).refused(409, "recovered-above-paid"));
    pay(&app, "payroll");
    let made = app.lead().post(&at, body.clone()).expect(201);
    let path = format!("/v1/recoveries/{}", make::id(&made));
    app.finance().ask(&format!("{path}/confirm")).expect(200);
    let reference = claim["reference"].as_str().unwrap();
    let mut all = credits(&app, &path);
    all.sort();
    let due = |route: &str, pence| (format!("{reference}-{route}C1"), pence, "due".to_owned());
    assert_eq!(all, [due("A", -200), due("P", -100)]);
    body["lines"][0]["pence"] = json!(7401);
    changes_nothing(&app, || app.lead().post(&at, body).refused(409, "recovered-above-paid"));
    let other = make::volunteer(&app, "Somebody Else");
    make::payee(&app, &other);
    let agreement = make::agreement(&app, &engaged.opportunity, &other, json!({}));
    let session = make::attended(&app, &engaged.opportunity, &other, "2026-06-09T09:00:00Z", 240);
    let theirs = make::claim(
        &app.volunteer(&other),
        &agreement,
        json!([{ "kind": "parking", "session_id": session, "spent_pence": 900, "evidence_exception": "Lost." }]),
    );
    let theirs = format!("/v1/claims/{}", make::id(&theirs));
    app.volunteer(&other).ask(&format!("{theirs}/submit")).expect(200);
    app.lead().post(&format!("{theirs}/approve"), json!({ "no_close_relationship": true })).expect(200);
    let run = run(&app).expect(201);
    assert_eq!(
        (&run["payment_count"], &run["total_pence"], &run["left_out_count"]),
        (&json!(1), &json!(900), &json!(1))
    );
    books::balance(&app);
}

#[test]
fn a_credit_that_is_too_large_keeps_back_no_later_one_that_fits() {
    let app = App::start();
    let engaged = payee(&app);
    let claim = parking(&app, &engaged, 8, 2_000);
    pay(&app, "accounts_payable");
    let [large, middle, small] = [700, 300, 201].map(|pence| agreed(&app, &claim, pence, "offset"));
    parking(&app, &engaged, 9, 500);
    let first = released(&app, "accounts_payable");
    // 700 does not fit into 500; 300 does, and then 201 is a penny more than what is left.
    assert_eq!(
        (&first["payment_count"], &first["total_pence"], &first["left_out_count"]),
        (&json!(2), &json!(200), &json!(2))
    );
    let status = |recovery: &str| credits(&app, recovery)[0].2.clone();
    assert_eq!([&large, &middle, &small].map(|one| status(one)), ["due", "in_run", "due"]);
    results(&app, &first, "paid");
    // What waits longest is taken first, as soon as it fits; to the penny.
    parking(&app, &engaged, 10, 901);
    let second = released(&app, "accounts_payable");
    assert_eq!((&second["payment_count"], &second["total_pence"]), (&json!(3), &json!(0)));
    results(&app, &second, "paid");
    assert_eq!([&large, &middle, &small].map(|one| status(one)), ["paid", "paid", "paid"]);
    books::balance(&app);
}
