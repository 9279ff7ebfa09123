//! Undoing an approval: before anything was paid, for everybody to see, and as often as is needed.

use serde_json::{Value, json};

use super::{YES, morning, pairs, path, time, told};
use crate::support::{App, books, make, paid};

fn why() -> Value {
    json!({ "reason": "The parking was approved by mistake." })
}

/// Invoice numbers and statuses of a claim's payments.
fn payments(app: &App, claim: &Value) -> Vec<(String, String)> {
    let id = make::id(claim);
    let list = app.finance().get(&format!("/v1/payments?order=oldest&claim_id={id}")).expect(200);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    list["items"].as_array().unwrap().iter().map(|one| (text(&one["invoice_number"]), text(&one["status"]))).collect()
}

#[test]
fn a_wrong_approval_is_undone_and_decided_again() {
    let app = App::start();
    let engaged = make::engaged(&app);
    make::payee(&app, &engaged.volunteer);
    let session = morning(&app, &engaged);
    let lines = json!([
        { "kind": "time", "session_id": session },
        { "kind": "parking", "session_id": session, "spent_pence": 600, "evidence_exception": "Lost." },
    ]);
    let claim = make::submitted(&app, &engaged, lines);
    let (at, parking) = (path(&claim), claim["lines"][1]["id"].clone());
    app.lead().post(&format!("{at}/reopen"), why()).refused(409, "invalid-transition");
    let lowered = json!({ "no_close_relationship": true, "lines": [{ "id": parking, "approved_pence": 100, "reason": "One hour." }] });
    let approved = app.lead().post(&format!("{at}/approve"), lowered).expect(200);
    assert_eq!(approved["total_pence"], 7600);
    let expense = make::id(
        &approved["payments"]
            .as_array()
            .unwrap()
            .iter()
            .find(|one| one["route"] == "accounts_payable")
            .unwrap()
            .clone(),
    );
    app.finance().post(&format!("/v1/payments/{expense}/hold"), json!({ "reason": "To be checked." })).expect(200);

    for who in [app.finance(), app.staff(&["crisis-cafe"]), app.volunteer(&engaged.volunteer)] {
        who.post(&format!("{at}/reopen"), why()).refused(403, "forbidden");
    }
    app.lead().post(&format!("{at}/reopen"), json!({})).refused(422, "invalid");
    let open = app.lead().post(&format!("{at}/reopen"), why()).expect(200);
    assert_eq!((&open["status"], &open["calculation"]), (&json!("submitted"), &json!("frozen")));
    assert_eq!((&open["total_pence"], &open["reason"]), (&json!(8100), &why()["reason"]));
    assert_eq!((&open["approved_by"], &open["approved_at"]), (&Value::Null, &Value::Null));
    for line in open["lines"].as_array().unwrap() {
        assert_eq!((&line["approved_pence"], &line["approval_reason"]), (&Value::Null, &Value::Null));
    }
    let reference = claim["reference"].as_str().unwrap();
    let [a1, a2, p1, p2] = ["A1", "A2", "P1", "P2"].map(|end| format!("{reference}-{end}"));
    let void = |number: &String| (number.clone(), "void".to_owned());
    assert_eq!(payments(&app, &claim), [void(&a1), void(&p1)]);
    app.finance().get(&at).refused(404, "not-found");
    let told = app.volunteer(&engaged.volunteer).get("/v1/deliveries?status=pending").expect(200);
    let about: Vec<&Value> = told["items"].as_array().unwrap().iter().map(|one| &one["about"]).collect();
    assert!(about.contains(&&json!("claim_reopened")), "{about:?}");

    // The same rules of persons hold, and what was void stays void.
    let as_payee = app.with(involvement::access::token::Mint {
        roles: vec![involvement::access::Role::InvolvementLead, involvement::access::Role::Volunteer],
        volunteer_id: Some(engaged.volunteer.parse::<uuid::Uuid>().unwrap().into()),
        subject: "lead.vera".to_owned(),
        ..crate::support::app::mint_defaults()
    });
    as_payee.post(&format!("{at}/approve"), YES()).refused(409, "segregation-of-duties");
    let again = app.lead().post(&format!("{at}/approve"), YES()).expect(200);
    assert_eq!((&again["status"], &again["total_pence"]), (&json!("approved"), &json!(8100)));
    let due = |number: &String| (number.clone(), "due".to_owned());
    let mut all = payments(&app, &claim);
    all.sort();
    assert_eq!(all, [void(&a1), due(&a2), void(&p1), due(&p2)]);
    as_payee.post(&format!("{at}/reopen"), why()).refused(409, "segregation-of-duties");
    books::balance(&app);
}

#[test]
fn money_on_its_way_and_top_ups_keep_an_approval() {
    let app = App::start();
    let engaged = make::engaged(&app);
    make::payee(&app, &engaged.volunteer);
    let session = morning(&app, &engaged);
    let claim = make::approved(&app, &engaged, time(&session));
    let at = path(&claim);
    let run =
        app.finance().post_once("/v1/payment-runs", "a-run-that-takes-it", json!({ "route": "payroll" })).expect(201);
    let problem = app.lead().post(&format!("{at}/reopen"), why()).refused(409, "payments-under-way");
    assert_eq!(told(&problem), pairs(&[("", "payment-under-way")]));
    let number = format!("{}-P1", claim["reference"].as_str().unwrap());
    assert!(problem["errors"][0]["detail"].as_str().unwrap().contains(&number), "{problem}");
    assert_eq!(app.lead().get(&at).expect(200)["status"], "approved");
    app.finance().ask(&format!("/v1/payment-runs/{}/cancel", make::id(&run))).expect(200);

    let mut terms: Value = serde_json::from_str(include_str!("../../../src/policies/examples/2026-27.json")).unwrap();
    terms["name"] = json!("A better policy");
    terms["effective_from"] = json!("2026-05-01");
    terms["tariffs"]["meeting"]["bands"][0]["pence"] = json!(9000);
    let policy = make::id(&app.lead().post("/v1/reimbursement-policies", terms).expect(201));
    app.lead().ask(&format!("/v1/reimbursement-policies/{policy}/publish")).expect(200);
    let topped = app.lead().ask(&format!("/v1/reimbursement-policies/{policy}/top-ups")).expect(200);
    assert_eq!(topped["total_pence"], 1500);
    app.lead().post(&format!("{at}/reopen"), why()).refused(409, "has-supplement");
    let list = app.lead().get("/v1/claims?status=submitted").expect(200);
    let supplement = format!("/v1/claims/{}", make::id(&list["items"][0]));
    app.lead_called("lead.zoe").post(&format!("{supplement}/approve"), YES()).expect(200);
    app.lead().post(&format!("{at}/reopen"), why()).refused(409, "has-supplement");
    app.lead().post(&format!("{supplement}/reopen"), why()).expect(200);
    app.lead().post(&format!("{supplement}/reject"), why()).expect(200);
    app.lead().post(&format!("{at}/reopen"), why()).expect(200);
    books::balance(&app);
}

#[test]
fn a_recovery_that_stands_keeps_an_approval_and_is_named() {
    let app = App::start();
    let engaged = make::engaged(&app);
    make::payee(&app, &engaged.volunteer);
    let session = morning(&app, &engaged);
    let claim = make::approved(&app, &engaged, time(&session));
    let (at, number) = (path(&claim), format!("{}-P1", claim["reference"].as_str().unwrap()));
    let run = paid::run(&app, "payroll");
    paid::results(&app, &run, &[(&number, "2026-06-15")]);
    let body =
        json!({ "reason": "Twice.", "method": "repayment", "lines": [{ "id": claim["lines"][0]["id"], "pence": 1 }] });
    let made = app.lead().post(&format!("{at}/recoveries"), body).expect(201);
    // The bank sends the payment back: the claim is approved, and nothing of it is in a run or paid.
    paid::results(&app, &run, &[(&number, "returned")]);
    let problem = app.lead().post(&format!("{at}/reopen"), why()).refused(409, "payments-under-way");
    assert_eq!(told(&problem), pairs(&[("", "recovery-stands")]));
    let reference = made["reference"].as_str().unwrap();
    assert!(problem["errors"][0]["detail"].as_str().unwrap().contains(reference), "{problem}");
    assert!(problem["detail"].as_str().unwrap().contains("recovered"), "{problem}");
    app.lead().post(&format!("/v1/recoveries/{}/waive", make::id(&made)), why()).expect(200);
    app.lead().post(&format!("{at}/reopen"), why()).expect(200);
    books::balance(&app);
}
