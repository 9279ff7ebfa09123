//! Payments that finance holds back, and those paid by hand.

use involvement::access::Role;
use involvement::access::token::Mint;
use serde_json::{Value, json};

use super::{key, payments, run};
use crate::bad_figures::changes_nothing;
use crate::support::app::{faults, mint_defaults};
use crate::support::{Answer, App, Client, books, make};

fn parking(app: &App) -> (String, String) {
    let engaged = make::engaged(app);
    make::payee(app, &engaged.volunteer);
    let session = make::attended(app, &engaged.opportunity, &engaged.volunteer, "2026-06-08T09:00:00Z", 240);
    let lines =
        json!([{ "kind": "parking", "session_id": session, "spent_pence": 300, "evidence_exception": "Lost." }]);
    let claim = make::approved(app, &engaged, lines);
    let payment = make::id(&claim["payments"][0]);
    (format!("/v1/payments/{payment}"), engaged.volunteer)
}

fn why() -> Value {
    json!({ "reason": "The supplier number is being checked." })
}

fn cash() -> Value {
    json!({ "how": "petty_cash", "on": "2026-06-15", "reference": "PC 0417", "received_by": "Vera Volunteer" })
}

/// Asks for a run of everything that is due by accounts payable.
fn new_run(app: &App) -> Answer {
    app.finance().post_once("/v1/payment-runs", &key(), json!({ "route": "accounts_payable" }))
}

#[test]
fn a_held_payment_enters_no_run_until_it_is_resumed() {
    let app = App::start();
    let (payment, _) = parking(&app);
    changes_nothing(&app, || {
        for who in [app.lead(), app.staff(&["crisis-cafe"])] {
            who.post(&format!("{payment}/hold"), why()).refused(403, "forbidden");
        }
        app.finance().post(&format!("{payment}/hold"), json!({})).refused(422, "invalid");
    });
    let held = app.finance().post(&format!("{payment}/hold"), why()).expect(200);
    assert_eq!((&held["status"], &held["held_reason"]), (&json!("held"), &why()["reason"]));
    changes_nothing(&app, || {
        app.finance().post(&format!("{payment}/hold"), why()).refused(409, "invalid-transition");
        app.finance().post(&format!("{payment}/pay-by-hand"), cash()).refused(409, "invalid-transition");
    });
    let waiting = app.finance().get("/v1/me").expect(200)["waiting"].clone();
    assert_eq!((&waiting["payments_held"], &waiting["payments_due"]), (&json!(1), &json!(0)));
    assert_eq!(payments(&app.finance(), "status=held").len(), 1);
    changes_nothing(&app, || new_run(&app).refused(409, "nothing-due"));
    let lead = app.lead().get(&payment).expect(200);
    assert!(lead.get("supplier_number").is_none() && lead["held_reason"] == why()["reason"], "{lead}");
    assert_eq!(app.finance().ask(&format!("{payment}/resume")).expect(200)["status"], "due");
    let run = run(&app);
    assert_eq!(run["payment_count"], 1);
    let hold = || app.finance().post(&format!("{payment}/hold"), why());
    let problem = changes_nothing(&app, || hold().refused(409, "invalid-transition"));
    assert_eq!(problem["allowed"], json!([]));
    books::balance(&app);
}

#[test]
fn nobody_holds_or_resumes_a_payment_to_themselves() {
    let app = App::start();
    let (payment, volunteer) = parking(&app);
    app.lead().change(&format!("/v1/volunteers/{volunteer}"), json!({ "staff_subject": "finpayee" })).expect(200);
    let own = app.finance_called("finpayee");
    let hold = |who: &Client<'_>| who.post(&format!("{payment}/hold"), why());
    let problem = changes_nothing(&app, || hold(&own).refused(409, "segregation-of-duties"));
    assert_eq!(faults(&problem)[0].1, "holder-is-payee");
    hold(&app.finance()).expect(200);
    changes_nothing(&app, || own.ask(&format!("{payment}/resume")).refused(409, "segregation-of-duties"));
    assert_eq!(app.finance().get(&payment).expect(200)["status"], "held");
    app.finance().ask(&format!("{payment}/resume")).expect(200);
}

#[test]
fn an_erasure_is_a_change_of_a_payment_that_named_somebody() {
    let app = App::start();
    let (payment, volunteer) = parking(&app);
    let paid = app.finance().post(&format!("{payment}/pay-by-hand"), cash()).expect(200);
    app.now_is("2026-06-16T10:00:00Z");
    app.lead().post(&format!("/v1/volunteers/{volunteer}/leave"), json!({ "reason": "other" })).expect(200);
    app.lead().ask(&format!("/v1/volunteers/{volunteer}/erase")).expect(200);
    let list = app.finance().get("/v1/payments?updated_since=2026-06-16T09:00:00Z").expect(200);
    let changed = list["items"].as_array().unwrap();
    assert_eq!(changed.len(), 1, "whoever keeps a copy hears of it");
    let version = paid["version"].as_i64().unwrap() + 1;
    assert_eq!((&changed[0]["version"], &changed[0]["received_by"]), (&json!(version), &Value::Null));
    books::balance(&app);
}

#[test]
fn a_payment_is_read_with_a_tag_that_its_numbers_are_part_of() {
    let app = App::start();
    let (payment, volunteer) = parking(&app);
    let tag = |who: &Client<'_>| who.get(&payment).header("etag").unwrap().to_owned();
    let (before, lead) = (tag(&app.finance()), tag(&app.lead()));
    assert_ne!(before, lead);
    let fresh = app.finance().send("GET", &payment, &[("if-none-match", before.as_str())], None);
    assert_eq!(fresh.status, 304);
    make::numbers(&app, &volunteer, json!({ "supplier_number": "S999" }));
    assert_ne!(tag(&app.finance()), before);
    app.finance().get("/v1/payments/019d5fdf-edbf-7000-8000-000000000001").refused(404, "not-found");
    app.volunteer(&volunteer).get(&payment).refused(403, "forbidden");
}

#[test]
fn cash_is_paid_once_by_somebody_else_and_counts_like_any_other_payment() {
    let app = App::start();
    let (payment, volunteer) = parking(&app);
    let at = format!("{payment}/pay-by-hand");
    changes_nothing(&app, || app.lead().post(&at, cash()).refused(403, "forbidden"));
    let both = |subject: &str, volunteer_id: Option<&str>| {
        let volunteer_id = volunteer_id.map(|id| id.parse::<uuid::Uuid>().unwrap().into());
        app.with(Mint { roles: vec![Role::Finance], subject: subject.to_owned(), volunteer_id, ..mint_defaults() })
    };
    let by_approver = || both("lead.ann", None).post(&at, cash());
    let problem = changes_nothing(&app, || by_approver().refused(409, "segregation-of-duties"));
    assert_eq!(faults(&problem)[0].1, "payer-is-approver");
    app.lead().change(&format!("/v1/volunteers/{volunteer}"), json!({ "staff_subject": "finance.vera" })).expect(200);
    let by_payee = || app.finance_called("finance.vera").post(&at, cash());
    let problem = changes_nothing(&app, || by_payee().refused(409, "segregation-of-duties"));
    assert_eq!(faults(&problem)[0].1, "payer-is-payee");
    for (on, status) in [("2026-06-14", 422), ("2026-06-16", 422)] {
        let mut body = cash();
        body["on"] = json!(on);
        let problem = changes_nothing(&app, || app.finance().post(&at, body).expect(status));
        assert_eq!(faults(&problem)[0], ("/on".to_owned(), "out-of-range".to_owned()), "{on}");
    }
    let paid = app.finance().post(&at, cash()).expect(200);
    assert_eq!((&paid["status"], &paid["paid_on"]), (&json!("paid"), &json!("2026-06-15")));
    assert_eq!((&paid["by_hand_how"], &paid["ledger_reference"]), (&json!("petty_cash"), &json!("PC 0417")));
    assert_eq!(paid["payment_run_id"], Value::Null);
    let claim = app.lead().get(&format!("/v1/claims/{}", paid["claim_id"].as_str().unwrap())).expect(200);
    assert_eq!(claim["status"], "paid");
    changes_nothing(&app, || app.finance().post(&at, cash()).refused(409, "invalid-transition"));
    let year = app.volunteer(&volunteer).get("/v1/me/statement?tax_year=2026/27").expect(200);
    assert_eq!(year["payments"][0]["amount_pence"], 300);
    let of_june = |report: &str| {
        let address = format!("/v1/reports/{report}?from=2026-06-01&to=2026-06-15");
        app.lead().get(&address).expect(200)["total"].clone()
    };
    let spend = of_june("spend");
    assert_eq!((&spend["paid_pence"], &spend["approved_pence"]), (&json!(300), &json!(0)));
    let times = of_june("payment-times");
    assert_eq!((&times["paid_count"], &times["median_days"], &times["open_count"]), (&json!(1), &json!(0), &json!(0)));
    changes_nothing(&app, || new_run(&app).refused(409, "nothing-due"));
    books::balance(&app);
}

#[test]
fn payroll_is_never_paid_by_hand() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let session = make::attended(&app, &engaged.opportunity, &engaged.volunteer, "2026-06-08T09:00:00Z", 240);
    let claim = make::approved(&app, &engaged, json!([{ "kind": "time", "session_id": session }]));
    let at = format!("/v1/payments/{}/pay-by-hand", make::id(&claim["payments"][0]));
    changes_nothing(&app, || app.finance().post(&at, cash()).refused(409, "wrong-route"));
}
