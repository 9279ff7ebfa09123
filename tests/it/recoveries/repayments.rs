//! What is paid back, in parts or as a whole.

use involvement::access::Role;
use involvement::access::token::Mint;
use serde_json::{Value, json};

use super::{agreed, parking, pay, payee, proposal, propose, told};
use crate::bad_figures::changes_nothing;
use crate::support::app::{faults, mint_defaults};
use crate::support::{App, books, make};

fn repaid(pence: i64) -> Value {
    json!({ "on": "2026-06-15", "pence": pence, "ledger_reference": "REC 4711" })
}

#[test]
fn an_overpayment_is_proposed_confirmed_by_another_and_paid_back_in_parts() {
    let app = App::start();
    let engaged = payee(&app);
    let claim = parking(&app, &engaged, 8, 650);
    let at = format!("/v1/claims/{}/recoveries", make::id(&claim));
    app.lead().post(&at, proposal(&claim, 100, "repayment")).refused(409, "invalid-transition");
    pay(&app, "accounts_payable");

    for who in [app.finance(), app.staff(&["crisis-cafe"]), app.volunteer(&engaged.volunteer)] {
        who.post(&at, proposal(&claim, 100, "repayment")).refused(403, "forbidden");
    }
    let made = propose(&app.lead(), &claim, 500, "repayment").expect(201);
    assert_eq!(
        (&made["status"], &made["total_pence"], &made["recovered_pence"]),
        (&json!("proposed"), &json!(500), &json!(0))
    );
    assert_eq!(made["reference"].as_str().unwrap(), "REC-2026-000001");
    let said = told(&app, &engaged, "recovery_proposed").expect("told");
    assert!(said.contains("£5.00") && said.contains("claimed twice"), "{said}");
    let path = format!("/v1/recoveries/{}", make::id(&made));
    app.finance().post(&format!("{path}/repaid"), repaid(100)).refused(409, "invalid-transition");
    let problem = app.lead().ask(&format!("{path}/confirm")).refused(409, "segregation-of-duties");
    assert_eq!(faults(&problem)[0].1, "confirmer-is-proposer");
    assert_eq!(app.finance().get("/v1/me").expect(200)["waiting"]["recoveries_to_confirm"], 1);
    app.finance().ask(&format!("{path}/confirm")).expect(200);
    app.finance().ask(&format!("{path}/confirm")).refused(409, "invalid-transition");

    let part = app.finance().post(&format!("{path}/repaid"), repaid(200)).expect(200);
    assert_eq!((&part["status"], &part["recovered_pence"]), (&json!("agreed"), &json!(200)));
    // Sent again without a key after an answer that was lost: it counts once.
    let problem = app.finance().post(&format!("{path}/repaid"), repaid(200)).refused(409, "already-exists");
    assert_eq!(faults(&problem), [("/ledger_reference".to_owned(), "already-exists".to_owned())]);
    assert_eq!(app.finance().get(&path).expect(200)["recovered_pence"], 200);
    changes_nothing(&app, || {
        let problem = app.finance().post(&format!("{path}/repaid"), repaid(301)).refused(409, "repaid-above-open");
        assert_eq!(faults(&problem), [("/pence".to_owned(), "repaid-above-open".to_owned())]);
        app.lead().post(&format!("{path}/waive"), json!({ "reason": "Small." })).refused(409, "partly-recovered");
    });
    let spent =
        |app: &App| app.lead().get(&format!("/v1/plans/{}/budget", claim["plan_id"].as_str().unwrap())).expect(200);
    assert_eq!(spent(&app)["actual_pence"], 650);
    let whole = app.finance().post(&format!("{path}/repaid"), repaid(300)).expect(200);
    assert_eq!((&whole["status"], &whole["recovered_on"]), (&json!("recovered"), &json!("2026-06-15")));
    assert_eq!(whole["repayments"].as_array().unwrap().len(), 2);
    assert_eq!(spent(&app)["actual_pence"], 150);
    let said = told(&app, &engaged, "recovery_settled").expect("told");
    assert!(said.contains("£5.00"), "{said}");
    assert_eq!(told(&app, &engaged, "recovery_proposed"), None);

    let year = app.volunteer(&engaged.volunteer).get("/v1/me/statement?tax_year=2026/27").expect(200);
    assert_eq!((&year["total_pence"], &year["expense_pence"]), (&json!(150), &json!(150)));
    let amounts: Vec<i64> =
        year["payments"].as_array().unwrap().iter().map(|one| one["amount_pence"].as_i64().unwrap()).collect();
    assert_eq!(amounts.iter().sum::<i64>(), 150);
    assert!(amounts.contains(&-200) && amounts.contains(&-300), "{amounts:?}");
    books::balance(&app);
}

#[test]
fn no_more_is_recovered_than_was_paid() {
    let app = App::start();
    let engaged = payee(&app);
    let (claim, other) = (parking(&app, &engaged, 8, 650), parking(&app, &engaged, 9, 300));
    pay(&app, "accounts_payable");
    changes_nothing(&app, || no_such_proposal(&app, &claim, &other));

    let first = propose(&app.lead(), &claim, 400, "repayment").expect(201);
    changes_nothing(&app, || propose(&app.lead(), &claim, 251, "repayment").refused(409, "recovered-above-paid"));
    let path = format!("/v1/recoveries/{}", make::id(&first));
    app.lead().post(&format!("{path}/waive"), json!({ "reason": "A mistake." })).expect(200);
    let path = agreed(&app, &claim, 650, "repayment");
    changes_nothing(&app, || {
        for on in ["2026-06-14", "2026-06-16"] {
            let body = json!({ "on": on, "pence": 1, "ledger_reference": "R" });
            app.finance().post(&format!("{path}/repaid"), body).refused(422, "invalid");
        }
    });
    books::balance(&app);
}

/// Proposals for more than was paid, for another claim's line, for no amount, and without what was agreed, are refused.
fn no_such_proposal(app: &App, claim: &Value, other: &Value) {
    let at = format!("/v1/claims/{}/recoveries", make::id(claim));
    let problem = propose(&app.lead(), claim, 651, "repayment").refused(409, "recovered-above-paid");
    assert_eq!(faults(&problem), [("/lines/0/pence".to_owned(), "recovered-above-paid".to_owned())]);
    let mut foreign = proposal(claim, 100, "repayment");
    foreign["lines"][0]["id"] = other["lines"][0]["id"].clone();
    app.lead().post(&at, foreign).refused(409, "unknown-reference");
    for pence in [json!(0), json!(-1), json!(1.5), json!("5")] {
        let mut body = proposal(claim, 1, "repayment");
        body["lines"][0]["pence"] = pence;
        app.lead().post(&at, body).refused(422, "invalid");
    }
    let mut twice = proposal(claim, 100, "repayment");
    let line = twice["lines"][0].clone();
    twice["lines"].as_array_mut().unwrap().push(line);
    app.lead().post(&at, twice).refused(422, "invalid");
    let mut none = proposal(claim, 100, "repayment");
    none["lines"] = json!([]);
    app.lead().post(&at, none).refused(422, "invalid");
    let mut alone = proposal(claim, 100, "offset");
    alone["agreed_with_person"] = Value::Null;
    let problem = app.lead().post(&at, alone).refused(422, "invalid");
    assert_eq!(faults(&problem), [("/agreed_with_person".to_owned(), "required".to_owned())]);
    for on in ["2026-06-07", "2026-06-16"] {
        let mut body = proposal(claim, 100, "offset");
        body["agreed_with_person"]["on"] = json!(on);
        app.lead().post(&at, body).refused(422, "invalid");
    }
}

#[test]
fn nobody_decides_what_they_themselves_pay_back_and_finance_reads_no_reasons() {
    let app = App::start();
    let engaged = payee(&app);
    let claim = parking(&app, &engaged, 8, 650);
    pay(&app, "accounts_payable");
    let volunteer_id = Some(engaged.volunteer.parse::<uuid::Uuid>().unwrap().into());
    let both = app.with(Mint {
        roles: vec![Role::InvolvementLead, Role::Finance, Role::Volunteer],
        subject: "lead.vera".to_owned(),
        volunteer_id,
        ..mint_defaults()
    });
    changes_nothing(&app, || propose(&both, &claim, 100, "repayment").refused(409, "segregation-of-duties"));
    let made = propose(&app.lead(), &claim, 100, "repayment").expect(201);
    let path = format!("/v1/recoveries/{}", make::id(&made));
    changes_nothing(&app, || {
        both.ask(&format!("{path}/confirm")).refused(409, "segregation-of-duties");
        both.post(&format!("{path}/waive"), json!({ "reason": "Mine." })).refused(409, "segregation-of-duties");
    });
    app.finance().ask(&format!("{path}/confirm")).expect(200);
    changes_nothing(&app, || both.post(&format!("{path}/repaid"), repaid(100)).refused(409, "segregation-of-duties"));

    let money = app.finance().get(&path).expect(200);
    assert!(money.get("reason").is_none() && money.get("agreed_with_person").is_none(), "{money}");
    assert!(app.finance().get("/v1/recoveries").expect(200)["items"][0].get("reason").is_none());
    let own = app.volunteer(&engaged.volunteer).get(&path).expect(200);
    assert_eq!(own["reason"], "It was claimed twice.");
    let stranger = make::volunteer(&app, "Somebody Else");
    app.volunteer(&stranger).get(&path).refused(404, "not-found");
    assert_eq!(app.volunteer(&stranger).get("/v1/recoveries").expect(200)["items"], json!([]));
    app.staff(&["crisis-cafe"]).get(&path).refused(403, "forbidden");
    let export = app.lead().get(&format!("/v1/volunteers/{}/export", engaged.volunteer)).expect(200);
    assert!(export.to_string().contains("It was claimed twice."), "the person's own export has it");
}

#[test]
fn two_log_ins_of_one_person_are_no_two_people() {
    let app = App::start();
    let engaged = payee(&app);
    let claim = parking(&app, &engaged, 8, 650);
    pay(&app, "accounts_payable");
    // A lead who also takes part, and works for finance under the log-in that they have for that.
    let other = make::volunteer(&app, "Zoe Both");
    let person = format!("/v1/volunteers/{other}");
    app.lead().change(&person, json!({ "staff_subject": "lead.zoe" })).expect(200);
    let made = propose(&app.lead_called("lead.zoe"), &claim, 100, "repayment").expect(201);
    let confirm = format!("/v1/recoveries/{}/confirm", make::id(&made));
    let volunteer_id = Some(other.parse::<uuid::Uuid>().unwrap().into());
    let roles = vec![Role::Finance, Role::Volunteer];
    let again = app.with(Mint { roles, subject: "finance.zoe".to_owned(), volunteer_id, ..mint_defaults() });
    let problem = changes_nothing(&app, || again.ask(&confirm).refused(409, "segregation-of-duties"));
    assert_eq!(faults(&problem), [(String::new(), "confirmer-is-proposer".to_owned())]);
    app.finance().ask(&confirm).expect(200);
}

#[test]
fn recoveries_are_found_by_several_claims_and_people() {
    let app = App::start();
    let engaged = payee(&app);
    let claims = [8, 9].map(|day| parking(&app, &engaged, day, 650));
    pay(&app, "accounts_payable");
    claims.iter().for_each(|claim| _ = propose(&app.lead(), claim, 100, "repayment").expect(201));
    let [first, second] = claims.each_ref().map(make::id);
    let nobody = make::volunteer(&app, "Wim Volunteer");
    for (filter, found) in [
        (format!("claim_id={first}"), 1),
        (format!("claim_id={first},{second}"), 2),
        (format!("volunteer_id={nobody}"), 0),
        (format!("volunteer_id={nobody},{}", engaged.volunteer), 2),
    ] {
        let list = app.lead().get(&format!("/v1/recoveries?{filter}")).expect(200);
        assert_eq!(list["items"].as_array().unwrap().len(), found, "{filter}");
    }
}
