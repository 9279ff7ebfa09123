//! What the ledger reports of a credit and of the payments that it was taken off: nothing counts as taken off that was not.

use diesel::connection::SimpleConnection;
use serde_json::{Value, json};

use super::{agreed, key, parking, pay, payee, released, told};
use crate::bad_figures::changes_nothing;
use crate::support::app::faults;
use crate::support::make::Engaged;
use crate::support::{Answer, App, books, make};

/// A credit of £10.00 in a released run beside a payment of £10.00 to the same person.
struct Balanced {
    engaged: Engaged,
    /// Path of the recovery.
    recovery: String,
    run: Value,
    /// The reference of the claim that was paid by mistake.
    first: String,
    /// Invoice numbers of the payment and the credit.
    payment: String,
    credit: String,
}

fn balanced(app: &App) -> Balanced {
    let engaged = payee(app);
    let first = parking(app, &engaged, 8, 1_000);
    pay(app, "accounts_payable");
    let recovery = agreed(app, &first, 1_000, "offset");
    let second = parking(app, &engaged, 9, 1_000);
    let run = released(app, "accounts_payable");
    assert_eq!((&run["payment_count"], &run["total_pence"]), (&json!(2), &json!(0)));
    let [first, second] = [first, second].map(|claim| claim["reference"].as_str().unwrap().to_owned());
    Balanced { engaged, recovery, run, payment: format!("{second}-A1"), credit: format!("{first}-AC1"), first }
}

impl Balanced {
    fn report(&self, app: &App, results: &[(&str, &str)]) -> Answer {
        let results: Vec<Value> =
            results.iter().map(|(number, outcome)| json!({ "invoice_number": number, "outcome": outcome })).collect();
        let at = format!("/v1/payment-runs/{}/results", make::id(&self.run));
        app.finance().post_once(&at, &key(), json!({ "results": results }))
    }

    #[track_caller]
    fn refused(&self, app: &App, results: &[(&str, &str)], told: &[(&str, &str)]) {
        let problem = changes_nothing(app, || self.report(app, results).refused(409, "results-refused"));
        let told: Vec<_> = told.iter().map(|(place, code)| ((*place).to_owned(), (*code).to_owned())).collect();
        assert_eq!(faults(&problem), told, "{problem}");
    }

    /// Status of the recovery, and what has come back.
    fn recovered(&self, app: &App) -> (String, i64) {
        let seen = app.lead().get(&self.recovery).expect(200);
        (seen["status"].as_str().unwrap().to_owned(), seen["recovered_pence"].as_i64().unwrap())
    }

    fn statement(&self, app: &App) -> i64 {
        let year = app.volunteer(&self.engaged.volunteer).get("/v1/me/statement?tax_year=2026/27").expect(200);
        year["total_pence"].as_i64().unwrap()
    }
}

/// Invoice numbers and amounts of what is due, in order.
fn due(app: &App) -> Vec<(String, i64)> {
    let list = app.finance().get("/v1/payments?limit=100&status=due").expect(200);
    let each = list["items"].as_array().unwrap().iter();
    let mut due: Vec<_> = each
        .map(|one| (one["invoice_number"].as_str().unwrap().to_owned(), one["amount_pence"].as_i64().unwrap()))
        .collect();
    due.sort();
    due
}

#[test]
fn a_credit_is_not_taken_off_what_was_not_paid() {
    let app = App::start();
    let it = balanced(&app);
    let (payment, credit) = (it.payment.as_str(), it.credit.as_str());
    it.refused(&app, &[(payment, "failed"), (credit, "paid")], &[("/results/1", "credit-uncovered")]);
    it.refused(&app, &[(credit, "paid")], &[("/results/0", "credit-uncovered")]);
    it.report(&app, &[(payment, "failed")]).expect(200);
    it.refused(&app, &[(credit, "paid")], &[("/results/0", "credit-uncovered")]);
    assert_eq!(it.recovered(&app), ("agreed".to_owned(), 0));
    assert_eq!(told(&app, &it.engaged, "recovery_settled"), None);
    it.report(&app, &[(credit, "failed")]).expect(200);
    assert_eq!(due(&app), [(format!("{}-AC2", it.first), -1_000), (payment.replace("-A1", "-A2"), 1_000)]);
    // Nobody gets more than they are owed: the next run takes both again.
    pay(&app, "accounts_payable");
    assert_eq!((it.recovered(&app), it.statement(&app)), (("recovered".to_owned(), 1_000), 1_000));
    books::balance(&app);
    books::budgets_balance(&app);
}

#[test]
fn a_credit_comes_back_with_what_it_was_taken_off() {
    let app = App::start();
    let it = balanced(&app);
    let (payment, credit) = (it.payment.as_str(), it.credit.as_str());
    it.report(&app, &[(payment, "paid"), (credit, "paid")]).expect(200);
    assert_eq!((it.recovered(&app), it.statement(&app)), (("recovered".to_owned(), 1_000), 1_000));
    assert!(told(&app, &it.engaged, "recovery_settled").expect("told").contains("taken off your payments"));
    it.refused(&app, &[(payment, "returned")], &[("/results/0", "covers-credit")]);
    it.refused(&app, &[(credit, "returned")], &[("/results/0", "credit")]);
    it.report(&app, &[(credit, "returned"), (payment, "returned")]).expect(200);
    assert_eq!((it.recovered(&app), it.statement(&app)), (("agreed".to_owned(), 0), 1_000));
    assert_eq!(due(&app), [(format!("{}-AC2", it.first), -1_000), (payment.replace("-A1", "-A2"), 1_000)]);
    // What was said before is not so any more.
    assert!(told(&app, &it.engaged, "recovery_settled").expect("told").contains("came back from the bank"));
    let pending = "SELECT count(*) FROM deliveries WHERE about = 'recovery_settled' AND status = 'pending'";
    assert_eq!(books::number(&app, pending), 1);
    assert_eq!(books::number(&app, "SELECT count(*) FROM events WHERE type = 'involvement.recovery.owed_again.v1'"), 1);
    books::balance(&app);
    books::budgets_balance(&app);
    // The same again is known, and another run takes off what is open again.
    it.report(&app, &[(credit, "returned"), (payment, "returned")]).expect(200);
    pay(&app, "accounts_payable");
    assert_eq!((it.recovered(&app), it.statement(&app)), (("recovered".to_owned(), 1_000), 1_000));
    books::balance(&app);
    books::budgets_balance(&app);
}

#[test]
fn a_recovery_that_is_open_again_can_be_waived() {
    let app = App::start();
    let it = balanced(&app);
    let both = |outcome| [(it.payment.as_str(), outcome), (it.credit.as_str(), outcome)];
    it.report(&app, &both("paid")).expect(200);
    let waive = format!("{}/waive", it.recovery);
    let small = || app.lead().post(&waive, json!({ "reason": "Small." }));
    changes_nothing(&app, || small().refused(409, "invalid-transition"));
    it.report(&app, &both("returned")).expect(200);
    small().expect(200);
    assert_eq!(due(&app), [(it.payment.replace("-A1", "-A2"), 1_000)]);
    books::balance(&app);
    books::budgets_balance(&app);
}

#[test]
fn the_database_takes_nothing_off_what_was_not_paid() {
    let app = App::start();
    let it = balanced(&app);
    let mut service = app.database.as_service();
    let mut refused = |attack: &str, word: &str| {
        let told = service.batch_execute(attack).expect_err(attack).to_string();
        assert!(told.contains(word), "{attack}: {told}");
    };
    let moved = |number: &str, to: &str| format!("UPDATE payments SET {to} WHERE invoice_number = '{number}'");
    refused(&moved(&it.credit, "status = 'paid', paid_on = '2026-06-15'"), "taken off more than was paid");
    it.report(&app, &[(&it.payment, "paid"), (&it.credit, "paid")]).expect(200);
    refused(&moved(&it.payment, "status = 'returned'"), "taken off more than was paid");
    refused("UPDATE recoveries SET status = 'agreed', recovered_on = NULL", "no longer than that");
}
