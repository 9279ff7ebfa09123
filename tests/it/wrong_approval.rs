//! A wrong approval, found before its payment run, after the run was released, and after it was paid: to the penny in
//! answers, in the files for the ledger, in the statement, in spending, in the budget and on paper.

use serde_json::{Value, json};

use crate::support::{App, books, make, paid};

/// The time of a meeting, £75.00, and parking that was approved at £6.50 and cost £3.50.
fn approved(app: &App) -> (make::Engaged, String, String) {
    let it = make::engaged(app);
    make::payee(app, &it.volunteer);
    let session = make::attended(app, &it.opportunity, &it.volunteer, "2026-06-10T09:00:00Z", 240);
    let lines = json!([
        { "kind": "time", "session_id": session },
        { "kind": "parking", "session_id": session, "spent_pence": 650, "evidence_exception": "The machine printed none." },
    ]);
    let claim = make::approved(app, &it, lines);
    let reference = claim["reference"].as_str().unwrap().to_owned();
    (it, format!("/v1/claims/{}", make::id(&claim)), reference)
}

/// Approves it again, as it should have been.
fn approve_lowered(app: &App, claim: &str) -> Value {
    let parking = app.lead().get(claim).expect(200)["lines"][1]["id"].clone();
    let lines = json!([{ "id": parking, "approved_pence": 350, "reason": "The ticket says £3.50." }]);
    let body = json!({ "no_close_relationship": true, "lines": lines });
    app.lead().post(&format!("{claim}/approve"), body).expect(200)
}

/// The invoice numbers of a claim after its reference, with amounts and statuses, oldest first.
fn payments(app: &App, reference: &str) -> Vec<String> {
    let list = app.finance().get(&format!("/v1/payments?order=oldest&q={reference}")).expect(200);
    let mut all: Vec<String> = list["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            let number = one["invoice_number"].as_str().unwrap().replace(reference, "");
            format!("{number} {} {}", one["amount_pence"], one["status"].as_str().unwrap())
        })
        .collect();
    all.sort();
    all
}

/// Where money stands, in pence.
#[derive(Debug, PartialEq, Eq)]
struct Stands {
    submitted: i64,
    approved: i64,
    paid: i64,
    /// What the person's statement of the year says: in all, for time, for expenses.
    statement: [i64; 3],
}

/// The budget, the report on spending by two groupings, and the statement; the first two must say the same.
fn stands(app: &App, it: &make::Engaged) -> Stands {
    let pence = |value: &Value, name: &str| value[name].as_i64().unwrap_or_else(|| panic!("{name} in {value}"));
    let budget = app.lead().get(&format!("/v1/plans/{}/budget", it.plan)).expect(200);
    let (submitted, approved) =
        (pence(&budget["committed"], "submitted_pence"), pence(&budget["committed"], "approved_pence"));
    let paid = pence(&budget, "actual_pence");
    assert_eq!(pence(&budget, "remaining_pence"), pence(&budget, "budget_pence") - submitted - approved - paid);
    for grouping in ["plan", "cost_centre,route,month"] {
        let spend = app.lead().get(&format!("/v1/reports/spend?group_by={grouping}")).expect(200);
        let total = &spend["total"];
        let told = ["committed_pence", "approved_pence", "paid_pence"].map(|name| pence(total, name));
        assert_eq!(told, [submitted, approved, paid], "{grouping}");
        let sum: i64 = spend["groups"].as_array().unwrap().iter().map(|group| pence(group, "total_pence")).sum();
        assert_eq!(sum, submitted + approved + paid, "{grouping}");
    }
    // What an approval is compared with is what stands.
    assert_eq!(books::number(app, "SELECT approved_pence FROM plan_spending"), approved + paid);
    let year = app.volunteer(&it.volunteer).get("/v1/me/statement?tax_year=2026/27").expect(200);
    let statement = ["total_pence", "time_pence", "expense_pence"].map(|name| pence(&year, name));
    books::balance(app);
    books::budgets_balance(app);
    Stands { submitted, approved, paid, statement }
}

/// The rows of a run's file: invoice number and amount.
fn file(app: &App, run: &Value) -> Vec<(String, String)> {
    let text = app.finance().get(&format!("/v1/payment-runs/{}/export", make::id(run))).text;
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let place = |name: &str, headers: &csv::StringRecord| headers.iter().position(|column| column == name);
    let headers = reader.headers().unwrap().clone();
    let number = place("INVOICE_NUM", &headers).unwrap();
    let amount = place("LINE_AMOUNT", &headers).or_else(|| place("AMOUNT", &headers)).unwrap();
    reader.records().map(Result::unwrap).map(|row| (row[number].to_owned(), row[amount].to_owned())).collect()
}

fn paper(app: &App, claim: &str) -> String {
    app.lead().get(&format!("{claim}/document")).text
}

#[test]
fn found_before_its_run_it_is_undone_and_only_what_is_right_is_paid() {
    let app = App::start();
    let (it, claim, reference) = approved(&app);
    assert_eq!(stands(&app, &it), Stands { submitted: 0, approved: 8150, paid: 0, statement: [0; 3] });
    let reopened =
        app.lead().post(&format!("{claim}/reopen"), json!({ "reason": "The parking is wrong." })).expect(200);
    assert_eq!((&reopened["status"], &reopened["total_pence"]), (&json!("submitted"), &json!(8150)));
    assert_eq!(payments(&app, &reference), ["-A1 650 void", "-P1 7500 void"]);
    assert_eq!(stands(&app, &it), Stands { submitted: 8150, approved: 0, paid: 0, statement: [0; 3] });
    app.finance()
        .post_once("/v1/payment-runs", &paid::key(), json!({ "route": "accounts_payable" }))
        .refused(409, "nothing-due");

    assert_eq!(approve_lowered(&app, &claim)["total_pence"], 7850);
    assert_eq!(payments(&app, &reference), ["-A1 650 void", "-A2 350 due", "-P1 7500 void", "-P2 7500 due"]);
    assert_eq!(stands(&app, &it), Stands { submitted: 0, approved: 7850, paid: 0, statement: [0; 3] });
    for (route, number, amount) in [("accounts_payable", "A2", "3.50"), ("payroll", "P2", "75.00")] {
        let run = paid::run(&app, route);
        assert_eq!(file(&app, &run), [(format!("{reference}-{number}"), amount.to_owned())]);
        paid::results(&app, &run, &[(&format!("{reference}-{number}"), "2026-06-15")]);
    }
    assert_eq!(app.lead().get(&claim).expect(200)["status"], "paid");
    assert_eq!(stands(&app, &it), Stands { submitted: 0, approved: 0, paid: 7850, statement: [7850, 7500, 350] });
    let paper = paper(&app, &claim);
    assert!(paper.contains("£3.50") && paper.contains("£78.50"), "{paper}");
}

#[test]
fn found_after_release_it_stands_until_the_ledger_has_stopped_it() {
    let app = App::start();
    let (it, claim, reference) = approved(&app);
    let run = paid::run(&app, "accounts_payable");
    let sent = file(&app, &run);
    assert_eq!(sent, [(format!("{reference}-A1"), "6.50".to_owned())]);
    let reason = json!({ "reason": "The parking is wrong." });
    let problem = app.lead().post(&format!("{claim}/reopen"), reason.clone()).refused(409, "payments-under-way");
    assert!(problem["errors"][0]["detail"].as_str().unwrap().contains(&format!("{reference}-A1")), "{problem}");
    let list = app.finance().get(&format!("/v1/payments?q={reference}-A1")).expect(200);
    let payment = format!("/v1/payments/{}", make::id(&list["items"][0]));
    app.finance().post(&format!("{payment}/hold"), reason.clone()).refused(409, "invalid-transition");
    app.finance().ask(&format!("/v1/payment-runs/{}/cancel", make::id(&run))).refused(409, "invalid-transition");
    let parking = app.lead().get(&claim).expect(200)["lines"][1]["id"].clone();
    let recovery = json!({ "reason": "Wrong.", "method": "repayment", "lines": [{ "id": parking, "pence": 300 }] });
    app.lead().post(&format!("{claim}/recoveries"), recovery).refused(409, "invalid-transition");
    assert_eq!(stands(&app, &it), Stands { submitted: 0, approved: 8150, paid: 0, statement: [0; 3] });

    // The ledger was asked to stop it, and says so: it is due again, can be undone, and goes out anew.
    paid::results(&app, &run, &[(&format!("{reference}-A1"), "failed")]);
    assert_eq!(payments(&app, &reference), ["-A1 650 failed", "-A2 650 due", "-P1 7500 due"]);
    app.lead().post(&format!("{claim}/reopen"), reason).expect(200);
    approve_lowered(&app, &claim);
    assert_eq!(
        payments(&app, &reference),
        ["-A1 650 failed", "-A2 650 void", "-A3 350 due", "-P1 7500 void", "-P2 7500 due"]
    );
    assert_eq!(stands(&app, &it), Stands { submitted: 0, approved: 7850, paid: 0, statement: [0; 3] });
    let second = paid::run(&app, "accounts_payable");
    assert_eq!(file(&app, &second), [(format!("{reference}-A3"), "3.50".to_owned())]);
    assert_eq!(file(&app, &run), sent, "a file that was sent never changes");
    paid::results(&app, &second, &[(&format!("{reference}-A3"), "2026-06-15")]);
    assert_eq!(app.lead().get(&claim).expect(200)["status"], "part_paid");
    assert_eq!(stands(&app, &it), Stands { submitted: 0, approved: 7500, paid: 350, statement: [350, 0, 350] });
    paid::everything(&app, "payroll", "2026-06-15");
    assert_eq!(stands(&app, &it), Stands { submitted: 0, approved: 0, paid: 7850, statement: [7850, 7500, 350] });
    let paper = paper(&app, &claim);
    assert!(paper.contains("£3.50") && paper.contains("£78.50"), "{paper}");
}

#[test]
fn found_after_payment_it_comes_back_by_a_credit() {
    let app = App::start();
    let (it, claim, reference) = approved(&app);
    paid::everything(&app, "accounts_payable", "2026-06-15");
    paid::everything(&app, "payroll", "2026-06-15");
    let whole = Stands { submitted: 0, approved: 0, paid: 8150, statement: [8150, 7500, 650] };
    assert_eq!(stands(&app, &it), whole);
    let reason = json!({ "reason": "The parking is wrong." });
    app.lead().post(&format!("{claim}/reopen"), reason).refused(409, "invalid-transition");
    let parking = app.lead().get(&claim).expect(200)["lines"][1]["id"].clone();
    let body = json!({ "reason": "The ticket says £3.50.", "method": "offset", "lines": [{ "id": parking, "pence": 300 }],
        "agreed_with_person": { "on": "2026-06-15", "how": "By telephone" } });
    let recovery = make::id(&app.lead().post(&format!("{claim}/recoveries"), body).expect(201));
    assert_eq!(stands(&app, &it), whole, "a proposal moves no money");
    app.finance().ask(&format!("/v1/recoveries/{recovery}/confirm")).expect(200);
    assert_eq!(payments(&app, &reference), ["-A1 650 paid", "-AC1 -300 due", "-P1 7500 paid"]);
    assert_eq!(stands(&app, &it), whole, "nor does an agreement to it");

    // The next claim: £5.00, of which £3.00 are taken off.
    let session = make::attended(&app, &it.opportunity, &it.volunteer, "2026-06-11T09:00:00Z", 240);
    let lines =
        json!([{ "kind": "parking", "session_id": session, "spent_pence": 500, "evidence_exception": "Lost." }]);
    let next = make::approved(&app, &it, lines);
    let next = next["reference"].as_str().unwrap();
    assert_eq!(stands(&app, &it), Stands { submitted: 0, approved: 500, paid: 8150, statement: [8150, 7500, 650] });
    let run = paid::run(&app, "accounts_payable");
    assert_eq!(run["total_pence"], 200);
    let amount = |amount: &str| amount.to_owned();
    assert_eq!(
        file(&app, &run),
        [(format!("{reference}-AC1"), amount("-3.00")), (format!("{next}-A1"), amount("5.00"))]
    );
    let json = app.finance().get(&format!("/v1/payment-runs/{}/export?format=json", make::id(&run))).expect(200);
    assert_eq!(json["control"], json!({ "count": 2, "total_pence": 200 }));
    let [credit, invoice] = [format!("{reference}-AC1"), format!("{next}-A1")];
    paid::results(&app, &run, &[(&credit, "2026-06-15"), (&invoice, "2026-06-15")]);
    let settled = app.lead().get(&format!("/v1/recoveries/{recovery}")).expect(200);
    assert_eq!((&settled["status"], &settled["recovered_pence"]), (&json!("recovered"), &json!(300)));
    assert_eq!(stands(&app, &it), Stands { submitted: 0, approved: 0, paid: 8350, statement: [8350, 7500, 850] });
    // What was approved stays what it was; the amounts in lists add up to what the person has.
    assert_eq!(app.lead().get(&claim).expect(200)["total_pence"], 8150);
    assert!(paper(&app, &claim).contains("£81.50"));
    let list = app.finance().get("/v1/payments?status=paid&format=csv");
    let mut reader = csv::Reader::from_reader(list.csv().as_bytes());
    let place = reader.headers().unwrap().iter().position(|column| column == "amount_pounds").unwrap();
    let pounds: Vec<String> = reader.records().map(|row| row.unwrap()[place].to_owned()).collect();
    assert_eq!(pounds, ["5.00", "-3.00", "75.00", "6.50"]);
}
